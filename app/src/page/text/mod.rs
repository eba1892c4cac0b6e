//! Everything that a visitor reads, one file per feature: constants, and small functions for sentences with figures.
//!
//! Components and messages refer to it, so that wording and tone can be judged and changed as a whole. The engine and
//! the store word their own failures, since they are other modules; figures and units are in
//! [`ui::format`](super::ui::format).

#![expect(missing_docs, reason = "the wording says what a text is for")]

pub mod adding;
pub mod detail;
pub mod domain;
pub mod engine;
pub mod faces;
pub mod facets;
pub mod labels;
pub mod library;
pub mod map;
pub mod model_card;
pub mod network;
pub mod previews;
pub mod problems;
pub mod query;
pub mod relations;
pub mod results;
pub mod selection;
pub mod shell;
pub mod shortcuts;
pub mod side_by_side;
pub mod teach;
pub mod titles;
pub mod tour;
pub mod trust;
pub mod welcome;
