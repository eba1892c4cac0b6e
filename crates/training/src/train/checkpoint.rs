//! Checkpoints: the states that training can go on from after it was stopped.
//!
//! ```text
//! RUN/checkpoint/step-000000120      the state after 120 steps, one file:
//!     modulens-checkpoint 1 SHA256   over all that follows, in hexadecimal
//!     {"progress": .., "model": N, "optimizer": N}   on one line: the progress, and the bytes of the two parts
//!     model, optimizer               Burn's own records (burnpack)
//! ```
//!
//! The last two states are kept. A state appears in one rename, once all of it is on the disk; one that is damaged is
//! noticed by its hash, and training goes on from the one before.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use burn::module::Module;
use burn::optim::ModuleOptimizer;
use burn::store::ModuleRecord;
use burn::tensor::Bytes;
use serde::{Deserialize, Serialize};

use super::learner::Trainable;
use super::metrics::EpochMetrics;
use crate::error::TrainerError;
use crate::files;

/// Number of states that are kept.
const KEPT: usize = 2;

/// The first word of a state, with its version.
const MAGIC: &str = "modulens-checkpoint 1 ";

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
    /// SHA-256 of its weights, by file name.
    pub files: BTreeMap<String, String>,
    /// Hash of the [`DataRecord`](crate::data_record::DataRecord) that is trained on; in states of earlier versions a
    /// fingerprint of the tasks, ids, splits and labels.
    pub data: String,
    /// The epochs so far.
    pub history: Vec<EpochMetrics>,
}

impl Progress {
    /// Adds a finished epoch and moves on to the next.
    pub(crate) fn finish_epoch(&mut self, line: EpochMetrics) {
        self.history.push(line);
        self.epoch += 1;
        self.batch = 0;
        self.loss_sum = 0.0;
        self.seconds = 0.0;
    }
}

/// A state as it is written.
#[derive(Debug, PartialEq)]
pub(crate) struct State {
    pub(crate) progress: Progress,
    model: Vec<u8>,
    optimizer: Vec<u8>,
}

/// The second line of a state.
#[derive(Debug, Serialize, Deserialize)]
struct Parts {
    progress: Progress,
    model: usize,
    optimizer: usize,
}

impl State {
    fn encode(&self) -> Result<Vec<u8>, serde_json::Error> {
        let parts = Parts {
            progress: self.progress.clone(),
            model: self.model.len(),
            optimizer: self.optimizer.len(),
        };
        let mut content = serde_json::to_vec(&parts)?;
        content.push(b'\n');
        content.extend_from_slice(&self.model);
        content.extend_from_slice(&self.optimizer);
        let mut bytes = format!("{MAGIC}{}\n", files::sha256(&content)).into_bytes();
        bytes.append(&mut content);
        Ok(bytes)
    }

    /// `None` for bytes that are not those of a whole, undamaged state.
    fn decode(bytes: &[u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(MAGIC.as_bytes())?;
        let (hash, content) = rest.split_at_checked(64)?;
        let content = content.strip_prefix(b"\n")?;
        (files::sha256(content).as_bytes() == hash).then_some(())?;
        let line = content.iter().position(|&byte| byte == b'\n')?;
        let parts: Parts = serde_json::from_slice(&content[..line]).ok()?;
        let (model, optimizer) = content[line + 1..].split_at_checked(parts.model)?;
        (optimizer.len() == parts.optimizer).then(|| Self {
            progress: parts.progress,
            model: model.to_vec(),
            optimizer: optimizer.to_vec(),
        })
    }
}

/// The checkpoints of a run.
#[derive(Debug)]
pub(crate) struct Checkpoint {
    folder: PathBuf,
}

impl Checkpoint {
    pub(crate) fn of(run: &Path) -> Self {
        Self {
            folder: run.join("checkpoint"),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.folder
    }

    /// Saves weights, optimiser and progress.
    pub(crate) fn save(
        &self,
        trainable: &Trainable,
        optimizer: &ModuleOptimizer,
        progress: &Progress,
    ) -> Result<(), TrainerError> {
        // A record has the running statistics of batch norm as they were last asked for, without those of the last batch;
        // asking for the model as it is used brings them up to date.
        drop(trainable.model.valid());
        let model = trainable.clone().into_record().into_bytes();
        let model = model.map_err(|error| self.unwritten(&error))?;
        let optimizer = optimizer.into_bytes();
        let optimizer = optimizer.map_err(|error| self.unwritten(&error))?;
        self.write(&State {
            progress: progress.clone(),
            model: model.to_vec(),
            optimizer: optimizer.to_vec(),
        })
    }

    fn write(&self, state: &State) -> Result<(), TrainerError> {
        let bytes = state.encode().map_err(|error| self.unwritten(&error))?;
        let name = format!("step-{:09}", state.progress.step);
        files::write_atomically(&self.folder.join(name), &bytes)?;
        // Only now may older ones go. One that stays is no fault.
        for (_, old) in self.states()?.into_iter().skip(KEPT) {
            files::remove_file(&old).ok();
        }
        Ok(())
    }

    /// The states that are there, by steps, the newest first.
    fn states(&self) -> Result<Vec<(usize, PathBuf)>, TrainerError> {
        if !self.folder.exists() {
            return Ok(Vec::new());
        }
        let entries = fs::read_dir(&self.folder).map_err(TrainerError::io("list", &self.folder))?;
        let mut states = Vec::new();
        for entry in entries {
            let path = entry
                .map_err(TrainerError::io("list", &self.folder))?
                .path();
            let name = path.file_name().and_then(|name| name.to_str());
            let step = name.and_then(|name| name.strip_prefix("step-")?.parse().ok());
            states.extend(step.map(|step| (step, path.clone())));
        }
        states.sort_unstable_by(|a, b| b.cmp(a));
        Ok(states)
    }

    /// Puts weights and optimiser into a state that was read.
    pub(crate) fn load(
        &self,
        state: State,
        trainable: Trainable,
        optimizer: ModuleOptimizer,
    ) -> Result<(Trainable, ModuleOptimizer), TrainerError> {
        let trainable = ModuleRecord::from_bytes(Bytes::from_bytes_vec(state.model))
            .and_then(|record| trainable.try_load_record(record))
            .map_err(|error| self.unusable(&error))?;
        let optimizer = optimizer
            .from_bytes(Bytes::from_bytes_vec(state.optimizer))
            .map_err(|error| self.unusable(&error))?;
        Ok((trainable, optimizer))
    }

    /// Reads the newest good state, if there is any; `told` hears of those that are damaged.
    pub(crate) fn read(&self, mut told: impl FnMut(&str)) -> Result<Option<State>, TrainerError> {
        let states = self.states()?;
        for (_, path) in &states {
            if let Some(state) = State::decode(&files::read(path)?) {
                return Ok(Some(state));
            }
            told(&format!(
                "warning: the checkpoint {} is damaged; going on from the one before",
                path.display()
            ));
        }
        let left = if states.is_empty() {
            // What an earlier version of this program wrote.
            self.folder.join("progress.json").exists()
        } else {
            true
        };
        if left {
            return Err(self.unusable(&"no state in it is whole, or it is of an older version"));
        }
        Ok(None)
    }

    fn unwritten(&self, error: &impl std::fmt::Display) -> TrainerError {
        TrainerError::Run {
            path: self.folder.clone(),
            message: format!(
                "the checkpoint cannot be written: {error}; the one before is kept, and the same command goes on from it"
            ),
        }
    }

    fn unusable(&self, error: &impl std::fmt::Display) -> TrainerError {
        TrainerError::Run {
            path: self.folder.clone(),
            message: format!(
                "the checkpoint cannot be read: {error}; start again with --fresh, which keeps what is here until \
                 the new run has an epoch"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::fault;

    fn state(step: usize) -> State {
        State {
            progress: Progress {
                step,
                best_val: 0.1 + 0.2,
                ..Progress::default()
            },
            model: vec![step as u8; 40],
            optimizer: (0..30_u8).map(|at| at.wrapping_mul(step as u8)).collect(),
        }
    }

    fn save(checkpoint: &Checkpoint, step: usize, steps: Option<usize>) -> bool {
        fault::fail_after(steps);
        let saved = checkpoint.write(&state(step));
        fault::fail_after(None);
        saved.is_ok()
    }

    /// The step that training would go on from.
    fn step(checkpoint: &Checkpoint) -> usize {
        let mut told = Vec::new();
        let found = checkpoint.read(|text| told.push(text.to_owned()));
        assert!(told.is_empty(), "{told:?}");
        let found = found.expect("reads").expect("a state");
        assert_eq!(found, state(found.progress.step));
        found.progress.step
    }

    /// A second crash during a save once left nothing to go on from, or an older state than before.
    #[test]
    fn two_crashes_at_any_steps_never_lose_a_state() {
        let mut crashes = 0;
        for first in 0.. {
            let mut first_is_done = false;
            for second in 0.. {
                let run = tempfile::tempdir().expect("a temporary folder");
                let checkpoint = Checkpoint::of(run.path());
                assert!(save(&checkpoint, 10, None) && save(&checkpoint, 20, None));
                first_is_done = save(&checkpoint, 30, Some(first));
                let done = step(&checkpoint);
                assert!(done == 30 || (done == 20 && !first_is_done));
                let second_is_done = save(&checkpoint, 40, Some(second));
                let last = step(&checkpoint);
                assert!(last >= done && (last == 40 || !second_is_done));
                crashes += 1;
                if second_is_done {
                    break;
                }
            }
            if first_is_done {
                break;
            }
        }
        assert!(crashes > 20, "{crashes} pairs of crashes were tried");
    }

    /// Flipped bits once trained on silently, or were a panic.
    #[test]
    fn every_flipped_bit_is_noticed_and_the_state_before_goes_on() {
        let run = tempfile::tempdir().expect("a temporary folder");
        let checkpoint = Checkpoint::of(run.path());
        assert!(save(&checkpoint, 10, None) && save(&checkpoint, 20, None));
        let path = checkpoint.folder.join("step-000000020");
        let good = fs::read(&path).expect("reads");
        for at in 0..good.len() {
            let mut damaged = good.clone();
            damaged[at] ^= 1 << (at % 8);
            fs::write(&path, &damaged).expect("writes");
            let mut told = 0;
            let found = checkpoint.read(|_| told += 1).expect("reads");
            assert_eq!(found, Some(state(10)), "byte {at}");
            assert_eq!(told, 1);
        }
        fs::write(checkpoint.folder.join("step-000000010"), b"gone").expect("writes");
        fs::write(&path, &good[..good.len() - 1]).expect("writes");
        let error = checkpoint.read(|_| {}).expect_err("nothing is whole");
        assert!(error.to_string().contains("--fresh"), "{error}");
    }

    #[test]
    fn two_states_are_kept() {
        let run = tempfile::tempdir().expect("a temporary folder");
        let checkpoint = Checkpoint::of(run.path());
        assert_eq!(checkpoint.read(|_| {}).expect("reads"), None);
        for step in [1, 2, 3, 4] {
            assert!(save(&checkpoint, step, None));
        }
        let steps: Vec<_> = checkpoint
            .states()
            .expect("lists")
            .into_iter()
            .map(|state| state.0)
            .collect();
        assert_eq!(steps, [4, 3]);
    }
}
