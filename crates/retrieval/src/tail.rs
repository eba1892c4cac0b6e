//! From an image's features to its embedding under a task, without the network.

use std::borrow::Cow;

use modulens_schema::Features;
use modulens_schema::{FoldedTail, UNIT_EPSILON};
use wide::f32x8;

use crate::kernel::{LANES, multiply, padded, panels};
use crate::{Embeddings, RetrievalError};

/// Rows embedded at once: their features and results stay in the first-level cache.
const BLOCK: usize = 32;

/// The folded tail of a network, ready to run.
#[derive(Clone, Debug, PartialEq)]
pub struct Tail {
    folded: FoldedTail,
}

/// The tail of one task: its scale of the features multiplied into the weights.
struct TaskTail<'a> {
    channels: usize,
    embedding: usize,
    panels: Vec<f32x8>,
    bias: Vec<f32>,
    /// The least value of an embedding before its scale: 0 with a rectifier.
    floor: f32,
    scale: Cow<'a, [f32]>,
}

impl Tail {
    /// A tail from its folded form.
    ///
    /// # Errors
    /// Its parts do not fit together, are empty, or hold something that is not a finite number.
    pub fn new(folded: FoldedTail) -> Result<Self, RetrievalError> {
        folded.validate().map_err(|error| RetrievalError::Length {
            what: error.part,
            found: error.found,
            expected: error.expected,
        })?;
        for (what, size) in [
            ("the number of tasks", folded.tasks),
            ("the number of channels", folded.channels),
            ("the length of an embedding", folded.embedding),
        ] {
            if size == 0 {
                return Err(RetrievalError::Length {
                    what,
                    found: 0,
                    expected: 1,
                });
            }
        }
        let parts = [
            &folded.feature_scale,
            &folded.weight,
            &folded.bias,
            &folded.embedding_scale,
        ];
        if parts.into_iter().flatten().any(|value| !value.is_finite()) {
            return Err(RetrievalError::NotFinite { what: "the tail" });
        }
        Ok(Self { folded })
    }

    /// Number of tasks.
    pub fn tasks(&self) -> usize {
        self.folded.tasks
    }

    /// Length `C` of an image's features.
    pub fn channels(&self) -> usize {
        self.folded.channels
    }

    /// Length `D` of an embedding.
    pub fn embedding(&self) -> usize {
        self.folded.embedding
    }

    /// The folded form.
    pub fn folded(&self) -> &FoldedTail {
        &self.folded
    }

    /// Embeds one image: `features` is `[C]`, `out` is `[D]`.
    ///
    /// Bit for bit what [`Tail::embed_rows`] gives for the same features.
    ///
    /// # Errors
    /// No such task, or a slice of another length.
    pub fn embed(
        &self,
        features: &[f32],
        task: usize,
        out: &mut [f32],
    ) -> Result<(), RetrievalError> {
        self.task(task)?.embed_rows(features, out, 1)
    }

    /// Embeds many images: `features` is `[N, C]`, `out` is `[N, D]`, both row-major.
    ///
    /// # Errors
    /// No such task, or slices whose lengths do not fit.
    pub fn embed_rows(
        &self,
        features: &[f32],
        task: usize,
        out: &mut [f32],
    ) -> Result<(), RetrievalError> {
        self.task(task)?
            .embed_rows(features, out, features.len() / self.folded.channels)
    }

    /// Embeds many images, and adds the length that each embedding had before it was brought to unit length.
    ///
    /// # Errors
    /// As [`Tail::embed_rows`].
    pub(crate) fn embed_rows_with_lengths(
        &self,
        features: &[f32],
        task: usize,
        out: &mut [f32],
        lengths: &mut Vec<f32>,
    ) -> Result<(), RetrievalError> {
        let rows = features.len() / self.folded.channels;
        self.task(task)?
            .embed_each(features, out, rows, |length| lengths.push(length))
    }

    /// Embeds many images without modulation: every scale is 1. User tasks build on it.
    ///
    /// # Errors
    /// Slices whose lengths do not fit.
    pub fn embed_rows_unmodulated(
        &self,
        features: &[f32],
        out: &mut [f32],
    ) -> Result<(), RetrievalError> {
        let plain = Cow::Owned(vec![1.0; self.folded.embedding]);
        self.prepared(&self.folded.weight, plain).embed_rows(
            features,
            out,
            features.len() / self.folded.channels,
        )
    }

    /// Embeds all images of a gallery under one task.
    ///
    /// # Errors
    /// No such task, or features of another length than the tail's.
    pub fn embed_all(
        &self,
        features: &Features,
        task: usize,
    ) -> Result<Embeddings, RetrievalError> {
        RetrievalError::length(
            "an image's features",
            features.channels,
            self.folded.channels,
        )?;
        let mut data = vec![0.0; features.rows.saturating_mul(self.folded.embedding)];
        self.embed_rows(&features.data, task, &mut data)?;
        Embeddings::from_unit_rows(features.rows, self.folded.embedding, data)
    }

    /// Prepares one task.
    fn task(&self, task: usize) -> Result<TaskTail<'_>, RetrievalError> {
        let FoldedTail {
            tasks,
            channels,
            embedding,
            ..
        } = self.folded;
        if task >= tasks {
            return Err(RetrievalError::NoTask { task, tasks });
        }
        let feature_scale = &self.folded.feature_scale[task * channels..][..channels];
        let scaled: Vec<f32> = self
            .folded
            .weight
            .chunks_exact(channels)
            .flat_map(|row| {
                row.iter()
                    .zip(feature_scale)
                    .map(|(weight, scale)| weight * scale)
            })
            .collect();
        let scale = &self.folded.embedding_scale[task * embedding..][..embedding];
        Ok(self.prepared(&scaled, Cow::Borrowed(scale)))
    }

    /// A tail with these weights `[D, C]` and this scale of the embedding.
    fn prepared<'a>(&self, weight: &[f32], scale: Cow<'a, [f32]>) -> TaskTail<'a> {
        let FoldedTail {
            channels,
            embedding,
            ..
        } = self.folded;
        let mut bias = self.folded.bias.clone();
        bias.resize(padded(embedding), 0.0);
        TaskTail {
            channels,
            embedding,
            panels: panels(weight, embedding, channels),
            bias,
            floor: if self.folded.rectified {
                0.0
            } else {
                f32::NEG_INFINITY
            },
            scale,
        }
    }
}

impl TaskTail<'_> {
    fn embed_rows(
        &self,
        features: &[f32],
        out: &mut [f32],
        rows: usize,
    ) -> Result<(), RetrievalError> {
        self.embed_each(features, out, rows, |_| {})
    }

    /// Embeds images and tells the length of each embedding before it was brought to unit length.
    fn embed_each(
        &self,
        features: &[f32],
        out: &mut [f32],
        rows: usize,
        mut tell: impl FnMut(f32),
    ) -> Result<(), RetrievalError> {
        let needed = rows.saturating_mul(self.channels);
        RetrievalError::length("the features", features.len(), needed)?;
        RetrievalError::length(
            "the embeddings",
            out.len(),
            rows.saturating_mul(self.embedding),
        )?;
        let width = self.bias.len();
        let mut sums = vec![0.0; width * BLOCK.min(rows)];
        for (features, out) in features
            .chunks(BLOCK * self.channels)
            .zip(out.chunks_mut(BLOCK * self.embedding))
        {
            let sums = &mut sums[..features.len() / self.channels * width];
            multiply(features, self.channels, &self.panels, &self.bias, sums);
            for (sums, out) in sums
                .chunks_exact(width)
                .zip(out.chunks_exact_mut(self.embedding))
            {
                tell(self.finish(sums, out));
            }
        }
        Ok(())
    }

    /// Rectifies where the network does, scales and brings to unit length. Returns the length before.
    fn finish(&self, sums: &[f32], out: &mut [f32]) -> f32 {
        let mut squares = [0.0_f32; LANES];
        for (at, ((out, &sum), &scale)) in out.iter_mut().zip(sums).zip(&*self.scale).enumerate() {
            *out = scale * sum.max(self.floor);
            squares[at % LANES] += *out * *out;
        }
        let length = squares.iter().sum::<f32>().max(UNIT_EPSILON).sqrt();
        for value in out {
            *value /= length;
        }
        length
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Random;

    /// Rectified or not by the number of tasks, so that both are tried.
    fn tail(tasks: usize, channels: usize, embedding: usize, random: &mut Random) -> Tail {
        let mut draw = |n: usize, low: f32, high: f32| {
            (0..n)
                .map(|_| low + (high - low) * random.unit())
                .collect::<Vec<f32>>()
        };
        Tail::new(FoldedTail {
            tasks,
            channels,
            embedding,
            rectified: tasks % 2 == 1,
            feature_scale: draw(tasks * channels, 0.0, 2.0),
            weight: draw(embedding * channels, -0.5, 0.5),
            bias: draw(embedding, -0.1, 0.3),
            embedding_scale: draw(tasks * embedding, 0.0, 1.5),
        })
        .expect("fits together")
    }

    /// The formula in the documentation of [`FoldedTail`], in f64 and without haste.
    fn plain(tail: &FoldedTail, features: &[f32], task: usize) -> Vec<f64> {
        let c = tail.channels;
        let mut out: Vec<f64> = (0..tail.embedding)
            .map(|d| {
                let sum: f64 = (0..c)
                    .map(|i| {
                        f64::from(tail.weight[d * c + i])
                            * f64::from(tail.feature_scale[task * c + i])
                            * f64::from(features[i])
                    })
                    .sum();
                let scale = f64::from(tail.embedding_scale[task * tail.embedding + d]);
                let value = sum + f64::from(tail.bias[d]);
                scale
                    * if tail.rectified {
                        value.max(0.0)
                    } else {
                        value
                    }
            })
            .collect();
        let squares: f64 = out.iter().map(|x| x * x).sum();
        let length = squares.max(f64::from(UNIT_EPSILON)).sqrt();
        out.iter_mut().for_each(|x| *x /= length);
        out
    }

    #[test]
    fn the_fast_tail_equals_the_formula_and_single_rows_equal_batches() {
        let mut random = Random::new(5);
        for (tasks, channels, embedding, rows) in [
            (3, 16, 8, 70),
            (2, 5, 3, 1),
            (1, 128, 64, 33),
            (2, 7, 13, 6),
        ] {
            let tail = tail(tasks, channels, embedding, &mut random);
            let features: Vec<f32> = (0..rows * channels).map(|_| random.unit() * 3.0).collect();
            let features = Features::new(rows, channels, features).expect("fits");
            for task in 0..tasks {
                let all = tail.embed_all(&features, task).expect("embeds");
                for row in 0..rows {
                    let mut one = vec![0.0; embedding];
                    tail.embed(features.row(row), task, &mut one)
                        .expect("embeds");
                    assert_eq!(one, all.row(row), "alone or with others");
                    for (fast, plain) in
                        one.iter().zip(plain(&tail.folded, features.row(row), task))
                    {
                        assert!((f64::from(*fast) - plain).abs() < 2e-6, "{fast} {plain}");
                    }
                }
            }
        }
    }

    #[test]
    fn without_modulation_every_scale_is_one() {
        let mut random = Random::new(9);
        let modulated = tail(3, 9, 5, &mut random);
        let mut folded = modulated.folded.clone();
        folded.feature_scale.fill(1.0);
        folded.embedding_scale.fill(1.0);
        let plain = Tail::new(folded).expect("fits together");
        let features: Vec<f32> = (0..7 * 9).map(|_| random.unit()).collect();
        let (mut ours, mut theirs) = ([0.0; 35], [0.0; 35]);
        modulated
            .embed_rows_unmodulated(&features, &mut ours)
            .expect("embeds");
        plain.embed_rows(&features, 1, &mut theirs).expect("embeds");
        assert_eq!(ours, theirs);
        assert!(
            modulated
                .embed_rows_unmodulated(&features, &mut ours[1..])
                .is_err()
        );
    }

    #[test]
    fn a_dead_embedding_stays_finite() {
        let mut random = Random::new(6);
        let mut folded = tail(1, 4, 4, &mut random).folded;
        folded.embedding_scale.fill(0.0);
        let tail = Tail::new(folded).expect("fits together");
        let mut out = [1.0; 4];
        tail.embed(&[1.0; 4], 0, &mut out).expect("embeds");
        assert_eq!(out, [0.0; 4]);
    }

    #[test]
    fn misfits_are_errors() {
        let mut random = Random::new(8);
        let tail = tail(2, 4, 4, &mut random);
        let mut out = [0.0; 4];
        assert!(matches!(
            tail.embed(&[0.0; 4], 2, &mut out),
            Err(RetrievalError::NoTask { task: 2, tasks: 2 })
        ));
        assert!(tail.embed(&[0.0; 3], 0, &mut out).is_err());
        assert!(tail.embed_rows(&[0.0; 8], 0, &mut out).is_err());
        assert!(tail.embed_rows(&[0.0; 9], 0, &mut out).is_err());
        assert!(
            tail.embed_rows(&[], 0, &mut []).is_ok(),
            "an empty gallery is no error"
        );
        let mut folded = tail.folded.clone();
        folded.weight[0] = f32::INFINITY;
        assert!(Tail::new(folded).is_err());
        let mut folded = tail.folded.clone();
        folded.bias.push(0.0);
        assert!(Tail::new(folded).is_err());
    }
}
