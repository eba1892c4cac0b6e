//! Searching a gallery without the network: plain Rust and SIMD, native and in the browser.
//!
//! The way of a search: features of every image ([`modulens_bundle::Features`]) -> [`Tail`] of a task ->
//! [`Embeddings`] -> [`Readout`] (probabilities of the task's values) -> [`Query`] (a score of 0..1 per
//! image, and one per part to explain it) -> [`top_k`]. [`Gallery`] holds these together and keeps what a
//! change of task would need again. Search is exact: every image is scored, ties are broken by index, and
//! the same input gives the same ranking on every machine.
//!
//! [`measure`] says how good the embeddings of a labelled split are, and [`readout::fit`] fits the readouts;
//! [`teach`] learns a new task from a few marked images.

mod coded;
mod codes;
mod embeddings;
mod error;
mod filter;
mod gallery;
mod kernel;
pub mod measure;
pub mod query;
mod radix;
mod rank;
pub mod readout;
mod rng;
mod tail;
mod tally;
pub mod teach;

pub use coded::CodedEmbeddings;
pub use embeddings::Embeddings;
pub use error::RetrievalError;
pub use filter::{By, Filter};
pub use gallery::{Gallery, Need};
pub use query::{Part, PartKind, Query, Scores, similarity_score};
pub use rank::{Ranked, rank_all, top_k, top_k_where};
pub use readout::Readout;
pub use rng::Random;
pub use tail::Tail;
pub use tally::Tally;
