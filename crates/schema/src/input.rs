//! The preparation of an image as the network's input: one definition for trainer and browser.

use serde::{Deserialize, Serialize};

/// The way a rectangular image is made square.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fit {
    /// Keep the middle square, as for CelebA's 178x218 faces.
    Crop,
    /// Keep a part of the middle square: what matters of faces that are cut like CelebA's.
    Part {
        /// Side of the part, in percent of the square's; 1 to 100.
        percent: u8,
        /// Distance of its middle above the square's, in percent of the square's side. A part that would reach beyond
        /// the square ends at its upper edge.
        up: u8,
    },
    /// Add white on the shorter side, as for catalogue pictures of shoes.
    Pad,
}

/// The network's input: `[3, size, size]`, RGB, `(x / 255 - mean) / std` per channel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InputSpec {
    /// Side of the square in pixels.
    pub size: u32,
    /// The way the image is made square before it is resized.
    pub fit: Fit,
    /// Mean per channel, of values in 0..1.
    pub mean: [f32; 3],
    /// Standard deviation per channel, of values in 0..1.
    pub std: [f32; 3],
}

impl InputSpec {
    /// A square of `size` pixels with values brought to -1..1.
    pub fn centred(size: u32, fit: Fit) -> Self {
        Self {
            size,
            fit,
            mean: [0.5; 3],
            std: [0.5; 3],
        }
    }

    /// The framing of a small copy to look at: a part of the middle square is shown with all of the square.
    pub fn shown(&self, side: u32) -> Self {
        let fit = match self.fit {
            Fit::Part { .. } => Fit::Crop,
            fit => fit,
        };
        Self {
            size: side,
            fit,
            ..self.clone()
        }
    }

    /// Number of values of one image, `3 * size * size`.
    pub fn len(&self) -> usize {
        (self.size as usize).saturating_pow(2).saturating_mul(3)
    }

    /// Returns true if the input holds nothing at all.
    pub fn is_empty(&self) -> bool {
        self.size == 0
    }
}
