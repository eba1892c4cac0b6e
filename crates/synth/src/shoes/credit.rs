//! The attribution of the shoes.

pub use crate::faces::Attribution;

/// The pictures' origin: everything is drawn by this project.
pub fn attributions() -> Vec<Attribution> {
    vec![Attribution {
        what: "Synthetic shoes, drawn by a program".into(),
        creator: "The Modulens contributors".into(),
        licence: env!("CARGO_PKG_LICENSE").into(),
        url: env!("CARGO_PKG_REPOSITORY").into(),
    }]
}
