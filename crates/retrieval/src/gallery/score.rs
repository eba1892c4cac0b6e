//! Scores and filters of single clauses.

use std::ops::Range;

use super::Gallery;
#[cfg(doc)]
use crate::Query;
use crate::directions::Directions;
use crate::query::{Clause, Criterion, Limit};
use crate::score::similarity_score;
use crate::{RetrievalError, kernel};

/// Similarities kept: those of one query, most often.
const KEPT: usize = 4;

/// The scores of every image for the examples compared last, so that another filter, weight or order compares nothing
/// again.
#[derive(Clone, Debug, Default)]
pub(super) struct KeptScores(Vec<(Option<usize>, Criterion, Vec<f32>)>);

impl KeptScores {
    pub(super) fn bytes(&self) -> usize {
        let scores = self.0.iter().map(|(_, _, scores)| scores.capacity());
        scores.sum::<usize>() * size_of::<f32>()
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

impl Gallery {
    /// The scores of every image for a clause that compares, if it was asked lately.
    pub(crate) fn known_scores(&self, clause: &Clause) -> Option<Vec<f32>> {
        let is_known = |(task, criterion, scores): &&(Option<usize>, Criterion, Vec<f32>)| {
            *task == clause.task && *criterion == clause.criterion && scores.len() == self.images()
        };
        let known = self.kept_scores.0.iter().find(is_known);
        known.map(|(_, _, scores)| scores.clone())
    }

    /// Keeps the scores of every image for a clause that compares; others cost next to nothing.
    pub(crate) fn keep_scores(&mut self, clause: &Clause, scores: &[f32]) {
        if let Criterion::Similar { .. } = clause.criterion {
            let kept = &mut self.kept_scores.0;
            kept.retain(|(_, _, known)| known.len() == scores.len());
            if kept.len() == KEPT {
                kept.remove(0);
            }
            kept.push((clause.task, clause.criterion.clone(), scores.to_vec()));
        }
    }

    /// The score of every image for one clause, by what its tasks give one after the other ([`Gallery::add_task`]);
    /// [`crate::score`] defines it.
    pub(crate) fn score(&self, clause: &Clause, mut sums: Vec<f32>) -> Vec<f32> {
        if let Criterion::Similar { negated, .. } = clause.criterion {
            let tasks = self.tasks_of(clause).len() as f32;
            // `1 - (1 + cos) / 2` is the score of the opposite direction, which rounds only once.
            let sign = if negated { -1.0 } else { 1.0 };
            for sum in &mut sums {
                *sum = similarity_score(sign * *sum / tasks);
            }
        }
        sums
    }

    /// The directions that a clause compares along; `None` where it compares nothing, or the tail is not linear.
    pub(crate) fn directions(&self, clause: &Clause) -> Result<Option<Directions>, RetrievalError> {
        match &clause.criterion {
            Criterion::Similar { features, .. } if self.tail.is_linear() => {
                let tasks = self.tasks_of(clause);
                self.tail.directions(tasks, features).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// Adds to the sums of the first images those of at most `images` more: of the cosines to an example under all
    /// tasks of its directions, whose lengths are there.
    pub(crate) fn add_cosines(&self, directions: &Directions, images: usize, sums: &mut Vec<f32>) {
        let first = sums.len();
        let end = self.images().min(first.saturating_add(images));
        let channels = self.features.channels;
        let features = &self.features.data[first * channels..end * channels];
        let lengths = directions.tasks();
        let lengths: Vec<&[f32]> = lengths
            .map(|task| &self.lengths[task][first..end])
            .collect();
        directions.add_cosines(features, &lengths, sums);
    }

    /// The tasks that a clause is about.
    pub(crate) fn tasks_of(&self, clause: &Clause) -> Range<usize> {
        match clause.task {
            Some(task) => task..task + 1,
            None => 0..self.tail.tasks(),
        }
    }

    /// Adds what one task says of every image for a clause: its score, or the cosine similarity to its example. The
    /// clause fits the gallery ([`Query::check`]).
    pub(crate) fn add_task(
        &mut self,
        clause: &Clause,
        task: usize,
        sums: &mut Vec<f32>,
    ) -> Result<(), RetrievalError> {
        let scores = self.score_task(clause, task)?;
        if sums.is_empty() {
            *sums = scores;
        } else {
            for (sum, score) in sums.iter_mut().zip(scores) {
                *sum += score;
            }
        }
        Ok(())
    }

    fn score_task(&mut self, clause: &Clause, task: usize) -> Result<Vec<f32>, RetrievalError> {
        match &clause.criterion {
            Criterion::AnyOf(values) => self.score_values(task, values, true),
            Criterion::NoneOf(values) => self.score_values(task, values, false),
            Criterion::Similar { features, .. } => {
                let example = self.tail.unit(task, features)?;
                self.embeddings(task)?.cosines(&example)
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

    /// The cosine similarity of an image to an example under each of the network's tasks, the example by its backbone
    /// features: the parts of their overall similarity, which is the mean. Empty where there is no such image.
    ///
    /// # Errors
    /// Features of another length, or embeddings that are not finite.
    pub fn similarities(&self, features: &[f32], image: usize) -> Result<Vec<f32>, RetrievalError> {
        let row = self.features.row(image);
        let tasks = if row.is_empty() { 0 } else { self.tail.tasks() };
        let similarity = |task| {
            let (one, other) = (self.tail.unit(task, features)?, self.tail.unit(task, row)?);
            Ok(kernel::dot(&one, &other))
        };
        (0..tasks).map(similarity).collect()
    }

    /// For every image, true if it lies within a limit. The limit fits the gallery ([`Query::check`]).
    pub(crate) fn within(&mut self, limit: &Limit) -> Result<Vec<bool>, RetrievalError> {
        let values = self.head(limit.task)?.values();
        let rows = self.probabilities(limit.task)?.chunks_exact(values);
        let keeps = |row: &[f32]| row[limit.value] >= limit.low && row[limit.value] <= limit.high;
        Ok(rows.map(keeps).collect())
    }
}
