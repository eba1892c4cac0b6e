//! What the network says about every picture under one task.

use std::sync::Arc;

use modulens_retrieval::Tally;

/// The calibrated probabilities of one task, and what follows from them.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    values: usize,
    /// `[N, V]`, row-major.
    probabilities: Arc<[f32]>,
}

impl Outcome {
    /// The outcome of a task with `values` values from its probabilities `[N, V]`.
    pub fn new(values: usize, probabilities: &[f32]) -> Self {
        Self {
            values,
            probabilities: probabilities.into(),
        }
    }

    /// Number of pictures.
    pub fn pictures(&self) -> usize {
        self.probabilities.len() / self.values.max(1)
    }

    /// Counts what is predicted for the pictures that are kept; without `keep`, for all.
    pub fn tally(&self, keep: Option<&[bool]>) -> Tally {
        Tally::new(&self.probabilities, self.values, keep)
    }

    /// The probabilities of one picture's values; empty where there is no such picture.
    pub fn row(&self, picture: usize) -> &[f32] {
        picture
            .checked_mul(self.values)
            .and_then(|start| self.probabilities.get(start..start + self.values))
            .unwrap_or_default()
    }

    /// The predicted value of a picture and its probability.
    pub fn prediction(&self, picture: usize) -> Option<(usize, f32)> {
        predict(self.row(picture))
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
        let outcome = Outcome::new(2, &[0.9, 0.1, 0.5, 0.5, 0.2, 0.8]);
        assert_eq!(outcome.pictures(), 3);
        assert_eq!(outcome.tally(None).counts, [2, 1]);
        assert_eq!(outcome.tally(Some(&[true, false, true])).counts, [1, 1]);
        assert_eq!(outcome.prediction(1), Some((0, 0.5)), "the first of equals");
        assert_eq!(outcome.prediction(2), Some((1, 0.8)));
        assert_eq!(outcome.prediction(3), None);
        assert_eq!(predict(&[]), None);
    }
}
