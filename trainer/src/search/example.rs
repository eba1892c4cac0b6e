//! The backbone features of an example: an image of the bundle, or any picture file.

use std::path::Path;

use burn::tensor::{Tensor, TensorData};
use modulens_bundle::Bundle;

use crate::device::{self, Backend};
use crate::error::TrainerError;
use crate::{bundle_network, embed, files};

/// Looks an example up by its id in the bundle, or else reads the file of that name. Returns its features `[C]`.
pub(super) fn find(like: &str, bundle: &Bundle) -> Result<Vec<f32>, TrainerError> {
    if let Some(index) = bundle.ids.iter().position(|id| id == like) {
        return Ok(bundle.features.row(index).to_vec());
    }
    let path = Path::new(like);
    if !path.is_file() {
        return Err(TrainerError::Message(format!(
            "{like:?} is neither an image of the bundle (the first is {:?}) nor a file",
            bundle.ids.first().map_or("", String::as_str)
        )));
    }
    features(&files::read(path)?, bundle)
        .map_err(|error| TrainerError::Message(format!("{like}: {}", crate::error::report(&error))))
}

/// Runs the bundle's own network on one encoded picture; one picture is no work for a GPU.
fn features(encoded: &[u8], bundle: &Bundle) -> Result<Vec<f32>, TrainerError> {
    let opened = device::open(Backend::Flex)?;
    let network = bundle_network::load(bundle, &opened.device)?;
    let input = &bundle.manifest.input;
    let mut values = vec![0.0; input.len()];
    modulens_dataset::load_picture(encoded, input, &mut values)
        .map_err(|error| TrainerError::Message(error.to_string()))?;
    let size = input.size as usize;
    let image = Tensor::<4>::from_data(TensorData::new(values, [1, 3, size, size]), &opened.device);
    embed::values(network.trunk(image).into_data())
}
