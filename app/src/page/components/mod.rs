//! The components: each a small file with one job.

pub mod app;
pub mod card_machine;
pub mod card_privacy;
pub mod card_quality;
pub mod gallery_chooser;
pub mod header;
pub mod install;
pub mod model_card;
pub mod notices;
pub mod results;
pub mod shortcuts;
pub mod theme_toggle;
pub mod waiting;
