//! `compare.json`: what a comparison found, one object.
//!
//! ```text
//! version, dataset, split, tasks: [name], seeds, device, images_trained_on, epochs,
//! methods: [{ name, about, head, table, epochs, trials: [{ setting, mean_triplet_accuracy, mean_map, chosen }],
//!             mean_triplet_accuracy, ci95: [low, high], per_seed: [..], mean_map, map_per_seed: [..],
//!             difference: { from, mean, ci95, mean_map, map_ci95 }, training_gmacs, parameters, extra_parameters_percent,
//!             gallery_bytes_per_image, task_switch_percent_of_forward, train_minutes, images_per_second,
//!             permuted_mean_triplet_accuracy, counterfactual: { pairs, changed, kept },
//!             conditions: { queries, precision_at_10, map }, unseen: [{ name, precision_at_10, map }],
//!             graded: [{ task, column, file, triplets, accuracy, within_value, rank_correlation }],
//!             finer: [{ task, label, among_all: { chance, precision_at_10, map_at_r }, within_value: (the same) }],
//!             few_shot: [{ name, examples, numbers, average_precision, auc }], ucr, ucr_averaged,
//!             tasks: [the objects of `trainer eval`] }]
//! ```
//!
//! Figures of `graded`, `finer` and `few_shot` are objects themselves: `mean`, `ci95`, `per_seed`,
//! `difference`, `difference_ci95`.
//!
//! Accuracies are means over the seeds. Their intervals hold both what other images and what other seeds could have
//! given (see [`super::intervals`]); those of the mean average precision hold seeds alone. With one seed an interval is
//! over images alone.

use modulens_schema::{Interval, Split, TaskQuality};
use serde::{Deserialize, Serialize};

use super::beyond::{Beyond, OverSeeds};
use super::conditions::Conditions;
use super::counterfactual::Counterfactual;
use super::examples::Example;
use super::task_map::TaskMap;
use super::trials::Trial;
use super::unseen::Unseen;
use crate::compliance::Compliance;

/// Version of this object.
pub const VERSION: u32 = 1;

/// A whole comparison.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// [`VERSION`].
    pub version: u32,
    /// Name of the dataset.
    pub dataset: String,
    /// The split measured.
    pub split: Split,
    /// The tasks' names, in the networks' order.
    pub tasks: Vec<String>,
    /// The seeds that every method was trained from.
    pub seeds: Vec<u64>,
    /// The device.
    pub device: String,
    /// Training images of an epoch.
    pub images_trained_on: usize,
    /// Epochs of every method.
    pub epochs: usize,
    /// The methods in the order of the plan.
    pub methods: Vec<MethodFigures>,
}

/// One method.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MethodFigures {
    /// Its name in the plan.
    pub name: String,
    /// A description, in a sentence.
    pub about: String,
    /// The head: the relation of the outputs to the values of a task. Comparisons from before there was a choice have
    /// none.
    #[serde(default)]
    pub head: String,
    /// The table it belongs to; empty for the main one, whose methods are trained for equal epochs.
    #[serde(default)]
    pub table: String,
    /// Epochs of training; 0 in comparisons whose methods all had the same.
    #[serde(default)]
    pub epochs: usize,
    /// The settings it was tried with on validation; empty without trials.
    #[serde(default)]
    pub trials: Vec<Trial>,
    /// Mean over tasks and seeds.
    pub mean_triplet_accuracy: f64,
    /// 95 % interval of that mean.
    pub ci95: Interval,
    /// The mean over tasks of each seed.
    pub per_seed: Vec<f64>,
    /// Mean average precision over tasks and seeds.
    #[serde(default)]
    pub mean_map: f64,
    /// The mean average precision of each seed.
    #[serde(default)]
    pub map_per_seed: Vec<f64>,
    /// The difference from the reference method, if one was named.
    pub difference: Option<Difference>,
    /// Learned parameters.
    pub parameters: usize,
    /// The additional parameters relative to the same network without modulation, in percent.
    pub extra_parameters_percent: f64,
    /// Bytes kept for an image, in half precision, so that every task can be searched.
    pub gallery_bytes_per_image: usize,
    /// Multiplications of another task for a kept image, in percent of a pass from the pixels.
    pub task_switch_percent_of_forward: f64,
    /// Multiply-accumulates of the training of a seed, in thousands of millions: three passes an image (forward, and
    /// backward to inputs and to weights) under all tasks, to the last epoch.
    #[serde(default)]
    pub training_gmacs: f64,
    /// Minutes of training of a seed, mean.
    pub train_minutes: f64,
    /// Training images per second, best epoch of all seeds.
    pub images_per_second: f64,
    /// Mean triplet accuracy with the modulation of every task given to another.
    pub permuted_mean_triplet_accuracy: Option<f64>,
    /// The movement of embeddings between images that differ in one attribute, mean over the seeds;
    /// if the dataset has such pairs.
    pub counterfactual: Option<Counterfactual>,
    /// Queries of two conditions, means over the seeds; nothing in comparisons from before they were measured.
    #[serde(default)]
    pub conditions: Option<Conditions>,
    /// Attributes nobody trained on, means over the seeds.
    #[serde(default)]
    pub unseen: Vec<Unseen>,
    /// Measures beyond the labels; empty in comparisons from before they were measured.
    #[serde(flatten)]
    pub beyond: Beyond<OverSeeds>,
    /// Update compliance along training, of the first seeds; empty where it was not measured.
    pub ucr: Vec<Compliance>,
    /// Update compliance after the last epoch with the modulation of every task at the mean over the tasks, if it was
    /// measured.
    #[serde(default)]
    pub ucr_averaged: Option<Compliance>,
    /// The similarity of tasks, mean over the seeds; if the network has modulation vectors.
    pub task_map: Option<TaskMap>,
    /// The results of a few queries with the first seed; empty if the plan does not ask for them.
    pub examples: Vec<Example>,
    /// The figures of every task, means over the seeds.
    pub tasks: Vec<TaskFigures>,
}

/// The difference between the means of two methods.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// The other method.
    pub from: String,
    /// This one's mean triplet accuracy less the other's.
    pub mean: f64,
    /// 95 % interval: both methods are looked at on the same images and seeds, so that what is hard for both counts for
    /// neither. Where zero lies inside, which of the two is better is not known.
    pub ci95: Interval,
    /// This one's mean average precision less the other's.
    #[serde(default)]
    pub mean_map: f64,
    /// 95 % interval of that, over seeds; nothing with one seed.
    #[serde(default)]
    pub map_ci95: Option<Interval>,
}

/// One task of a method: the object that `trainer eval` prints, and more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaskFigures {
    /// The metrics that `trainer eval` prints.
    #[serde(flatten)]
    pub quality: TaskQuality,
    /// Share of queries whose nearest image has their value.
    pub recall_at_1: f64,
    /// Share of queries with an image of their value among the ten nearest.
    pub recall_at_10: f64,
    /// Share of images that the head tells right, every value weighing the same.
    pub balanced_accuracy: f64,
}

impl MethodFigures {
    /// The last measurement of its gradients, or of those with permuted modulation.
    pub fn last_compliance(&self, permuted: bool) -> Option<&Compliance> {
        self.ucr.iter().rfind(|found| found.permuted == permuted)
    }
}
