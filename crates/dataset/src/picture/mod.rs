//! The conversion of a file into the network's input: one definition for the trainer and the
//! browser.
//!
//! decode -> [`prepare`] (square, resized) -> [`normalise`] (`[3, size, size]` floats).

mod cost;
mod decode;
mod exif;
mod jpeg;
mod png;
mod prepare;

pub use cost::decoding_bytes;
pub use decode::{MAX_PIXELS, MAX_PIXELS_REDUCED, MAX_SIDE, decode};
pub use exif::{take_orientation, turn};
pub use prepare::{normalise, prepare, reduce_to};

use modulens_schema::InputSpec;

use crate::error::DecodeError;

/// Decodes, squares, resizes and normalises in a row; `out` has [`InputSpec::len`] values.
///
/// # Errors
/// As [`decode`].
pub fn load_picture(bytes: &[u8], spec: &InputSpec, out: &mut [f32]) -> Result<(), DecodeError> {
    normalise(&prepare(&decode(bytes)?, spec), spec, out);
    Ok(())
}
