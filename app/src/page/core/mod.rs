//! What the page decides, as pure functions over plain data: natively tested, no browser and no signals.

pub mod backend;
pub mod barcode;
pub mod chips;
pub mod defaults;
pub mod difference;
pub mod format;
pub mod gallery_index;
pub mod hue;
pub mod in_order;
pub mod job;
pub mod moves;
pub mod outcome;
pub mod own;
pub mod plan;
pub mod query_string;
pub mod ranking;
pub mod rows;
pub mod view;
pub mod wording;
