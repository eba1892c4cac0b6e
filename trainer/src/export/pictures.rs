//! The small pictures of a bundle, which are also what the network sees in the browser.

use jpeg_encoder::{ColorType, Encoder};
use modulens_dataset::{RgbImage, decode, prepare};
use modulens_schema::InputSpec;
use modulens_training::data::Pictures;
use modulens_training::error::TrainerError;
use modulens_training::progress::Bar;
use rayon::prelude::*;

/// Every picture of a split as a square JPEG of `side` pixels.
///
/// # Errors
/// A picture that can no longer be read or decoded.
pub(super) fn encode_all(
    pictures: &Pictures<'_>,
    side: u32,
    quality: u8,
) -> Result<Vec<Vec<u8>>, TrainerError> {
    let square = pictures.spec().shown(side);
    let ids = pictures.ids();
    let bar = Bar::new(pictures.len(), "encoding pictures");
    let jpegs = (0..pictures.len())
        .into_par_iter()
        .map(|position| {
            let fail = |error: String| TrainerError::Message(format!("{}: {error}", ids[position]));
            let picture =
                decode(&pictures.encoded(position)?).map_err(|error| fail(error.to_string()))?;
            let jpeg = encode(&prepare(&picture, &square), quality).map_err(fail)?;
            bar.step(1);
            Ok(jpeg)
        })
        .collect();
    bar.finish();
    jpegs
}

/// A picture as JPEG, with the standard's Huffman tables: for tables of its own the encoder stores the colours one
/// after the other, which saves some 5 % of a small file and which few decoders read.
pub(crate) fn encode(picture: &RgbImage, quality: u8) -> Result<Vec<u8>, String> {
    let side =
        |pixels: u32| u16::try_from(pixels).map_err(|_| format!("{pixels} pixels are too many"));
    let (width, height) = (side(picture.width())?, side(picture.height())?);
    let mut bytes = Vec::new();
    Encoder::new(&mut bytes, quality)
        .encode(picture.as_raw(), width, height, ColorType::Rgb)
        .map_err(|error| error.to_string())?;
    Ok(bytes)
}

/// The network's input pixels `[n, size, size, 3]` of encoded pictures.
///
/// # Errors
/// One of them does not decode.
pub(super) fn pixels(encoded: &[Vec<u8>], input: &InputSpec) -> Result<Vec<u8>, TrainerError> {
    let length = input.len();
    let mut out = vec![0_u8; encoded.len() * length];
    out.par_chunks_mut(length.max(1))
        .zip(encoded)
        .try_for_each(|(out, bytes)| {
            let picture = decode(bytes).map_err(|error| {
                TrainerError::Message(format!("a picture just written: {error}"))
            })?;
            out.copy_from_slice(prepare(&picture, input).as_raw());
            Ok::<_, TrainerError>(())
        })?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use modulens_schema::Fit;

    use super::*;

    /// The browser decodes the pixels that were written, in their own colours.
    #[test]
    fn pictures_are_read_back_as_they_were() {
        let mut picture = RgbImage::new(96, 96);
        for (x, y, pixel) in picture.enumerate_pixels_mut() {
            pixel.0 = [(2 * x) as u8, (2 * y) as u8, (255 - x - y) as u8];
        }
        let spec = InputSpec::centred(96, Fit::Crop);
        for quality in [70, 85, 95] {
            let encoded = encode(&picture, quality).expect("encodes");
            let found = pixels(&[encoded], &spec).expect("decodes");
            let off = found.iter().zip(picture.as_raw());
            let off: u32 = off.map(|(a, b)| u32::from(a.abs_diff(*b))).sum();
            let mean = off as f32 / found.len() as f32;
            assert!(mean < 4.0, "quality {quality}: {mean} off on average");
        }
    }
}
