//! The map: the images as points in the plane, near one another where they are similar under a task. Laid out and drawn by
//! a worker (`app/src/map`).

pub mod controls;
pub mod panel;
pub mod state;
pub mod words;
pub mod worker;
