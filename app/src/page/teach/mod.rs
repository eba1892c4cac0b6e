//! User tasks: defined by labelled examples, learned on the page.

pub mod bar;
pub mod examples;
pub mod facets;
pub mod kept_tasks;
pub mod mark;
pub mod state;
pub mod uncertain;
pub mod user_tasks;
