//! A figure that was measured with every seed.

use modulens_schema::Interval;
use serde::{Deserialize, Serialize};

use super::super::intervals;

/// The mean of a figure over seeds, its interval, and its difference from another method.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OverSeeds {
    /// The mean.
    pub mean: f64,
    /// 95 % interval over seeds; nothing with one seed.
    pub ci95: Option<Interval>,
    /// The figure of each seed.
    pub per_seed: Vec<f64>,
    /// The mean difference from the reference method, seed by seed, if one was named.
    pub difference: Option<f64>,
    /// 95 % interval of that; nothing with one seed.
    pub difference_ci95: Option<Interval>,
}

impl OverSeeds {
    /// Puts the figures of all seeds together.
    pub(super) fn of(seeds: impl Iterator<Item = f64>) -> Self {
        let seeds: Vec<f64> = seeds.collect();
        Self {
            mean: rounded(intervals::mean(&seeds)),
            ci95: intervals::of_seeds(&seeds).map(rounded_interval),
            per_seed: seeds.into_iter().map(rounded).collect(),
            difference: None,
            difference_ci95: None,
        }
    }

    /// Holds the figure against that of another method with the same seeds.
    pub(super) fn hold_against(&mut self, theirs: &Self) {
        if self.per_seed.len() != theirs.per_seed.len() {
            return;
        }
        let pairs = self.per_seed.iter().zip(&theirs.per_seed);
        let apart: Vec<f64> = pairs.map(|(ours, theirs)| ours - theirs).collect();
        self.difference = Some(rounded(intervals::mean(&apart)));
        self.difference_ci95 = intervals::of_seeds(&apart).map(rounded_interval);
    }
}

/// A figure with as many digits as are written.
pub(super) fn rounded(figure: f64) -> f64 {
    (figure * 1e6).round() / 1e6
}

fn rounded_interval(interval: Interval) -> Interval {
    Interval {
        low: rounded(interval.low),
        high: rounded(interval.high),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_those_of_each_seed() {
        let mut ours = OverSeeds::of([0.5, 0.6, 0.7].into_iter());
        ours.hold_against(&OverSeeds::of([0.4, 0.5, 0.6].into_iter()));
        assert_eq!((ours.mean, ours.difference), (0.6, Some(0.1)));
        // Seeds differ by ten points, the methods by exactly one ten-point step.
        let apart = ours.difference_ci95.expect("three seeds");
        assert!((apart.low - 0.1).abs() < 1e-6 && (apart.high - 0.1).abs() < 1e-6);
        assert!(ours.ci95.expect("three seeds").low < 0.5);

        let mut one = OverSeeds::of(std::iter::once(0.5));
        one.hold_against(&ours);
        assert_eq!((one.ci95, one.difference), (None, None), "other seeds");
    }
}
