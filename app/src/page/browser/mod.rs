//! What the page needs from the browser, each in a small function that returns plain data or a sentence.

pub mod address;
pub mod clock;
pub mod dom;
pub mod fetch;
pub mod theme;
pub mod visible;
pub mod worker;
