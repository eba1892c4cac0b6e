//! Bootstrap intervals: the error of a figure because other images might have been in the split.
//!
//! Triplets share images, so they are not independent, and resampling triplets would promise far too narrow
//! an interval. Images are resampled instead: a replicate draws as many images as there are, with
//! replacement, and a triplet counts as often as its anchor, times its positive, times its negative were
//! drawn. The interval goes from the 2.5th to the 97.5th percentile of the replicates' weighted accuracies.
//! The triplets themselves are a sample too, whose error the weights multiply (by about 2.6), so the interval
//! errs to the wide side unless there are many: 60,000 of 3,300 images widen it by about a sixth.

use modulens_schema::Interval;

use super::Triplet;
use crate::Random;

/// Draws of each image in each replicate; the same draws serve every task.
#[derive(Clone, Debug)]
pub struct Bootstrap {
    images: usize,
    /// `[replicates, images]`.
    counts: Vec<u8>,
}

impl Bootstrap {
    /// Draws the replicates.
    pub fn new(images: usize, replicates: usize, seed: u64) -> Self {
        // The stream of this purpose is no task's: those are hashes of names.
        let mut random = Random::stream(seed, u64::MAX);
        let mut counts = vec![0_u8; images.saturating_mul(replicates)];
        for replicate in counts.chunks_exact_mut(images.max(1)) {
            for _ in 0..images {
                let count = &mut replicate[random.below(images)];
                *count = count.saturating_add(1);
            }
        }
        Self { images, counts }
    }

    /// The 95 % interval of the share of `correct` among the triplets; `None` where no replicate holds any.
    pub fn interval(&self, triplets: &[Triplet], correct: &[bool]) -> Option<Interval> {
        interval95(self.shares(triplets, correct).into_iter().flatten())
    }

    /// The share of `correct` among the triplets in each replicate; `None` where a replicate holds none.
    pub fn shares(&self, triplets: &[Triplet], correct: &[bool]) -> Vec<Option<f64>> {
        self.counts
            .chunks_exact(self.images.max(1))
            .map(|counts| {
                let count =
                    |image: u32| u64::from(counts.get(image as usize).copied().unwrap_or(0));
                let (mut right, mut all) = (0_u64, 0_u64);
                for (triplet, &correct) in triplets.iter().zip(correct) {
                    let times =
                        count(triplet.anchor) * count(triplet.positive) * count(triplet.negative);
                    all += times;
                    right += times * u64::from(correct);
                }
                (all > 0).then(|| right as f64 / all as f64)
            })
            .collect()
    }
}

/// From the 2.5th to the 97.5th percentile of some replicates; `None` where there are none.
pub fn interval95(replicates: impl IntoIterator<Item = f64>) -> Option<Interval> {
    let mut sorted: Vec<f64> = replicates.into_iter().collect();
    sorted.sort_by(f64::total_cmp);
    Some(Interval {
        low: percentile(&sorted, 0.025)?,
        high: percentile(&sorted, 0.975)?,
    })
}

/// A percentile of sorted values, interpolated between its neighbours.
fn percentile(sorted: &[f64], fraction: f64) -> Option<f64> {
    let place = fraction * sorted.len().checked_sub(1)? as f64;
    let below = sorted.get(place.floor() as usize)?;
    let above = sorted.get(place.ceil() as usize)?;
    Some(below + (above - below) * place.fract())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::TripletGenerator;

    #[test]
    fn percentiles_interpolate() {
        assert_eq!(percentile(&[0.0, 1.0, 2.0], 0.5), Some(1.0));
        assert_eq!(percentile(&[0.0, 1.0], 0.25), Some(0.25));
        assert_eq!(percentile(&[7.0], 0.975), Some(7.0));
        assert_eq!(percentile(&[], 0.5), None);
    }

    #[test]
    fn replicates_draw_as_many_images_as_there_are() {
        let bootstrap = Bootstrap::new(100, 20, 5);
        for replicate in bootstrap.counts.chunks_exact(100) {
            assert_eq!(
                replicate.iter().map(|&count| u32::from(count)).sum::<u32>(),
                100
            );
        }
    }

    #[test]
    fn certainty_has_no_width_and_few_images_have_much() {
        let interval = |images: usize, wrong_every: u32| {
            let labels: Vec<Option<u8>> = (0..images).map(|i| Some((i % 2) as u8)).collect();
            let triplets: Vec<Triplet> = TripletGenerator::new(&labels, 1, 1)
                .expect("enough")
                .take(40_000)
                .collect();
            // The anchor decides, so that the figure really depends on which images there are.
            let correct: Vec<bool> = triplets
                .iter()
                .map(|triplet| triplet.anchor % 10 >= wrong_every)
                .collect();
            Bootstrap::new(images, 200, 2)
                .interval(&triplets, &correct)
                .expect("an interval")
        };
        let sure = interval(50, 0);
        assert_eq!((sure.low, sure.high), (1.0, 1.0));
        let (few, many) = (interval(40, 2), interval(1000, 2));
        assert!(few.low < 0.8 && 0.8 < few.high, "{few:?}");
        assert!(many.low < 0.8 && 0.8 < many.high, "{many:?}");
        assert!(
            few.high - few.low > 3.0 * (many.high - many.low),
            "{few:?} {many:?}"
        );
        // 40 anchors with a share of 0.8: sqrt(0.8 * 0.2 / 40) = 0.063, so about 0.25 from end to end. A
        // bootstrap of the 40,000 triplets would have said 0.008.
        assert!((0.15..0.4).contains(&(few.high - few.low)), "{few:?}");
    }

    #[test]
    fn nothing_has_no_interval() {
        assert!(Bootstrap::new(10, 10, 1).interval(&[], &[]).is_none());
        assert!(Bootstrap::new(0, 10, 1).interval(&[], &[]).is_none());
    }
}
