//! A module of WebAssembly that exists to be measured: `cargo xtask bench` builds it, the site never loads it.
//!
//! It holds nothing of its own but [`read`], the bound that the others are held against. What is measured is the
//! code of the other crates, in the profiles in which the site ships it.

mod decode;
mod read;
mod search;
mod switch;

pub use decode::{decode_pixels, load_input};
pub use search::Search;
pub use switch::Switch;

use wasm_bindgen::JsError;

/// An error of one of our crates as JavaScript's own.
fn thrown(error: impl std::fmt::Display) -> JsError {
    JsError::new(&error.to_string())
}
