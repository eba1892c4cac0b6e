//! What a gallery is, said once when it is begun.

use modulens_schema::{InputSpec, Task};
use serde::{Deserialize, Serialize};

/// The version of the format written and read.
pub(crate) const VERSION: u32 = 1;

/// What a gallery is. Written once, before the first picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// Version of the format.
    pub version: u32,
    /// The name it was given first; the journal may rename it later.
    pub title: String,
    /// When it was begun, in milliseconds since 1970.
    pub created: f64,
    /// Where the pictures come from.
    pub source: Source,
    /// Name of the shipped gallery whose network embeds the pictures.
    pub network: String,
    /// SHA-256 of that network's weights: features of other weights mean something else.
    pub weights: String,
    /// The network's tasks, in the order of the labels' columns.
    pub tasks: Vec<Task>,
    /// Length `C` of a picture's features.
    pub channels: usize,
    /// How a picture became the network's input.
    pub input: InputSpec,
    /// Side of a thumbnail in pixels.
    pub thumbnail: u32,
    /// Number of pictures there will be in the end.
    pub images: usize,
}

/// Where a gallery's pictures come from, to know them again when a visitor brings them a second time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Name of the zip or folder.
    pub name: String,
    /// What it was read as: `celeba`, `zappos`, `folder`.
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
