//! Where training goes on from after it was stopped.

use std::fs;
use std::path::{Path, PathBuf};

use burn::module::Module;
use burn::optim::ModuleOptimizer;
use serde::{Deserialize, Serialize};

use super::learner::Trainable;
use crate::error::TrainerError;

/// Everything but the tensors.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Progress {
    /// Epochs finished.
    pub epoch: usize,
    /// Batches finished in the epoch under way.
    pub batch: usize,
    /// Steps finished since the start.
    pub step: usize,
    /// Sum of the losses of the epoch under way.
    pub loss_sum: f64,
    /// Seconds spent in the epoch under way.
    pub seconds: f64,
    /// The best epoch so far, from 1; 0 for none.
    pub best_epoch: usize,
    /// Its mean triplet accuracy on the validation split.
    pub best_val: f64,
}

/// The checkpoint of a run: a folder that is replaced as a whole, never half-written.
#[derive(Debug)]
pub(crate) struct Checkpoint {
    path: PathBuf,
}

impl Checkpoint {
    pub(crate) fn of(run: &Path) -> Self {
        Self {
            path: run.join("checkpoint"),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    fn beside(&self, name: &str) -> PathBuf {
        self.path.with_file_name(name)
    }

    /// Saves weights, optimiser and progress.
    pub(crate) fn save(
        &self,
        trainable: &Trainable,
        optimizer: &ModuleOptimizer,
        progress: &Progress,
    ) -> Result<(), TrainerError> {
        let new = self.beside("checkpoint.new");
        let old = self.beside("checkpoint.old");
        if new.exists() {
            fs::remove_dir_all(&new).map_err(TrainerError::io("clear", &new))?;
        }
        fs::create_dir_all(&new).map_err(TrainerError::io("create the folder", &new))?;
        trainable
            .clone()
            .into_record()
            .save(new.join("model"))
            .map_err(|error| self.failed("write", error))?;
        optimizer
            .save(new.join("optimizer"))
            .map_err(|error| self.failed("write", error))?;
        let text =
            serde_json::to_string_pretty(progress).map_err(|error| self.failed("write", error))?;
        let state = new.join("progress.json");
        fs::write(&state, text).map_err(TrainerError::io("write", &state))?;
        if old.exists() {
            fs::remove_dir_all(&old).map_err(TrainerError::io("clear", &old))?;
        }
        if self.path.exists() {
            fs::rename(&self.path, &old).map_err(TrainerError::io("move", &self.path))?;
        }
        fs::rename(&new, &self.path).map_err(TrainerError::io("write", &self.path))?;
        if old.exists() {
            fs::remove_dir_all(&old).map_err(TrainerError::io("clear", &old))?;
        }
        Ok(())
    }

    /// Loads the newest complete checkpoint, if there is one.
    pub(crate) fn load(
        &self,
        trainable: Trainable,
        optimizer: ModuleOptimizer,
    ) -> Result<(Trainable, ModuleOptimizer, Option<Progress>), TrainerError> {
        let old = self.beside("checkpoint.old");
        // A crash between the two renames leaves only the older one, which is complete.
        let folder = if self.path.exists() {
            &self.path
        } else if old.exists() {
            &old
        } else {
            return Ok((trainable, optimizer, None));
        };
        let state = folder.join("progress.json");
        let text = fs::read_to_string(&state).map_err(TrainerError::io("read", &state))?;
        let progress: Progress =
            serde_json::from_str(&text).map_err(|error| self.failed("read", error))?;
        let trainable = trainable
            .try_load_file(folder.join("model"))
            .map_err(|error| self.failed("read", error))?;
        let optimizer = optimizer
            .load(folder.join("optimizer"))
            .map_err(|error| self.failed("read", error))?;
        Ok((trainable, optimizer, Some(progress)))
    }

    fn failed(&self, action: &str, error: impl std::fmt::Display) -> TrainerError {
        TrainerError::Run {
            path: self.path.clone(),
            message: format!(
                "cannot {action} the checkpoint: {error}; delete the folder to start again"
            ),
        }
    }
}
