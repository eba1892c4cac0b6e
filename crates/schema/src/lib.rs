//! The words every part of Modulens shares.
//!
//! Plain data with no behaviour that belongs to one room alone: what a [`Task`] is, which [`Labels`] an
//! image carries, how a picture becomes the network's [`InputSpec`] tensor, what [`Quality`] was
//! measured, what is known about wrong labels ([`noise`]), and the tables that let a page search without the
//! network: [`Features`], the [`FoldedTail`] and the [`Heads`]; and what the training images are like ([`TrainingDomain`]).

pub mod case;
mod correction;
mod domain;
mod features;
mod head;
mod input;
mod labels;
pub mod noise;
mod quality;
mod split;
mod tail;
mod task;
mod user_task;

pub use correction::{Correction, NewLabel, taken_back, with_correction};
pub use domain::{TrainingDomain, TrainingDomainError};
pub use features::Features;
pub use head::{HeadWeights, Heads};
pub use input::{Fit, InputSpec};
pub use labels::{Labels, LabelsError};
pub use quality::{Interval, Quality, TaskQuality};
pub use split::Split;
pub use tail::{FoldedTail, FoldedTailError, UNIT_EPSILON};
pub use task::{Task, TaskKind};
pub use user_task::{UserTask, UserTaskChange};
