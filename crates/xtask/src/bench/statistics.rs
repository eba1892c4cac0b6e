//! Summary statistics of repeated measurements.

/// The median, and how far the measurements lie apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Summary {
    /// The middle one, or the mean of the middle two.
    pub(super) median: f64,
    /// From the 10th to the 90th percentile, as a share of the median; none for fewer than three measurements.
    pub(super) spread: Option<f64>,
}

impl Summary {
    /// `None` of nothing.
    pub(super) fn of(samples: &[f64]) -> Option<Self> {
        let mut sorted = samples.to_vec();
        sorted.sort_by(f64::total_cmp);
        let median = percentile(&sorted, 0.5)?;
        let width = percentile(&sorted, 0.9)? - percentile(&sorted, 0.1)?;
        Some(Self {
            median,
            spread: (sorted.len() >= 3 && median != 0.0).then(|| width / median),
        })
    }
}

/// A percentile of sorted numbers, between the two nearest.
fn percentile(sorted: &[f64], share: f64) -> Option<f64> {
    let place = share * sorted.len().checked_sub(1)? as f64;
    let (low, high) = (place.floor(), place.ceil());
    let (a, b) = (sorted[low as usize], sorted[high as usize]);
    Some(a + (b - a) * (place - low))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_and_spreads() {
        assert_eq!(Summary::of(&[]), None);
        let one = Summary::of(&[4.0]).expect("one");
        assert_eq!((one.median, one.spread), (4.0, None));
        assert_eq!(Summary::of(&[1.0, 3.0]).expect("two").median, 2.0);
        let many: Vec<f64> = (0..=10).rev().map(f64::from).collect();
        let many = Summary::of(&many).expect("eleven");
        assert_eq!((many.median, many.spread), (5.0, Some(8.0 / 5.0)));
    }

    #[test]
    fn an_outlier_moves_nothing() {
        let calm = Summary::of(&[10.0, 10.0, 10.0, 10.0, 10.0]).expect("five");
        let stirred = Summary::of(&[10.0, 10.0, 900.0, 10.0, 10.0]).expect("five");
        assert_eq!(calm.median, stirred.median);
    }
}
