//! Plots as inline SVG, drawn with the page's own colours.

use maud::{Markup, html};

use super::axis::Axis;
use super::lines::{Line, Lines, Side, span};
use super::summary::signed;
use crate::compare::{Comparison, MethodFigures};

pub(super) const WIDTH: f64 = 720.0;
const ROW: f64 = 26.0;
/// Room for the names of methods.
const NAMES: f64 = 210.0;

/// Mean accuracies with their intervals, one method a row.
pub(super) fn intervals(found: &Comparison) -> Markup {
    let methods = &found.methods;
    let low = methods.iter().map(|m| m.ci95.low).fold(1.0, f64::min);
    let high = methods.iter().map(|m| m.ci95.high).fold(0.0, f64::max);
    let axis = Axis::new(low, high, NAMES, WIDTH - 70.0);
    let height = ROW * methods.len() as f64 + 34.0;
    let bottom = height - 26.0;
    let content = html! {
        @for value in axis.ticks() {
            @let x = px(axis.at(value));
            line.grid x1=(x) x2=(x) y1="4" y2=(px(bottom)) {}
            text.small x=(x) y=(px(bottom + 18.0)) text-anchor="middle" { (axis.percent(value)) }
        }
        @for (row, method) in methods.iter().enumerate() {
            @let y = ROW * row as f64 + 18.0;
            @let [from, to] = [method.ci95.low, method.ci95.high].map(|share| axis.at(share));
            @let mean = method.mean_triplet_accuracy;
            text x=(px(NAMES - 12.0)) y=(px(y + 4.0)) text-anchor="end" { (method.name) }
            line.whisker x1=(px(from)) x2=(px(to)) y1=(px(y)) y2=(px(y)) {}
            circle.dot cx=(px(axis.at(mean))) cy=(px(y)) r="4.5" {}
            text x=(px(to + 8.0)) y=(px(y + 4.0)) { (format!("{:.1}", 100.0 * mean)) }
        }
    };
    svg(
        WIDTH,
        height,
        "Mean triplet accuracy of each method with its 95 % interval",
        &content,
    )
}

/// Accuracy against what a picture costs to keep, a dot's size saying what a change of task costs.
pub(super) fn frontier(found: &Comparison) -> Markup {
    let methods = &found.methods;
    let bytes = |method: &MethodFigures| (method.gallery_bytes_per_image.max(1) as f64).log2();
    let accuracies = || methods.iter().map(|method| method.mean_triplet_accuracy);
    let least = methods.iter().map(bytes).fold(f64::INFINITY, f64::min);
    let most = methods.iter().map(bytes).fold(0.0, f64::max);
    let (low, high) = (
        accuracies().fold(1.0, f64::min),
        accuracies().fold(0.0, f64::max),
    );
    let (left, right, top, bottom) = (56.0, WIDTH - 160.0, 16.0, 330.0);
    let across = Axis::new(least - 0.5, most + 0.5, left, right);
    let up = Axis::new(low - 0.005, high + 0.005, bottom, top);
    let powers = least.floor() as i32..=most.ceil() as i32;
    let powers = powers
        .map(|power| (across.at(f64::from(power)), 1_u64 << power))
        .filter(|(x, _)| (left..=right).contains(x));
    let dots = methods.iter().map(|method| {
        let switch = (method.task_switch_percent_of_forward / 100.0).clamp(0.0, 1.0);
        Dot {
            x: across.at(bytes(method)),
            y: up.at(method.mean_triplet_accuracy),
            radius: 4.0 + 10.0 * switch.sqrt(),
            name: &method.name,
        }
    });
    let content = html! {
        @for (x, bytes) in powers {
            line.grid x1=(px(x)) x2=(px(x)) y1=(top) y2=(bottom) {}
            text x=(px(x)) y=(px(bottom + 18.0)) text-anchor="middle" { (bytes) }
        }
        @for value in up.ticks() {
            @let y = up.at(value);
            line.grid x1=(left) x2=(right) y1=(px(y)) y2=(px(y)) {}
            text x=(px(left - 8.0)) y=(px(y + 4.0)) text-anchor="end" { (up.percent(value)) }
        }
        @for (dot, name_y) in named(dots.collect()) {
            @let edge = dot.x + dot.radius;
            // A name that had to move away says whose it is.
            @if name_y > dot.y + 9.0 {
                line.grid x1=(px(dot.x)) y1=(px(dot.y)) x2=(px(edge + 3.0)) y2=(px(name_y - 4.0)) {}
            }
            circle.dot cx=(px(dot.x)) cy=(px(dot.y)) r=(px(dot.radius)) {}
            text.small x=(px(edge + 5.0)) y=(px(name_y)) { (dot.name) }
        }
        text x=(px(f64::midpoint(left, right))) y=(px(bottom + 38.0)) text-anchor="middle" { "bytes kept per picture" }
    };
    svg(
        WIDTH,
        bottom + 44.0,
        "Accuracy against bytes kept per picture; larger dots change task at a higher cost",
        &content,
    )
}

/// A method in a plot of two figures.
struct Dot<'a> {
    x: f64,
    y: f64,
    radius: f64,
    name: &'a str,
}

/// Dots from the top down, each with the height of its name; names that would lie on each other are moved apart.
fn named(mut dots: Vec<Dot<'_>>) -> Vec<(Dot<'_>, f64)> {
    dots.sort_by(|a, b| a.y.total_cmp(&b.y));
    let mut placed: Vec<(Dot<'_>, f64)> = Vec::new();
    for dot in dots {
        let mut y = dot.y + 4.0;
        let is_near = |(other, height): &(Dot<'_>, f64), y: f64| {
            (other.x - dot.x).abs() < 150.0 && (height - y).abs() < 13.0
        };
        while placed.iter().any(|other| is_near(other, y)) {
            y += 4.0;
        }
        placed.push((dot, y));
    }
    placed
}

/// The mean cosine between the gradients of two tasks, layer by layer, one method a row.
pub(super) fn layers(found: &Comparison) -> Markup {
    let rows: Vec<_> = found
        .methods
        .iter()
        .filter_map(|method| {
            let layers: Vec<_> = method
                .last_compliance(false)?
                .layers
                .iter()
                .filter_map(|layer| {
                    let (positive, cosine) = layer.agreement()?;
                    Some((layer.name.as_str(), positive, cosine))
                })
                .collect();
            (!layers.is_empty()).then_some((method, layers))
        })
        .collect();
    let mut names: Vec<&str> = Vec::new();
    for &(name, ..) in rows.iter().flat_map(|(_, layers)| layers) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    // "all" is the last of every method; one with more layers must not come behind it.
    names.sort_by_key(|&name| name == crate::compliance::ALL);
    let cell = (WIDTH - NAMES) / names.len().max(1) as f64;
    let left = |name: &str| {
        let column = names.iter().position(|known| *known == name).unwrap_or(0);
        NAMES + cell * column as f64
    };
    let content = html! {
        @for name in &names {
            text.small x=(px(left(name) + cell / 2.0)) y="14" text-anchor="middle" { (name) }
        }
        @for (row, (method, layers)) in rows.iter().enumerate() {
            @let y = 22.0 + ROW * row as f64;
            text x=(px(NAMES - 12.0)) y=(px(y + 17.0)) text-anchor="end" { (method.name) }
            @for (name, positive, cosine) in layers {
                @let x = left(name);
                rect class=(sign(*cosine)) fill-opacity=(strength(cosine / 0.5)) rx="4"
                    x=(px(x + 1.0)) y=(px(y + 1.0)) width=(px(cell - 2.0)) height=(px(ROW - 2.0)) {}
                text.small x=(px(x + cell / 2.0)) y=(px(y + 17.0)) text-anchor="middle" {
                    (format!("{:.0} % ", 100.0 * positive)) (signed(*cosine, 2))
                }
            }
        }
    };
    let height = ROW * rows.len() as f64 + 30.0;
    svg(
        WIDTH,
        height,
        "Agreement of gradients, layer by layer",
        &content,
    )
}

/// Mean cosine of gradients on all shared layers along training, one line a method.
pub(super) fn along_training(found: &Comparison) -> Markup {
    let points = |method: &MethodFigures| -> Vec<(f64, f64)> {
        let measured = method.ucr.iter().filter(|found| !found.permuted);
        let points = measured.filter_map(|found| {
            let (_, cosine) = found.all()?.agreement()?;
            Some((found.epoch as f64, cosine))
        });
        points.collect()
    };
    let lines = found.methods.iter().map(|method| Line {
        name: method.name.clone(),
        points: points(method),
    });
    let lines: Vec<Line> = lines.filter(|line| line.points.len() > 1).collect();
    let (low, high) = span(&lines);
    let signs = |value, step| signed(value, if step < 0.01 { 3 } else { 2 });
    Lines {
        title: "Mean cosine between gradients of two tasks, along training",
        across: Side {
            low: 0.0,
            high: found.epochs as f64,
            marks: Vec::new(),
        },
        up: Side::round(low.min(0.0), high.max(0.0), signs),
        caption: &format!("epochs 0 to {}", found.epochs),
        lines: &lines,
    }
    .draw()
}

/// A plot of this size in the units of its view box, with a title for those who do not see it.
pub(super) fn svg(width: f64, height: f64, title: &str, content: &Markup) -> Markup {
    html! {
        svg viewBox=(format!("0 0 {width:.0} {height:.0}")) role="img" aria-label=(title) {
            title { (title) }
            (content)
        }
    }
}

/// A coordinate, to a tenth.
pub(super) fn px(value: f64) -> String {
    format!("{value:.1}")
}

/// The class of a colour: which way a figure points.
pub(super) fn sign(colour: f64) -> &'static str {
    if colour < 0.0 { "against" } else { "along" }
}

/// The opacity of a colour.
pub(super) fn strength(colour: f64) -> String {
    format!("{:.2}", colour.abs().min(1.0))
}
