//! The figures of one finished run, kept beside it so that it is measured once.

use std::path::Path;

use burn::tensor::Device;
use modulens_schema::{Quality, Split};
use serde::{Deserialize, Serialize};

use super::counterfactual::{self, Counterfactual};
use crate::data::{OpenData, Pictures};
use crate::error::TrainerError;
use crate::run::Run;
use crate::train::metrics;
use crate::{embed, eval, files};

/// What is measured of a run: `measured.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// The seed it was trained from.
    pub seed: u64,
    /// The figures on the test split, as `trainer eval` prints them.
    pub quality: Quality,
    /// Share of queries of each task whose nearest image has their value.
    pub recall_at_1: Vec<f64>,
    /// Share of images of each task that the readout tells right, every value weighing the same.
    pub balanced_accuracy: Vec<f64>,
    /// Triplet accuracy of each task in each replicate of the bootstrap; `None` where it drew no triplet.
    pub replicates: Vec<Vec<Option<f64>>>,
    /// Mean triplet accuracy when every task is seen through the modulation of the next one.
    pub permuted: Option<f64>,
    /// How far embeddings move between pictures that differ in one attribute.
    pub counterfactual: Option<Counterfactual>,
    /// Seconds of training, validation not counted.
    pub train_seconds: f64,
    /// Training images per second in the fastest epoch: others may have shared the machine.
    pub images_per_second: f64,
    /// The best epoch on the validation split.
    pub best_epoch: usize,
}

/// Reads what was measured of a run, or measures it.
pub(super) fn of(
    run: &Run,
    data: &OpenData,
    permuted: bool,
    device: &Device,
) -> Result<Measured, TrainerError> {
    let path = run.path.join("measured.json");
    if let Some(measured) = read(&path)?
        && (measured.permuted.is_some() || !permuted)
    {
        return Ok(measured);
    }
    let measured = measure(run, data, permuted, device)?;
    let text = serde_json::to_string(&measured).map_err(|error| {
        TrainerError::Message(format!("the figures cannot be written: {error}"))
    })?;
    files::write_atomically(&path, text.as_bytes())?;
    Ok(measured)
}

/// The figures that are there; a file of another version is measured again.
fn read(path: &Path) -> Result<Option<Measured>, TrainerError> {
    if !path.is_file() {
        return Ok(None);
    }
    Ok(serde_json::from_slice(&files::read(path)?).ok())
}

fn measure(
    run: &Run,
    data: &OpenData,
    permuted: bool,
    device: &Device,
) -> Result<Measured, TrainerError> {
    let record = &run.record;
    let length = record.embedding();
    let memory = run.config.data.memory_megabytes;
    let pictures = Pictures::load(data, Split::Test, &record.input, memory)?;
    let rows = embed::embeddings(&run.model(device)?, &pictures, device)?;
    let labels = pictures.labels();
    let through = |places: usize| {
        let name = &data.dataset.name;
        let rows = |task: usize| rows[(task + places) % rows.len()].clone();
        eval::measure_rows(run, name, &pictures, Split::Test, eval::DEFAULT_SEED, rows)
    };
    let evaluation = through(0)?;
    let permuted = match permuted && rows.len() > 1 {
        true => Some(through(1)?.quality.mean_triplet_accuracy),
        false => None,
    };
    let pairs = counterfactual::pairs(data, &pictures)?;
    let epochs = metrics::read(&run.path)?;
    let details = evaluation.details;
    Ok(Measured {
        seed: run.config.train.seed,
        quality: evaluation.quality,
        recall_at_1: details
            .iter()
            .map(|task| task.retrieval.recall_at_1)
            .collect(),
        balanced_accuracy: details.iter().map(|task| task.balanced_accuracy).collect(),
        replicates: details
            .into_iter()
            .map(|task| {
                let shares = task.replicates.into_iter();
                shares
                    .map(|share| share.is_finite().then_some(share))
                    .collect()
            })
            .collect(),
        permuted,
        counterfactual: counterfactual::measure(&pairs, &labels, &rows, length),
        train_seconds: epochs.iter().map(|epoch| epoch.seconds).sum(),
        images_per_second: epochs
            .iter()
            .map(|epoch| epoch.images_per_second)
            .fold(0.0, f64::max),
        best_epoch: record.best_epoch,
    })
}
