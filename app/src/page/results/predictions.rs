//! Predictions of one task for every image.

use std::sync::Arc;

use modulens_retrieval::FacetCounts;

/// The class probabilities of one task, calibrated.
#[derive(Clone, Debug, PartialEq)]
pub struct Predictions {
    values: usize,
    /// `[N, V]`, row-major.
    probabilities: Arc<[f32]>,
}

impl Predictions {
    /// The predictions of a task with `values` values from its probabilities `[N, V]`.
    pub fn new(values: usize, probabilities: &[f32]) -> Self {
        Self {
            values,
            probabilities: probabilities.into(),
        }
    }

    /// Number of images.
    pub fn images(&self) -> usize {
        self.probabilities.len() / self.values.max(1)
    }

    /// The facet counts of the images that are kept; without `keep`, of all.
    pub fn facet_counts(&self, keep: Option<&[bool]>) -> FacetCounts {
        FacetCounts::new(&self.probabilities, self.values, keep)
    }

    /// The probabilities of one image's values; empty where there is no such image.
    pub fn row(&self, image: usize) -> &[f32] {
        image
            .checked_mul(self.values)
            .and_then(|start| self.probabilities.get(start..start + self.values))
            .unwrap_or_default()
    }

    /// The predicted value of an image and its probability.
    pub fn prediction(&self, image: usize) -> Option<(usize, f32)> {
        predict(self.row(image))
    }
}

/// The most probable value and its probability; nothing where there are no values.
pub fn predict(probabilities: &[f32]) -> Option<(usize, f32)> {
    let value = most_probable(probabilities);
    probabilities
        .get(value)
        .map(|&probability| (value, probability))
}

/// The position of the greatest number, the first of equals.
fn most_probable(row: &[f32]) -> usize {
    row.iter()
        .enumerate()
        .fold((0, f32::NEG_INFINITY), |best, (at, &p)| {
            if p > best.1 { (at, p) } else { best }
        })
        .0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_probable_value_is_predicted() {
        let predictions = Predictions::new(2, &[0.9, 0.1, 0.5, 0.5, 0.2, 0.8]);
        assert_eq!(predictions.images(), 3);
        assert_eq!(predictions.facet_counts(None).counts, [2, 1]);
        assert_eq!(
            predictions.facet_counts(Some(&[true, false, true])).counts,
            [1, 1]
        );
        assert_eq!(
            predictions.prediction(1),
            Some((0, 0.5)),
            "the first of equals"
        );
        assert_eq!(predictions.prediction(2), Some((1, 0.8)));
        assert_eq!(predictions.prediction(3), None);
        assert_eq!(predict(&[]), None);
    }
}
