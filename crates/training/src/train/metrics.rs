//! The metrics of every epoch: a line of JSON in the run, a line of text on the terminal.

use std::path::Path;

use modulens_schema::Task;
use serde::{Deserialize, Serialize};

use crate::error::TrainerError;
use crate::files;

/// File name of the epochs in a run.
pub(crate) const FILE: &str = "metrics.jsonl";

/// One line of `metrics.jsonl`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EpochMetrics {
    /// From 1.
    pub epoch: usize,
    /// Steps since the start.
    pub step: usize,
    /// Mean training loss of the epoch.
    pub loss: f64,
    /// Learning rate of its last step.
    pub learning_rate: f64,
    /// Seconds of training in the epoch.
    pub seconds: f64,
    /// Training images per second.
    pub images_per_second: f64,
    /// Mean triplet accuracy on the validation split.
    pub val_mean: f64,
    /// Triplet accuracy of each task on the validation split, in the network's order; `None` where it has no triplet.
    pub val_tasks: Vec<Option<f64>>,
    /// True for the best epoch so far.
    pub best: bool,
}

impl EpochMetrics {
    /// The epoch on one line for people, of so many, with the tasks in the network's order.
    pub(crate) fn line(&self, tasks: &[Task], epochs: usize) -> String {
        let known = tasks.iter().zip(&self.val_tasks);
        let worst = known
            .filter_map(|(task, accuracy)| Some((task, (*accuracy)?)))
            .min_by(|a, b| a.1.total_cmp(&b.1));
        let worst = worst.map_or(String::new(), |(task, accuracy)| {
            format!(", worst {} {:.1} %", task.name, 100.0 * accuracy)
        });
        let val = match self.val_tasks.iter().any(Option::is_some) {
            true => format!("val {:.2} %", 100.0 * self.val_mean),
            false => "val not measured".to_owned(),
        };
        format!(
            "epoch {:>3}/{epochs}  loss {:.4}  {val}{worst}  {:.0} images/s{}",
            self.epoch,
            self.loss,
            self.images_per_second,
            if self.best { "  *" } else { "" }
        )
    }
}

/// Writes the epochs so far. They are taken from the checkpoint, which is checked, so that a damaged file is mended.
pub(crate) fn write(run: &Path, history: &[EpochMetrics]) -> Result<(), TrainerError> {
    files::write_lines(&run.join(FILE), history)
}

/// Reads the epochs written so far.
///
/// # Errors
/// When the file is there and cannot be read.
pub fn read(run: &Path) -> Result<Vec<EpochMetrics>, TrainerError> {
    files::read_lines(&run.join(FILE))
}
