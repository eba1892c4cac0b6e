//! The backbone features of an example: an image of the bundle, or any picture file.

use std::path::Path;

use burn::tensor::{Tensor, TensorData};
use modulens_bundle::Bundle;
use modulens_training::device::{self, Backend};
use modulens_training::error::TrainerError;
use modulens_training::output::note;
use modulens_training::{domain, embed, files};

use crate::{bundle_network, faces};

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
    let found = features(&files::read(path)?, bundle).map_err(|error| {
        TrainerError::Message(format!(
            "{like}: {}",
            modulens_training::error::report(&error)
        ))
    })?;
    if domain::distance(bundle)?.is_some_and(|domain| domain.is_outside(&found)) {
        note(&format!(
            "{like} looks unlike what this network was trained on; what it is like means little"
        ));
    }
    Ok(found)
}

/// Runs the bundle's own network on one encoded picture; one picture is no work for a GPU.
fn features(encoded: &[u8], bundle: &Bundle) -> Result<Vec<f32>, TrainerError> {
    let opened = device::open(Backend::Flex)?;
    let network = bundle_network::load(bundle, &opened.device)?;
    let input = &bundle.manifest.input;
    let image = modulens_dataset::decode(encoded)
        .map_err(|error| TrainerError::Message(error.to_string()))?;
    // Of several faces the largest is the example; a picture without any is taken as it is.
    let portrait = match faces::detector(&bundle.manifest)? {
        Some(detector) => faces::portraits(&detector, &image).into_iter().next(),
        None => None,
    };
    let square = modulens_dataset::prepare(portrait.as_ref().unwrap_or(&image), input);
    let mut values = vec![0.0; input.len()];
    modulens_dataset::normalise(&square, input, &mut values);
    let size = input.size as usize;
    let image = Tensor::<4>::from_data(TensorData::new(values, [1, 3, size, size]), &opened.device);
    embed::values(network.trunk(image).into_data())
}
