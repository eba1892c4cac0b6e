//! Plots as inline SVG, drawn with the page's own colours.

use std::fmt::Write as _;

use super::axis::Axis;
use super::html::escaped;
use super::lines::{Line, Lines, Side, span};
use super::summary::signed;
use crate::compare::{Comparison, MethodFigures};

pub(super) const WIDTH: f64 = 720.0;
const ROW: f64 = 26.0;
/// Room for the names of methods.
const NAMES: f64 = 210.0;

/// Mean accuracies with their intervals, one method a row.
pub(super) fn intervals(found: &Comparison) -> String {
    let methods = &found.methods;
    let low = methods.iter().map(|m| m.ci95.low).fold(1.0, f64::min);
    let high = methods.iter().map(|m| m.ci95.high).fold(0.0, f64::max);
    let axis = Axis::new(low, high, NAMES, WIDTH - 70.0);
    let height = ROW * methods.len() as f64 + 34.0;
    let mut svg = open(
        WIDTH,
        height,
        "Mean triplet accuracy of each method with its 95 % interval",
    );
    grid(&axis, &mut svg, height - 26.0, |value| axis.percent(value));
    // Writing to a String cannot fail.
    for (row, method) in methods.iter().enumerate() {
        let y = ROW * row as f64 + 18.0;
        let (x, from, to) = (
            axis.at(method.mean_triplet_accuracy),
            axis.at(method.ci95.low),
            axis.at(method.ci95.high),
        );
        let _ = write!(
            svg,
            r#"<text x="{:.0}" y="{:.1}" text-anchor="end">{}</text><line class="whisker" x1="{from:.1}" x2="{to:.1}" y1="{y:.1}" y2="{y:.1}"/><circle class="dot" cx="{x:.1}" cy="{y:.1}" r="4.5"/><text x="{:.1}" y="{:.1}">{:.1}</text>"#,
            NAMES - 12.0,
            y + 4.0,
            escaped(&method.name),
            to + 8.0,
            y + 4.0,
            100.0 * method.mean_triplet_accuracy,
        );
    }
    svg.push_str("</svg>");
    svg
}

/// Accuracy against what a picture costs to keep, a dot's size saying what a change of task costs.
pub(super) fn frontier(found: &Comparison) -> String {
    let methods = &found.methods;
    let bytes = |method: &MethodFigures| (method.gallery_bytes_per_image.max(1) as f64).log2();
    let least = methods.iter().map(bytes).fold(f64::INFINITY, f64::min);
    let most = methods.iter().map(bytes).fold(0.0, f64::max);
    let (left, right, top, bottom) = (56.0, WIDTH - 160.0, 16.0, 330.0);
    let x_axis = Axis::new(least - 0.5, most + 0.5, left, right);
    let low = methods
        .iter()
        .map(|m| m.mean_triplet_accuracy)
        .fold(1.0, f64::min);
    let high = methods
        .iter()
        .map(|m| m.mean_triplet_accuracy)
        .fold(0.0, f64::max);
    let y_axis = Axis::new(low - 0.005, high + 0.005, bottom, top);
    let mut svg = open(
        WIDTH,
        bottom + 44.0,
        "Accuracy against bytes kept per picture; larger dots change task at a higher cost",
    );
    for step in least.floor() as i32..=most.ceil() as i32 {
        let x = x_axis.at(f64::from(step));
        if !(left..=right).contains(&x) {
            continue;
        }
        let _ = write!(
            svg,
            r#"<line class="grid" x1="{x:.1}" x2="{x:.1}" y1="{top}" y2="{bottom}"/><text x="{x:.1}" y="{:.1}" text-anchor="middle">{}</text>"#,
            bottom + 18.0,
            1_u64 << step,
        );
    }
    for value in y_axis.ticks() {
        let y = y_axis.at(value);
        let _ = write!(
            svg,
            r#"<line class="grid" x1="{left}" x2="{right}" y1="{y:.1}" y2="{y:.1}"/><text x="{:.1}" y="{:.1}" text-anchor="end">{}</text>"#,
            left - 8.0,
            y + 4.0,
            y_axis.percent(value),
        );
    }
    // Names that would lie on each other are moved apart, from the top down.
    let mut placed: Vec<(f64, f64)> = Vec::new();
    let mut order: Vec<&MethodFigures> = methods.iter().collect();
    order.sort_by(|a, b| b.mean_triplet_accuracy.total_cmp(&a.mean_triplet_accuracy));
    for method in order {
        let (x, y) = (
            x_axis.at(bytes(method)),
            y_axis.at(method.mean_triplet_accuracy),
        );
        let radius = 4.0
            + 10.0
                * (method.task_switch_percent_of_forward / 100.0)
                    .clamp(0.0, 1.0)
                    .sqrt();
        let mut name_y = y + 4.0;
        while placed
            .iter()
            .any(|&(px, py)| (px - x).abs() < 150.0 && (py - name_y).abs() < 13.0)
        {
            name_y += 4.0;
        }
        placed.push((x, name_y));
        // A name that had to move away says whose it is.
        if name_y > y + 9.0 {
            let _ = write!(
                svg,
                r#"<line class="grid" x1="{x:.1}" y1="{y:.1}" x2="{:.1}" y2="{:.1}"/>"#,
                x + radius + 3.0,
                name_y - 4.0,
            );
        }
        let _ = write!(
            svg,
            r#"<circle class="dot" cx="{x:.1}" cy="{y:.1}" r="{radius:.1}"/><text class="small" x="{:.1}" y="{name_y:.1}">{}</text>"#,
            x + radius + 5.0,
            escaped(&method.name),
        );
    }
    let _ = write!(
        svg,
        r#"<text x="{:.1}" y="{:.1}" text-anchor="middle">bytes kept per picture</text></svg>"#,
        f64::midpoint(left, right),
        bottom + 38.0,
    );
    svg
}

/// The mean cosine between the gradients of two tasks, layer by layer, one method a row.
pub(super) fn layers(found: &Comparison) -> String {
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
    let height = ROW * rows.len() as f64 + 30.0;
    let mut svg = open(WIDTH, height, "Agreement of gradients, layer by layer");
    for (column, name) in names.iter().enumerate() {
        let x = NAMES + cell * (column as f64 + 0.5);
        let _ = write!(
            svg,
            r#"<text class="small" x="{x:.1}" y="14" text-anchor="middle">{name}</text>"#
        );
    }
    for (row, (method, layers)) in rows.iter().enumerate() {
        let y = 22.0 + ROW * row as f64;
        let _ = write!(
            svg,
            r#"<text x="{:.1}" y="{:.1}" text-anchor="end">{}</text>"#,
            NAMES - 12.0,
            y + 17.0,
            escaped(&method.name)
        );
        for (name, positive, cosine) in layers {
            let column = names.iter().position(|known| known == name).unwrap_or(0);
            let x = NAMES + cell * column as f64;
            let class = if *cosine < 0.0 { "against" } else { "along" };
            let _ = write!(
                svg,
                r#"<rect class="{class}" fill-opacity="{:.2}" x="{:.1}" y="{:.1}" width="{:.1}" height="{:.1}" rx="4"/><text class="small" x="{:.1}" y="{:.1}" text-anchor="middle">{:.0} % {}</text>"#,
                (cosine.abs() / 0.5).min(1.0),
                x + 1.0,
                y + 1.0,
                cell - 2.0,
                ROW - 2.0,
                x + cell / 2.0,
                y + 17.0,
                100.0 * positive,
                signed(*cosine, 2),
            );
        }
    }
    svg.push_str("</svg>");
    svg
}

/// Mean cosine of gradients on all shared layers along training, one line a method.
pub(super) fn along_training(found: &Comparison) -> String {
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

pub(super) fn open(width: f64, height: f64, title: &str) -> String {
    format!(
        r#"<svg viewBox="0 0 {width:.0} {height:.0}" role="img" aria-label="{0}"><title>{0}</title>"#,
        escaped(title)
    )
}

/// Lines across a plot at the round values of an axis.
fn grid(axis: &Axis, svg: &mut String, bottom: f64, label: impl Fn(f64) -> String) {
    for value in axis.ticks() {
        let x = axis.at(value);
        let _ = write!(
            svg,
            r#"<line class="grid" x1="{x:.1}" x2="{x:.1}" y1="4" y2="{bottom:.1}"/><text class="small" x="{x:.1}" y="{:.1}" text-anchor="middle">{}</text>"#,
            bottom + 18.0,
            label(value)
        );
    }
}
