//! Small pictures for the results.

use jpeg_encoder::{ColorType, Encoder};
use modulens_dataset::{RgbImage, prepare};
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
    let side = u16::try_from(size).unwrap_or(u16::MAX);
    let mut bytes = Vec::with_capacity(8 << 10);
    Encoder::new(&mut bytes, QUALITY)
        .encode(small.as_raw(), side, side, ColorType::Rgb)
        .map_err(|error| format!("no thumbnail can be made of it ({error})"))?;
    Ok(bytes)
}
