//! The decisions of the workers: plain arithmetic, natively tested.

mod batch;
mod drawn;
pub mod flight;
mod hidden;
pub mod original;
mod rate;
mod relabel;

pub use batch::{Batch, most_within};
pub use drawn::is_drawn;
pub use hidden::with_hidden;
pub use rate::{Rate, Throttle};
pub use relabel::relabel;
