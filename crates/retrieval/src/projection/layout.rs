//! The layout of a graph in the plane (UMAP, algorithm 5).

use super::graph::Edge;
use crate::Random;

/// Rounds in which all points move.
const EPOCHS: u32 = 200;
/// Random points that push a point away for each neighbour that attracts it.
const PUSHES: usize = 3;
/// Similarity in the plane is `1 / (1 + A d^2)`; `A` is near that of UMAP's defaults, which also fit an exponent.
const A: f32 = 1.6;
/// Farthest that one push or pull moves a point along an axis, times the rate.
const FARTHEST: f32 = 4.0;
/// Keeps pushes between equal points finite.
const CLOSE: f32 = 1e-3;

/// A layout under way.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    points: Vec<[f32; 2]>,
    edges: Vec<Edge>,
    /// The greatest weight: such an edge attracts in every epoch, others as often as their weight is to it.
    heaviest: f32,
    epoch: u32,
    random: Random,
}

impl Layout {
    /// A layout that begins with some points. One that goes on from another begins in the middle, with smaller moves.
    pub(super) fn new(
        points: Vec<[f32; 2]>,
        edges: Vec<Edge>,
        random: Random,
        goes_on: bool,
    ) -> Self {
        let heaviest = edges.iter().map(|edge| edge.weight).fold(0.0, f32::max);
        Self {
            points,
            edges,
            heaviest,
            epoch: if goes_on { EPOCHS / 2 } else { 0 },
            random,
        }
    }

    /// The points.
    pub(super) fn points(&self) -> &[[f32; 2]] {
        &self.points
    }

    /// Share of the epochs that are done.
    pub(super) fn done(&self) -> f32 {
        self.epoch as f32 / EPOCHS as f32
    }

    /// One epoch; false where there is none left.
    pub(super) fn step(&mut self) -> bool {
        if self.epoch >= EPOCHS {
            return false;
        }
        let rate = 1.0 - self.done();
        let (before, after) = (self.epoch as f32, self.epoch as f32 + 1.0);
        for edge in &self.edges {
            let often = edge.weight / self.heaviest;
            if (after * often).floor() <= (before * often).floor() {
                continue;
            }
            let (head, tail) = (edge.ends.0 as usize, edge.ends.1 as usize);
            let pull = pull(self.points[head], self.points[tail]);
            shift(&mut self.points[head], pull, rate);
            shift(&mut self.points[tail], pull, -rate);
            for end in [head, tail] {
                for _ in 0..PUSHES {
                    let other = self.random.below(self.points.len());
                    if other != end {
                        let push = push(self.points[end], self.points[other]);
                        shift(&mut self.points[end], push, rate);
                    }
                }
            }
        }
        self.epoch += 1;
        self.epoch < EPOCHS
    }
}

/// The gradient that brings a point nearer to another.
fn pull(point: [f32; 2], other: [f32; 2]) -> [f32; 2] {
    let (dx, dy) = (point[0] - other[0], point[1] - other[1]);
    let factor = -2.0 * A / (1.0 + A * (dx * dx + dy * dy));
    [factor * dx, factor * dy]
}

/// The gradient that takes a point away from another.
fn push(point: [f32; 2], other: [f32; 2]) -> [f32; 2] {
    let (dx, dy) = (point[0] - other[0], point[1] - other[1]);
    let square = dx * dx + dy * dy;
    let factor = 2.0 / ((CLOSE + square) * (1.0 + A * square));
    [factor * dx, factor * dy]
}

fn shift(point: &mut [f32; 2], by: [f32; 2], rate: f32) {
    for (x, by) in point.iter_mut().zip(by) {
        *x += rate * by.clamp(-FARTHEST, FARTHEST);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_come_together_and_others_stay_apart() {
        let edge = |a, b| Edge {
            ends: (a, b),
            weight: 1.0,
        };
        let points = vec![[0.0, 0.0], [6.0, 1.0], [1.0, 6.0], [7.0, 7.0]];
        let mut layout = Layout::new(points, vec![edge(0, 1), edge(2, 3)], Random::new(1), false);
        while layout.step() {}
        let apart = |a: usize, b: usize| {
            let (a, b) = (layout.points()[a], layout.points()[b]);
            (a[0] - b[0]).hypot(a[1] - b[1])
        };
        assert!(apart(0, 1) < 2.0 && apart(2, 3) < 2.0);
        assert!(apart(0, 2) > 3.0 && apart(1, 3) > 3.0);
        assert!(!layout.clone().step(), "it stays finished");
    }
}
