//! The map: the images as points in the plane, near one another where they are similar under a task.

pub mod canvas;
pub mod crowd;
pub mod drawing;
pub mod panel;
pub mod pick;
pub mod pointer;
pub mod state;
pub mod viewport;
