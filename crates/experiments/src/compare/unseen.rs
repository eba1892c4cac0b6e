//! Attributes that no method was trained on, by the likeness under all the tasks it was trained on.
//!
//! A label's classifier answers for its label; an embedding that also knows what else is alike finds images with the same
//! hat although nobody told it of hats. Images are compared by the mean of their cosines under all tasks.

use std::collections::HashMap;

use modulens_retrieval::measure::retrieval;
use modulens_retrieval::{Embeddings, Random};
use modulens_schema::Labels;
use modulens_training::config::DataConfig;
use modulens_training::data::{self, Pictures};
use modulens_training::error::TrainerError;
use serde::{Deserialize, Serialize};

/// The number of nearest images that precision is measured on.
const NEAREST: usize = 10;
/// The most images that are asked with.
const MOST_QUERIES: usize = 2000;

/// An attribute nobody trained on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Unseen {
    /// Its name.
    pub name: String,
    /// Mean share of the ten nearest images that have the query's value.
    pub precision_at_10: f64,
    /// Mean average precision over whole rankings.
    pub map: f64,
}

/// Labels of attributes nobody trained on, by the ids of images.
#[derive(Debug, Default)]
pub(super) struct UnseenLabels {
    names: Vec<String>,
    /// The number of values of each.
    values: Vec<usize>,
    labels: Option<Labels>,
    places: HashMap<String, usize>,
}

impl UnseenLabels {
    /// Reads the labels from the data that the methods are trained on; empty without names. They come from `key` of the
    /// plan.
    ///
    /// # Errors
    /// Data that cannot be read or do not have these attributes.
    pub(super) fn read(
        config: &DataConfig,
        key: &str,
        names: &[String],
    ) -> Result<Self, TrainerError> {
        if names.is_empty() {
            return Ok(Self::default());
        }
        let mut config = config.clone();
        config.tasks = names.to_vec();
        let dataset = data::open(&config, None)?.dataset;
        let missing = |name: &&String| dataset.tasks.iter().all(|task| task.name != **name);
        if let Some(name) = names.iter().find(missing) {
            return Err(TrainerError::Message(format!(
                "{key} names {name}, which has one value only or is spelled otherwise in the data; leave it out"
            )));
        }
        let ids = dataset.images.iter().enumerate();
        Ok(Self {
            names: dataset.tasks.iter().map(|task| task.name.clone()).collect(),
            values: dataset.tasks.iter().map(|task| task.values.len()).collect(),
            places: ids
                .map(|(place, image)| (image.id.clone(), place))
                .collect(),
            labels: Some(dataset.labels),
        })
    }

    /// Their names.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// The number of values of one of them.
    pub(super) fn values(&self, task: usize) -> usize {
        self.values.get(task).copied().unwrap_or(0)
    }

    /// The labels of images under one of them, by their ids.
    pub(super) fn known(&self, task: usize, ids: &[String]) -> Vec<Option<u8>> {
        let of = |id: &String| self.labels.as_ref()?.get(*self.places.get(id)?, task);
        ids.iter().map(of).collect()
    }

    /// Returns true if these are what would be measured: figures of other attributes are measured anew.
    pub(super) fn are_those_of(&self, measured: &[Unseen]) -> bool {
        let names = measured.iter().map(|one| &one.name);
        names.eq(&self.names)
    }

    /// Measures each of them on the embeddings of a split: `rows` holds `[task][images * length]` of unit length.
    ///
    /// # Errors
    /// Embeddings that are not of unit length, or an attribute that cannot be measured.
    pub(super) fn measure(
        &self,
        pictures: &Pictures<'_>,
        rows: &[Vec<f32>],
        length: usize,
        seed: u64,
    ) -> Result<Vec<Unseen>, TrainerError> {
        if self.names.is_empty() {
            return Ok(Vec::new());
        }
        let ids = pictures.ids();
        let embeddings = Embeddings::from_unit_rows(
            ids.len(),
            length * rows.len(),
            side_by_side(rows, ids.len(), length),
        )?;
        let mut all = Vec::with_capacity(self.names.len());
        for (task, name) in self.names.iter().enumerate() {
            let known = self.known(task, &ids);
            let mut random = Random::stream(seed, task as u64);
            let found = retrieval(&embeddings, &known, NEAREST, MOST_QUERIES, &mut random);
            let Some(found) = found else {
                return Err(TrainerError::Message(format!(
                    "`unseen` names {name}, of which no two images of this split have the same value; leave it out"
                )));
            };
            all.push(Unseen {
                name: name.clone(),
                precision_at_10: found.precision_at_k,
                map: found.mean_average_precision,
            });
        }
        Ok(all)
    }
}

/// The embeddings of an image under all tasks in one row of unit length: its products are the means of the tasks' cosines.
fn side_by_side(rows: &[Vec<f32>], images: usize, length: usize) -> Vec<f32> {
    let share = 1.0 / (rows.len().max(1) as f32).sqrt();
    let mut all = Vec::with_capacity(images * length * rows.len());
    for image in 0..images {
        for rows in rows {
            let row = &rows[image * length..(image + 1) * length];
            all.extend(row.iter().map(|value| value * share));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_product_of_two_rows_is_the_mean_of_their_cosines() {
        let rows = [vec![1.0, 0.0, 0.0, 1.0], vec![0.6, 0.8, 0.6, 0.8]];
        let all = side_by_side(&rows, 2, 2);
        let product: f32 = all[..4].iter().zip(&all[4..]).map(|(a, b)| a * b).sum();
        assert!((product - 0.5).abs() < 1e-6, "{product}");
    }
}
