//! From a picture's file to pixels, and to the network's input, as the engine does it.

use modulens_dataset::{decode, load_picture};
use modulens_schema::{Fit, InputSpec};
use wasm_bindgen::prelude::{JsError, wasm_bindgen};

use crate::thrown;

/// Decodes a picture; the number of its pixels.
///
/// # Errors
/// Not a picture.
#[wasm_bindgen]
pub fn decode_pixels(bytes: &[u8]) -> Result<usize, JsError> {
    let picture = decode(bytes).map_err(thrown)?;
    Ok(picture.as_raw().len() / 3)
}

/// Decodes, crops, resizes and normalises a picture to `[3, size, size]`.
///
/// # Errors
/// Not a picture.
#[wasm_bindgen]
pub fn load_input(bytes: &[u8], size: u32) -> Result<Vec<f32>, JsError> {
    let spec = InputSpec::centred(size, Fit::Crop);
    let mut input = vec![0.0; spec.len()];
    load_picture(bytes, &spec, &mut input).map_err(thrown)?;
    Ok(input)
}
