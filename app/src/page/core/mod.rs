//! What the page decides, as pure functions over plain data: natively tested, no browser and no signals.

pub mod backend;
pub mod barcode;
<<<<<<< HEAD
pub mod card;
pub mod channel_bars;
=======
pub mod beside;
pub mod beside_rows;
>>>>>>> 2aa0a3e (wip)
pub mod chips;
pub mod defaults;
pub mod descending;
pub mod difference;
pub mod format;
pub mod gallery_index;
pub mod histogram;
pub mod hue;
pub mod in_order;
pub mod job;
pub mod lessons;
pub mod mds;
pub mod moves;
pub mod outcome;
pub mod own;
pub mod passing;
pub mod plan;
pub mod precision;
pub mod query_string;
pub mod ranking;
pub mod relations;
pub mod rows;
pub mod scaling;
pub mod seriation;
pub mod shortcuts;
pub mod step;
pub mod task_map;
pub mod tour;
pub mod trust;
pub mod view;
pub mod weight;
pub mod why;
pub mod wording;
pub mod words;
