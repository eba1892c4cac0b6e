//! The figures of one finished run, kept beside it so that it is measured once.

use std::path::{Path, PathBuf};

use burn::tensor::Device;
use modulens_model::Model;
use modulens_retrieval::Head;
use modulens_schema::{Quality, Split};
use modulens_training::data::{OpenData, Pictures};
use modulens_training::error::TrainerError;
use modulens_training::run::Run;
use modulens_training::train::metrics;
use modulens_training::{embed, eval, files};
use serde::{Deserialize, Serialize};

use super::beyond::{Asked, Beyond};
use super::conditions::{self, Conditions};
use super::counterfactual::{self, Counterfactual};
use super::examples::{self, Example};
use super::intervals;
use super::task_map::{self, TaskMap};
use super::unseen::Unseen;

/// The version of the measurements: figures of another one are measured anew.
pub(super) const VERSION: u32 = 2;

/// The measurements of a run: `measured.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// The version of this object.
    pub version: u32,
    /// The seed it was trained from.
    pub seed: u64,
    /// The figures on the split, as `trainer eval` prints them.
    pub quality: Quality,
    /// Share of queries of each task whose nearest image has their value.
    pub recall_at_1: Vec<f64>,
    /// Share of queries of each task with an image of their value among the ten nearest.
    pub recall_at_10: Vec<f64>,
    /// Share of images of each task that the head tells right, every value weighing the same.
    pub balanced_accuracy: Vec<f64>,
    /// Triplet accuracy of each task in each replicate of the bootstrap; `None` where it drew no triplet.
    pub replicates: Vec<Vec<Option<f64>>>,
    /// Mean triplet accuracy when every task is seen through the modulation of the next one.
    pub permuted: Option<f64>,
    /// The movement of embeddings between images that differ in one attribute.
    pub counterfactual: Option<Counterfactual>,
    /// The similarity of tasks, if the network has modulation vectors.
    pub task_map: Option<TaskMap>,
    /// The results of a few queries; empty unless requested.
    pub examples: Vec<Example>,
    /// Queries of two conditions; nothing where no image answers.
    pub conditions: Option<Conditions>,
    /// Attributes nobody trained on; empty unless requested.
    pub unseen: Vec<Unseen>,
    /// Measures beyond the labels; empty unless requested.
    #[serde(default)]
    pub beyond: Beyond<f64>,
    /// Seconds of training, validation not counted.
    pub train_seconds: f64,
    /// Training images per second in the fastest epoch: others may have shared the machine.
    pub images_per_second: f64,
    /// The best epoch on the validation split.
    pub best_epoch: usize,
}

impl Measured {
    /// Mean average precision over the tasks.
    pub fn mean_map(&self) -> f64 {
        let tasks = self.quality.tasks.iter();
        intervals::mean(&tasks.map(|task| task.map).collect::<Vec<_>>())
    }
}

/// The measurements made on request.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Extras {
    /// The control: every task through the modulation of the next.
    pub(super) permuted: bool,
    /// The results of a few queries.
    pub(super) examples: bool,
}

/// The measurements to make of a run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Request<'a> {
    pub(super) split: Split,
    pub(super) extras: Extras,
    pub(super) asked: &'a Asked,
}

impl Request<'_> {
    /// Returns true if all of it was measured of the run in a folder.
    pub(super) fn is_done(&self, folder: &Path) -> Result<bool, TrainerError> {
        let known = self.labels_known(folder)?;
        Ok(known.is_some_and(|measured| self.asked.are_those_of(&measured.beyond)))
    }

    /// Reads what was measured of a run, or measures it.
    pub(super) fn measure(
        &self,
        run: &Run,
        data: &OpenData,
        device: &Device,
    ) -> Result<Measured, TrainerError> {
        let known = self.labels_known(&run.path)?;
        if let Some(measured) = &known
            && self.asked.are_those_of(&measured.beyond)
        {
            return Ok(measured.clone());
        }
        let seen = Seen::new(run, data, self.split, device)?;
        let mut measured = match known {
            Some(measured) => measured,
            None => measure(run, data, self, &seen, device)?,
        };
        let pictures = (data, &seen.pictures);
        measured.beyond = self
            .asked
            .measure((run, &seen.model), pictures, &seen.rows, device)?;
        let text = files::seal(&measured, false).map_err(|error| {
            TrainerError::Message(format!("the figures cannot be written: {error}"))
        })?;
        files::write_atomically(&self.path(&run.path), text.as_bytes())?;
        Ok(measured)
    }

    /// The figures that are there, if all but the measures beyond the labels are among them.
    fn labels_known(&self, folder: &Path) -> Result<Option<Measured>, TrainerError> {
        Ok(read(&self.path(folder))?.filter(|measured| {
            measured.version == VERSION
                && (measured.permuted.is_some() || !self.extras.permuted)
                && (!measured.examples.is_empty() || !self.extras.examples)
                && self.asked.unseen.are_those_of(&measured.unseen)
        }))
    }

    fn path(&self, folder: &Path) -> PathBuf {
        folder.join(match self.split {
            Split::Test => "measured.json".to_owned(),
            other => format!("measured-{}.json", other.name()),
        })
    }
}

/// The figures that are there; those in a damaged file, or in one of another version, are measured again.
fn read(path: &Path) -> Result<Option<Measured>, TrainerError> {
    if !path.is_file() {
        return Ok(None);
    }
    Ok(files::unseal(&String::from_utf8_lossy(&files::read(path)?)).ok())
}

/// A run's model, and the pictures of a split with their embeddings `[task][images * length]`.
struct Seen<'a> {
    model: Model,
    pictures: Pictures<'a>,
    rows: Vec<Vec<f32>>,
}

impl<'a> Seen<'a> {
    fn new(
        run: &Run,
        data: &'a OpenData,
        split: Split,
        device: &Device,
    ) -> Result<Self, TrainerError> {
        let memory = run.config.data.memory_megabytes;
        let pictures = Pictures::load(data, split, &run.record.input, memory)?;
        let model = run.model(device)?;
        Ok(Self {
            rows: embed::embeddings(&model, &pictures, device)?,
            model,
            pictures,
        })
    }
}

/// All but the measures beyond the labels.
fn measure(
    run: &Run,
    data: &OpenData,
    request: &Request<'_>,
    seen: &Seen<'_>,
    device: &Device,
) -> Result<Measured, TrainerError> {
    let Request {
        split,
        extras,
        asked,
    } = *request;
    let record = &run.record;
    let length = record.embedding();
    let Seen {
        model,
        pictures,
        rows,
    } = seen;
    let labels = pictures.labels();
    let evaluate = |rows: &[Vec<f32>]| {
        let name = &data.dataset.name;
        let rows = |task: usize| rows[task].clone();
        eval::measure_rows(run, name, pictures, split, eval::DEFAULT_SEED, rows)
    };
    let evaluation = evaluate(rows)?;
    let permuted = match extras.permuted && rows.len() > 1 {
        true => {
            let rows = embed::embeddings_through(model, pictures, device, 1)?;
            Some(evaluate(&rows)?.quality.mean_triplet_accuracy)
        }
        false => None,
    };
    let pairs = counterfactual::pairs(data, pictures)?;
    let examples = match extras.examples {
        true => examples::of(&labels, &pictures.ids(), rows, length, eval::DEFAULT_SEED)?,
        false => Vec::new(),
    };
    let fitted = eval::heads(run)?.tasks.into_iter();
    let heads: Vec<Head> = fitted
        .map(|weights| Head::new(weights, length))
        .collect::<Result<_, _>>()?;
    let epochs = metrics::read(&run.path)?;
    let details = evaluation.details;
    Ok(Measured {
        version: VERSION,
        seed: run.config.train.seed,
        quality: evaluation.quality,
        recall_at_1: details
            .iter()
            .map(|task| task.retrieval.recall_at_1)
            .collect(),
        recall_at_10: details
            .iter()
            .map(|task| task.retrieval.recall_at_k)
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
        counterfactual: counterfactual::measure(&pairs, &labels, rows, length),
        task_map: task_map::of(run, &labels, device)?,
        examples,
        conditions: conditions::measure(&labels, &heads, rows, length)?,
        unseen: asked
            .unseen
            .measure(pictures, rows, length, eval::DEFAULT_SEED)?,
        beyond: Beyond::default(),
        train_seconds: epochs.iter().map(|epoch| epoch.seconds).sum(),
        images_per_second: epochs
            .iter()
            .map(|epoch| epoch.images_per_second)
            .fold(0.0, f64::max),
        best_epoch: record.best_epoch,
    })
}
