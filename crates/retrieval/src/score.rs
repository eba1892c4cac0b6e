//! The score of an image.
//!
//! Every clause of a query gives each image a score between 0 and 1:
//!
//! * **any of** some values: the sum of their calibrated probabilities, since values of one task exclude each other;
//! * **none of** some values: the sum of the others' probabilities;
//! * **similar** to an example under a task: `(1 + cos) / 2`, where `cos` is the cosine between the two embeddings;
//!   negated: one minus that; *overall*, under no single task, `cos` is the mean over the network's tasks, which is the
//!   cosine between all embeddings of an image side by side;
//! * **confident**: the probability of the most probable value.
//!
//! The image's score is the weighted geometric mean of its clauses' scores, `exp(sum(w ln s) / sum(w))`: with
//! independent attributes and equal weights it ranks like the probability that all of them hold, stays between 0 and 1
//! however many clauses there are, and lets no clause make up for another that fails. A clause's score counts as at
//! least [`FLOOR`], so that one hopeless clause does not hide the order of the others.

/// The least that a clause's score counts in the geometric mean.
pub const FLOOR: f32 = 1e-6;

/// Clauses of equal weight whose scores are multiplied rather than their logarithms added, which takes most of the time
/// of a search: so many [`FLOOR`]s are still far from the least `f64`.
const FACTORS: usize = 40;

/// The score of a cosine similarity, 0..1; rounding errors beyond 1 are cut off.
pub fn similarity_score(cosine: f32) -> f32 {
    (0.5 + 0.5 * cosine).clamp(0.0, 1.0)
}

/// The weighted geometric mean of the scores of at least one clause, `[clauses][N]`. There are as many weights, all
/// above zero.
pub fn combine(clauses: &[Vec<f32>], weights: &[f32]) -> Vec<f32> {
    if let [only] = clauses {
        // The geometric mean of one number is that number, without a detour that rounds.
        return only.clone();
    }
    let images = clauses.first().map_or(0, Vec::len);
    // In f64, so that images that differ in one clause only never become equal by rounding.
    let equal = weights.windows(2).all(|pair| pair[0] == pair[1]);
    if equal && clauses.len() <= FACTORS {
        let mut products = vec![1.0_f64; images];
        for scores in clauses {
            for (product, &score) in products.iter_mut().zip(scores) {
                *product *= f64::from(score.max(FLOOR));
            }
        }
        let root = 1.0 / clauses.len() as f64;
        let mean = |product: f64| match weights {
            [_, _] => product.sqrt(),
            _ => (product.ln() * root).exp(),
        };
        return products.into_iter().map(|p| mean(p) as f32).collect();
    }
    let sum: f64 = weights.iter().map(|&weight| f64::from(weight)).sum();
    let mut logs = vec![0.0_f64; images];
    for (scores, &weight) in clauses.iter().zip(weights) {
        for (log, &score) in logs.iter_mut().zip(scores) {
            *log += f64::from(weight) / sum * f64::from(score.max(FLOOR)).ln();
        }
    }
    logs.into_iter().map(|log| log.exp() as f32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_total_is_the_weighted_geometric_mean() {
        let total = combine(&[vec![0.9, 0.5, 0.0], vec![0.4, 0.5, 1.0]], &[2.0, 1.0]);
        let expected = (0.9_f64 * 0.9 * 0.4).cbrt();
        assert!((f64::from(total[0]) - expected).abs() < 1e-6);
        assert!((total[1] - 0.5).abs() < 1e-6);
        assert!(
            (f64::from(total[2]) - 1e-12_f64.cbrt()).abs() < 1e-6,
            "the floor"
        );
    }

    #[test]
    fn equal_weights_mean_the_same_whichever_way_is_taken() {
        let scores = [0.9, 1e-9, 0.31, 1.0];
        for count in [2, 3, 7, FACTORS, FACTORS + 1, 400] {
            let clauses: Vec<Vec<f32>> = (0..count)
                .map(|clause| scores.iter().map(|s| s / (1 + clause % 3) as f32).collect())
                .collect();
            let total = combine(&clauses, &vec![2.0; count]);
            for (image, total) in total.iter().enumerate() {
                let logs: f64 = clauses
                    .iter()
                    .map(|clause| f64::from(clause[image].max(FLOOR)).ln())
                    .sum();
                let mean = (logs / count as f64).exp();
                assert!((f64::from(*total) / mean - 1.0).abs() < 1e-6, "{count}");
            }
        }
    }

    #[test]
    fn one_clause_is_its_own_total() {
        assert_eq!(combine(&[vec![0.3, 1e-9]], &[5.0]), [0.3, 1e-9]);
    }

    #[test]
    fn similarities_stay_between_zero_and_one() {
        assert_eq!(similarity_score(1.000_000_2), 1.0);
        assert_eq!(similarity_score(-1.000_000_2), 0.0);
        assert_eq!(similarity_score(0.0), 0.5);
    }
}
