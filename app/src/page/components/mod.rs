//! The components: each a small file with one job.

pub mod app;
pub mod gallery_chooser;
pub mod header;
pub mod install;
pub mod notices;
pub mod results;
pub mod shortcuts;
pub mod theme_toggle;
pub mod waiting;
