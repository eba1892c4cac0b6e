//! Plots as inline SVG, drawn with the page's own colours.

use std::fmt::Write as _;

use super::html::escaped;
use super::summary::signed;
use crate::compare::{Comparison, MethodFigures};

const WIDTH: f64 = 720.0;
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
    axis.grid(&mut svg, height - 26.0, |value| axis.percent(value));
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

/// Share of agreeing gradients on all shared layers along training, one line a method.
pub(super) fn along_training(found: &Comparison) -> String {
    let lines: Vec<(&MethodFigures, Vec<(usize, f64)>)> = found
        .methods
        .iter()
        .map(|method| {
            let points = method.ucr.iter().filter(|found| !found.permuted);
            let points = points.filter_map(|found| {
                let (_, cosine) = found.all()?.agreement()?;
                Some((found.epoch, cosine))
            });
            (method, points.collect::<Vec<_>>())
        })
        .filter(|(_, points)| points.len() > 1)
        .collect();
    let values = || {
        lines
            .iter()
            .flat_map(|(_, points)| points.iter().map(|point| point.1))
    };
    let (left, right, top, bottom) = (56.0, WIDTH - 190.0, 12.0, 260.0);
    let y_axis = Axis::new(
        values().fold(0.0, f64::min),
        values().fold(0.0, f64::max),
        bottom,
        top,
    );
    let x_axis = Axis::new(1.0, found.epochs.max(2) as f64, left, right);
    let mut svg = open(
        WIDTH,
        bottom + 40.0,
        "Mean cosine between gradients of two tasks, along training",
    );
    for value in y_axis.ticks() {
        let y = y_axis.at(value);
        let _ = write!(
            svg,
            r#"<line class="grid" x1="{left}" x2="{right}" y1="{y:.1}" y2="{y:.1}"/><text class="small" x="{:.1}" y="{:.1}" text-anchor="end">{}</text>"#,
            left - 8.0,
            y + 4.0,
            signed(value, if y_axis.step() < 0.01 { 3 } else { 2 }),
        );
    }
    let mut ends: Vec<(f64, &str, usize)> = Vec::new();
    for (index, (method, points)) in lines.iter().enumerate() {
        let path: Vec<String> = points
            .iter()
            .map(|&(epoch, value)| {
                format!("{:.1},{:.1}", x_axis.at(epoch as f64), y_axis.at(value))
            })
            .collect();
        let _ = write!(
            svg,
            r#"<polyline class="line" style="--hue: {}" points="{}"/>"#,
            hue(index, lines.len()),
            path.join(" ")
        );
        if let Some(&(_, value)) = points.last() {
            ends.push((y_axis.at(value), &method.name, index));
        }
    }
    ends.sort_by(|a, b| a.0.total_cmp(&b.0));
    let wanted: Vec<f64> = ends.iter().map(|end| end.0).collect();
    for ((_, name, index), y) in ends.into_iter().zip(apart(&wanted, 14.0, bottom + 30.0)) {
        let _ = write!(
            svg,
            r#"<text class="small name" style="--hue: {}" x="{:.1}" y="{:.1}">{}</text>"#,
            hue(index, lines.len()),
            right + 8.0,
            y + 4.0,
            escaped(name)
        );
    }
    let _ = write!(
        svg,
        r#"<text class="small" x="{:.1}" y="{:.1}" text-anchor="middle">epochs 1 to {}</text></svg>"#,
        f64::midpoint(left, right),
        bottom + 24.0,
        found.epochs
    );
    svg
}

/// Places at least `gap` apart and no further than `most`, each near the one that is wanted; these come in their order.
fn apart(wanted: &[f64], gap: f64, most: f64) -> Vec<f64> {
    let mut places = Vec::with_capacity(wanted.len());
    let mut next = f64::NEG_INFINITY;
    for &place in wanted {
        places.push(place.max(next));
        next = place.max(next) + gap;
    }
    // Down was too far for the last ones: up again.
    let mut limit = most;
    for place in places.iter_mut().rev() {
        *place = place.min(limit);
        limit = *place - gap;
    }
    places
}

fn hue(index: usize, of: usize) -> usize {
    360 * index / of.max(1)
}

pub(super) fn open(width: f64, height: f64, title: &str) -> String {
    format!(
        r#"<svg viewBox="0 0 {width:.0} {height:.0}" role="img" aria-label="{0}"><title>{0}</title>"#,
        escaped(title)
    )
}

/// From values to places.
struct Axis {
    low: f64,
    high: f64,
    from: f64,
    to: f64,
}

impl Axis {
    fn new(low: f64, high: f64, from: f64, to: f64) -> Self {
        // Something to divide by, whatever was measured.
        let high = if high > low { high } else { low + 0.01 };
        Self {
            low,
            high,
            from,
            to,
        }
    }

    fn at(&self, value: f64) -> f64 {
        self.from + (value - self.low) / (self.high - self.low) * (self.to - self.from)
    }

    /// The distance between ticks: a round one.
    fn step(&self) -> f64 {
        let span = self.high - self.low;
        [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5]
            .into_iter()
            .find(|step| span / step <= 8.0)
            .unwrap_or(span / 4.0)
    }

    /// A fraction in percent, as finely as the ticks need.
    fn percent(&self, value: f64) -> String {
        let digits = usize::from(self.step() < 0.01);
        format!("{:.digits$} %", 100.0 * value)
    }

    /// Round values within the axis, three to eight of them.
    fn ticks(&self) -> Vec<f64> {
        let step = self.step();
        let first = (self.low / step).ceil() as i64;
        let last = (self.high / step).floor() as i64;
        (first..=last).map(|tick| tick as f64 * step).collect()
    }

    fn grid(&self, svg: &mut String, bottom: f64, label: impl Fn(f64) -> String) {
        for value in self.ticks() {
            let x = self.at(value);
            let _ = write!(
                svg,
                r#"<line class="grid" x1="{x:.1}" x2="{x:.1}" y1="4" y2="{bottom:.1}"/><text class="small" x="{x:.1}" y="{:.1}" text-anchor="middle">{}</text>"#,
                bottom + 18.0,
                label(value)
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_moved_apart_and_stay_inside() {
        assert_eq!(apart(&[1.0, 30.0], 10.0, 100.0), [1.0, 30.0]);
        assert_eq!(apart(&[1.0, 2.0, 3.0], 10.0, 100.0), [1.0, 11.0, 21.0]);
        assert_eq!(apart(&[80.0, 95.0, 96.0], 10.0, 100.0), [80.0, 90.0, 100.0]);
        assert!(apart(&[], 10.0, 100.0).is_empty());
    }

    #[test]
    fn ticks_are_few_and_inside() {
        for (low, high) in [
            (0.71, 0.93),
            (0.5, 0.5),
            (-0.3, 0.02),
            (0.0, 1.0),
            (6.0, 12.0),
        ] {
            let axis = Axis::new(low, high, 0.0, 100.0);
            let ticks = axis.ticks();
            assert!((1..=9).contains(&ticks.len()), "{low} {high}: {ticks:?}");
            for tick in ticks {
                assert!((-1e-9..=100.0 + 1e-9).contains(&axis.at(tick)));
            }
        }
    }
}
