//! Queries with two conditions: images with one value and without another, such as "Bald, not Eyeglasses".
//!
//! Triplets of one label can be ordered by one number; such queries need two tasks at once, and predictions whose product
//! can be trusted. Images are ranked by the probability of the one value times that of not having the other.

use modulens_retrieval::{Embeddings, Head};
use modulens_schema::Labels;
use modulens_training::error::TrainerError;
use serde::{Deserialize, Serialize};

use super::precision::average_precision;
/// A query that fewer images answer says little.
const FEWEST: usize = 5;
/// The number of first results that precision is measured on.
const FIRST: usize = 10;

/// Means over all queries of two conditions that some images answer.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conditions {
    /// Number of queries.
    pub queries: usize,
    /// Mean share of the ten first results that fulfil both conditions.
    pub precision_at_10: f64,
    /// Mean average precision over whole rankings.
    pub map: f64,
}

/// Measures the predictions of a split; nothing where no query has enough answers.
///
/// `rows` holds `[task][images * length]` embeddings of unit length, `heads` the head of every task.
pub(super) fn measure(
    labels: &Labels,
    heads: &[Head],
    rows: &[Vec<f32>],
    length: usize,
) -> Result<Option<Conditions>, TrainerError> {
    let images = labels.images();
    let mut probabilities = Vec::with_capacity(heads.len());
    for (head, rows) in heads.iter().zip(rows) {
        let embeddings = Embeddings::from_unit_rows(images, length, rows.clone())?;
        probabilities.push(head.probabilities_of_all(&embeddings)?);
    }
    let mut found = Conditions {
        queries: 0,
        precision_at_10: 0.0,
        map: 0.0,
    };
    for (with, having) in heads.iter().enumerate() {
        for (without, lacking) in heads.iter().enumerate() {
            // Of two tasks of two values, "A, not B" is "not B, A" once more.
            let twice = having.values() == 2 && lacking.values() == 2 && with > without;
            if with == without || twice {
                continue;
            }
            for value in 0..having.values() {
                for other in 0..lacking.values() {
                    let ranked = ranked(images, |image| {
                        let has = labels.get(image, with)? == value as u8;
                        let lacks = labels.get(image, without)? != other as u8;
                        let score = probabilities[with][image * having.values() + value]
                            * (1.0 - probabilities[without][image * lacking.values() + other]);
                        Some((score, has && lacks))
                    });
                    if let Some((precision, average)) = precisions(&ranked) {
                        found.queries += 1;
                        found.precision_at_10 += precision;
                        found.map += average;
                    }
                }
            }
        }
    }
    let queries = found.queries as f64;
    found.precision_at_10 /= queries.max(1.0);
    found.map /= queries.max(1.0);
    Ok((found.queries > 0).then_some(found))
}

/// True for each image that answers, the best first; images without a label are left out.
fn ranked(images: usize, score: impl Fn(usize) -> Option<(f32, bool)>) -> Vec<bool> {
    let mut scored: Vec<(f32, bool)> = (0..images).filter_map(score).collect();
    scored.sort_by(|one, other| other.0.total_cmp(&one.0));
    scored.into_iter().map(|(_, answers)| answers).collect()
}

/// Precision of the first results and average precision; nothing where hardly any image answers, or hardly any does not.
fn precisions(ranked: &[bool]) -> Option<(f64, f64)> {
    let answers = ranked.iter().filter(|&&answers| answers).count();
    if answers < FEWEST || ranked.len() - answers < FEWEST {
        return None;
    }
    let first = &ranked[..FIRST.min(ranked.len())];
    let right = first.iter().filter(|&&answers| answers).count();
    Some((right as f64 / first.len() as f64, average_precision(ranked)))
}

#[cfg(test)]
mod tests {
    use modulens_schema::HeadWeights;

    use super::*;

    /// Two tasks of two values; an embedding is the signs of both, the head of each reads its own.
    fn measured(labels: &[[u8; 2]], signs: &[[f32; 2]]) -> Option<Conditions> {
        let cells = labels.iter().flatten().copied().collect();
        let table = Labels::from_cells(2, cells).expect("labels");
        let head = |own: usize| {
            let mut weights = vec![0.0; 4];
            weights[own] = -9.0;
            weights[2 + own] = 9.0;
            let weights = HeadWeights {
                weight: weights,
                bias: vec![0.0; 2],
            };
            Head::new(weights, 2).expect("a head")
        };
        let unit = 0.5_f32.sqrt();
        let rows: Vec<f32> = signs.iter().flatten().map(|sign| sign * unit).collect();
        measure(&table, &[head(0), head(1)], &[rows.clone(), rows], 2).expect("measures")
    }

    #[test]
    fn predictions_of_both_tasks_decide() {
        let labels: Vec<[u8; 2]> = (0..40).map(|image| [image % 2, image / 2 % 2]).collect();
        let sign = |value: u8| 2.0 * f32::from(value) - 1.0;
        let signs: Vec<[f32; 2]> = labels.iter().map(|row| row.map(sign)).collect();
        let right = measured(&labels, &signs).expect("queries");
        assert_eq!((right.queries, right.precision_at_10), (4, 1.0));
        assert!((right.map - 1.0).abs() < 1e-9);
        // One task that is always wrong leaves half of the conditions.
        let half: Vec<[f32; 2]> = signs.iter().map(|&[first, _]| [first, 1.0]).collect();
        let half = measured(&labels, &half).expect("queries");
        assert!(half.map < 0.8 && half.precision_at_10 < 0.8, "{half:?}");
        // Four images answer no query well enough.
        assert_eq!(measured(&labels[..4], &signs[..4]), None);
    }
}
