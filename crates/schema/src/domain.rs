//! The domain of a network: a short description of the features of its training images.

use thiserror::Error;

/// The principal subspace of the features of a network's training images, each scaled to unit length, and the distance
/// from it that one in a hundred held-out images of their kind exceeds.
///
/// Direction `k` is `step[k] * basis[k]`, of about unit length.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainingDomain {
    /// Length `C` of an image's features.
    pub channels: usize,
    /// Mean of the unit features, `[C]`.
    pub mean: Vec<f32>,
    /// The directions in whole steps, `[K, C]`, row-major.
    pub basis: Vec<i8>,
    /// The step of each direction, `[K]`.
    pub step: Vec<f32>,
    /// The squared distance beyond which an image is out of the domain, above zero.
    pub threshold: f32,
}

/// A description of a domain whose parts do not fit together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the description of the training features does not fit together: {0}")]
pub struct TrainingDomainError(&'static str);

impl TrainingDomain {
    /// Checks that the parts have the lengths their shapes ask for, and hold finite numbers.
    ///
    /// # Errors
    /// Names the first part that does not fit.
    pub fn validate(&self) -> Result<(), TrainingDomainError> {
        let basis = self.step.len().checked_mul(self.channels);
        let finite = |values: &[f32]| values.iter().all(|value| value.is_finite());
        let problem = if self.channels == 0 || self.mean.len() != self.channels {
            "mean"
        } else if basis != Some(self.basis.len()) {
            "basis"
        } else if !finite(&self.mean) || !finite(&self.step) {
            "a number that is not finite"
        } else if !(self.threshold.is_finite() && self.threshold > 0.0) {
            "threshold"
        } else {
            return Ok(());
        };
        Err(TrainingDomainError(problem))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_the_wrong_length_is_named() {
        let good = TrainingDomain {
            channels: 3,
            mean: vec![0.1; 3],
            basis: vec![1; 6],
            step: vec![0.01; 2],
            threshold: 0.2,
        };
        assert_eq!(good.validate(), Ok(()));
        let problem = |change: fn(&mut TrainingDomain)| {
            let mut bad = good.clone();
            change(&mut bad);
            bad.validate().map_err(|error| error.0)
        };
        assert_eq!(problem(|bad| bad.channels = 0), Err("mean"));
        assert_eq!(problem(|bad| bad.basis.truncate(5)), Err("basis"));
        assert_eq!(problem(|bad| bad.threshold = 0.0), Err("threshold"));
        assert_eq!(
            problem(|bad| bad.step[1] = f32::NAN),
            Err("a number that is not finite")
        );
    }
}
