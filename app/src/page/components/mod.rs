//! What one sees: each component a small file with one job.

pub mod app;
mod barcode;
mod chips;
mod detail;
mod dialog;
mod difference;
mod drop_zone;
mod engine_panel;
mod facet_binary;
mod facet_values;
mod facets;
mod gallery_chooser;
mod grid;
mod header;
mod icon;
mod lens_strip;
mod model_card;
mod own_picture;
mod problem;
mod query_bar;
mod task_row;
mod theme_toggle;
mod tile;
