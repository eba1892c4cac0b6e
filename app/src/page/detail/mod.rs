//! The detail dialog of one image: its predictions, and the reasons for its rank.

pub mod dialog;
pub mod enlarged;
pub mod original;
pub mod preview;
pub mod reasons;
pub mod task_row;
pub mod why;
pub mod zoom;
