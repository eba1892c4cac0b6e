//! Parts that the features share: dialog, icons, barcode, images, figures in words.

pub mod barcode;
pub mod descending;
pub mod dialog;
pub mod each;
pub mod effect;
pub mod fingerprint;
pub mod flip;
pub mod format;
pub mod hue;
pub mod icon;
pub mod icon_button;
pub mod menu;
pub mod picture;
pub mod problem;
pub mod staged_mount;
