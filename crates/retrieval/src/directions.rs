//! Similarity to an example straight from the features.
//!
//! Without a rectifier before an embedding's mask, the embedding of an image under a task is affine in its
//! features: `e = S (W M x + b)`, with the task's modulation `M` of the features and `S` of the embedding. The cosine
//! between the unit embedding `q` of an example and that of an image is then
//!
//! ```text
//! q . e / |e| = (u . x + c) / |e|,    u = M W' S q,    c = q . S b
//! ```
//!
//! so that one product of `C` numbers per image and task takes the place of the `D` that embed it, and no embedding is
//! kept: all that is needed again is the length `|e|`, one number per image and task.

use std::ops::Range;

use wide::f32x8;

use crate::kernel::{dot, multiply, padded, panels};
use crate::{RetrievalError, Tail};

/// Images whose products are held at a time.
const BLOCK: usize = 32;

/// The directions in the space of the features that images are compared along, one per task.
#[derive(Clone, Debug)]
pub(crate) struct Directions {
    /// The tasks, one after the other.
    tasks: Range<usize>,
    channels: usize,
    /// `[T, C]`, row-major.
    weight: Vec<f32>,
    /// [`panels`] of the weights; none for a single task, which [`dot`] reads faster.
    panels: Vec<f32x8>,
    /// One number per task, padded.
    start: Vec<f32>,
}

impl Tail {
    /// True if an embedding is affine in the features up to its length: no rectifier stands before its mask.
    pub fn is_linear(&self) -> bool {
        !self.folded().rectified
    }

    /// The directions for an example under some tasks; the tail is linear.
    ///
    /// # Errors
    /// No such task, features of another length, or an embedding that is not finite.
    pub(crate) fn directions(
        &self,
        tasks: Range<usize>,
        example: &[f32],
    ) -> Result<Directions, RetrievalError> {
        let channels = self.channels();
        let mut weight = Vec::with_capacity(tasks.len() * channels);
        let mut start = Vec::with_capacity(padded(tasks.len()));
        for task in tasks.clone() {
            let (direction, bias) = self.direction(task, example)?;
            weight.extend(direction);
            start.push(bias);
        }
        start.resize(padded(tasks.len()), 0.0);
        let panels = match tasks.len() {
            0 | 1 => Vec::new(),
            count => panels(&weight, count, channels),
        };
        Ok(Directions {
            tasks,
            channels,
            weight,
            panels,
            start,
        })
    }

    /// `u` and `c` of an example under one task, summed in `f64`: what the sum over the embedding cancels is not lost.
    fn direction(&self, task: usize, example: &[f32]) -> Result<(Vec<f32>, f32), RetrievalError> {
        let unit = self.unit(task, example)?;
        let folded = self.folded();
        let (channels, embedding) = (folded.channels, folded.embedding);
        let mask = &folded.embedding_scale[task * embedding..][..embedding];
        let mut direction = vec![0.0_f64; channels];
        let mut bias = 0.0_f64;
        let rows = folded.weight.chunks_exact(channels);
        for (((&unit, &mask), row), &b) in unit.iter().zip(mask).zip(rows).zip(&folded.bias) {
            let masked = f64::from(unit) * f64::from(mask);
            bias += masked * f64::from(b);
            for (sum, &weight) in direction.iter_mut().zip(row) {
                *sum += masked * f64::from(weight);
            }
        }
        let scale = &folded.feature_scale[task * channels..][..channels];
        let scaled = direction.iter().zip(scale);
        let direction = scaled.map(|(&sum, &scale)| (sum * f64::from(scale)) as f32);
        Ok((direction.collect(), bias as f32))
    }

    /// The embedding of an example, `[D]`.
    ///
    /// # Errors
    /// No such task, features of another length, or an embedding that is not finite.
    pub(crate) fn unit(&self, task: usize, example: &[f32]) -> Result<Vec<f32>, RetrievalError> {
        let mut unit = vec![0.0; self.embedding()];
        self.embed(example, task, &mut unit)?;
        if unit.iter().any(|value| !value.is_finite()) {
            return Err(RetrievalError::NotFinite {
                what: "the example's embedding",
            });
        }
        Ok(unit)
    }
}

impl Directions {
    /// The tasks.
    pub(crate) fn tasks(&self) -> Range<usize> {
        self.tasks.clone()
    }

    /// Adds, for images by their features `[n, C]`, the sum over the tasks of the cosines to the example. `lengths` are
    /// those of the embeddings of the same images, a list per task.
    pub(crate) fn add_cosines(&self, features: &[f32], lengths: &[&[f32]], sums: &mut Vec<f32>) {
        if let [lengths] = lengths {
            let bias = self.start.first().copied().unwrap_or_default();
            let rows = features.chunks_exact(self.channels).zip(*lengths);
            sums.extend(rows.map(|(row, length)| (dot(&self.weight, row) + bias) / length));
            return;
        }
        let width = self.start.len();
        let mut products = vec![0.0; BLOCK * width];
        for (block, features) in features.chunks(BLOCK * self.channels).enumerate() {
            let rows = features.len() / self.channels;
            let products = &mut products[..rows * width];
            multiply(features, self.channels, &self.panels, &self.start, products);
            let first = block * BLOCK;
            for (row, products) in products.chunks_exact(width).enumerate() {
                let parts = products.iter().zip(lengths);
                sums.push(
                    parts
                        .map(|(&part, lengths)| part / lengths[first + row])
                        .sum(),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use modulens_schema::FoldedTail;

    use super::*;
    use crate::Random;

    #[test]
    fn directions_give_the_cosines_of_the_embeddings() {
        let mut random = Random::new(5);
        for (tasks, channels, embedding, images) in [
            (1, 3, 2, 1),
            (2, 12, 8, 33),
            (3, 40, 16, 64),
            (9, 17, 5, 70),
        ] {
            let mut draw = |n: usize, low: f32, high: f32| {
                (0..n)
                    .map(|_| low + (high - low) * random.unit())
                    .collect::<Vec<f32>>()
            };
            let tail = Tail::new(FoldedTail {
                tasks,
                channels,
                embedding,
                rectified: false,
                feature_scale: draw(tasks * channels, 0.0, 2.0),
                weight: draw(embedding * channels, -0.5, 0.5),
                bias: draw(embedding, -0.3, 0.3),
                embedding_scale: draw(tasks * embedding, 0.0, 1.5),
            })
            .expect("fits together");
            assert!(tail.is_linear());
            let features = draw(images * channels, 0.0, 2.0);
            let example = draw(channels, 0.0, 2.0);
            let mut lengths = vec![Vec::new(); tasks];
            let mut expected = vec![0.0; images];
            for (task, lengths) in lengths.iter_mut().enumerate() {
                let mut rows = vec![0.0; images * embedding];
                tail.embed_rows_with_lengths(&features, task, &mut rows, lengths)
                    .expect("fits");
                let unit = tail.unit(task, &example).expect("finite");
                for (sum, row) in expected.iter_mut().zip(rows.chunks_exact(embedding)) {
                    *sum += dot(&unit, row);
                }
            }
            let all: Vec<&[f32]> = lengths.iter().map(Vec::as_slice).collect();
            let directions = tail.directions(0..tasks, &example).expect("fits");
            let mut sums = Vec::new();
            directions.add_cosines(&features, &all, &mut sums);
            for (image, (sum, expected)) in sums.iter().zip(&expected).enumerate() {
                assert!(
                    (sum - expected).abs() < 1e-5,
                    "{tasks} tasks, image {image}"
                );
            }
            // A row by itself gives the same bits.
            let last: Vec<&[f32]> = all.iter().map(|it| &it[images - 1..]).collect();
            let mut alone = Vec::new();
            let row = &features[(images - 1) * channels..];
            directions.add_cosines(row, &last, &mut alone);
            assert_eq!(alone, sums[images - 1..]);
        }
    }
}
