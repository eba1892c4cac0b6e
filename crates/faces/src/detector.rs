//! Faces in an image of any size.

use crate::anchors::decode;
use crate::error::FacesError;
use crate::face::{Face, Rect};
use crate::image::RgbView;
use crate::merge::{SAME, merge};
use crate::network::{Network, SIDE};
use crate::sample::{Beyond, sample};
use crate::tiles::{Square, squares};

/// The score from which a box may be a face.
const CANDIDATE: f32 = 0.5;
/// The score from which it is one when looked at again. Clothes, buckles and prints mostly reach 0.5 to 0.7, faces 0.8
/// to 0.95: see `docs/faces.md`.
const SURE: f32 = 0.72;
/// The longest side of the image that tiles are cut from, in pixels; larger ones are reduced once.
const LONGEST: u32 = 1024;
/// The part of a tile's side that is its border: a face that reaches into it is cut.
const BORDER: f32 = 0.02;
/// The side of the square in which a found face is looked at again, in widths of its box: the face is as large in the
/// network's input as if that were a portrait.
const AGAIN: f32 = 2.4;
/// The most faces that are looked at again.
const MOST_FACES: usize = 64;

/// A face detector with its weights.
#[derive(Debug)]
pub struct Detector {
    network: Network,
}

impl Detector {
    /// Reads and checks the weights, a file as [`WEIGHTS`](crate::WEIGHTS).
    ///
    /// # Errors
    /// When the bytes are no safetensors file, or one of another network, or hold a number that is not finite.
    pub fn new(weights: &[u8]) -> Result<Self, FacesError> {
        Ok(Self {
            network: Network::new(weights)?,
        })
    }

    /// The faces of an image, the largest first: 64 at most, or none. One that is narrower than a twentieth of the
    /// longer side is often missed.
    ///
    /// The network runs up to 14 times, and once more for each face.
    pub fn detect(&self, image: &RgbView<'_>) -> Vec<Face> {
        let longest = image.width().max(image.height());
        if longest <= LONGEST {
            return self.search(image);
        }
        let scale = f64::from(LONGEST) / f64::from(longest);
        let side = |side: u32| ((f64::from(side) * scale).round() as u32).max(1);
        let (width, height) = (side(image.width()), side(image.height()));
        let all = Rect {
            width: image.width() as f32,
            height: image.height() as f32,
            ..Rect::default()
        };
        let pixels = sample(image, all, (width, height), Beyond::Repeated);
        let Ok(reduced) = RgbView::new(&pixels, width, height) else {
            return Vec::new();
        };
        let scale = longest as f32 / LONGEST as f32;
        let faces = self.search(&reduced).into_iter();
        faces.map(|face| face.placed(scale, 0.0, 0.0)).collect()
    }

    fn search(&self, image: &RgbView<'_>) -> Vec<Face> {
        let mut found = Vec::new();
        for square in squares(image.width(), image.height()) {
            let faces = self.look(image, square).into_iter();
            found.extend(faces.filter(|face| !is_cut(&face.bounds, square, image)));
        }
        let mut faces = Vec::new();
        for face in merge(found).into_iter().take(MOST_FACES) {
            faces.extend(self.look_again(image, &face));
        }
        let mut faces = merge(faces);
        faces.sort_by(|a, b| b.bounds.area().total_cmp(&a.bounds.area()));
        faces
    }

    /// All boxes in one part of an image, in pixels of the image.
    fn look(&self, image: &RgbView<'_>, square: Square) -> Vec<Face> {
        let part = Rect {
            left: square.left,
            top: square.top,
            width: square.side,
            height: square.side,
        };
        let side = SIDE as u32;
        let pixels = sample(image, part, (side, side), Beyond::Black);
        let answer = self.network.run(&planes(&pixels));
        let scale = square.side / SIDE as f32;
        let faces = decode(&answer, CANDIDATE).into_iter();
        faces
            .map(|face| face.placed(scale, square.left, square.top))
            .collect()
    }

    /// The face as it is found in a square around it. So every face is measured at the same size, no matter which tile
    /// found it, and what only looked like one there is dropped.
    fn look_again(&self, image: &RgbView<'_>, face: &Face) -> Option<Face> {
        let (centre, side) = (face.bounds.centre(), face.bounds.width * AGAIN);
        let square = Square {
            left: centre.x - side / 2.0,
            top: centre.y - side / 2.0,
            side,
        };
        let overlap = |again: &Face| again.bounds.overlap(&face.bounds);
        merge(self.look(image, square))
            .into_iter()
            .filter(|again| again.score >= SURE && overlap(again) > SAME)
            .max_by(|a, b| overlap(a).total_cmp(&overlap(b)))
    }
}

/// RGB pixels as three planes of values from -1 to 1.
fn planes(pixels: &[u8]) -> Vec<f32> {
    let channels = [0, 1, 2].into_iter();
    let values = channels.flat_map(|channel| pixels.iter().skip(channel).step_by(3));
    values
        .map(|byte| (f32::from(*byte) - 127.5) / 127.5)
        .collect()
}

/// True for a box that reaches into a border of the square with more of the image behind it.
fn is_cut(bounds: &Rect, square: Square, image: &RgbView<'_>) -> bool {
    let border = square.side * BORDER;
    let cut = |from: f32, length: f32, start: f32, image: u32| {
        let end = start + square.side;
        (start > 0.0 && from < start + border)
            || (end < image as f32 && from + length > end - border)
    };
    cut(bounds.left, bounds.width, square.left, image.width())
        || cut(bounds.top, bounds.height, square.top, image.height())
}
