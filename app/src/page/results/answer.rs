//! The answer to the last query.

use std::collections::HashMap;

use modulens_retrieval::{Alike, Query, Ranking};

/// The answer to the last query.
#[derive(Debug)]
pub struct Answer {
    /// The pictures in order.
    pub ranking: Ranking,
    /// The query.
    pub query: Query,
    /// The computing time since the query was asked, waiting not counted: what was computed ahead is no part of it.
    pub millis: f64,
    /// Images that are left out because one like them stands for them.
    pub folded: usize,
    /// The groups of images that are alike, by the image that stands for each.
    pub alike: HashMap<usize, Alike>,
}

impl Answer {
    /// The group that an image stands for; `None` where it stands for itself.
    pub fn alike(&self, image: usize) -> Option<Alike> {
        self.alike.get(&image).copied()
    }

    /// The number of images that an image stands for, itself included.
    pub fn copies(&self, image: usize) -> usize {
        self.alike(image).map_or(1, |group| group.count)
    }

    /// True if all images that are left out are equal to the one that stands for them.
    pub fn all_equal(&self) -> bool {
        self.alike.values().all(|group| group.equal)
    }
}
