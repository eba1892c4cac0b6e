//! Accuracy on triplets that lie with the data, to be compared with what others report on the same ones.

use std::fmt::Write as _;

use burn::tensor::Device;
use modulens_model::Model;
use modulens_retrieval::Embeddings;
use modulens_retrieval::measure::{Bootstrap, correct};
use modulens_schema::{Interval, Split};
use serde::Serialize;

use super::measure::DEFAULT_SEED;
use crate::data::{OpenData, Pictures};
use crate::embed;
use crate::error::TrainerError;
use crate::official;
use crate::run::Run;
use crate::train::placed;

/// Replicates of the bootstrap.
const REPLICATES: usize = 500;

/// The metrics on given triplets.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Given {
    dataset: String,
    split: Split,
    mean_triplet_accuracy: f64,
    /// Triplets that name a picture which is not there.
    left_out: usize,
    tasks: Vec<GivenTask>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct GivenTask {
    name: String,
    triplet_accuracy: f64,
    /// Over the pictures.
    ci95: Option<Interval>,
    triplets: usize,
}

/// Measures every task that has given triplets.
pub(super) fn measure(
    run: &Run,
    model: &Model,
    data: &OpenData,
    split: Split,
    device: &Device,
) -> Result<Given, TrainerError> {
    let lists = official::load(data, split)?;
    let memory = run.config.data.memory_megabytes;
    let input = &run.record.input;
    let pictures = Pictures::load_these(data, lists.images(), split.name(), input, memory)?;
    let lists = lists.among(&pictures.images);
    let rows = embed::embeddings(model, &pictures, device)?;
    let bootstrap = Bootstrap::new(pictures.len(), REPLICATES, DEFAULT_SEED);
    let length = run.record.embedding();
    let mut tasks = Vec::new();
    for ((task, rows), list) in run.record.tasks.iter().zip(rows).zip(&lists.tasks) {
        if list.is_empty() {
            continue;
        }
        let embeddings = Embeddings::from_unit_rows(pictures.len(), length, rows)?;
        let triplets = placed(list);
        let right = correct(&embeddings, &triplets);
        let share = right.iter().filter(|&&right| right).count() as f64 / right.len() as f64;
        tasks.push(GivenTask {
            name: task.name.clone(),
            triplet_accuracy: share,
            ci95: bootstrap.interval(&triplets, &right),
            triplets: triplets.len(),
        });
    }
    let sum: f64 = tasks.iter().map(|task| task.triplet_accuracy).sum();
    Ok(Given {
        dataset: data.dataset.name.clone(),
        split,
        mean_triplet_accuracy: sum / tasks.len().max(1) as f64,
        left_out: lists.left_out,
        tasks,
    })
}

/// The figures for people.
pub(super) fn render(found: &Given) -> String {
    let mut text = format!(
        "{}, given triplets of the {} split; {} more name a picture that is not there\n\n\
         {:14} triplets   95 % interval   error   number\n",
        found.dataset,
        found.split.name(),
        found.left_out,
        "task"
    );
    // Writing to a String cannot fail.
    for task in &found.tasks {
        let interval = task.ci95.map_or_else(String::new, |found| {
            format!("{:5.1} .. {:5.1}", 100.0 * found.low, 100.0 * found.high)
        });
        let _ = writeln!(
            text,
            "{:14}  {:6.2} %  {interval:14}   {:5.2}   {:6}",
            task.name,
            100.0 * task.triplet_accuracy,
            100.0 * (1.0 - task.triplet_accuracy),
            task.triplets
        );
    }
    let _ = writeln!(
        text,
        "{:14}  {:6.2} %                   {:5.2}",
        "mean",
        100.0 * found.mean_triplet_accuracy,
        100.0 * (1.0 - found.mean_triplet_accuracy)
    );
    text
}
