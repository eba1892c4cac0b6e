//! The folder a training run lives in.
//!
//! ```text
//! RUN/config.toml          the configuration, resolved
//! RUN/run.json             tasks, input, network, dataset, best epoch (see RunRecord)
//! RUN/best.safetensors     the weights of the best epoch on the validation split
//! RUN/readouts.safetensors calibrated readouts of those weights
//! RUN/metrics.jsonl        one line per epoch
//! RUN/checkpoint/          where training goes on from
//! ```

use std::path::{Path, PathBuf};

use burn::tensor::Device;
use modulens_model::{Network, NetworkConfig, weights};
use modulens_schema::{InputSpec, Task};
use serde::{Deserialize, Serialize};

use crate::config::Config;
use crate::error::TrainerError;
use crate::files;

/// What every other command needs to know about a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunRecord {
    /// Version of this file's layout.
    pub version: u32,
    /// Name of the dataset.
    pub dataset: String,
    /// The tasks, in the network's order.
    pub tasks: Vec<Task>,
    /// How pictures become the network's input.
    pub input: InputSpec,
    /// The network.
    pub network: NetworkConfig,
    /// The epoch (from 1) the best weights are from; 0 before the first.
    pub best_epoch: usize,
    /// Mean triplet accuracy of the best weights on the validation split.
    pub best_val: f64,
}

/// The layout version this program writes and reads.
pub const RECORD_VERSION: u32 = 1;

/// An existing run.
#[derive(Clone, Debug)]
pub struct Run {
    /// Its folder.
    pub path: PathBuf,
    /// The resolved configuration.
    pub config: Config,
    /// Its record.
    pub record: RunRecord,
}

impl Run {
    /// Opens a run that has finished at least one epoch.
    ///
    /// # Errors
    /// When the folder is no run, or was written by another version.
    pub fn open(path: &Path) -> Result<Self, TrainerError> {
        let record_path = path.join("run.json");
        if !record_path.is_file() {
            return Err(TrainerError::Run {
                path: path.to_owned(),
                message: "it has no run.json; `trainer train CONFIG --out` writes one after the \
                          first epoch"
                    .into(),
            });
        }
        let bytes = files::read(&record_path)?;
        let record: RunRecord =
            serde_json::from_slice(&bytes).map_err(|error| TrainerError::Run {
                path: path.to_owned(),
                message: format!("its run.json does not parse: {error}"),
            })?;
        if record.version != RECORD_VERSION {
            return Err(TrainerError::Run {
                path: path.to_owned(),
                message: format!(
                    "it was written in layout {}, this program reads layout {RECORD_VERSION}; \
                     train again or use the program that wrote it",
                    record.version
                ),
            });
        }
        let config = Config::load(&path.join("config.toml"), &[])?;
        Ok(Self {
            path: path.to_owned(),
            config,
            record,
        })
    }

    /// The network with the best weights.
    ///
    /// # Errors
    /// When the weights are missing or do not fit.
    pub fn network(&self, device: &Device) -> Result<Network, TrainerError> {
        let bytes = files::read(&self.weights_path())?;
        Ok(weights::from_safetensors(
            &self.record.network,
            &bytes,
            device,
        )?)
    }

    /// Where the best weights are.
    pub fn weights_path(&self) -> PathBuf {
        self.path.join("best.safetensors")
    }

    /// Where the calibrated readouts are.
    pub fn readouts_path(&self) -> PathBuf {
        self.path.join("readouts.safetensors")
    }
}

/// Writes `run.json`.
///
/// # Errors
/// When the disk does not take it.
pub fn write_record(path: &Path, record: &RunRecord) -> Result<(), TrainerError> {
    let text = serde_json::to_string_pretty(record)
        .map_err(|error| TrainerError::Message(format!("the run cannot be described: {error}")))?;
    files::write_atomically(&path.join("run.json"), text.as_bytes())
}
