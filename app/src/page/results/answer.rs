//! The answer to the last query.

use modulens_retrieval::{Query, Ranking};

/// The answer to the last query.
#[derive(Debug)]
pub struct Answer {
    /// The pictures in order.
    pub ranking: Ranking,
    /// The query.
    pub query: Query,
    /// The computing time, waiting not counted.
    pub millis: f64,
}
