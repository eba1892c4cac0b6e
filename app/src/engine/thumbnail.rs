//! Small pictures for the results, and larger ones for the details.

use jpeg_encoder::{ColorType, Encoder};
use modulens_dataset::{RgbImage, prepare, reduce_to};
use modulens_schema::{Fit, InputSpec};

/// At this quality the blocks are not seen at the size at which a thumbnail is shown.
const QUALITY: u8 = 80;

/// Encodes the part of an image that the network sees as a JPEG of `side` pixels; never larger than
/// the image itself.
///
/// # Errors
/// The picture has no pixels.
pub(super) fn encode(picture: &RgbImage, input: &InputSpec, side: u32) -> Result<Vec<u8>, String> {
    let (width, height) = picture.dimensions();
    let own = match input.fit {
        Fit::Crop | Fit::Part { .. } => width.min(height),
        Fit::Pad => width.max(height),
    };
    let size = side.min(own);
    let small = prepare(picture, &input.shown(size));
    jpeg(&small)
}

/// Encodes a whole image as a JPEG whose longest side is at most `longest` pixels.
///
/// # Errors
/// The image has no pixels.
pub(super) fn preview(image: &RgbImage, longest: u32) -> Result<Vec<u8>, String> {
    jpeg(&reduce_to(image, longest))
}

/// True if the thumbnail of `side` pixels shows all of an image, as large as it is.
pub(super) fn shows_all(image: &RgbImage, input: &InputSpec, side: u32) -> bool {
    let (width, height) = image.dimensions();
    width == height && width <= side && !matches!(input.fit, Fit::Part { .. })
}

fn jpeg(image: &RgbImage) -> Result<Vec<u8>, String> {
    let (width, height) = image.dimensions();
    let [width, height] = [width, height].map(|side| u16::try_from(side).unwrap_or(u16::MAX));
    let mut bytes = Vec::with_capacity(8 << 10);
    Encoder::new(&mut bytes, QUALITY)
        .encode(image.as_raw(), width, height, ColorType::Rgb)
        .map_err(|error| format!("no thumbnail can be made of it ({error})"))?;
    Ok(bytes)
}
