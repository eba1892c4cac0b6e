//! The layout of the task map: labels of a given size at given points, moved as little as possible
//! until none overlaps another. Every length is in `rem`, so that the map grows with the visitor's
//! font size.

use crate::page::ui::descending::descending;

/// Height of a label with its barcode.
pub const HEIGHT: f64 = 2.75;
/// The least room between two labels.
const GAP: f64 = 0.5;
/// Rounds of moving labels apart before the map is made higher.
const ROUNDS: usize = 400;
/// The number of times it is made higher before the labels are put into rows.
const GROWTHS: usize = 8;
/// The share of the map that labels may cover to begin with.
const FULL: f64 = 0.4;
/// The height of a map with few labels, as a share of its width.
const SHAPE: f64 = 0.7;
/// The share of the map that labels cover at least: few labels need no large map.
const SPARSE: f64 = 0.1;
/// The largest ratio of the cloud's stretch in two directions, to make use of the map.
const STRETCH: f64 = 1.4;

/// Width of a label: what its letters take, and the least a barcode needs.
pub fn label_width(title: &str) -> f64 {
    (title.chars().count() as f64 * 0.5 + 1.5).clamp(5.0, 12.0)
}

/// A label: its middle and its width.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spot {
    /// From the left edge to the middle.
    pub x: f64,
    /// From the upper edge to the middle.
    pub y: f64,
    /// Width.
    pub width: f64,
}

impl Spot {
    /// The overlap of two labels with their margins, across and down; positive if they overlap.
    fn overlap(self, other: Self) -> (f64, f64) {
        (
            f64::midpoint(self.width, other.width) + GAP - (self.x - other.x).abs(),
            HEIGHT + GAP - (self.y - other.y).abs(),
        )
    }
}

/// The map.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    /// Every label.
    pub spots: Vec<Spot>,
    /// Height of the map.
    pub height: f64,
}

/// Lays labels of these widths out on a map of this width, each as near to its point as the others allow.
pub fn lay_out(points: &[[f64; 2]], widths: &[f64], width: f64) -> Layout {
    let widest = (width - GAP).max(1.0);
    let widths: Vec<f64> = widths
        .iter()
        .take(points.len())
        .map(|width| width.min(widest))
        .collect();
    let covered: f64 = widths
        .iter()
        .map(|width| (width + GAP) * (HEIGHT + GAP))
        .sum();
    let filled = |share: f64| covered / share / width.max(1.0);
    let mut height = (width * SHAPE)
        .clamp(filled(FULL), filled(SPARSE))
        .max(2.0 * HEIGHT);
    for _ in 0..GROWTHS {
        let mut spots = spread(points, &widths, width, height);
        if separate(&mut spots, width, height) {
            return trimmed(spots);
        }
        height *= 1.2;
    }
    in_rows(points, &widths, width)
}

/// The map without what is empty above and below.
fn trimmed(mut spots: Vec<Spot>) -> Layout {
    let top = spots
        .iter()
        .map(|spot| spot.y)
        .fold(f64::INFINITY, f64::min);
    let bottom = spots.iter().map(|spot| spot.y).fold(top, f64::max);
    for spot in &mut spots {
        spot.y += HEIGHT / 2.0 - top;
    }
    Layout {
        height: if spots.is_empty() {
            0.0
        } else {
            bottom - top + HEIGHT
        },
        spots,
    }
}

/// The points, scaled nearly alike in both directions to fill the map, the longer side of the cloud along that of the
/// map.
fn spread(points: &[[f64; 2]], widths: &[f64], width: f64, height: f64) -> Vec<Spot> {
    let upright = height > width;
    let turned = points
        .iter()
        .map(|&[x, y]| if upright { (y, x) } else { (x, y) });
    let range = |values: &mut dyn Iterator<Item = f64>| {
        values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(value), high.max(value))
        })
    };
    let (left, right) = range(&mut turned.clone().map(|(x, _)| x));
    let (top, bottom) = range(&mut turned.clone().map(|(_, y)| y));
    let largest = widths.iter().copied().fold(0.0, f64::max);
    let fit = |room: f64, from: f64, to: f64| {
        if to - from > 1e-9 {
            room.max(0.0) / (to - from)
        } else {
            f64::INFINITY
        }
    };
    let (across, down) = (
        fit(width - largest, left, right),
        fit(height - HEIGHT, top, bottom),
    );
    let scale = |along: f64| {
        let scale = along.min(STRETCH * across.min(down));
        if scale.is_finite() { scale } else { 0.0 }
    };
    let (across, down) = (scale(across), scale(down));
    turned
        .zip(widths)
        .map(|((x, y), &label)| Spot {
            x: width / 2.0 + (x - f64::midpoint(left, right)) * across,
            y: height / 2.0 + (y - f64::midpoint(top, bottom)) * down,
            width: label,
        })
        .collect()
}

/// Moves labels apart, a little at a time and always in the same way. Whether none lies on another in the end.
fn separate(spots: &mut [Spot], width: f64, height: f64) -> bool {
    for _ in 0..ROUNDS {
        let mut moved = false;
        for a in 0..spots.len() {
            for b in a + 1..spots.len() {
                let (across, down) = spots[a].overlap(spots[b]);
                // Room that is missing by rounding only is no matter.
                if across <= 1e-6 || down <= 1e-6 {
                    continue;
                }
                moved = true;
                // The shorter way; of two in the same place the later one goes right or down.
                if across < down {
                    let step = if spots[a].x > spots[b].x {
                        across
                    } else {
                        -across
                    };
                    spots[a].x += step / 2.0;
                    spots[b].x -= step / 2.0;
                } else {
                    let step = if spots[a].y > spots[b].y { down } else { -down };
                    spots[a].y += step / 2.0;
                    spots[b].y -= step / 2.0;
                }
            }
        }
        for spot in spots.iter_mut() {
            spot.x = between(spot.x, spot.width, width);
            spot.y = between(spot.y, HEIGHT, height);
        }
        if !moved {
            return true;
        }
    }
    false
}

/// The place nearest to `at` at which something of this size lies within `room`.
fn between(at: f64, size: f64, room: f64) -> f64 {
    at.min(room - size / 2.0).max(size / 2.0)
}

/// The labels line by line, in the order in which their points lie from top to bottom: where all else fails.
fn in_rows(points: &[[f64; 2]], widths: &[f64], width: f64) -> Layout {
    let heights: Vec<f64> = points.iter().map(|point| -point[1]).collect();
    let mut spots = vec![Spot::default(); points.len()];
    let (mut left, mut top) = (0.0, 0.0);
    for task in descending(&heights) {
        if left > 0.0 && left + widths[task] > width {
            left = 0.0;
            top += HEIGHT + GAP;
        }
        spots[task] = Spot {
            x: left + widths[task] / 2.0,
            y: top + HEIGHT / 2.0,
            width: widths[task],
        };
        left += widths[task] + GAP;
    }
    Layout {
        spots,
        height: top + HEIGHT,
    }
}

/// The label one reaches from another in a direction, `(1, 0)` being right and `(0, 1)` down: near, and not far off to
/// the side. `None` where there is none that way.
pub fn towards(spots: &[Spot], from: usize, (right, down): (f64, f64)) -> Option<usize> {
    let here = spots.get(from)?;
    spots
        .iter()
        .enumerate()
        .filter_map(|(at, there)| {
            let (x, y) = (there.x - here.x, there.y - here.y);
            let along = x * right + y * down;
            let aside = (x * down - y * right).abs();
            (along > 1e-6).then_some((at, along + 2.0 * aside))
        })
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(layout: &Layout, width: f64) {
        for (a, spot) in layout.spots.iter().enumerate() {
            assert!(spot.x - spot.width / 2.0 > -1e-6, "{spot:?}");
            assert!(spot.x + spot.width / 2.0 < width + 1e-6, "{spot:?}");
            assert!(spot.y - HEIGHT / 2.0 > -1e-6, "{spot:?}");
            assert!(spot.y + HEIGHT / 2.0 < layout.height + 1e-6, "{spot:?}");
            for other in &layout.spots[..a] {
                let (across, down) = spot.overlap(*other);
                assert!(across <= 1e-5 || down <= 1e-5, "{spot:?} {other:?}");
            }
        }
    }

    /// Points as crowded as they come: a few heaps.
    fn heaps(count: usize) -> Vec<[f64; 2]> {
        (0..count)
            .map(|at| {
                let heap = (at % 3) as f64;
                [heap * heap + (at as f64 * 0.7).sin() * 0.05, heap * 0.3]
            })
            .collect()
    }

    #[test]
    fn labels_never_lie_on_one_another_nor_outside() {
        for count in [0, 1, 2, 3, 4, 20, 40] {
            for width in [17.5, 22.0, 40.0, 64.0] {
                let widths: Vec<f64> = (0..count).map(|at| 4.5 + (at % 7) as f64).collect();
                check(&lay_out(&heaps(count), &widths, width), width);
                let same = vec![[0.5, 0.5]; count];
                check(&lay_out(&same, &widths, width), width);
            }
        }
    }

    #[test]
    fn labels_with_room_keep_their_points() {
        let points = [[0.0, 0.0], [4.0, 0.0], [4.0, 9.0], [0.0, 9.0]];
        let layout = lay_out(&points, &[5.0; 4], 45.0);
        let [a, b, c, d] = layout.spots[..] else {
            panic!("four labels");
        };
        // Higher than the map: stretched across, as far as may be.
        let (across, down) = ((b.x - a.x) / 4.0, (c.y - b.y) / 9.0);
        assert!((across / down - STRETCH).abs() < 1e-9, "{across} {down}");
        assert!((a.x - d.x).abs() < 1e-9 && (a.y - b.y).abs() < 1e-9);
        let empty = layout.height - (c.y - b.y) - HEIGHT;
        assert!(empty.abs() < 1e-9, "nothing is empty above or below");
    }

    #[test]
    fn an_upright_map_turns_the_cloud() {
        let points: Vec<[f64; 2]> = (0..30).map(|at| [f64::from(at), 0.0]).collect();
        let layout = lay_out(&points, &[8.0; 30], 18.0);
        assert!(layout.height > 18.0);
        let extent = layout.spots.last().map(|spot| spot.y).unwrap_or_default();
        assert!(extent > 18.0, "{extent}");
    }

    #[test]
    fn one_label_wider_than_the_map_still_fits() {
        check(
            &lay_out(&[[0.0, 0.0], [1.0, 0.0]], &[30.0, 30.0], 10.0),
            10.0,
        );
    }

    #[test]
    fn rows_are_the_last_resort() {
        let widths = [6.0; 9];
        let layout = in_rows(&heaps(9), &widths, 20.0);
        check(&layout, 20.0);
        assert!((layout.height - (3.0 * HEIGHT + 2.0 * GAP)).abs() < 1e-9);
    }

    #[test]
    fn arrows_go_to_what_lies_there() {
        let spot = |x, y| Spot { x, y, width: 4.0 };
        let spots = [
            spot(0.0, 0.0),
            spot(10.0, 1.0),
            spot(11.0, 9.0),
            spot(1.0, 9.0),
        ];
        assert_eq!(towards(&spots, 0, (1.0, 0.0)), Some(1));
        assert_eq!(towards(&spots, 1, (0.0, 1.0)), Some(2));
        assert_eq!(towards(&spots, 2, (-1.0, 0.0)), Some(3));
        assert_eq!(towards(&spots, 3, (0.0, -1.0)), Some(0));
        assert_eq!(towards(&spots, 0, (-1.0, 0.0)), None);
        assert_eq!(towards(&spots, 9, (1.0, 0.0)), None);
    }

    #[test]
    fn labels_are_as_wide_as_their_words() {
        assert!((label_width("Bald") - 5.0).abs() < 1e-9);
        assert!(label_width("Mouth slightly open") > label_width("Wearing hat"));
        assert!(label_width(&"x".repeat(90)) <= 12.0);
    }
}
