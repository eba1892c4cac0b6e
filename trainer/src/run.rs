//! The folder a training run lives in.
//!
//! ```text
//! RUN/config.toml          the configuration, resolved
//! RUN/run.json             tasks, input, network, dataset, best epoch (see RunRecord)
//! RUN/best.safetensors     the weights of the best epoch on the validation split; best-0.safetensors and so on where
//!                          every task has a network
//! RUN/readouts.safetensors calibrated readouts of those weights
//! RUN/metrics.jsonl        one line per epoch
//! RUN/checkpoint/          where training goes on from
//! RUN/lock                 held by the process that trains it
//! ```

use std::path::{Path, PathBuf};

use burn::tensor::Device;
use modulens_model::{Method, Model, Network, NetworkConfig, weights};
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
    /// How the tasks are served.
    #[serde(default)]
    pub method: Method,
    /// The network; with a method that has several, what each is made from.
    pub network: NetworkConfig,
    /// The epoch (from 1) the best weights are from; 0 before the first.
    pub best_epoch: usize,
    /// Mean triplet accuracy of the best weights on the validation split.
    pub best_val: f64,
}

impl RunRecord {
    /// The number of values of each task.
    pub fn values(&self) -> Vec<usize> {
        self.tasks.iter().map(|task| task.values.len()).collect()
    }

    /// Length of an embedding.
    pub fn embedding(&self) -> usize {
        self.method.embedding(&self.network, &self.values())
    }
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

    /// The one network of a modulated run with its best weights.
    ///
    /// # Errors
    /// When the run is of another method, or its weights are missing or do not fit.
    pub fn network(&self, device: &Device) -> Result<Network, TrainerError> {
        match self.model(device)? {
            Model::Modulated(network) => Ok(network),
            _ => Err(TrainerError::Run {
                path: self.path.clone(),
                message:
                    "it is of a method that is here to be compared with (network.method); only \
                          one modulated network can be exported or searched with"
                        .into(),
            }),
        }
    }

    /// The model with the best weights.
    ///
    /// # Errors
    /// When weights are missing or do not fit.
    pub fn model(&self, device: &Device) -> Result<Model, TrainerError> {
        let (method, values) = (self.record.method, self.record.values());
        let parts = method.networks(&self.record.network, &values);
        let networks = weights_paths(&self.path, parts.len())
            .iter()
            .zip(&parts)
            .map(|(path, config)| {
                let bytes = files::read(path)?;
                Ok(weights::from_safetensors(config, &bytes, device)?)
            })
            .collect::<Result<Vec<_>, TrainerError>>()?;
        Model::from_networks(method, networks, &values).ok_or_else(|| TrainerError::Run {
            path: self.path.clone(),
            message: "it has no task; train again".into(),
        })
    }

    /// Where the calibrated readouts are.
    pub fn readouts_path(&self) -> PathBuf {
        self.path.join("readouts.safetensors")
    }
}

/// Where the best weights of so many networks are.
pub(crate) fn weights_paths(run: &Path, networks: usize) -> Vec<PathBuf> {
    match networks {
        1 => vec![run.join("best.safetensors")],
        _ => (0..networks)
            .map(|index| run.join(format!("best-{index}.safetensors")))
            .collect(),
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
