//! The folder a training run lives in.
//!
//! ```text
//! RUN/config.toml          the configuration, resolved
//! RUN/run.json             tasks, input, network, dataset, best epoch, hashes of the next two (see RunRecord); sealed
//! RUN/best.safetensors     the weights of the best epoch on the validation split; best-0.safetensors and so on where
//!                          every task has a network
//! RUN/readouts.safetensors calibrated heads of those weights
//! RUN/data.record          the tasks, labels, splits and files of images it is trained on (see `data_record`)
//! RUN/metrics.jsonl        one line per epoch
//! RUN/checkpoint/          the last two states that training can go on from
//! RUN/replaced-run/        after `train --fresh`: the run that was here, until the new one has an epoch
//! RUN/lock                 held by the process that trains it
//! ```
//!
//! The weights of a better epoch are written to `best.safetensors.next` first; the rename of `run.json`, which holds
//! their hash, is the moment from which on they count.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use burn::tensor::Device;
use modulens_model::{Head, Method, Model, Network, NetworkConfig, weights};
use modulens_schema::{InputSpec, Task};
use serde::{Deserialize, Serialize};

use crate::config::Config;
use crate::error::{TrainerError, check_links};
use crate::files;

/// The record of a run: all that other commands need to know about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunRecord {
    /// Version of this file's layout.
    pub version: u32,
    /// Name of the dataset.
    pub dataset: String,
    /// The tasks, in the network's order.
    pub tasks: Vec<Task>,
    /// The way from pictures to the network's input.
    pub input: InputSpec,
    /// The method that serves the tasks.
    #[serde(default)]
    pub method: Method,
    /// The network; with a method that has several, what each is made from.
    pub network: NetworkConfig,
    /// The epoch (from 1) the best weights are from; 0 before the first.
    pub best_epoch: usize,
    /// Mean triplet accuracy of the best weights on the validation split.
    pub best_val: f64,
    /// SHA-256 of the files that count, by name; empty in runs that were written before there were hashes.
    #[serde(default)]
    pub files: BTreeMap<String, String>,
}

impl RunRecord {
    /// The number of values of each task.
    pub fn values(&self) -> Vec<usize> {
        values_of(&self.tasks)
    }

    /// Accuracy of the best weights on the validation split, as a clause.
    pub fn validation(&self) -> String {
        // Of 10,000 triplets some are right by chance.
        match self.best_val > 0.0 {
            true => format!(
                "{:.2} % mean triplet accuracy on the validation split",
                100.0 * self.best_val
            ),
            false => "nothing measured on the validation split".to_owned(),
        }
    }

    /// Length of an embedding.
    pub fn embedding(&self) -> usize {
        self.network.embedding
    }
}

/// The number of values of each task.
pub(crate) fn values_of(tasks: &[Task]) -> Vec<usize> {
    tasks.iter().map(|task| task.values.len()).collect()
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
        check_links(path)?;
        let record_path = path.join(RECORD);
        if !record_path.is_file() {
            return Err(TrainerError::Run {
                path: path.to_owned(),
                message: match path.join("replaced-run").is_dir() {
                    true => "the new run has no epoch yet; the one that it replaces is kept in its replaced-run",
                    false => {
                        "it has no run.json; `trainer train CONFIG --out` writes one after the first epoch"
                    }
                }
                .into(),
            });
        }
        let record = read_record(&record_path)?;
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
        if self.record.network.head == Head::Probabilities {
            return Err(TrainerError::Run {
                path: self.path.clone(),
                message: "its head is \"probabilities\", which is here to be compared with; only a network with an embedding \
                          (network.head \"prototypes\" or \"logits\") can be exported or searched with"
                    .into(),
            });
        }
        let network = self.model(device)?.into_network();
        network.ok_or_else(|| TrainerError::Run {
            path: self.path.clone(),
            message: "it is of a method that is here to be compared with (network.method); only \
                      one modulated network can be exported or searched with"
                .into(),
        })
    }

    /// The model with the best weights.
    ///
    /// # Errors
    /// When weights are missing or do not fit.
    pub fn model(&self, device: &Device) -> Result<Model, TrainerError> {
        let (method, values) = (self.record.method, self.record.values());
        let parts = method.networks(&self.record.network);
        let networks = weights_names(parts.len())
            .iter()
            .zip(&parts)
            .map(|(name, config)| {
                let bytes = self.read(name)?;
                Ok(weights::from_safetensors(config, &bytes, device)?)
            })
            .collect::<Result<Vec<_>, TrainerError>>()?;
        Model::from_networks(method, networks, &values).ok_or_else(|| TrainerError::Run {
            path: self.path.clone(),
            message: "it has no task; train again".into(),
        })
    }

    /// The bytes of a file that counts, with their hash checked.
    ///
    /// # Errors
    /// It is missing, damaged, or not written yet.
    pub(crate) fn read(&self, name: &str) -> Result<Vec<u8>, TrainerError> {
        read_checked(&self.path, name, &self.record.files)
    }

    /// Returns true if training has come to its end: heads are the last that a session writes.
    pub fn is_finished(&self) -> bool {
        let counts = self.record.files.is_empty() || self.record.files.contains_key(READOUTS);
        counts && self.path.join(READOUTS).is_file()
    }
}

/// File name of the record.
pub(crate) const RECORD: &str = "run.json";

/// File name of the calibrated heads.
pub(crate) const READOUTS: &str = "readouts.safetensors";

/// File names of the best weights of so many networks.
pub(crate) fn weights_names(networks: usize) -> Vec<String> {
    match networks {
        1 => vec!["best.safetensors".into()],
        _ => (0..networks)
            .map(|index| format!("best-{index}.safetensors"))
            .collect(),
    }
}

/// Name of a better file until `run.json` knows it.
pub(crate) fn next_name(name: &str) -> String {
    format!("{name}.next")
}

/// The bytes of a run's file, or of the one that waits to take its place, whichever has the hash that is known.
pub(crate) fn read_checked(
    run: &Path,
    name: &str,
    hashes: &BTreeMap<String, String>,
) -> Result<Vec<u8>, TrainerError> {
    let path = run.join(name);
    let Some(hash) = hashes.get(name) else {
        if hashes.is_empty() {
            return files::read(&path);
        }
        return Err(TrainerError::Run {
            path: run.to_owned(),
            message: format!("it has no {name} yet; give the `trainer train` command again"),
        });
    };
    for path in [path.clone(), run.join(next_name(name))] {
        if path.is_file() {
            let bytes = files::read(&path)?;
            if files::sha256(&bytes) == *hash {
                return Ok(bytes);
            }
        }
    }
    Err(TrainerError::Run {
        path: run.to_owned(),
        message: format!(
            "its {name} is damaged or missing; give the `trainer train` command again, which goes on from the \
             last state that is good"
        ),
    })
}

/// Reads `run.json`.
pub(crate) fn read_record(path: &Path) -> Result<RunRecord, TrainerError> {
    files::unseal(&files::read_text(path)?).map_err(|message| TrainerError::Run {
        path: path.to_owned(),
        message: format!("{message}; give the `trainer train` command again, which writes it anew"),
    })
}

/// Writes `run.json`.
///
/// # Errors
/// When the disk does not take it.
pub fn write_record(path: &Path, record: &RunRecord) -> Result<(), TrainerError> {
    let text = files::seal(record, true)
        .map_err(|error| TrainerError::Message(format!("the run cannot be described: {error}")))?;
    files::write_atomically(&path.join("run.json"), text.as_bytes())
}

/// Writes files that are to count together with a record of their hashes, as one step: before `run.json` is renamed
/// the old ones count, afterwards the new ones.
///
/// # Errors
/// When the disk does not take them; the old ones still count.
pub(crate) fn write_files(
    run: &Path,
    record: &mut RunRecord,
    new: &[(String, Vec<u8>)],
) -> Result<(), TrainerError> {
    settle(run)?;
    for (name, bytes) in new {
        files::write_atomically(&run.join(next_name(name)), bytes)?;
    }
    let mut next = record.clone();
    for (name, bytes) in new {
        next.files.insert(name.clone(), files::sha256(bytes));
    }
    write_record(run, &next)?;
    *record = next;
    for (name, _) in new {
        let (from, to) = (run.join(next_name(name)), run.join(name));
        files::rename(&from, &to).map_err(TrainerError::io("write", &to))?;
    }
    files::sync_folder(run).map_err(TrainerError::io("write", run))
}

/// Brings files to their places that a crash left waiting although `run.json` knows them.
fn settle(run: &Path) -> Result<(), TrainerError> {
    let path = run.join("run.json");
    let Some(record) = path.is_file().then(|| read_record(&path).ok()).flatten() else {
        return Ok(());
    };
    for (name, hash) in &record.files {
        let (next, place) = (run.join(next_name(name)), run.join(name));
        if next.is_file() && files::sha256(&files::read(&next)?) == *hash {
            files::rename(&next, &place).map_err(TrainerError::io("write", &place))?;
        }
    }
    files::sync_folder(run).map_err(TrainerError::io("write", run))
}

#[cfg(test)]
mod tests {
    use modulens_schema::Fit;

    use super::*;
    use crate::files::fault;

    fn record() -> RunRecord {
        RunRecord {
            version: RECORD_VERSION,
            dataset: "bars".into(),
            tasks: vec![Task::binary("Red")],
            input: InputSpec::centred(32, Fit::Crop),
            method: Method::default(),
            network: Config::example("bars").network.for_tasks(&[2]),
            best_epoch: 1,
            best_val: 0.1 + 0.2,
            files: BTreeMap::new(),
        }
    }

    /// Names and bytes of an epoch's files, and the record that goes with them.
    fn epoch(number: usize) -> (Vec<(String, Vec<u8>)>, RunRecord) {
        let new = [0, 1].map(|network| {
            let name = format!("best-{network}.safetensors");
            (name, vec![number as u8; 5 + number + network])
        });
        let record = RunRecord {
            best_epoch: number,
            ..record()
        };
        (new.into(), record)
    }

    /// Checks that the record on the disk and its files are those of one epoch, and says of which.
    fn whole(run: &Path, when: &str) -> usize {
        let found = read_record(&run.join("run.json")).expect("a record");
        for (name, bytes) in epoch(found.best_epoch).0 {
            let read = read_checked(run, &name, &found.files).expect(when);
            assert_eq!(read, bytes, "{when}");
        }
        found.best_epoch
    }

    #[test]
    fn two_crashes_at_any_steps_leave_the_files_of_one_epoch() {
        let write = |run: &Path, number: usize, steps: Option<usize>| {
            let (new, mut record) = epoch(number);
            fault::fail_after(steps);
            let written = write_files(run, &mut record, &new);
            fault::fail_after(None);
            written.is_ok()
        };
        let mut crashes = 0;
        for first in 0.. {
            let mut first_is_done = false;
            for second in 0.. {
                let folder = tempfile::tempdir().expect("a temporary folder");
                let run = folder.path();
                assert!(write(run, 1, None));
                first_is_done = write(run, 2, Some(first));
                let done = whole(run, &format!("after {first} steps"));
                assert!(done == 2 || !first_is_done);
                let second_is_done = write(run, 3, Some(second));
                let last = whole(run, &format!("after {first} and {second} steps"));
                assert!(last >= done, "nothing older than before");
                crashes += 1;
                if second_is_done {
                    assert_eq!(last, 3);
                    break;
                }
            }
            if first_is_done {
                break;
            }
        }
        assert!(crashes > 100, "{crashes} pairs of crashes were tried");
    }

    #[test]
    fn a_damaged_file_is_noticed() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (new, mut record) = epoch(3);
        write_files(folder.path(), &mut record, &new).expect("writes");
        let (name, bytes) = &new[0];
        let mut damaged = bytes.clone();
        damaged[2] ^= 8;
        files::write_atomically(&folder.path().join(name), &damaged).expect("writes");
        let error = read_checked(folder.path(), name, &record.files).expect_err("damaged");
        assert!(error.to_string().contains("damaged"), "{error}");
    }
}
