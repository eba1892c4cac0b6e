//! The difference between features computed here and the shipped ones.

use std::collections::BTreeSet;

use modulens_bundle::Features;
use modulens_retrieval::{Clause, Gallery, RetrievalError};

/// The number of results of a search that are compared.
pub const TOP: usize = 10;

/// Distance between two tables of features.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FeatureDifference {
    /// Pictures compared: those whose row here is not all zeros.
    pub pictures: usize,
    /// The greatest absolute difference of one value.
    pub max_abs: f64,
    /// Mean over pictures of the cosine between their two rows.
    pub mean_cosine: f64,
}

/// Compares two tables of the same shape; `None` where the shapes differ or nothing can be compared.
pub fn compare(shipped: &Features, local: &Features) -> Option<FeatureDifference> {
    if (shipped.rows, shipped.channels) != (local.rows, local.channels) {
        return None;
    }
    let (mut pictures, mut max_abs, mut cosines) = (0, 0.0_f64, 0.0_f64);
    for picture in 0..shipped.rows {
        let (a, b) = (shipped.row(picture), local.row(picture));
        // A row of zeros stands for a picture that could not be read here.
        if b.iter().all(|&value| value == 0.0) {
            continue;
        }
        let (mut dot, mut aa, mut bb) = (0.0_f64, 0.0_f64, 0.0_f64);
        for (&a, &b) in a.iter().zip(b) {
            let (a, b) = (f64::from(a), f64::from(b));
            max_abs = max_abs.max((a - b).abs());
            dot += a * b;
            aa += a * a;
            bb += b * b;
        }
        cosines += dot / (aa * bb).sqrt().max(f64::MIN_POSITIVE);
        pictures += 1;
    }
    (pictures > 0).then(|| FeatureDifference {
        pictures,
        max_abs,
        mean_cosine: cosines / pictures as f64,
    })
}

/// Of the [`TOP`] results of each example under a task, how many are found with both tables of features, and
/// how many were looked at.
///
/// # Errors
/// There is no such task.
pub fn equal_results(
    shipped: &mut Gallery,
    local: &mut Gallery,
    task: usize,
    examples: &[usize],
) -> Result<(usize, usize), RetrievalError> {
    let (mut equal, mut all) = (0, 0);
    for &example in examples {
        let results = |gallery: &mut Gallery| -> Result<BTreeSet<usize>, RetrievalError> {
            let alike = Clause::similar(task, gallery.features().row(example));
            let nearest = gallery.best(&alike.into(), TOP, &[])?;
            Ok(nearest.into_iter().map(|ranked| ranked.index).collect())
        };
        let (a, b) = (results(shipped)?, results(local)?);
        equal += a.intersection(&b).count();
        all += a.len();
    }
    Ok((equal, all))
}

/// Some pictures spread evenly over a gallery, to be used as examples.
pub fn spread(pictures: usize, wanted: usize) -> Vec<usize> {
    let wanted = wanted.min(pictures);
    (0..wanted).map(|at| at * pictures / wanted).collect()
}

#[cfg(test)]
mod tests {
    use modulens_bundle::{HeadWeights, Heads};
    use modulens_retrieval::Tail;
    use modulens_schema::FoldedTail;

    use super::*;

    fn features(shift: f32) -> Features {
        let data = (0..40)
            .map(|at| (at as f32 * 0.7).sin().abs() + 0.1 + shift * (at % 3) as f32)
            .collect();
        Features::new(20, 2, data).expect("20 x 2")
    }

    fn gallery(features: Features) -> Gallery {
        let tail = FoldedTail {
            tasks: 1,
            channels: 2,
            embedding: 2,
            rectified: true,
            feature_scale: vec![1.0; 2],
            weight: vec![1.0, 0.0, 0.0, 1.0],
            bias: vec![0.0; 2],
            embedding_scale: vec![1.0; 2],
        };
        let head = HeadWeights {
            weight: vec![1.0; 4],
            bias: vec![0.0; 2],
        };
        let heads = Heads {
            embedding: 2,
            tasks: vec![head],
        };
        Gallery::new(Tail::new(tail).expect("a tail"), &heads, features).expect("a gallery")
    }

    #[test]
    fn equal_features_have_no_difference() {
        let found = compare(&features(0.0), &features(0.0)).expect("same shape");
        assert_eq!((found.pictures, found.max_abs), (20, 0.0));
        assert!((found.mean_cosine - 1.0).abs() < 1e-12);
        let (mut a, mut b) = (gallery(features(0.0)), gallery(features(0.0)));
        assert_eq!(equal_results(&mut a, &mut b, 0, &[0, 7]), Ok((20, 20)));
    }

    #[test]
    fn other_features_are_seen() {
        let found = compare(&features(0.0), &features(0.4)).expect("same shape");
        assert!((found.max_abs - 0.8).abs() < 1e-6);
        assert!(found.mean_cosine < 0.999);
        let (mut a, mut b) = (gallery(features(0.0)), gallery(features(0.4)));
        let (equal, all) = equal_results(&mut a, &mut b, 0, &[0, 7, 13]).expect("there");
        assert!(equal < all, "{equal} of {all}");
    }

    #[test]
    fn pictures_that_could_not_be_read_are_left_out() {
        let mut local = features(0.0);
        local.data[..2].fill(0.0);
        assert_eq!(
            compare(&features(0.0), &local)
                .expect("same shape")
                .pictures,
            19
        );
        local.data.fill(0.0);
        assert_eq!(compare(&features(0.0), &local), None);
        let other = Features::new(10, 4, vec![1.0; 40]).expect("10 x 4");
        assert_eq!(compare(&features(0.0), &other), None);
    }

    #[test]
    fn examples_are_spread_without_repeats() {
        assert_eq!(spread(10, 5), [0, 2, 4, 6, 8]);
        assert_eq!(spread(2, 5), [0, 1]);
        assert!(spread(0, 5).is_empty());
    }
}
