//! The directions in which the features of a gallery spread the most.
//!
//! The distance of two images along a few orthonormal directions is never greater than that of their features. The
//! directions are the principal ones of a sample, by power iteration; that they are only nearly so costs time, not
//! exactness.

use modulens_schema::Features;

use super::Work;
use super::tree::{AXES, Coordinates};
use crate::kernel::dot;

/// Images that the directions are found by.
const SAMPLE: usize = 256;
/// Steps of power iteration per direction.
const STEPS: usize = 3;
/// A sample that has lost all but this share of its squared spread has no more directions.
const LEAST: f32 = 1e-6;

/// Orthonormal directions, and the point that coordinates start from.
#[derive(Clone, Debug, Default)]
pub(super) struct Axes {
    /// `[C]`; empty before the first direction.
    mean: Vec<f32>,
    /// `[AXES, C]` at most, row-major.
    axes: Vec<f32>,
    /// `[SAMPLE, C]` at most: the sample without what lies along the directions.
    rest: Vec<f32>,
    /// The greatest squared length in the sample.
    spread: f32,
}

impl Axes {
    /// Adds a direction. True once there are all, or as many as there can be.
    pub(super) fn add(&mut self, features: &Features, images: &[usize], work: &mut Work) -> bool {
        let channels = features.channels;
        if images.is_empty() || channels == 0 {
            return true;
        }
        if self.mean.is_empty() {
            self.sample(features, images);
            work.take(self.rest.len());
        }
        let rows = self.rest.chunks_exact(channels);
        let lengths = rows.map(|row| (dot(row, row), row));
        let greatest = lengths.max_by(|a, b| a.0.total_cmp(&b.0));
        let Some((length, row)) = greatest.filter(|it| it.0 > self.spread * LEAST) else {
            return self.end();
        };
        let mut axis: Vec<f32> = row.iter().map(|x| x / length.sqrt()).collect();
        for _ in 0..STEPS {
            let mut next = vec![0.0; channels];
            for row in self.rest.chunks_exact(channels) {
                add(&mut next, dot(row, &axis), row);
            }
            if !normalise(&mut next) {
                return self.end();
            }
            axis = next;
        }
        for _ in 0..2 {
            for other in self.axes.chunks_exact(channels) {
                let along = dot(other, &axis);
                add(&mut axis, -along, other);
            }
            if !normalise(&mut axis) {
                return self.end();
            }
        }
        for row in self.rest.chunks_exact_mut(channels) {
            let along = dot(row, &axis);
            add(row, -along, &axis);
        }
        work.take(self.rest.len() * 2 * (STEPS + 1));
        self.axes.extend(axis);
        self.axes.len() == AXES * channels && self.end()
    }

    fn end(&mut self) -> bool {
        self.rest = Vec::new();
        true
    }

    /// Takes a sample of the images, evenly over the gallery.
    fn sample(&mut self, features: &Features, images: &[usize]) {
        let count = images.len().min(SAMPLE);
        let rows = (0..count).map(|at| features.row(images[at * images.len() / count]));
        self.mean = vec![0.0; features.channels];
        for row in rows.clone() {
            add(&mut self.mean, 1.0 / count as f32, row);
        }
        self.rest = rows.flatten().copied().collect();
        for row in self.rest.chunks_exact_mut(features.channels) {
            add(row, -1.0, &self.mean);
            self.spread = self.spread.max(dot(row, row));
        }
    }

    /// The coordinates of an image; zeros after the last direction.
    pub(super) fn project(&self, row: &[f32], work: &mut Work) -> Coordinates {
        let mut coordinates = [0.0; AXES];
        let centred: Vec<f32> = row.iter().zip(&self.mean).map(|(x, m)| x - m).collect();
        let axes = self.axes.chunks_exact(row.len().max(1));
        for (along, axis) in coordinates.iter_mut().zip(axes) {
            *along = dot(axis, &centred);
        }
        work.take(self.axes.len());
        coordinates
    }
}

fn add(to: &mut [f32], times: f32, row: &[f32]) {
    for (to, x) in to.iter_mut().zip(row) {
        *to += times * x;
    }
}

/// False if the vector is too short to have a direction.
fn normalise(vector: &mut [f32]) -> bool {
    let length = dot(vector, vector).sqrt();
    let is_direction = length.is_normal();
    if is_direction {
        vector.iter_mut().for_each(|x| *x /= length);
    }
    is_direction
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Random;

    #[test]
    fn axes_are_orthonormal_and_as_many_as_there_can_be() {
        let mut random = Random::new(1);
        for (rows, channels, expected) in [(300, 40, AXES), (300, 5, 5), (4, 40, 3), (1, 7, 0)] {
            let data = (0..rows * channels).map(|_| random.unit()).collect();
            let features = Features::new(rows, channels, data).expect("fits");
            let images: Vec<usize> = (0..rows).collect();
            let mut axes = Axes::default();
            while !axes.add(&features, &images, &mut Work(0)) {}
            let all: Vec<&[f32]> = axes.axes.chunks_exact(channels).collect();
            assert_eq!(all.len(), expected, "{rows} x {channels}");
            for (i, a) in all.iter().enumerate() {
                for (j, b) in all.iter().enumerate() {
                    let expected = f32::from(u8::from(i == j));
                    assert!((dot(a, b) - expected).abs() < 1e-5, "{i} {j}");
                }
            }
        }
    }
}
