//! Images of another kind than the training images, told by their features.
//!
//! The score is the residual of Wang et al., "`ViM`: Out-Of-Distribution with Virtual-logit Matching" (CVPR 2022, section 4):
//! the part of an image's features that lies outside the principal subspace of the training features. Features are scaled
//! to unit length first, since those of other images are often just shorter. `docs/out-of-domain.md` compares it with
//! other scores.

mod fit;

pub(crate) use fit::centre;
pub use fit::{fit, principal_directions};

use modulens_schema::TrainingDomain;

use crate::RetrievalError;
use crate::kernel::dot;

/// The distance of images from the training images of a network.
#[derive(Clone, Debug, PartialEq)]
pub struct DomainDistance {
    channels: usize,
    /// The mean, then the directions, `[1 + K, C]`.
    rows: Vec<f32>,
    /// The product of each row and the mean, `[1 + K]`.
    offsets: Vec<f32>,
    threshold: f32,
}

impl DomainDistance {
    /// The distance from the training images that a description speaks of.
    ///
    /// # Errors
    /// Parts of the description do not fit together.
    pub fn new(domain: &TrainingDomain) -> Result<Self, RetrievalError> {
        let (channels, directions) = (domain.channels, domain.step.len());
        RetrievalError::length("the mean of a domain", domain.mean.len(), channels)?;
        let basis = directions.saturating_mul(channels);
        RetrievalError::length("the basis of a domain", domain.basis.len(), basis)?;
        let mut rows = domain.mean.clone();
        for (at, &steps) in domain.basis.iter().enumerate() {
            rows.push(f32::from(steps) * domain.step[at / channels]);
        }
        let offsets = products(&rows, &domain.mean);
        Ok(Self {
            channels,
            rows,
            offsets,
            threshold: domain.threshold,
        })
    }

    /// Length of an image's features.
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// The squared distance of an image's unit features from the principal subspace, at least 0. Features of another
    /// length are infinitely far.
    #[inline(never)]
    pub fn distance(&self, features: &[f32]) -> f32 {
        if features.len() != self.channels {
            return f32::INFINITY;
        }
        let square = products(features, features).iter().sum::<f32>();
        let (scale, unit) = match square > 0.0 {
            true => (1.0 / square.sqrt(), 1.0),
            false => (0.0, 0.0),
        };
        let products = products(&self.rows, features);
        let mut rows = products.iter().zip(&self.offsets);
        let about_mean = rows.next().map_or(0.0, |(product, mean_square)| {
            unit - 2.0 * scale * product + mean_square
        });
        let inside: f32 = rows
            .map(|(product, offset)| (scale * product - offset).powi(2))
            .sum();
        (about_mean - inside).max(0.0)
    }

    /// True if an image is farther from the training images than nearly all of their kind.
    pub fn is_outside(&self, features: &[f32]) -> bool {
        self.distance(features) > self.threshold
    }

    /// The number of images outside, of rows `[N, C]`.
    pub fn outside(&self, rows: &[f32]) -> usize {
        let rows = rows.chunks_exact(self.channels.max(1));
        rows.filter(|row| self.is_outside(row)).count()
    }
}

/// The product of each row, `[N, C]`, and a vector.
#[inline(never)]
fn products(rows: &[f32], vector: &[f32]) -> Vec<f32> {
    let rows = rows.chunks_exact(vector.len().max(1));
    rows.map(|row| dot(row, vector)).collect()
}

/// True if so many images outside, of all that were looked at, make them a set of another kind: a quarter, and at least
/// two. Of images of the network's kind one in a hundred is outside.
pub fn is_another_kind(outside: usize, images: usize) -> bool {
    outside >= 2 && outside.saturating_mul(4) >= images
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_of_the_images_makes_another_kind() {
        for (outside, images, expected) in [
            (0, 0, false),
            (1, 1, false),
            (2, 2, true),
            (5, 24, false),
            (6, 24, true),
            (99, 400, false),
        ] {
            assert_eq!(
                is_another_kind(outside, images),
                expected,
                "{outside} of {images}"
            );
        }
    }

    #[test]
    fn the_distance_is_that_from_the_plane() {
        // The plane through (0, 0, 0.6) along the first two axes, all in steps of a hundredth.
        let distance = DomainDistance::new(&TrainingDomain {
            channels: 3,
            mean: vec![0.0, 0.0, 0.6],
            basis: vec![100, 0, 0, 0, 100, 0],
            step: vec![0.01; 2],
            threshold: 0.01,
        })
        .expect("fits together");
        for (features, expected) in [
            ([0.8, 0.0, 0.6], 0.0),
            ([0.0, 8.0, 6.0], 0.0),
            ([0.0, 0.0, 5.0], 0.16),
            ([3.0, 4.0, 0.0], 0.36),
            ([0.0, 0.0, 0.0], 0.36),
        ] {
            let found = distance.distance(&features);
            assert!((found - expected).abs() < 1e-5, "{features:?}: {found}");
            assert_eq!(distance.is_outside(&features), expected > 0.01);
        }
        assert_eq!(distance.outside(&[0.8, 0.0, 0.6, 3.0, 4.0, 0.0]), 1);
    }

    #[test]
    fn a_description_that_does_not_fit_together_is_refused() {
        let bad = TrainingDomain {
            channels: 3,
            mean: vec![0.0; 3],
            basis: vec![0; 5],
            step: vec![0.01; 2],
            threshold: 0.01,
        };
        assert!(DomainDistance::new(&bad).is_err());
    }
}
