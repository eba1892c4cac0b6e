//! The decisions of the workers: plain arithmetic, natively tested.

mod batch;
pub mod flight;
mod rate;
mod relabel;

pub use batch::{Batch, most_within};
pub use rate::{Rate, Throttle};
pub use relabel::relabel;
