//! The answer to the last query.

use std::collections::HashMap;

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
    /// Pictures that are left out because an equal one stands for them.
    pub folded: usize,
    /// The number of equal pictures for each that stands for several.
    pub copies: HashMap<usize, usize>,
}

impl Answer {
    /// The number of equal pictures that a picture stands for, itself included; `None` where it stands for itself.
    pub fn copies(&self, picture: usize) -> Option<usize> {
        self.copies.get(&picture).copied()
    }
}
