//! The messages between the page and the worker that lays out images in the plane and draws them, and the colours of
//! the points, which both need.
//!
//! They are calls ([`crate::calls`]), each answered with the view of the map then ([`Shown`]). [`Request::Begin`] brings the
//! embeddings; then as many [`Request::Step`] as the layout has, so that it is seen to grow and can be left at any time.

use serde::{Deserialize, Serialize};

use crate::calls;

/// The worker of the map.
#[derive(Debug)]
pub enum Map {}

/// The script beside the page that starts it.
pub const SCRIPT: &str = "./map_loader.js";

impl calls::Protocol for Map {
    type Request = Request;
    type Reply = Shown;
}

/// The requests of the page. Places are in pixels from the corner of the canvas; a point is told by its number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    /// Draws on another canvas from now on. Part: an `OffscreenCanvas`.
    Canvas,
    /// Begins a layout. Part: an `ArrayBuffer` with the images' embeddings, `f32`, `[N, dim]`.
    Begin {
        /// Length of an embedding.
        dim: usize,
        /// True if the images are those of the layout before, so that this one goes on from it.
        same: bool,
    },
    /// Goes on with the layout for so many epochs.
    Step {
        /// The number of epochs.
        epochs: u32,
    },
    /// Draws in another way.
    Style(Style),
    /// The colours of the points. Part: an `ArrayBuffer` with two bytes for each, as [`Tint::bytes`] gives them.
    Tints,
    /// The points that are selected.
    Select {
        /// The points.
        points: Vec<usize>,
    },
    /// The images of some points, by their addresses.
    Images {
        /// Pairs of a point and an address.
        images: Vec<(usize, String)>,
    },
    /// A pointer does something.
    Pointer {
        /// The pointer's number.
        id: i32,
        /// Its action.
        does: Pointing,
        /// Its place.
        at: [f64; 2],
    },
    /// The map becomes so many times as large; 0 shows all of it.
    Zoom {
        /// The factor.
        times: f64,
        /// The place that stays; the middle where absent.
        at: Option<[f64; 2]>,
    },
    /// The next point in a direction is pointed at.
    Go(Direction),
}

/// An action of a pointer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pointing {
    /// It goes down, to move the map.
    Down,
    /// It goes down, to draw a frame.
    Frame,
    /// It moves.
    Move,
    /// It goes up.
    Up,
    /// The browser takes it.
    Cancel,
    /// It leaves the map.
    Leave,
}

/// A way to go from point to point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// To the left.
    Left,
    /// To the right.
    Right,
    /// Upwards.
    Up,
    /// Downwards.
    Down,
}

/// The size and the colours of the drawing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Style {
    /// Width and height in pixels.
    pub size: [f64; 2],
    /// Device pixels for each of these.
    pub density: f64,
    /// Width of an image for its height.
    pub ratio: f64,
    /// The hue of the task.
    pub hue: u32,
    /// The task's number of values.
    pub values: usize,
    /// The colour of lines.
    pub ink: String,
    /// The colour of what is selected.
    pub accent: String,
}

/// The view of the map after a call.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Shown {
    /// Share of the layout that is done, 0 to 1.
    pub done: f32,
    /// True where the whole map is seen.
    pub whole: bool,
    /// The point that is pointed at, and its place.
    pub pointed: Option<(usize, [f64; 2])>,
    /// True if that point was pressed by this call.
    pub pressed: bool,
    /// The points in the frame that was drawn by this call.
    pub framed: Vec<usize>,
    /// Points that are to be drawn as images, which are not there.
    pub wanted: Vec<usize>,
}

/// Steps of a colour's strength.
const STEPS: u8 = 4;

/// The colour of a point: the value that is predicted, and how sure that is. An image that is no result is faint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tint {
    value: u8,
    /// 0 for no result, then up to [`STEPS`].
    strength: u8,
}

impl Tint {
    /// The tint of an image by its prediction under a task.
    pub fn new(prediction: Option<(usize, f32)>, is_result: bool) -> Self {
        let (value, probability) = prediction.unwrap_or_default();
        // Half is the least that the likelier of two values has.
        let sure = (2.0 * probability - 1.0).clamp(0.0, 1.0);
        let step = 1 + (sure * f32::from(STEPS)).min(f32::from(STEPS - 1)) as u8;
        Self {
            value: value.min(255) as u8,
            strength: if is_result { step } else { 0 },
        }
    }

    /// The tint in two bytes.
    pub fn bytes(self) -> [u8; 2] {
        [self.value, self.strength]
    }

    /// The tint of two bytes.
    pub fn of_bytes([value, strength]: [u8; 2]) -> Self {
        Self {
            value,
            strength: strength.min(STEPS),
        }
    }

    /// True for the tint of an image that is no result.
    pub fn is_faint(self) -> bool {
        self.strength == 0
    }

    /// The colour by the task's hue and its number of values.
    pub fn colour(self, hue: u32, values: usize) -> String {
        let alpha = match self.strength {
            0 => 0.16,
            step => 0.3 + 0.7 * f64::from(step) / f64::from(STEPS),
        };
        colour(hue, values, usize::from(self.value), alpha)
    }
}

/// The colour of a value. Of a yes/no task "no" is grey; else the values' hues go round from the task's.
pub fn colour(hue: u32, values: usize, value: usize, alpha: f64) -> String {
    if values == 2 && value == 0 {
        return format!("oklch(64% 0.02 {hue} / {alpha:.2})");
    }
    let turn = match values {
        0..=2 => 0,
        _ => 360 * value / values,
    };
    format!(
        "oklch(63% 0.17 {} / {alpha:.2})",
        (hue as usize + turn) % 360
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_surer_a_prediction_the_stronger_its_colour() {
        let strength = |probability| Tint::new(Some((1, probability)), true).strength;
        assert_eq!([0.5, 0.7, 0.9, 1.0].map(strength), [1, 2, 4, 4]);
        assert_eq!(Tint::new(Some((1, 0.9)), false).strength, 0);
        assert_eq!(
            Tint::new(None, true),
            Tint {
                value: 0,
                strength: 1
            }
        );
    }

    #[test]
    fn values_have_colours_of_their_own() {
        assert_ne!(colour(40, 2, 0, 1.0), colour(40, 2, 1, 1.0));
        let hues: Vec<String> = (0..4).map(|value| colour(40, 4, value, 1.0)).collect();
        for (at, hue) in hues.iter().enumerate() {
            assert!(!hues[..at].contains(hue));
        }
    }
}
