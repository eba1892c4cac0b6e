//! Scores and filters of single clauses.

use super::Gallery;
#[cfg(doc)]
use crate::Query;
use crate::RetrievalError;
use crate::query::{Clause, Criterion, Limit};
use crate::score::similarity_score;

impl Gallery {
    /// The score of every image for one clause; [`crate::score`] defines it. The clause fits the gallery
    /// ([`Query::check`]).
    pub(crate) fn score(&mut self, clause: &Clause) -> Result<Vec<f32>, RetrievalError> {
        let task = clause.task;
        match &clause.criterion {
            Criterion::AnyOf(values) => self.score_values(task, values, true),
            Criterion::NoneOf(values) => self.score_values(task, values, false),
            Criterion::Similar { features, negated } => {
                self.score_similarity(task, features, *negated)
            }
            Criterion::Confident => {
                let values = self.head(task)?.values();
                let rows = self.probabilities(task)?.chunks_exact(values);
                Ok(rows
                    .map(|row| row.iter().copied().fold(0.0, f32::max))
                    .collect())
            }
        }
    }

    fn score_values(
        &mut self,
        task: usize,
        values: &[usize],
        wanted: bool,
    ) -> Result<Vec<f32>, RetrievalError> {
        let mut total: Option<Vec<f32>> = None;
        for &value in values {
            let scores = self.score_value(task, value, wanted)?;
            let Some(sum) = &mut total else {
                total = Some(scores);
                continue;
            };
            // Of values that exclude each other: p(a or b) = p(a) + p(b), and p(neither) = (1-p(a)) + (1-p(b)) - 1.
            let offset = if wanted { 0.0 } else { 1.0 };
            for (sum, score) in sum.iter_mut().zip(scores) {
                *sum = (*sum + score - offset).clamp(0.0, 1.0);
            }
        }
        // No value at all: none of them is there.
        let nothing = if wanted { 0.0 } else { 1.0 };
        Ok(total.unwrap_or_else(|| vec![nothing; self.images()]))
    }

    fn score_value(
        &mut self,
        task: usize,
        value: usize,
        wanted: bool,
    ) -> Result<Vec<f32>, RetrievalError> {
        let values = self.head(task)?.values();
        let rows = self.probabilities(task)?.chunks_exact(values);
        if wanted {
            return Ok(rows.map(|row| row[value]).collect());
        }
        // The sum of the others rather than `1 - p`, which would round small ones to equals.
        let others = |row: &[f32]| row.iter().sum::<f32>() - row[value];
        let others_of_two = |row: &[f32]| row[1 - value];
        Ok(if values == 2 {
            rows.map(others_of_two).collect()
        } else {
            rows.map(|row| others(row).clamp(0.0, 1.0)).collect()
        })
    }

    fn score_similarity(
        &mut self,
        task: usize,
        features: &[f32],
        negated: bool,
    ) -> Result<Vec<f32>, RetrievalError> {
        let mut example = vec![0.0; self.tail.embedding()];
        self.tail.embed(features, task, &mut example)?;
        if example.iter().any(|value| !value.is_finite()) {
            return Err(RetrievalError::NotFinite {
                what: "the example's embedding",
            });
        }
        let mut scores = self.embeddings(task)?.cosines(&example)?;
        // `1 - (1 + cos) / 2` is the score of the opposite direction, which rounds only once.
        let sign = if negated { -1.0 } else { 1.0 };
        for score in &mut scores {
            *score = similarity_score(sign * *score);
        }
        Ok(scores)
    }

    /// For every image, true if it lies within a limit. The limit fits the gallery ([`Query::check`]).
    pub(crate) fn within(&mut self, limit: &Limit) -> Result<Vec<bool>, RetrievalError> {
        let values = self.head(limit.task)?.values();
        let rows = self.probabilities(limit.task)?.chunks_exact(values);
        let keeps = |row: &[f32]| row[limit.value] >= limit.low && row[limit.value] <= limit.high;
        Ok(rows.map(keeps).collect())
    }
}
