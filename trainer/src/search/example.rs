//! The features of an example: an image of the bundle, or any picture file.

use std::path::Path;

use burn::tensor::{Tensor, TensorData};
use modulens_bundle::Bundle;
use modulens_model::{NetworkConfig, weights};

use crate::device::{self, Backend};
use crate::error::TrainerError;
use crate::{embed, files};

/// An example.
pub(super) struct Example {
    /// Its index, where it is an image of the bundle.
    pub(super) index: Option<usize>,
    /// The trunk's output.
    pub(super) features: Vec<f32>,
}

/// Finds an example by its id in the bundle, or else reads the file of that name.
pub(super) fn find(like: &str, bundle: &Bundle) -> Result<Example, TrainerError> {
    if let Some(index) = bundle.ids.iter().position(|id| id == like) {
        let features = bundle.features.row(index).to_vec();
        return Ok(Example {
            index: Some(index),
            features,
        });
    }
    let path = Path::new(like);
    if !path.is_file() {
        return Err(TrainerError::Message(format!(
            "{like:?} is neither an image of the bundle (the first is {:?}) nor a file",
            bundle.ids.first().map_or("", String::as_str)
        )));
    }
    let features = features(&files::read(path)?, bundle).map_err(|error| {
        TrainerError::Message(format!("{like}: {}", crate::error::report(&error)))
    })?;
    Ok(Example {
        index: None,
        features,
    })
}

/// Runs the bundle's own network on one encoded picture; one picture is no work for a GPU.
fn features(encoded: &[u8], bundle: &Bundle) -> Result<Vec<f32>, TrainerError> {
    let config: NetworkConfig =
        serde_json::from_value(bundle.manifest.network.clone()).map_err(|error| {
            TrainerError::Message(format!("the manifest describes no known network: {error}"))
        })?;
    let opened = device::open(Backend::Flex)?;
    let network = weights::from_safetensors(&config, &bundle.weights()?, &opened.device)?;
    let input = &bundle.manifest.input;
    let mut values = vec![0.0; input.len()];
    modulens_dataset::load_picture(encoded, input, &mut values)
        .map_err(|error| TrainerError::Message(error.to_string()))?;
    let size = input.size as usize;
    let image = Tensor::<4>::from_data(TensorData::new(values, [1, 3, size, size]), &opened.device);
    embed::values(network.trunk(image).into_data())
}
