//! Plots of lines: a figure of every method along an axis.

use maud::{Markup, html};

use super::axis::Axis;
use super::plots::{WIDTH, px, svg};

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
    pub(super) fn draw(&self) -> Markup {
        let (left, right, top, bottom) = (64.0, WIDTH - 190.0, 12.0, 260.0);
        let up = Axis::new(self.up.low, self.up.high, bottom, top);
        let across = Axis::new(self.across.low, self.across.high, left, right);
        let places = |line: &Line| -> Vec<(f64, f64)> {
            let points = line.points.iter();
            points.map(|&(x, y)| (across.at(x), up.at(y))).collect()
        };
        let lines = self.lines.iter().enumerate();
        let lines: Vec<_> = lines
            .map(|(index, line)| (line, hue(index, self.lines.len()), places(line)))
            .collect();
        let path = |places: &[(f64, f64)]| -> String {
            let places = places.iter().map(|(x, y)| format!("{x:.1},{y:.1}"));
            places.collect::<Vec<_>>().join(" ")
        };
        let mut ends: Vec<(f64, &str, &str)> = lines
            .iter()
            .filter_map(|(line, hue, places)| {
                Some((places.last()?.1, line.name.as_str(), hue.as_str()))
            })
            .collect();
        ends.sort_by(|a, b| a.0.total_cmp(&b.0));
        let wanted: Vec<f64> = ends.iter().map(|end| end.0).collect();
        let names = ends.into_iter().zip(apart(&wanted, 14.0, bottom + 30.0));
        let content = html! {
            @for (value, text) in &self.up.marks {
                @let y = up.at(*value);
                line.grid x1=(left) x2=(right) y1=(px(y)) y2=(px(y)) {}
                text.small x=(px(left - 8.0)) y=(px(y + 4.0)) text-anchor="end" { (text) }
            }
            @for (place, text) in &self.across.marks {
                text.small x=(px(across.at(*place))) y=(px(bottom + 20.0)) text-anchor="middle" { (text) }
            }
            @for (_, hue, places) in &lines {
                polyline.line style=(hue) points=(path(places)) {}
                @for (x, y) in places { circle.point style=(hue) cx=(px(*x)) cy=(px(*y)) r="3" {} }
            }
            @for ((_, name, hue), y) in names {
                text.small.name style=(hue) x=(px(right + 14.0)) y=(px(y + 4.0)) { (name) }
            }
            text.small x=(px(f64::midpoint(left, right))) y=(px(bottom + 40.0)) text-anchor="middle" { (self.caption) }
        };
        svg(WIDTH, bottom + 56.0, self.title, &content)
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

/// The colour of a line, as a style.
fn hue(index: usize, of: usize) -> String {
    format!("--hue: {}", 360 * index / of.max(1))
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
            .draw()
            .into_string();
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
            assert!(!svg.contains("a < b"));
        }
    }
}
