//! What the workers decide: plain arithmetic over what they are told, natively tested.

mod batch;
pub mod flight;
mod rate;
mod relabel;

pub use batch::{Batch, most_within};
pub use rate::{Rate, Throttle};
pub use relabel::relabel;
