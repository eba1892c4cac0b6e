//! Intervals of a mean over seeds.
//!
//! A mean over seeds varies for two reasons. Other test images: the variance of its replicates, which a bootstrap over
//! images gives. Other seeds, and with them other training images: the variance of the seeds over their number. The two
//! add up, and Student's t says how many deviations hold 95 %, with the degrees of freedom of Welch and Satterthwaite, in
//! which the images, of which there are many, count as known. A percentile bootstrap over three seeds would be far too
//! narrow: it has two thirds of the variance, and no t.

use modulens_retrieval::measure::interval95;
use modulens_schema::Interval;
use statrs::distribution::{ContinuousCDF as _, StudentsT};

/// The share of an interval's two tails that lies above it.
const UPPER: f64 = 0.975;

/// The mean; 0 of nothing.
pub(super) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

/// The 95 % interval of the mean of what was measured with every seed; `replicates` are that mean on other draws of images.
/// With one seed, over images alone. Nothing without replicates.
pub(super) fn of_images_and_seeds(seeds: &[f64], replicates: &[f64]) -> Option<Interval> {
    if replicates.is_empty() {
        return None;
    }
    if seeds.len() < 2 {
        return interval95(replicates.iter().copied());
    }
    let of_images = variance(replicates);
    let of_seeds = variance(seeds) / seeds.len() as f64;
    around(mean(seeds), of_images + of_seeds, of_seeds, seeds.len())
}

/// The 95 % interval over seeds alone; nothing with one seed.
pub(super) fn of_seeds(seeds: &[f64]) -> Option<Interval> {
    let of_mean = variance(seeds) / seeds.len().max(1) as f64;
    around(mean(seeds), of_mean, of_mean, seeds.len())
}

/// The interval around a mean with a variance, of which a part is known from `seeds` alone.
fn around(mean: f64, variance: f64, of_seeds: f64, seeds: usize) -> Option<Interval> {
    if seeds < 2 {
        return None;
    }
    // Where seeds do not vary at all nothing has to be estimated from them.
    let freedom = match of_seeds > 0.0 {
        true => ((seeds - 1) as f64 * (variance / of_seeds).powi(2)).min(1e6),
        false => 1e6,
    };
    let deviations = StudentsT::new(0.0, 1.0, freedom).ok()?.inverse_cdf(UPPER);
    let half = deviations * variance.sqrt();
    Some(Interval {
        low: mean - half,
        high: mean + half,
    })
}

/// The unbiased variance; 0 of fewer than two.
fn variance(values: &[f64]) -> f64 {
    if values.len() < 2 {
        return 0.0;
    }
    let middle = mean(values);
    let squares: f64 = values.iter().map(|value| (value - middle).powi(2)).sum();
    squares / (values.len() - 1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn half(found: Option<Interval>) -> f64 {
        let found = found.expect("an interval");
        f64::midpoint(found.high, -found.low)
    }

    #[test]
    fn three_seeds_have_two_degrees_of_freedom() {
        // The deviation is 1; Student's t with 2 degrees of freedom is 4.3027.
        let found = half(of_seeds(&[-1.0, 0.0, 1.0]));
        assert!((found - 4.3027 / 3.0_f64.sqrt()).abs() < 1e-3, "{found}");
        // With 5 it is 2.5706; the deviation of these is sqrt(1.2).
        let found = half(of_seeds(&[-1.0, 1.0, -1.0, 1.0, -1.0, 1.0]));
        assert!(
            (found - 2.5706 * (1.2_f64 / 6.0).sqrt()).abs() < 1e-3,
            "{found}"
        );
        assert_eq!(of_seeds(&[0.5]), None);
    }

    #[test]
    fn images_add_to_seeds_and_lend_them_freedom() {
        let replicates: Vec<f64> = (0..1000)
            .map(|index| if index % 2 == 0 { 1.0 } else { -1.0 })
            .collect();
        // Seeds alike: images alone, and the normal distribution's 1.96.
        let found = half(of_images_and_seeds(&[0.0, 0.0, 0.0], &replicates));
        assert!((found - 1.96).abs() < 2e-3, "{found}");
        // One third of seeds: (1 + 1/3)^2 / (1/3)^2 * 2 = 32 degrees of freedom, 2.0369.
        let found = half(of_images_and_seeds(&[-1.0, 0.0, 1.0], &replicates));
        assert!(
            (found - 2.0369 * (4.0_f64 / 3.0).sqrt()).abs() < 5e-3,
            "{found}"
        );
    }

    #[test]
    fn without_replicates_there_is_none() {
        assert_eq!(of_images_and_seeds(&[0.1, 0.2], &[]), None);
    }
}
