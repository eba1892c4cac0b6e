//! Plots of lines: a figure of every method along an axis.

use std::fmt::Write as _;

use super::axis::Axis;
use super::html::escaped;
use super::plots::{WIDTH, open};

/// A line of a plot.
pub(super) struct Line {
    /// Its name, written at its end.
    pub(super) name: String,
    /// Its points, from left to right.
    pub(super) points: Vec<(f64, f64)>,
}

/// A side of a plot: the values it spans, and those that are written along it.
pub(super) struct Side {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) marks: Vec<(f64, String)>,
}

impl Side {
    /// Round values, as `label` writes them at a distance between two of them.
    pub(super) fn round(low: f64, high: f64, label: impl Fn(f64, f64) -> String) -> Self {
        let axis = Axis::new(low, high, 0.0, 1.0);
        let marks = axis.ticks().into_iter();
        Self {
            low,
            high,
            marks: marks
                .map(|value| (value, label(value, axis.step())))
                .collect(),
        }
    }

    /// Powers of two, between two values that are given as their logarithms.
    pub(super) fn powers(low: f64, high: f64) -> Self {
        // No end of a line without a mark on either side of it.
        let (low, high) = (low.floor().max(0.0), high.ceil().min(63.0));
        let marks =
            (low as u32..=high as u32).step_by(((high - low) / 8.0).ceil().max(1.0) as usize);
        Self {
            low,
            high,
            marks: marks
                .map(|power| (f64::from(power), (1_u64 << power).to_string()))
                .collect(),
        }
    }

    /// Names at equal distances.
    pub(super) fn names<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        let marks: Vec<(f64, String)> =
            (0..).map(f64::from).zip(names.map(str::to_owned)).collect();
        Self {
            low: 0.0,
            high: marks.last().map_or(1.0, |last| last.0),
            marks,
        }
    }
}

/// A plot of lines.
pub(super) struct Lines<'a> {
    pub(super) title: &'a str,
    /// The axis that lines run along.
    pub(super) across: Side,
    /// The axis of their values.
    pub(super) up: Side,
    /// The text below.
    pub(super) caption: &'a str,
    pub(super) lines: &'a [Line],
}

/// The least and the largest value of lines.
pub(super) fn span(lines: &[Line]) -> (f64, f64) {
    let values = || {
        lines
            .iter()
            .flat_map(|line| line.points.iter().map(|point| point.1))
    };
    match values().next() {
        Some(first) => (
            values().fold(first, f64::min),
            values().fold(first, f64::max),
        ),
        None => (0.0, 0.0),
    }
}

impl Lines<'_> {
    /// The plot as SVG.
    pub(super) fn draw(&self) -> String {
        let (left, right, top, bottom) = (64.0, WIDTH - 190.0, 12.0, 260.0);
        let up = Axis::new(self.up.low, self.up.high, bottom, top);
        let across = Axis::new(self.across.low, self.across.high, left, right);
        let mut svg = open(WIDTH, bottom + 56.0, self.title);
        // Writing to a String cannot fail.
        for (value, text) in &self.up.marks {
            let y = up.at(*value);
            let _ = write!(
                svg,
                r#"<line class="grid" x1="{left}" x2="{right}" y1="{y:.1}" y2="{y:.1}"/><text class="small" x="{:.1}" y="{:.1}" text-anchor="end">{}</text>"#,
                left - 8.0,
                y + 4.0,
                escaped(text),
            );
        }
        for (place, text) in &self.across.marks {
            let _ = write!(
                svg,
                r#"<text class="small" x="{:.1}" y="{:.1}" text-anchor="middle">{}</text>"#,
                across.at(*place),
                bottom + 20.0,
                escaped(text)
            );
        }
        let mut ends: Vec<(f64, &str, usize)> = Vec::new();
        for (index, line) in self.lines.iter().enumerate() {
            let hue = hue(index, self.lines.len());
            let places = line.points.iter().map(|&(x, y)| (across.at(x), up.at(y)));
            let path: Vec<String> = places
                .clone()
                .map(|(x, y)| format!("{x:.1},{y:.1}"))
                .collect();
            let _ = write!(
                svg,
                r#"<polyline class="line" style="--hue: {hue}" points="{}"/>"#,
                path.join(" ")
            );
            for (x, y) in places {
                let _ = write!(
                    svg,
                    r#"<circle class="point" style="--hue: {hue}" cx="{x:.1}" cy="{y:.1}" r="3"/>"#
                );
            }
            if let Some(&(_, value)) = line.points.last() {
                ends.push((up.at(value), &line.name, hue));
            }
        }
        ends.sort_by(|a, b| a.0.total_cmp(&b.0));
        let wanted: Vec<f64> = ends.iter().map(|end| end.0).collect();
        for ((_, name, hue), y) in ends.into_iter().zip(apart(&wanted, 14.0, bottom + 30.0)) {
            let _ = write!(
                svg,
                r#"<text class="small name" style="--hue: {hue}" x="{:.1}" y="{:.1}">{}</text>"#,
                right + 14.0,
                y + 4.0,
                escaped(name)
            );
        }
        let _ = write!(
            svg,
            r#"<text class="small" x="{:.1}" y="{:.1}" text-anchor="middle">{}</text></svg>"#,
            f64::midpoint(left, right),
            bottom + 40.0,
            escaped(self.caption)
        );
        svg
    }
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
    fn sides_have_marks_within_them() {
        let powers =
            |low: u32, high: u32| Side::powers(f64::from(low).log2(), f64::from(high).log2());
        let marks = |side: &Side| {
            side.marks
                .iter()
                .map(|mark| mark.1.clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(marks(&powers(300, 900)), ["256", "512", "1024"]);
        assert_eq!(marks(&powers(512, 512)), ["512"]);
        assert!(marks(&powers(1, 4_000_000)).len() <= 9);
        let round = Side::round(0.82, 0.91, super::super::axis::percent);
        assert_eq!(marks(&round)[..2], ["82 %", "84 %"]);
        let names = Side::names(["1", "2", "20"].into_iter());
        assert_eq!((names.high, names.marks.len()), (2.0, 3));
        assert_eq!(Side::names(std::iter::empty()).high, 1.0);
    }

    #[test]
    fn every_place_is_a_number() {
        let line = |points: &[(f64, f64)]| Line {
            name: "a < b".into(),
            points: points.to_vec(),
        };
        for lines in [vec![], vec![line(&[])], vec![line(&[(0.0, 0.5)])]] {
            let (low, high) = span(&lines);
            let svg = Lines {
                title: "nothing to see",
                across: Side::names(["one"].into_iter()),
                up: Side::round(low, high, super::super::axis::percent),
                caption: "tasks",
                lines: &lines,
            }
            .draw();
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
            assert!(!svg.contains("a < b"));
        }
    }
}
