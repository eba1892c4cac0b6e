//! The errors of detection: the fault, its place, and the remedy.

use thiserror::Error;

/// Weights or pixels that cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FacesError {
    /// The weights are not a safetensors file.
    #[error(
        "the face detector's weights cannot be read: {detail}; take blazeface.safetensors as it is"
    )]
    Weights {
        /// The parser's message.
        detail: String,
    },
    /// A tensor is missing, or has another type or shape.
    #[error("the face detector's weights are of another network: {tensor} {problem}")]
    Tensor {
        /// The name of the tensor.
        tensor: String,
        /// The fault.
        problem: String,
    },
    /// The number of bytes does not match the sides of an image, or it has no pixels.
    #[error(
        "an RGB image of {width} x {height} pixels cannot have {bytes} bytes: give 3 for each pixel, and at least one \
         pixel"
    )]
    Pixels {
        /// The width that was told.
        width: u32,
        /// The height that was told.
        height: u32,
        /// The bytes that were given.
        bytes: usize,
    },
}
