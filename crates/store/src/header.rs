//! The header of a gallery, written once when it is begun.

use modulens_schema::{InputSpec, Task};
use serde::{Deserialize, Serialize};

/// The version of the format written and read.
pub(crate) const VERSION: u32 = 1;

/// The header of a gallery. Written once, before the first image.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// Version of the format.
    pub version: u32,
    /// The name it was given first; the journal may rename it later.
    pub title: String,
    /// The time it was begun, in milliseconds since 1970.
    pub created: f64,
    /// The source of the images.
    pub source: Source,
    /// Name of the shipped gallery whose network embeds the pictures.
    pub network: String,
    /// SHA-256 of that network's weights: features of other weights mean something else.
    pub weights: String,
    /// The network's tasks, in the order of the labels' columns.
    pub tasks: Vec<Task>,
    /// Length `C` of a picture's features.
    pub channels: usize,
    /// The preparation of an image as the network's input.
    pub input: InputSpec,
    /// Side of a thumbnail in pixels.
    pub thumbnail: u32,
    /// Number of pictures there will be in the end.
    pub images: usize,
}

/// The source of a gallery's images, to recognise them when a visitor chooses them a second time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Name of the zip or folder.
    pub name: String,
    /// The format it was read as: `celeba`, `zappos`, `folder`.
    pub format: String,
    /// Fingerprint of its ids, splits and labels.
    pub fingerprint: String,
    /// A sentence on the terms the pictures come under; empty where none are known.
    #[serde(default)]
    pub terms: String,
}

impl Header {
    /// The version that [`Header::version`] should have.
    pub fn current_version() -> u32 {
        VERSION
    }

    /// Bytes of one picture's features.
    pub fn feature_bytes(&self) -> usize {
        self.channels * size_of::<f32>()
    }
}
