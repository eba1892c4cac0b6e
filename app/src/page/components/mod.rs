//! What one sees: each component a small file with one job.

pub mod app;
pub mod barcode;
pub mod chips;
pub mod detail;
pub mod dialog;
pub mod difference;
pub mod drop_zone;
pub mod engine_panel;
pub mod facet_binary;
pub mod facet_values;
pub mod facets;
pub mod gallery_chooser;
pub mod grid;
pub mod header;
pub mod icon;
pub mod jump;
pub mod lens_strip;
pub mod model_card;
pub mod own_picture;
pub mod problem;
pub mod query_bar;
pub mod sight;
pub mod task_row;
pub mod theme_toggle;
pub mod tile;
