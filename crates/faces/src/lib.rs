//! Faces in whole photographs, and crops of them framed like the portraits that a network was trained on.
//!
//! [`Detector`] runs BlazeFace (Bazarevsky, Kartynnik, Vakunov, Raveendran and Grundmann, [BlazeFace: Sub-millisecond
//! Neural Face Detection on Mobile GPUs](https://arxiv.org/abs/1907.05047), 2019) on the whole image and on
//! overlapping tiles of it. [`Face::crop_box`] frames a face, [`cut`] makes the pixels.

mod anchors;
mod crop;
mod detector;
mod entries;
mod error;
mod face;
mod image;
mod merge;
mod network;
mod sample;
mod tiles;
mod weights;

pub use crop::{CropBox, PORTRAIT, cut};
pub use detector::Detector;
pub use entries::EntryIds;
pub use error::FacesError;
pub use face::{Face, Landmark, Point, Rect};
pub use image::RgbView;

/// The detector's weights as a safetensors file of 16-bit floats, for programs that carry them along. A browser fetches
/// the same file when it needs it.
pub const WEIGHTS: &[u8] = include_bytes!("../weights/blazeface.safetensors");
