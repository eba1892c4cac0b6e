//! The engine: the workers that run the network on the visitor's machine.

pub mod backend;
pub mod culprit;
pub mod difference;
pub mod difference_panel;
pub mod embed;
pub mod feature_difference;
pub mod input_throttle;
pub mod job;
pub mod loan;
pub mod looker;
pub mod network;
pub mod own_picture;
pub mod own_picture_button;
pub mod panel;
pub mod pool;
pub mod state;
