//! Scores and filters: what is asked of a gallery once its numbers are there.

use modulens_schema::Labels;

use super::Gallery;
use crate::query::{Part, PartKind};
use crate::{By, Filter, Query, Ranked, RetrievalError, Scores, similarity_score};

impl Gallery {
    /// How well every image answers a query; [`crate::query`] defines the score.
    ///
    /// # Errors
    /// An empty query, a weight that is not above zero, or a part that does not fit the tasks.
    pub fn score(&mut self, query: &Query) -> Result<Scores, RetrievalError> {
        query.check()?;
        let parts = query
            .parts
            .iter()
            .map(|part| self.score_part(part))
            .collect::<Result<_, _>>()?;
        let weights: Vec<f32> = query.parts.iter().map(|part| part.weight).collect();
        Ok(Scores::combine(parts, &weights))
    }

    fn score_part(&mut self, part: &Part) -> Result<Vec<f32>, RetrievalError> {
        match &part.kind {
            &PartKind::Value { value, wanted } => self.score_value(part.task, value, wanted),
            PartKind::Example { embedding, wanted } => {
                check_example(embedding)?;
                let mut scores = self.embeddings(part.task)?.cosines(embedding)?;
                // `1 - (1 + cos) / 2` is the score of the opposite direction, which rounds only once.
                let sign = if *wanted { 1.0 } else { -1.0 };
                for score in &mut scores {
                    *score = similarity_score(sign * *score);
                }
                Ok(scores)
            }
        }
    }

    /// The `k` images most like an example under a task, of those that `keep` says yes to, best first: exactly
    /// [`top_k_where`](crate::top_k_where) of the scores of [`Query::example`], several times as fast.
    ///
    /// A task's first question makes its codes, which [`Need::Nearest`](crate::Need::Nearest) does ahead of it; they
    /// are kept and forgotten with its embeddings.
    ///
    /// # Errors
    /// There is no such task, or the example does not fit it.
    pub fn nearest(
        &mut self,
        task: usize,
        example: &[f32],
        k: usize,
        keep: impl Fn(usize) -> bool,
    ) -> Result<Vec<Ranked>, RetrievalError> {
        check_example(example)?;
        let kept = self.all_embeddings(task)?;
        kept.nearest_by(example, k, similarity_score, &keep)
    }

    fn score_value(
        &mut self,
        task: usize,
        value: usize,
        wanted: bool,
    ) -> Result<Vec<f32>, RetrievalError> {
        let values = self.check_value(task, value)?;
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

    /// Which images pass every filter. `labels` are those of this gallery's images.
    ///
    /// # Errors
    /// A filter speaks of a task or value there is not, or its threshold is not a finite number.
    pub fn passing(
        &mut self,
        filters: &[Filter],
        labels: &Labels,
    ) -> Result<Vec<bool>, RetrievalError> {
        let mut passing = vec![true; self.images()];
        for filter in filters {
            let values = self.check_value(filter.task, filter.value)?;
            match filter.by {
                By::Label => {
                    for (image, passes) in passing.iter_mut().enumerate() {
                        *passes &= filter.accepts_label(labels, image);
                    }
                }
                By::Prediction => {
                    let predictions = self.predictions(filter.task)?;
                    for (passes, value) in passing.iter_mut().zip(predictions) {
                        *passes &= filter.accepts(Some(value));
                    }
                }
                By::Probability { at_least } => {
                    if !at_least.is_finite() {
                        return Err(RetrievalError::NotFinite {
                            what: "a filter's threshold",
                        });
                    }
                    let rows = self.probabilities(filter.task)?.chunks_exact(values);
                    for (passes, row) in passing.iter_mut().zip(rows) {
                        *passes &= (row[filter.value] >= at_least) == filter.wanted;
                    }
                }
            }
        }
        Ok(passing)
    }

    /// The number of values of a task, if `value` is one of them.
    fn check_value(&self, task: usize, value: usize) -> Result<usize, RetrievalError> {
        let values = self.readout(task)?.values();
        if value < values {
            Ok(values)
        } else {
            Err(RetrievalError::NoValue {
                task,
                value,
                values,
            })
        }
    }
}

/// Refuses an example that is nowhere.
fn check_example(embedding: &[f32]) -> Result<(), RetrievalError> {
    if embedding.iter().any(|value| !value.is_finite()) {
        return Err(RetrievalError::NotFinite {
            what: "the example's embedding",
        });
    }
    Ok(())
}
