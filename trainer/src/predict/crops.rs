//! The place where an image becomes the squares that the network sees.

use modulens_dataset::{RgbImage, decode, prepare};
use modulens_faces::Detector;
use modulens_schema::InputSpec;

use crate::faces::portraits;

/// One square of an image.
#[derive(Debug)]
pub(super) struct Crop {
    /// The image's id; of several squares of one image, with the square's number: `photo.jpg#1`.
    pub id: String,
    /// `size` x `size` pixels.
    pub pixels: RgbImage,
}

/// Decodes an image and cuts the squares out of it that are predicted: the whole image, made square as the bundle's input
/// says, or each face that a detector finds, the largest first.
///
/// # Errors
/// A sentence: the image cannot be decoded, or no face is found in it.
pub(super) fn crops(
    id: &str,
    encoded: &[u8],
    input: &InputSpec,
    detector: Option<&Detector>,
) -> Result<Vec<Crop>, String> {
    let image = decode(encoded).map_err(|error| error.to_string())?;
    let Some(detector) = detector else {
        return Ok(vec![Crop {
            id: id.to_owned(),
            pixels: prepare(&image, input),
        }]);
    };
    let portraits = portraits(detector, &image);
    if portraits.is_empty() {
        return Err("no face found".into());
    }
    let several = portraits.len() > 1;
    let crop = |(number, portrait): (usize, RgbImage)| Crop {
        id: if several {
            format!("{id}#{number}")
        } else {
            id.to_owned()
        },
        pixels: prepare(&portrait, input),
    };
    Ok((1..).zip(portraits).map(crop).collect())
}
