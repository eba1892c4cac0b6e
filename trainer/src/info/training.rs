//! The fitness of a dataset for training.

use std::fmt::Write as _;

use modulens_dataset::Dataset;
use modulens_training::coverage::{self, Coverage};
use serde::Serialize;

/// The verdict of `trainer train` on a dataset before it trains.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct TrainingInfo {
    /// The reason that nothing can be trained.
    refused: Option<String>,
    /// Tasks that cannot be learned.
    left_out: Vec<String>,
    notes: Vec<String>,
}

/// Judges a dataset by its splits.
pub(super) fn training(dataset: &Dataset) -> TrainingInfo {
    let mut verdict = Coverage::of(dataset).judge(&dataset.tasks);
    if verdict.refused.is_none() {
        let unlabelled = coverage::unlabelled(dataset, &verdict.left_out);
        verdict.notes.extend(unlabelled);
    }
    let names = verdict
        .left_out
        .iter()
        .map(|&task| dataset.tasks[task].name.clone());
    TrainingInfo {
        refused: verdict.refused,
        left_out: names.collect(),
        notes: verdict.notes,
    }
}

impl TrainingInfo {
    /// Some lines for people; none where there is nothing to say.
    pub(super) fn render(&self, text: &mut String) {
        // Writing to a String cannot fail.
        if let Some(why) = &self.refused {
            let _ = writeln!(text, "training: not possible: {why}");
        }
        for note in &self.notes {
            let _ = writeln!(text, "training: {note}");
        }
    }
}
