//! Selected images, and the things to do with them: saved as a table, as JSON or as a zip of their images, marked, hidden,
//! compared.

pub mod bar;
pub mod compare;
pub mod download;
pub mod hide;
pub mod selected;
pub mod state;
