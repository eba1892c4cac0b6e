//! The metrics of a split: the object that `trainer eval --json` prints and a bundle's manifest
//! holds.

use serde::{Deserialize, Serialize};

use crate::Split;

/// A confidence interval, written as `[low, high]`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "[f64; 2]", into = "[f64; 2]")]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl From<[f64; 2]> for Interval {
    fn from([low, high]: [f64; 2]) -> Self {
        Self { low, high }
    }
}

impl From<Interval> for [f64; 2] {
    fn from(interval: Interval) -> Self {
        [interval.low, interval.high]
    }
}

/// The quality of one task. All figures are fractions between 0 and 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaskQuality {
    /// The task's name.
    pub name: String,
    /// Share of triplets whose anchor is nearer to the positive than to the negative.
    pub triplet_accuracy: f64,
    /// 95 % bootstrap interval of the triplet accuracy, resampling images.
    pub ci95: Interval,
    /// Mean over queries of the share of the ten nearest images that have the query's value.
    pub precision_at_10: f64,
    /// Mean average precision of ranking by similarity under this task.
    pub map: f64,
    /// Expected calibration error of the head's probability of the predicted value, 15 bins.
    pub calibration_error: f64,
    /// Area under the ROC curve of the head's probabilities, averaged over the values, each against the others. Absent in
    /// what was measured before there was this figure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auc: Option<f64>,
    /// Images with a known value under this task.
    pub images: usize,
}

/// The quality of a network on one split of one dataset.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quality {
    /// Name of the dataset.
    pub dataset: String,
    /// The split measured.
    pub split: Split,
    /// Mean of these tasks' triplet accuracies.
    pub mean_triplet_accuracy: f64,
    /// The tasks that the split's labels can measure, in the network's order.
    pub tasks: Vec<TaskQuality>,
}
