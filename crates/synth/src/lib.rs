//! Draws the two galleries that ship with Modulens, in the on-disk layouts of the datasets they stand in for.
//!
//! [`faces`] writes `CelebA`'s layout from drawings in CC0 styles, [`shoes`] writes `UT-Zappos50K`'s layout from a
//! procedural renderer. Both are a function of a seed alone: the same seed gives the same bytes on any number of
//! threads, and every label is what the pixels show, or unknown.

mod error;
pub mod faces;
mod random;
pub mod shoes;
mod staging;
mod summary;

pub use error::SynthError;
pub use summary::{Summary, TaskCount};
