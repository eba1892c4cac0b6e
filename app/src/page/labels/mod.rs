//! The visitor's own labels: columns of the tables that an own gallery was imported with.

pub mod correct;
pub mod corrections;
pub mod details;
pub mod facet;
pub mod facets;
pub mod own;
pub mod sample;
pub mod state;
pub mod table;
pub mod teach;
