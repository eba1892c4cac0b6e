//! Fitting the description of a domain.

use modulens_schema::{Features, TrainingDomain};

use super::DomainDistance;
use crate::Random;
use crate::kernel::dot;

/// The share of held-out images of the network's own kind that are within the threshold.
const WITHIN: f64 = 0.99;
/// Images that a subspace is fitted to at most, evenly taken: more change little.
const MOST: usize = 4096;
/// Images that say something about a kind.
const LEAST: usize = 64;
/// Directions of features of up to [`LONG`] values, and of longer ones, whose file would grow.
const DIRECTIONS: (usize, usize) = (32, 16);
const LONG: usize = 512;
/// Steps of a direction's largest value.
const STEPS: f32 = 127.0;
/// Rounds of the orthogonal iteration.
const ROUNDS: usize = 12;

/// Describes training features. The threshold is the 99th percentile of the distances of `held_out` images; without
/// them each half of the training images is held out from the other.
///
/// `None` where there are too few images, or too short features, to say anything.
pub fn fit(train: &Features, held_out: Option<&Features>) -> Option<TrainingDomain> {
    let all: Vec<usize> = (0..train.rows).collect();
    if train.rows < LEAST || held_out.is_some_and(|held_out| held_out.rows < LEAST) {
        return None;
    }
    let domain = subspace(train, &all)?;
    let mut distances = Vec::new();
    match held_out {
        Some(held_out) if held_out.channels == train.channels => {
            measure(&domain, held_out, 0..held_out.rows, &mut distances)?;
        }
        Some(_) => return None,
        None => {
            for half in 0..2 {
                let others: Vec<usize> = (0..train.rows).skip(1 - half).step_by(2).collect();
                let fitted = subspace(train, &others)?;
                let images = (half..train.rows).step_by(2);
                measure(&fitted, train, images, &mut distances)?;
            }
        }
    }
    distances.sort_unstable_by(f32::total_cmp);
    let at = (distances.len() as f64 * WITHIN) as usize;
    let threshold = *distances.get(at.min(distances.len().saturating_sub(1)))?;
    let domain = TrainingDomain {
        threshold,
        ..domain
    };
    domain.validate().is_ok().then_some(domain)
}

/// The distances of some images.
fn measure(
    domain: &TrainingDomain,
    features: &Features,
    images: impl Iterator<Item = usize>,
    distances: &mut Vec<f32>,
) -> Option<()> {
    let distance = DomainDistance::new(domain).ok()?;
    distances.extend(images.map(|image| distance.distance(features.row(image))));
    Some(())
}

/// The principal subspace of some images, with no threshold yet.
fn subspace(features: &Features, images: &[usize]) -> Option<TrainingDomain> {
    let channels = features.channels;
    let usual = if channels > LONG {
        DIRECTIONS.1
    } else {
        DIRECTIONS.0
    };
    let directions = usual.min(channels / 4).min(images.len() / 8);
    if directions == 0 {
        return None;
    }
    let taken = images.len().min(MOST);
    let mut rows = Vec::with_capacity(taken * channels);
    for at in 0..taken {
        let row = features.row(images[at * images.len() / taken]);
        let length = dot(row, row).sqrt();
        let scale = if length > 0.0 { 1.0 / length } else { 0.0 };
        rows.extend(row.iter().map(|value| value * scale));
    }
    let mean = centre(&mut rows, channels);
    let exact = principal_directions(&rows, channels, directions);
    let mut basis = Vec::with_capacity(exact.len());
    let mut step = Vec::with_capacity(directions);
    for direction in exact.chunks_exact(channels) {
        let largest = direction.iter().fold(0.0_f32, |most, x| most.max(x.abs()));
        let one = if largest > 0.0 { largest / STEPS } else { 1.0 };
        step.push(one);
        // The cast saturates.
        basis.extend(direction.iter().map(|value| (value / one).round() as i8));
    }
    Some(TrainingDomain {
        channels,
        mean,
        basis,
        step,
        threshold: 0.0,
    })
}

/// Subtracts the mean of rows `[N, C]` and returns it.
pub(crate) fn centre(rows: &mut [f32], channels: usize) -> Vec<f32> {
    let mut sums = vec![0.0_f64; channels];
    for row in rows.chunks_exact(channels) {
        for (sum, &value) in sums.iter_mut().zip(row) {
            *sum += f64::from(value);
        }
    }
    let count = (rows.len() / channels.max(1)).max(1) as f64;
    let mean: Vec<f32> = sums.iter().map(|sum| (sum / count) as f32).collect();
    for row in rows.chunks_exact_mut(channels) {
        for (value, mean) in row.iter_mut().zip(&mean) {
            *value -= mean;
        }
    }
    mean
}

/// The `count` directions in which centred rows `[N, C]` vary most, `[count, C]`, orthonormal, by orthogonal iteration
/// (Golub and Van Loan, "Matrix Computations", section 8.2.4). Those that there are none of are zeros.
pub fn principal_directions(rows: &[f32], channels: usize, count: usize) -> Vec<f32> {
    let mut random = Random::new(1);
    let mut basis: Vec<f32> = (0..count * channels).map(|_| random.unit() - 0.5).collect();
    orthonormalise(&mut basis, channels);
    for _ in 0..ROUNDS {
        let mut next = vec![0.0; basis.len()];
        for row in rows.chunks_exact(channels) {
            let pairs = basis
                .chunks_exact(channels)
                .zip(next.chunks_exact_mut(channels));
            for (direction, next) in pairs {
                let along = dot(direction, row);
                for (next, value) in next.iter_mut().zip(row) {
                    *next += along * value;
                }
            }
        }
        basis = next;
        orthonormalise(&mut basis, channels);
    }
    basis
}

/// Makes rows orthonormal, by Gram and Schmidt twice, which is enough for f32; one that the others hold becomes zeros.
fn orthonormalise(basis: &mut [f32], channels: usize) {
    for at in 0..basis.len() / channels.max(1) {
        let (before, rest) = basis.split_at_mut(at * channels);
        let row = &mut rest[..channels];
        let first = dot(row, row).sqrt();
        for _ in 0..2 {
            for other in before.chunks_exact(channels) {
                let along = dot(row, other);
                for (value, other) in row.iter_mut().zip(other) {
                    *value -= along * other;
                }
            }
        }
        let length = dot(row, row).sqrt();
        let scale = if length > first * 1e-5 {
            1.0 / length
        } else {
            0.0
        };
        row.iter_mut().for_each(|value| *value *= scale);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Images near a random subspace of `inner` dimensions.
    fn images(rows: usize, channels: usize, inner: usize, seed: u64, draw: u64) -> Features {
        let mut axes = Random::new(seed);
        let axes: Vec<f32> = (0..inner * channels).map(|_| axes.unit() - 0.3).collect();
        let mut random = Random::stream(seed, draw);
        let mut data = Vec::new();
        for _ in 0..rows {
            let mut row: Vec<f32> = (0..channels).map(|_| 0.02 * random.unit()).collect();
            for axis in axes.chunks_exact(channels) {
                let along = random.unit();
                for (value, axis) in row.iter_mut().zip(axis) {
                    *value += along * axis;
                }
            }
            data.extend(row);
        }
        Features::new(rows, channels, data).expect("whole rows")
    }

    #[test]
    fn images_of_the_same_kind_are_inside_and_others_are_not() {
        let train = images(600, 64, 6, 1, 1);
        let same = images(500, 64, 6, 1, 2);
        let others = images(500, 64, 6, 9, 2);
        for held_out in [None, Some(&images(300, 64, 6, 1, 3))] {
            let domain = fit(&train, held_out).expect("enough images");
            let distance = DomainDistance::new(&domain).expect("fits together");
            let false_alarms = distance.outside(&same.data);
            assert!(false_alarms <= 25, "{false_alarms} of 500");
            assert_eq!(distance.outside(&others.data), 500);
            assert_eq!(fit(&train, held_out), Some(domain), "the same every time");
        }
    }

    #[test]
    fn the_brightness_of_features_says_nothing() {
        let train = images(200, 32, 4, 1, 1);
        let domain = fit(&train, None).expect("enough images");
        let distance = DomainDistance::new(&domain).expect("fits together");
        let row = images(1, 32, 4, 9, 1).data;
        let dim: Vec<f32> = row.iter().map(|value| value * 0.1).collect();
        assert!((distance.distance(&row) - distance.distance(&dim)).abs() < 1e-5);
    }

    #[test]
    fn too_little_says_nothing() {
        assert_eq!(fit(&images(63, 32, 4, 1, 1), None), None);
        assert_eq!(fit(&images(100, 3, 2, 1, 1), None), None);
        let few = images(10, 32, 4, 1, 2);
        assert_eq!(fit(&images(100, 32, 4, 1, 1), Some(&few)), None);
        let equal = Features::new(100, 32, vec![0.5; 3200]).expect("whole rows");
        let domain = fit(&equal, None);
        assert!(domain.is_none_or(|domain| domain.threshold > 0.0));
    }

    #[test]
    fn directions_are_orthonormal_and_in_the_order_of_their_variance() {
        let mut random = Random::new(5);
        let scales = [9.0, 4.0, 1.0, 0.2];
        let rows: Vec<f32> = (0..400 * 4)
            .map(|at| scales[at % 4] * (random.unit() - 0.5))
            .collect();
        let basis = principal_directions(&rows, 4, 2);
        assert!(basis[0].abs() > 0.99 && basis[5].abs() > 0.99, "{basis:?}");
        assert!(dot(&basis[..4], &basis[4..]).abs() < 1e-4);
        assert!(
            principal_directions(&[0.0; 8], 4, 2)
                .iter()
                .all(|x| *x == 0.0)
        );
    }
}
