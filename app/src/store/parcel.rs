//! The results of images, as an engine hands them back.

use wasm_bindgen::JsValue;

use crate::calls::Refusal;
use crate::protocol::{Frame, Skipped};
use crate::scope;

/// The results of consecutive images.
#[derive(Debug, Default)]
pub(super) struct Parcel {
    /// Bytes of every picture's thumbnail, 0 for one that could not be read.
    pub lengths: Vec<u32>,
    /// The reasons those could not be read.
    pub skipped: Vec<Skipped>,
    /// Features of the others, row-major.
    pub features: Vec<f32>,
    /// Their thumbnails.
    pub thumbnails: Vec<u8>,
    /// Bytes of every picture's preview.
    pub previews: Vec<u32>,
    /// The part of each preview that the picture is, where they show more.
    pub shares: Vec<Frame>,
    /// The previews.
    pub preview_bytes: Vec<u8>,
}

impl Parcel {
    /// From the parts of a message: features, thumbnails, previews.
    ///
    /// # Errors
    /// A part is missing or is something else.
    pub(super) fn new(
        lengths: Vec<u32>,
        (previews, shares): (Vec<u32>, Vec<Frame>),
        skipped: Vec<Skipped>,
        parts: &[JsValue],
    ) -> Result<Self, Refusal> {
        let [features, thumbnails, preview_bytes] = parts else {
            return Err("the message lacks its buffers; reload the page".into());
        };
        Ok(Self {
            lengths,
            skipped,
            features: scope::floats(features)?,
            thumbnails: scope::bytes(thumbnails)?,
            previews,
            shares,
            preview_bytes: scope::bytes(preview_bytes)?,
        })
    }

    /// One image that is left out.
    pub(super) fn left_out(index: usize, why: String) -> Self {
        Self {
            lengths: vec![0],
            skipped: vec![Skipped { index, why }],
            ..Self::default()
        }
    }
}
