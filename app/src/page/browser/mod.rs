//! Access to the browser, in small functions that return plain data or a sentence.

pub mod address;
pub mod clipboard;
pub mod clock;
pub mod dom;
pub mod fetch;
pub mod files;
pub mod focus;
pub mod follow;
pub mod frames;
pub mod handles;
pub mod input_throttle;
pub mod keys;
pub mod lanes;
pub mod long_press;
pub mod measure;
pub mod memory;
pub mod motion;
pub mod object_url;
pub mod offline;
pub mod persist;
pub mod save;
pub mod spawn;

pub mod theme;
