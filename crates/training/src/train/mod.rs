//! Training: fit a network, keep the best epoch, go on after an interruption.

mod augment;
mod batches;
mod best;
mod changed_data;
mod checkpoint;
mod epoch;
mod folder;
pub mod learner;
pub mod metrics;
pub mod moment;
pub mod options;
mod parts;
pub mod pretrained;
pub mod sampler;
mod schedule;
pub mod session;
pub mod stop;
mod teacher;
mod validate;

pub(crate) use validate::placed;
