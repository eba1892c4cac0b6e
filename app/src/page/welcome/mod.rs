//! The welcome: one image, and those most like it in three respects.

pub mod panel;
pub mod pick;
pub mod state;
