//! The frame of the page: start, loading, header, notices, panels and shortcuts.

pub mod app;
pub mod gallery;
pub mod gallery_chooser;
pub mod gallery_index;
pub mod header;
pub mod install;
pub mod live;
pub mod load;
pub mod notices;
pub mod open_gallery;
pub mod panels;
pub mod results_area;
pub mod shortcut_table;
pub mod shortcuts;
pub mod site;
pub mod theme_toggle;
pub mod waiting;
