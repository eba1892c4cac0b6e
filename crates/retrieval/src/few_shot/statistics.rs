//! Feature statistics of a gallery: mean and scale of every channel, and a background sample of its images.

use crate::RetrievalError;

/// Images sampled for the statistics; of a gallery with fewer, all are.
pub const SAMPLE: usize = 1024;
/// Images that stand for the gallery when a classifier is fitted.
pub const BACKGROUND: usize = 64;
/// A channel whose deviation is below this share of the greatest deviation of its block counts as constant.
const CONSTANT: f64 = 1e-4;

/// Consecutive channels of a row that count together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Block {
    /// Number of channels.
    pub len: usize,
    /// Share of an image's mean squared length.
    pub share: f64,
}

/// Mean and scale of a gallery's rows, channel by channel.
#[derive(Clone, Debug, PartialEq)]
pub struct FeatureStatistics {
    /// Mean of every channel.
    pub(super) mean: Vec<f64>,
    /// Factor of a channel's distance from its mean: one over its deviation, and over the square root of the number of
    /// channels of its block that vary, so that the mean squared length of an image in this block is the block's share.
    /// 0 where the channel is constant.
    pub(super) scale: Vec<f64>,
    /// Number of channels of the first block.
    pub(super) first_block: usize,
    /// The sampled images, ascending, and their standardised rows `[S, D]`.
    pub(super) sample: Vec<usize>,
    pub(super) rows: Vec<f64>,
}

impl FeatureStatistics {
    /// The images to sample in a gallery of so many, ascending; deterministic.
    pub fn sample(images: usize) -> Vec<usize> {
        spread(images, SAMPLE).collect()
    }

    /// The statistics of the rows `[S, D]` of a [`FeatureStatistics::sample`], whose channels are those of all blocks.
    ///
    /// # Errors
    /// Not as many rows as images, or a value that is not finite.
    pub fn new(
        sample: Vec<usize>,
        table: &[f32],
        blocks: &[Block],
    ) -> Result<Self, RetrievalError> {
        let dim = blocks.iter().map(|block| block.len).sum();
        let what = "the sample of images";
        RetrievalError::length(what, table.len(), sample.len().saturating_mul(dim))?;
        if table.iter().any(|value| !value.is_finite()) {
            return Err(RetrievalError::NotFinite { what });
        }
        let images = sample.len().max(1) as f64;
        let rows = || table.chunks_exact(dim.max(1));
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
        let mut scale = Vec::with_capacity(dim);
        for block in blocks {
            let variance = &variance[scale.len()..][..block.len];
            scale.extend(block_scale(variance, block.share));
        }
        let mut statistics = Self {
            mean,
            scale,
            first_block: blocks.first().map_or(0, |block| block.len),
            sample,
            rows: Vec::new(),
        };
        statistics.rows = statistics.standardise(table);
        Ok(statistics)
    }

    /// Length `D` of a row.
    pub fn dim(&self) -> usize {
        self.mean.len()
    }

    /// Rows `[n, D]` on the gallery's own scale.
    pub(super) fn standardise(&self, table: &[f32]) -> Vec<f64> {
        let rows = table.chunks_exact(self.dim().max(1));
        rows.flat_map(|row| {
            let scales = self.mean.iter().zip(&self.scale);
            row.iter()
                .zip(scales)
                .map(|(&value, (mean, scale))| (f64::from(value) - mean) * scale)
        })
        .collect()
    }

    /// Standardised background images, none of them in `labelled` (ascending).
    pub(super) fn background<'a>(
        &'a self,
        labelled: &'a [usize],
    ) -> impl Iterator<Item = &'a [f64]> {
        spread(self.sample.len(), BACKGROUND)
            .filter(|&place| labelled.binary_search(&self.sample[place]).is_err())
            .map(|place| &self.rows[place * self.dim()..][..self.dim()])
    }
}

/// The factors of a block's channels, by their variances.
fn block_scale(variance: &[f64], share: f64) -> impl Iterator<Item = f64> {
    let deviation: Vec<f64> = variance.iter().map(|variance| variance.sqrt()).collect();
    let greatest = deviation.iter().copied().fold(0.0, f64::max);
    let varies = move |deviation: f64| deviation > CONSTANT * greatest;
    let varying = deviation.iter().filter(|&&one| varies(one)).count() as f64;
    deviation
        .into_iter()
        .map(move |deviation| match varies(deviation) {
            true => (share / varying).sqrt() / deviation,
            false => 0.0,
        })
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

    fn one_block(len: usize) -> [Block; 1] {
        [Block { len, share: 1.0 }]
    }

    #[test]
    fn rows_are_centred_and_of_length_one_on_average() {
        let mut random = Random::new(3);
        let embeddings: Vec<f32> = (0..200)
            .flat_map(|_| [random.unit() * 40.0, 0.25, 3.0 + random.unit()])
            .collect();
        let statistics = FeatureStatistics::new((0..200).collect(), &embeddings, &one_block(3));
        let statistics = statistics.expect("finite");
        assert_eq!(statistics.scale[1], 0.0, "constant");
        let squares: f64 = statistics.rows.iter().map(|value| value * value).sum();
        assert!((squares / 200.0 - 1.0).abs() < 1e-9, "{squares}");
        let sum: f64 = statistics.rows.iter().step_by(3).sum();
        assert!(sum.abs() < 1e-9);
    }

    #[test]
    fn nothing_varies_in_one_image_or_none() {
        for rows in [0, 1, 5] {
            let embeddings = vec![0.5; rows * 2];
            let statistics =
                FeatureStatistics::new((0..rows).collect(), &embeddings, &one_block(2));
            let statistics = statistics.expect("finite");
            assert_eq!(statistics.scale, [0.0; 2]);
            assert!(statistics.rows.iter().all(|&value| value == 0.0));
        }
        assert!(FeatureStatistics::new(vec![0], &[f32::NAN], &one_block(1)).is_err());
        assert!(FeatureStatistics::new(vec![0], &[1.0], &one_block(2)).is_err());
    }

    #[test]
    fn the_background_is_spread_and_leaves_out_labelled_images() {
        let images = 5000;
        let sample = FeatureStatistics::sample(images);
        assert_eq!(
            (sample.len(), &sample),
            (SAMPLE, &FeatureStatistics::sample(images))
        );
        let embeddings: Vec<f32> = sample.iter().map(|&image| image as f32).collect();
        let statistics = FeatureStatistics::new(sample, &embeddings, &one_block(1));
        let statistics = statistics.expect("finite");
        let all: Vec<_> = statistics.background(&[]).collect();
        assert_eq!(all.len(), BACKGROUND);
        assert!(all[0][0] < -0.9 && all[BACKGROUND - 1][0] > 0.9);
        assert_eq!(statistics.background(&statistics.sample).count(), 0);
    }

    #[test]
    fn every_block_has_its_share_of_the_length_however_many_channels_it_has() {
        // Two channels, one of them constant, and three on quite another scale.
        let table: Vec<f32> = (0..40)
            .flat_map(|image| {
                let turn = |by: usize| ((image * by) % 7) as f32;
                [turn(3), 0.25, 1e3 * turn(2), 1e3 * turn(5), 1e3 * turn(4)]
            })
            .collect();
        let block = |len, share| Block { len, share };
        let blocks = [block(2, 0.2), block(3, 0.8)];
        let statistics =
            FeatureStatistics::new((0..40).collect(), &table, &blocks).expect("finite");
        let mean_length = |channels: std::ops::Range<usize>| {
            let rows = statistics.rows.chunks_exact(5);
            let squares = rows.flat_map(|row| row[channels.clone()].iter().map(|one| one * one));
            squares.sum::<f64>() / 40.0
        };
        assert!(
            (mean_length(0..2) - 0.2).abs() < 1e-9,
            "{}",
            mean_length(0..2)
        );
        assert!(
            (mean_length(2..5) - 0.8).abs() < 1e-9,
            "{}",
            mean_length(2..5)
        );
        assert_eq!(statistics.scale[1], 0.0);
        assert!(FeatureStatistics::new(vec![0], &table[..5], &blocks[..1]).is_err());
    }
}
