//! The place where an image becomes the squares that the network sees.

use modulens_dataset::{RgbImage, decode, prepare};
use modulens_schema::InputSpec;

/// One square of an image.
#[derive(Debug)]
pub(super) struct Crop {
    /// The image's id; of several squares of one image, with the square's number: `photo.jpg#1`.
    pub id: String,
    /// `size` x `size` pixels.
    pub pixels: RgbImage,
}

/// Decodes an image and cuts the squares out of it that are predicted.
///
/// Now this is the whole image, made square as the bundle's input says. A network of faces will have every face here
/// that a detector finds, each numbered in the order found; an image without one is then an error of its own.
///
/// # Errors
/// A sentence: the image cannot be decoded.
pub(super) fn crops(id: &str, encoded: &[u8], input: &InputSpec) -> Result<Vec<Crop>, String> {
    let image = decode(encoded).map_err(|error| error.to_string())?;
    Ok(vec![Crop {
        id: id.to_owned(),
        pixels: prepare(&image, input),
    }])
}
