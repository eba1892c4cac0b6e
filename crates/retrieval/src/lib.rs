//! Searching a gallery without the network: plain Rust and SIMD, native and in the browser.
//!
//! The way of a search: backbone features of every image ([`modulens_schema::Features`]) -> [`Tail`] of a task ->
//! [`Embeddings`] -> [`Head`] (probabilities of the task's values) -> [`Query`] (a [`score`] of 0..1 per image, and one
//! per clause to explain it) -> [`Ranking`]. [`Gallery`] holds these together and caches what a change of task would
//! need again; [`Search`] answers in slices. Search is exact: every image is scored, ties are broken by index, and the
//! same input gives the same ranking on every machine.
//!
//! [`measure`] says how good the embeddings of a labelled split are, and [`head::fit`] fits the classification heads;
//! [`few_shot`] learns a user task from a few labelled examples; [`domain`] tells images that are unlike the training
//! images.

mod copies;
mod directions;
pub mod domain;
mod embeddings;
mod error;
mod facets;
pub mod few_shot;
mod gallery;
mod given;
pub mod head;
mod kernel;
mod mask;
pub mod measure;
mod names;
mod near;
mod order;
pub mod projection;
mod query;
mod radix;
mod rank;
mod rng;
pub mod score;
mod search;
mod tail;
#[cfg(test)]
mod tests;

use copies::Copies;
pub use embeddings::Embeddings;
pub use error::RetrievalError;
pub use facets::FacetCounts;
pub use gallery::{Gallery, Need};
pub use given::GivenLabels;
pub use head::Head;
pub use mask::{MatchMask, Subject};
pub use near::{Alike, NearDuplicates};
pub use order::{Order, OrderBy};
pub use query::{Clause, Criterion, LabelFilter, Limit, Query};
pub use rank::{Ranked, rank_all, top_k, top_k_where};
pub use rng::Random;
pub use score::similarity_score;
pub use search::{Progress, Ranking, Search};
pub use tail::Tail;
