//! How good the network is after an epoch, on images it was not fitted on.

use burn::tensor::Device;
use modulens_model::Model;
use modulens_retrieval::Embeddings;
use modulens_retrieval::measure::{TripletGenerator, column, triplet_accuracy};

use crate::data::Pictures;
use crate::embed;
use crate::error::TrainerError;

/// Triplets of a task: enough for a standard error below half a point.
const TRIPLETS: usize = 10_000;

/// The same triplets after every epoch.
const SEED: u64 = 1;

/// Triplet accuracy of every task; not a number where the split has no triplet of it.
pub(crate) fn triplet_accuracies(
    model: &Model,
    length: usize,
    pictures: &Pictures<'_>,
    device: &Device,
) -> Result<Vec<f64>, TrainerError> {
    let labels = pictures.labels();
    embed::embeddings(model, pictures, device)?
        .into_iter()
        .enumerate()
        .map(|(task, rows)| {
            let embeddings = Embeddings::from_unit_rows(pictures.len(), length, rows)?;
            let known = column(&labels, task);
            let generator = TripletGenerator::new(&known, SEED, task as u64);
            Ok(generator.map_or(f64::NAN, |generator| {
                let triplets: Vec<_> = generator.take(TRIPLETS).collect();
                triplet_accuracy(&embeddings, &triplets)
            }))
        })
        .collect()
}
