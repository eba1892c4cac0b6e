//! Learning a task from a few marked images, on top of a network that stays as it is.
//!
//! A taught task is a scaling of the shared embedding, as the network's own tasks are: the embedding without
//! modulation, of unit length, each of its channels standardised over the gallery ([`Ground`]), weighed by what a
//! logistic regression finds in the marks ([`learn`]). The weights' sizes are its [`Taught::scaling`].
//!
//! # What is assumed
//!
//! Five marks do not determine sixty-four weights, nor how frequent something is. Two priors do the rest:
//!
//! * **Small weights.** An L2 penalty ([`TeachConfig::l2`]), the logarithm of a normal prior: of all ways to tell the
//!   marks apart, the one that uses many channels a little.
//! * **Most things are not shown by most images.** [`BACKGROUND`] images from all over the gallery count as "no" with
//!   the weight of [`TeachConfig::background`] marks together; as "yes" where all marks are "no". This is what gives
//!   a meaning to marks of one kind alone, and what keeps the others from calling half of the gallery likely.
//!
//! An answer is never certain: see [`CERTAINTY`]. `docs/teaching.md` has the measurements behind these choices.

mod ground;
mod learn;
mod marks;

pub use ground::{BACKGROUND, Ground, SAMPLE};
pub use learn::learn;
pub use marks::{Marks, Settled};

use crate::Readout;

/// The furthest a taught probability comes to 0 or 1.
pub const CERTAINTY: f32 = 1e-6;

/// How a task is learned.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TeachConfig {
    /// Strength of the penalty `l2 / 2 * |weights|^2` next to the loss of one mark, where the mean squared length of a
    /// gallery's image is 1.
    pub l2: f64,
    /// The marks that the background is worth.
    pub background: f64,
}

impl Default for TeachConfig {
    fn default() -> Self {
        Self {
            l2: 0.03,
            background: 1.5,
        }
    }
}

/// A task that was taught.
#[derive(Clone, Debug, PartialEq)]
pub struct Taught {
    /// From an unmodulated embedding to the probabilities of "no" and "yes".
    pub readout: Readout,
    /// How much each channel of the embedding matters, `[D]`, the one that matters most being 1; all zero where nothing
    /// could be learned.
    pub scaling: Vec<f32>,
}
