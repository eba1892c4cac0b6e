//! The metrics of every epoch: a line of JSON in the run, a line of text on the terminal.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::TrainerError;
use crate::files;

const FILE: &str = "metrics.jsonl";

/// One line of `metrics.jsonl`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct EpochMetrics {
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
    /// Triplet accuracy of each task on the validation split, in the network's order.
    pub val_tasks: Vec<f64>,
    /// True for the best epoch so far.
    pub best: bool,
}

/// Adds an epoch. One that was already written (before an interruption) is replaced, and so is a line that a crash
/// cut short: the file is written anew as a whole.
pub(crate) fn append(run: &Path, metrics: &EpochMetrics) -> Result<(), TrainerError> {
    let mut epochs = read(run)?;
    epochs.retain(|earlier| earlier.epoch < metrics.epoch);
    epochs.push(metrics.clone());
    files::write_lines(&run.join(FILE), &epochs)
}

/// Reads the epochs written so far; a line cut short by a crash is left out.
pub(crate) fn read(run: &Path) -> Result<Vec<EpochMetrics>, TrainerError> {
    files::read_lines(&run.join(FILE))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn epoch(epoch: usize, loss: f64) -> EpochMetrics {
        EpochMetrics {
            epoch,
            step: epoch * 10,
            loss,
            learning_rate: 0.1,
            seconds: 1.0,
            images_per_second: 10.0,
            val_mean: 0.5,
            val_tasks: vec![0.5],
            best: false,
        }
    }

    #[test]
    fn a_repeated_epoch_replaces_the_old_line() {
        let run = tempfile::tempdir().expect("a temporary folder");
        for (number, loss) in [(1, 3.0), (2, 2.0), (2, 1.5)] {
            append(run.path(), &epoch(number, loss)).expect("writes");
        }
        let losses: Vec<f64> = read(run.path())
            .expect("reads")
            .iter()
            .map(|metrics| metrics.loss)
            .collect();
        assert_eq!(losses, [3.0, 1.5]);
    }
}
