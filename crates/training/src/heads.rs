//! From embeddings to probabilities: fitted on the training split, calibrated on validation.

use burn::tensor::Device;
use modulens_bundle::Heads;
use modulens_model::Model;
use modulens_retrieval::Embeddings;
use modulens_retrieval::head::{FitConfig, fit};
use modulens_retrieval::measure::column;
use modulens_schema::Task;

use crate::data::Pictures;
use crate::embed;
use crate::error::TrainerError;

/// The calibrated heads of every task of a model whose embeddings are `length` long.
///
/// # Errors
/// When a picture cannot be read, or a task has fewer than two known values in the training split.
pub fn fit_all(
    model: &Model,
    length: usize,
    tasks: &[Task],
    train: &Pictures<'_>,
    val: &Pictures<'_>,
    device: &Device,
) -> Result<Heads, TrainerError> {
    let (train_labels, val_labels) = (train.labels(), val.labels());
    let train_rows = embed::embeddings(model, train, device)?;
    let val_rows = embed::embeddings(model, val, device)?;
    let mut weights = Vec::with_capacity(tasks.len());
    for (index, (task, (train_rows, val_rows))) in tasks
        .iter()
        .zip(train_rows.into_iter().zip(val_rows))
        .enumerate()
    {
        let seen = Embeddings::from_unit_rows(train.len(), length, train_rows)?;
        let held_out = Embeddings::from_unit_rows(val.len(), length, val_rows)?;
        let head = fit(
            &seen,
            &column(&train_labels, index),
            task.values.len(),
            &FitConfig::default(),
        )
        .and_then(|head| head.calibrated(&held_out, &column(&val_labels, index)))
        .map_err(|error| {
            TrainerError::Message(format!(
                "the head of {} cannot be fitted: {error}",
                task.name
            ))
        })?;
        weights.push(head.weights().clone());
    }
    Ok(Heads {
        embedding: length,
        tasks: weights,
    })
}
