//! The page's decisions, as pure functions over plain data: natively tested, no browser and no
//! signals.

pub mod gallery_index;
pub mod shortcuts;
