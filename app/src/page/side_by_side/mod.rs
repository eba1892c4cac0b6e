//! The side-by-side view: one query, ranked under several tasks.

pub mod add_row;
pub mod panel;
pub mod picture;
pub mod position;
pub mod row;
pub mod rows;
pub mod state;
pub mod view_switch;
