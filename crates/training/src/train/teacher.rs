//! A finished run whose predictions another network learns beside the labels (Hinton et al., 2015).

use std::path::Path;

use burn::tensor::{Device, Tensor, TensorData};
use modulens_model::Head;

use crate::data::Pictures;
use crate::embed;
use crate::error::TrainerError;
use crate::run::{Run, RunRecord};

/// The probabilities that a teacher gives to the values of all tasks, for every training image as it is: without
/// augmentation, so that they are computed once.
pub(crate) struct Teacher {
    /// `[images, D]`.
    probabilities: Vec<f32>,
    /// Values of all tasks together.
    length: usize,
}

/// Opens the run of a teacher.
///
/// # Errors
/// A folder that is no run, or one that is not finished.
pub(crate) fn open(path: &Path) -> Result<Run, TrainerError> {
    let run = Run::open(path)?;
    match run.is_finished() {
        true => Ok(run),
        false => Err(TrainerError::Run {
            path: path.to_owned(),
            message: "it is not finished, and is named as train.teacher; train it to its end first"
                .into(),
        }),
    }
}

impl Teacher {
    /// The teacher for a network with this record, on its training images; `device` is one without autodiff.
    ///
    /// # Errors
    /// Another head, other tasks or another input than the network's; weights or images that cannot be read.
    pub(crate) fn new(
        run: &Run,
        pupil: &RunRecord,
        train: &Pictures<'_>,
        device: &Device,
    ) -> Result<Self, TrainerError> {
        let differs = if run.record.network.head != Head::Probabilities
            || pupil.network.head != Head::Probabilities
        {
            Some("both networks need network.head = \"probabilities\"")
        } else if run.record.tasks != pupil.tasks {
            Some("it has other tasks, or the same in another order")
        } else if run.record.input != pupil.input {
            Some("it has another input: size, fit and normalisation have to be the same")
        } else {
            None
        };
        if let Some(differs) = differs {
            return Err(TrainerError::Run {
                path: run.path.clone(),
                message: format!("it cannot teach this network, as train.teacher says: {differs}"),
            });
        }
        let values = pupil.values();
        let length = values.iter().sum();
        let mut probabilities = vec![0.0; train.len() * length];
        let mut first = 0;
        let roots = embed::embeddings(&run.model(device)?, train, device)?;
        for (roots, count) in roots.iter().zip(values) {
            let rows = roots.chunks_exact(length);
            for (row, roots) in probabilities.chunks_exact_mut(length).zip(rows) {
                for slot in first..first + count {
                    row[slot] = roots[slot] * roots[slot];
                }
            }
            first += count;
        }
        Ok(Self {
            probabilities,
            length,
        })
    }

    /// The probabilities for some training images, `[n, D]`.
    pub(crate) fn of(&self, images: &[usize], device: &Device) -> Tensor<2> {
        let rows = images.iter().flat_map(|&image| {
            let first = image * self.length;
            &self.probabilities[first..first + self.length]
        });
        let rows: Vec<f32> = rows.copied().collect();
        Tensor::from_data(TensorData::new(rows, [images.len(), self.length]), device)
    }
}
