//! How the engine paces itself: plain arithmetic over times it is told, natively tested.

mod batch;
mod rate;

pub use batch::{Batch, most_within};
pub use rate::{Rate, Throttle};
