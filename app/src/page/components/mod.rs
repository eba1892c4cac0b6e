//! The components: each a small file with one job.

pub mod app;
pub mod bring;
pub mod card_machine;
pub mod card_privacy;
pub mod card_quality;
pub mod drop_zone;
pub mod gallery_chooser;
pub mod header;
pub mod install;
pub mod library;
pub mod library_entry;
pub mod making_bar;
pub mod model_card;
pub mod notices;
pub mod plan_form;
pub mod restore_form;
pub mod results;
pub mod shortcuts;
pub mod theme_toggle;
pub mod tour;
pub mod waiting;
