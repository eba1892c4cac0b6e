//! The facets: a filter with counts for every task.

pub mod binary;
pub mod histogram;
pub mod panel;
pub mod range;
pub mod state;
pub mod values;
