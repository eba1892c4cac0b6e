//! Quality of embeddings and heads on labelled images.
//!
//! Images whose label under a task is unknown take no part in any of that task's figures: neither as a
//! query, nor as something found, nor in a triplet.

mod auc;
mod bootstrap;
mod calibration;
mod evaluate;
mod ranking;
mod triplets;

use modulens_schema::Labels;

pub use auc::auc;
pub use bootstrap::{Bootstrap, interval95};
pub use calibration::{accuracy, calibration_error};
pub use evaluate::{EvalConfig, Evaluation, TaskDetails, evaluate};
pub use ranking::{Retrieval, retrieval};
pub use triplets::{Triplet, TripletGenerator, correct, triplet_accuracy};

/// The labels of all images under one task.
pub fn column(labels: &Labels, task: usize) -> Vec<Option<u8>> {
    (0..labels.images())
        .map(|image| labels.get(image, task))
        .collect()
}
