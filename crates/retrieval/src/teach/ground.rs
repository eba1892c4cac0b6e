//! What the images of a gallery are like before anything is taught: the scale of every channel, and some images that
//! stand for all of them.

use crate::RetrievalError;

/// Images that are looked at; a gallery with fewer is looked at as a whole.
pub const SAMPLE: usize = 1024;
/// Images that stand for the gallery when a task is learned.
pub const BACKGROUND: usize = 64;
/// A channel that varies by less than this share of what the liveliest one does counts as constant.
const CONSTANT: f64 = 1e-4;

/// The scale of a gallery's embeddings.
#[derive(Clone, Debug, PartialEq)]
pub struct Ground {
    /// Mean of every channel.
    pub(super) mean: Vec<f64>,
    /// What a channel's distance from its mean is multiplied with: one over its deviation, and over the square root of
    /// the number of channels that vary, so that an image's squared length is 1 on average. 0 where it is constant.
    pub(super) scale: Vec<f64>,
    /// The images looked at, ascending, and their standardised rows `[S, D]`.
    pub(super) sample: Vec<usize>,
    pub(super) rows: Vec<f64>,
}

impl Ground {
    /// The images to look at in a gallery of so many, ascending. Always the same ones.
    pub fn sample(images: usize) -> Vec<usize> {
        spread(images, SAMPLE).collect()
    }

    /// Looks at the embeddings `[S, dim]` of the images of a [`Ground::sample`].
    ///
    /// # Errors
    /// Not as many rows as images, or a value that is not finite.
    pub fn new(sample: Vec<usize>, embeddings: &[f32], dim: usize) -> Result<Self, RetrievalError> {
        let what = "the sample of embeddings";
        RetrievalError::length(what, embeddings.len(), sample.len().saturating_mul(dim))?;
        if embeddings.iter().any(|value| !value.is_finite()) {
            return Err(RetrievalError::NotFinite { what });
        }
        let images = sample.len().max(1) as f64;
        let rows = || embeddings.chunks_exact(dim.max(1));
        let mut mean = vec![0.0; dim];
        for row in rows() {
            for (mean, &value) in mean.iter_mut().zip(row) {
                *mean += f64::from(value) / images;
            }
        }
        let mut variance = vec![0.0; dim];
        for row in rows() {
            for ((variance, mean), &value) in variance.iter_mut().zip(&mean).zip(row) {
                *variance += (f64::from(value) - mean).powi(2) / images;
            }
        }
        let deviation: Vec<f64> = variance.iter().map(|variance| variance.sqrt()).collect();
        let liveliest = deviation.iter().copied().fold(0.0, f64::max);
        let varies = |deviation: f64| deviation > CONSTANT * liveliest;
        let varying = deviation.iter().filter(|&&one| varies(one)).count() as f64;
        let scale = deviation.iter().map(|&deviation| match varies(deviation) {
            true => 1.0 / (deviation * varying.sqrt()),
            false => 0.0,
        });
        let mut ground = Self {
            mean,
            scale: scale.collect(),
            sample,
            rows: Vec::new(),
        };
        ground.rows = ground.standardise(embeddings);
        Ok(ground)
    }

    /// Length of an embedding.
    pub fn dim(&self) -> usize {
        self.mean.len()
    }

    /// Embeddings `[n, D]` on the gallery's own scale.
    pub(super) fn standardise(&self, embeddings: &[f32]) -> Vec<f64> {
        let rows = embeddings.chunks_exact(self.dim().max(1));
        rows.flat_map(|row| {
            let scales = self.mean.iter().zip(&self.scale);
            row.iter()
                .zip(scales)
                .map(|(&value, (mean, scale))| (f64::from(value) - mean) * scale)
        })
        .collect()
    }

    /// Standardised images that stand for the gallery, none of them in `marked` (ascending).
    pub(super) fn background<'a>(&'a self, marked: &'a [usize]) -> impl Iterator<Item = &'a [f64]> {
        spread(self.sample.len(), BACKGROUND)
            .filter(|&place| marked.binary_search(&self.sample[place]).is_err())
            .map(|place| &self.rows[place * self.dim()..][..self.dim()])
    }
}

/// At most `count` of `0..n`, ascending, as far apart as they can be: a gallery may be sorted by what it shows.
fn spread(n: usize, count: usize) -> impl Iterator<Item = usize> {
    let count = count.min(n);
    // In 64 bits, so that no product overflows.
    (0..count).map(move |at| (at as u64 * n as u64 / count as u64) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Random;

    #[test]
    fn rows_are_centred_and_of_length_one_on_average() {
        let mut random = Random::new(3);
        let embeddings: Vec<f32> = (0..200)
            .flat_map(|_| [random.unit() * 40.0, 0.25, 3.0 + random.unit()])
            .collect();
        let ground = Ground::new((0..200).collect(), &embeddings, 3).expect("finite");
        assert_eq!(ground.scale[1], 0.0, "constant");
        let squares: f64 = ground.rows.iter().map(|value| value * value).sum();
        assert!((squares / 200.0 - 1.0).abs() < 1e-9, "{squares}");
        let sum: f64 = ground.rows.iter().step_by(3).sum();
        assert!(sum.abs() < 1e-9);
    }

    #[test]
    fn nothing_varies_in_one_image_or_none() {
        for rows in [0, 1, 5] {
            let embeddings = vec![0.5; rows * 2];
            let ground = Ground::new((0..rows).collect(), &embeddings, 2).expect("finite");
            assert_eq!(ground.scale, [0.0; 2]);
            assert!(ground.rows.iter().all(|&value| value == 0.0));
        }
        assert!(Ground::new(vec![0], &[f32::NAN], 1).is_err());
        assert!(Ground::new(vec![0], &[1.0], 2).is_err());
    }

    #[test]
    fn the_background_is_spread_and_leaves_out_what_is_marked() {
        let images = 5000;
        let sample = Ground::sample(images);
        assert_eq!((sample.len(), &sample), (SAMPLE, &Ground::sample(images)));
        let embeddings: Vec<f32> = sample.iter().map(|&image| image as f32).collect();
        let ground = Ground::new(sample, &embeddings, 1).expect("finite");
        let all: Vec<_> = ground.background(&[]).collect();
        assert_eq!(all.len(), BACKGROUND);
        assert!(all[0][0] < -0.9 && all[BACKGROUND - 1][0] > 0.9);
        assert_eq!(ground.background(&ground.sample).count(), 0);
    }
}
