//! Own galleries: importing files, and listing, showing and exporting what is kept.

pub mod add_choice;
pub mod bring;
pub mod candidates;
pub mod dialog;
pub mod drop_zone;
pub mod entry;
pub mod import_bar;
pub mod import_faces;
pub mod import_job;
pub mod import_progress;
pub mod in_order;
pub mod looking;
pub mod offer;
pub mod own;
pub mod own_gallery;
pub mod plan;
pub mod plan_columns;
pub mod plan_faces;
pub mod plan_form;
pub mod plan_reading;
pub mod propose;
pub mod restore_form;
pub mod run_import;
pub mod state;
pub mod thumbnails;
pub mod unfinished;
