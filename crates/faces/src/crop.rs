//! Framing and cutting of portraits.

use crate::face::{Face, Rect};
use crate::image::RgbView;
use crate::sample::{Beyond, sample};

/// Height of a portrait over its width: 218 to 178 pixels, as CelebA's aligned images.
pub const ASPECT: f32 = 218.0 / 178.0;

/// A portrait's frame in its photograph, in pixels. It may reach beyond the photograph.
pub type CropBox = Rect;

impl Face {
    /// The frame of a portrait.
    pub fn crop_box(&self) -> CropBox {
        let width = 2.0 * self.bounds.width;
        let height = width * ASPECT;
        let centre = self.bounds.centre();
        CropBox {
            left: centre.x - width / 2.0,
            top: centre.y - height / 2.0,
            width,
            height,
        }
    }
}

/// Cuts a frame out of an image and resizes it to `width` x `height` RGB pixels. Where the image ends, its border is
/// repeated.
pub fn cut(image: &RgbView<'_>, frame: CropBox, (width, height): (u32, u32)) -> Vec<u8> {
    sample(image, frame, (width, height), Beyond::Repeated)
}
