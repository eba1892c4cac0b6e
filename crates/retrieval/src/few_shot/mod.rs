//! Few-shot classification: user tasks from a few labelled examples, on top of a network that stays as it is.
//!
//! A user task scales what is kept of every image, as the network's own tasks do: the embedding without modulation, of
//! unit length, and the features that it is made of ([`blocks`]). Each channel is standardised over the gallery
//! ([`FeatureStatistics`]) and weighted by a logistic regression on the labelled examples ([`fit`]). The sizes of the
//! embedding's weights are the task's [`FewShotClassifier::scaling`].
//!
//! The embedding tells apart what the network was trained for and has dropped much of the rest, which the features
//! still hold: they count [`FEATURES_SHARE`].
//!
//! # Priors
//!
//! Five examples do not determine sixty-four weights, nor how frequent something is. Two priors do the rest:
//!
//! * **Small weights.** An L2 penalty ([`FewShotConfig::l2`]), the logarithm of a normal prior: of all ways to tell the
//!   examples apart, the one that uses many channels a little.
//! * **Most things are not shown by most images.** [`BACKGROUND`] images from all over the gallery count as "no" with
//!   the weight of [`FewShotConfig::background`] examples together; as "yes" where all examples are "no". This gives a
//!   meaning to examples of one kind alone, and keeps the others from calling half of the gallery likely.
//!
//! A probability is never 0 or 1: see [`CERTAINTY`]. `docs/teaching.md` has the measurements behind these choices.

mod fit;
mod labels;
mod span;
mod statistics;

pub use fit::fit;
pub use labels::{LabelledExamples, ValidatedLabels};
pub use statistics::{BACKGROUND, Block, FeatureStatistics, SAMPLE};

use crate::Head;

/// The least distance of a user task's probabilities from 0 and 1.
pub const CERTAINTY: f32 = 1e-6;

/// Share of the features in an image's mean squared length; the rest is the embedding's.
pub const FEATURES_SHARE: f64 = 0.8;

/// The blocks of an image's row: its unmodulated embedding `[embedding]`, and its features `[channels]`.
pub fn blocks(embedding: usize, channels: usize) -> [Block; 2] {
    [
        Block {
            len: embedding,
            share: 1.0 - FEATURES_SHARE,
        },
        Block {
            len: channels,
            share: FEATURES_SHARE,
        },
    ]
}

/// Hyperparameters of the few-shot fit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FewShotConfig {
    /// Strength of the penalty `l2 / 2 * |weights|^2` next to the loss of one example, where the mean squared length of
    /// a gallery's image is 1.
    pub l2: f64,
    /// Weight of the whole background, in examples.
    pub background: f64,
}

impl Default for FewShotConfig {
    fn default() -> Self {
        Self {
            l2: 0.03,
            background: 1.5,
        }
    }
}

/// A classifier fitted to a few labelled examples.
#[derive(Clone, Debug, PartialEq)]
pub struct FewShotClassifier {
    /// From an image's row to the probabilities of "no" and "yes".
    pub head: Head,
    /// Relative weight of every channel of the first block, the greatest being 1; all zero where nothing could be
    /// learned.
    pub scaling: Vec<f32>,
}
