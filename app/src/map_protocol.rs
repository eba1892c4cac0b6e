//! The messages between the page and the worker that lays out images in the plane.
//!
//! [`Request::Begin`] brings the embeddings; then as many [`Request::Step`] as the layout has, each answered with all
//! points, so that the page can show it grow and leave it at any time. Another `Begin` takes the place of the layout.

use serde::{Deserialize, Serialize};

use crate::calls;

/// The worker of the map.
#[derive(Debug)]
pub enum Map {}

impl calls::Protocol for Map {
    const SCRIPT: &'static str = "./map_loader.js";
    type Request = Request;
    type Reply = Reply;
}

/// The requests of the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    /// Begins a layout. Answered by [`Reply::Begun`].
    ///
    /// Parts: an `ArrayBuffer` with the images' embeddings, `f32`, `[N, dim]`, and one with the points `f32` `[N, 2]` to go
    /// on from, or an empty one.
    Begin {
        /// Length of an embedding.
        dim: usize,
    },
    /// Goes on for so many epochs. Answered by [`Reply::Points`].
    Step {
        /// The number of epochs.
        epochs: u32,
    },
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// The neighbours are found.
    Begun,
    /// The points so far.
    ///
    /// Parts: an `ArrayBuffer`, `f32`, `[N, 2]`, each number from 0 to 1.
    Points {
        /// Share of the layout that is done, 0 to 1.
        done: f32,
    },
}
