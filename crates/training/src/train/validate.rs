//! The validation of the network after an epoch, on images it was not fitted on.

use burn::tensor::Device;
use modulens_model::Model;
use modulens_retrieval::Embeddings;
use modulens_retrieval::measure::{Triplet, TripletGenerator, column, triplet_accuracy};

use crate::data::Pictures;
use crate::embed;
use crate::error::TrainerError;
use crate::official::Official;

/// Triplets of a task: enough for a standard error below half a point.
const TRIPLETS: usize = 10_000;

/// The same triplets after every epoch.
const SEED: u64 = 1;

/// Triplet accuracy of every task, on triplets that are given (by places among the pictures) or drawn; not a number where
/// there is no triplet of it.
pub(crate) fn triplet_accuracies(
    model: &Model,
    length: usize,
    pictures: &Pictures<'_>,
    official: Option<&Official>,
    device: &Device,
) -> Result<Vec<f64>, TrainerError> {
    let labels = pictures.labels();
    embed::embeddings(model, pictures, device)?
        .into_iter()
        .enumerate()
        .map(|(task, rows)| {
            let embeddings = Embeddings::from_unit_rows(pictures.len(), length, rows)?;
            if let Some(official) = official {
                let triplets = placed(&official.tasks[task]);
                return Ok(match triplets.is_empty() {
                    true => f64::NAN,
                    false => triplet_accuracy(&embeddings, &triplets),
                });
            }
            let known = column(&labels, task);
            let generator = TripletGenerator::new(&known, SEED, task as u64);
            Ok(generator.map_or(f64::NAN, |generator| {
                let triplets: Vec<_> = generator.take(TRIPLETS).collect();
                triplet_accuracy(&embeddings, &triplets)
            }))
        })
        .collect()
}

/// Given triplets as the measures take them.
pub(crate) fn placed(triplets: &[[usize; 3]]) -> Vec<Triplet> {
    triplets
        .iter()
        .map(|triplet| {
            let [anchor, positive, negative] = triplet.map(|place| place as u32);
            Triplet {
                anchor,
                positive,
                negative,
            }
        })
        .collect()
}
