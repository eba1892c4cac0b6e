//! Framing and cutting of portraits.

use crate::face::{Face, Landmark, Point, Rect};
use crate::image::RgbView;
use crate::sample::{Beyond, sample};

/// Width and height of a portrait in pixels: those of CelebA's aligned images.
pub const PORTRAIT: (u32, u32) = (178, 218);
/// Height of a portrait over its width.
const ASPECT: f32 = PORTRAIT.1 as f32 / PORTRAIT.0 as f32;
/// Width of a portrait in widths of the face's box. Like [`DROP`], it is measured on the training portraits
/// (`docs/faces.md`).
const WIDTH: f32 = 2.16;
/// The place of a portrait's centre below the point between eyes and mouth, in widths of the portrait.
const DROP: f32 = 0.015;

/// A portrait's frame in its photograph, in pixels. It may reach beyond the photograph.
pub type CropBox = Rect;

impl Face {
    /// The frame of a portrait of this face: upright, of the shape [`ASPECT`], 2.16 times as wide as the face's box,
    /// its centre a little below the point between eyes and mouth.
    pub fn crop_box(&self) -> CropBox {
        let width = WIDTH * (self.bounds.width + self.bounds.height) / 2.0;
        let height = width * ASPECT;
        let between = self.between();
        CropBox {
            left: between.x - width / 2.0,
            top: between.y + DROP * width - height / 2.0,
            width,
            height,
        }
    }

    /// The point between eyes and mouth. From side to side it is steadier than the centre of the box, which moves with
    /// hair and ears.
    fn between(&self) -> Point {
        let [right, left] = [Landmark::RightEye, Landmark::LeftEye].map(|eye| self.point(eye));
        let mouth = self.point(Landmark::Mouth);
        Point {
            x: ((right.x + left.x) / 2.0 + mouth.x) / 2.0,
            y: ((right.y + left.y) / 2.0 + mouth.y) / 2.0,
        }
    }
}

/// Cuts a frame out of an image and resizes it to `width` x `height` RGB pixels. Where the image ends, its border is
/// repeated.
pub fn cut(image: &RgbView<'_>, frame: CropBox, (width, height): (u32, u32)) -> Vec<u8> {
    sample(image, frame, (width, height), Beyond::Repeated)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn face() -> Face {
        let point = |x, y| Point { x, y };
        Face {
            bounds: Rect {
                left: 60.0,
                top: 80.0,
                width: 50.0,
                height: 50.0,
            },
            score: 0.9,
            points: [
                point(75.0, 95.0),
                point(99.0, 97.0),
                point(87.0, 108.0),
                point(89.0, 120.0),
                point(62.0, 100.0),
                point(110.0, 101.0),
            ],
        }
    }

    #[test]
    fn the_frame_is_centred_between_eyes_and_mouth() {
        let frame = face().crop_box();
        assert!((frame.width - 108.0).abs() < 1e-3);
        assert!((frame.height / frame.width - ASPECT).abs() < 1e-5);
        let centre = frame.centre();
        assert!((centre.x - 88.0).abs() < 1e-3);
        assert!((centre.y - (108.0 + 0.015 * 108.0)).abs() < 1e-3);
    }

    #[test]
    fn a_frame_beyond_the_image_repeats_its_border() {
        let pixels: Vec<u8> = (0..100 * 90_u32)
            .flat_map(|index| [(index % 100) as u8; 3])
            .collect();
        let image = RgbView::new(&pixels, 100, 90).expect("valid");
        let portrait = cut(&image, face().crop_box(), (178, 218));
        assert_eq!(portrait.len(), 3 * 178 * 218);
        for row in portrait.chunks_exact(3 * 178) {
            assert!((33..=35).contains(&row[0]), "{}", row[0]);
            assert_eq!(row[3 * 177], 99);
        }
    }

    #[test]
    fn a_tiny_image_fills_a_portrait() {
        let image = RgbView::new(&[9, 8, 7], 1, 1).expect("valid");
        let portrait = cut(&image, face().crop_box(), (178, 218));
        assert_eq!(portrait, [9, 8, 7].repeat(178 * 218));
    }
}
