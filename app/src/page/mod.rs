//! The user interface.

/// Puts the page into the document.
pub fn mount() {}
