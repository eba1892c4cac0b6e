//! The model card: the network, its quality and limits, and privacy.

pub mod dialog;
pub mod machine;
pub mod privacy;
pub mod quality;
