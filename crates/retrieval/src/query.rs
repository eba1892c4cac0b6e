//! What is looked for, and how well each image answers.
//!
//! # The score
//!
//! Every part of a query gives each image a score between 0 and 1:
//!
//! * a **value** that is wanted: its calibrated probability `p`; unwanted: `1 - p`;
//! * an **example** under a task: `(1 + cos) / 2`, where `cos` is the cosine between the two embeddings;
//!   unwanted: one minus that.
//!
//! The image's score is the weighted geometric mean of its parts' scores, `exp(sum(w ln s) / sum(w))`: with
//! independent attributes and equal weights it ranks like the probability that all of them hold, stays
//! between 0 and 1 however many parts there are, and lets no part make up for another that fails. A part's
//! score counts as at least [`FLOOR`], so that one hopeless part does not hide the order of the others.

use crate::RetrievalError;

/// The least a part's score counts for in the geometric mean.
pub const FLOOR: f32 = 1e-6;

/// Parts of equal weight whose scores are multiplied rather than their logarithms added, which takes most of
/// the time of a question: so many [`FLOOR`]s are still far from the least `f64`.
const FACTORS: usize = 40;

/// What is looked for: any number of parts at once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    /// The parts; their order means nothing.
    pub parts: Vec<Part>,
}

/// One part of a query.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// The task it speaks of.
    pub task: usize,
    /// What it asks for.
    pub kind: PartKind,
    /// How much it counts next to the other parts; 1 for an ordinary part.
    pub weight: f32,
}

/// What a part asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum PartKind {
    /// An attribute value.
    Value {
        /// The value's index.
        value: usize,
        /// Whether the image should have it, or should not.
        wanted: bool,
    },
    /// Likeness to an example.
    Example {
        /// The example's embedding under the part's task, unit length.
        embedding: Vec<f32>,
        /// Whether the image should be like it, or unlike it.
        wanted: bool,
    },
}

impl Query {
    /// A query for one value of a task.
    pub fn value(task: usize, value: usize) -> Self {
        Self::default().and_value(task, value, true)
    }

    /// A query for images like an example under a task.
    pub fn example(task: usize, embedding: Vec<f32>) -> Self {
        Self::default().and_example(task, embedding, true)
    }

    /// The same query with one more value.
    #[must_use]
    pub fn and_value(mut self, task: usize, value: usize, wanted: bool) -> Self {
        self.parts.push(Part {
            task,
            kind: PartKind::Value { value, wanted },
            weight: 1.0,
        });
        self
    }

    /// The same query with one more example.
    #[must_use]
    pub fn and_example(mut self, task: usize, embedding: Vec<f32>, wanted: bool) -> Self {
        self.parts.push(Part {
            task,
            kind: PartKind::Example { embedding, wanted },
            weight: 1.0,
        });
        self
    }

    /// Checks that there are parts and that their weights can weigh.
    pub(crate) fn check(&self) -> Result<(), RetrievalError> {
        if self.parts.is_empty() {
            return Err(RetrievalError::EmptyQuery);
        }
        let bad = |part: &Part| !(part.weight.is_finite() && part.weight > 0.0);
        match self.parts.iter().position(bad) {
            None => Ok(()),
            Some(part) => Err(RetrievalError::Weight {
                part,
                weight: self.parts[part].weight,
            }),
        }
    }
}

/// The score of a cosine similarity, 0..1; rounding errors beyond 1 are cut off.
pub fn similarity_score(cosine: f32) -> f32 {
    (0.5 + 0.5 * cosine).clamp(0.0, 1.0)
}

/// How well every image answers a query.
#[derive(Clone, Debug, PartialEq)]
pub struct Scores {
    /// One score per image, 0..1.
    pub total: Vec<f32>,
    /// For every part of the query, in its order, one score per image: why the total is what it is.
    pub parts: Vec<Vec<f32>>,
}

impl Scores {
    /// Combines the scores of at least one part, `[parts][N]`, by the weighted geometric mean. There are as many weights,
    /// all above zero.
    pub fn combine(parts: Vec<Vec<f32>>, weights: &[f32]) -> Self {
        if let [only] = parts.as_slice() {
            // The geometric mean of one number is that number, without a detour that rounds.
            return Self {
                total: only.clone(),
                parts,
            };
        }
        let images = parts.first().map_or(0, Vec::len);
        // In f64, so that images that differ in one part only never become equal by rounding.
        let equal = weights.windows(2).all(|pair| pair[0] == pair[1]);
        if equal && parts.len() <= FACTORS {
            let mut products = vec![1.0_f64; images];
            for scores in &parts {
                for (product, &score) in products.iter_mut().zip(scores) {
                    *product *= f64::from(score.max(FLOOR));
                }
            }
            let root = 1.0 / parts.len() as f64;
            let mean = |product: f64| match weights {
                [_, _] => product.sqrt(),
                _ => (product.ln() * root).exp(),
            };
            let total = products.into_iter().map(|p| mean(p) as f32).collect();
            return Self { total, parts };
        }
        let sum: f64 = weights.iter().map(|&weight| f64::from(weight)).sum();
        let mut logs = vec![0.0_f64; images];
        for (scores, &weight) in parts.iter().zip(weights) {
            for (log, &score) in logs.iter_mut().zip(scores) {
                *log += f64::from(weight) / sum * f64::from(score.max(FLOOR)).ln();
            }
        }
        Self {
            total: logs.into_iter().map(|log| log.exp() as f32).collect(),
            parts,
        }
    }

    /// Why one image scores as it does: the score of every part; empty where there is no such image.
    pub fn explain(&self, image: usize) -> Vec<f32> {
        self.parts
            .iter()
            .filter_map(|scores| scores.get(image).copied())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_total_is_the_weighted_geometric_mean() {
        let scores = Scores::combine(vec![vec![0.9, 0.5, 0.0], vec![0.4, 0.5, 1.0]], &[2.0, 1.0]);
        let expected = (0.9_f64 * 0.9 * 0.4).cbrt();
        assert!((f64::from(scores.total[0]) - expected).abs() < 1e-6);
        assert!((scores.total[1] - 0.5).abs() < 1e-6);
        assert!(
            (f64::from(scores.total[2]) - 1e-12_f64.cbrt()).abs() < 1e-6,
            "the floor"
        );
        assert_eq!(scores.explain(0), [0.9, 0.4]);
        assert!(scores.explain(3).is_empty());
    }

    #[test]
    fn equal_weights_mean_the_same_whichever_way_is_taken() {
        let scores = [0.9, 1e-9, 0.31, 1.0];
        for count in [2, 3, 7, FACTORS, FACTORS + 1, 400] {
            let parts: Vec<Vec<f32>> = (0..count)
                .map(|part| scores.iter().map(|s| s / (1 + part % 3) as f32).collect())
                .collect();
            let total = Scores::combine(parts.clone(), &vec![2.0; count]).total;
            for (image, total) in total.iter().enumerate() {
                let logs: f64 = parts
                    .iter()
                    .map(|part| f64::from(part[image].max(FLOOR)).ln())
                    .sum();
                let mean = (logs / count as f64).exp();
                assert!((f64::from(*total) / mean - 1.0).abs() < 1e-6, "{count}");
            }
        }
    }

    #[test]
    fn one_part_is_its_own_total() {
        let scores = Scores::combine(vec![vec![0.3, 1e-9]], &[5.0]);
        assert_eq!(scores.total, [0.3, 1e-9]);
    }

    #[test]
    fn queries_that_rank_nothing_are_refused() {
        assert_eq!(Query::default().check(), Err(RetrievalError::EmptyQuery));
        for weight in [0.0, -1.0, f32::NAN, f32::INFINITY] {
            let mut query = Query::value(0, 1).and_value(1, 0, false);
            query.parts[1].weight = weight;
            assert!(matches!(
                query.check(),
                Err(RetrievalError::Weight { part: 1, .. })
            ));
        }
        assert_eq!(Query::example(0, vec![1.0]).check(), Ok(()));
    }

    #[test]
    fn similarities_stay_between_zero_and_one() {
        assert_eq!(similarity_score(1.000_000_2), 1.0);
        assert_eq!(similarity_score(-1.000_000_2), 0.0);
        assert_eq!(similarity_score(0.0), 0.5);
    }
}
