//! The guided tour.

pub mod card;
pub mod state;
pub mod stops;
