//! The query: its model and address, the actions that change it, its words, and the bar in which it is typed.

pub mod action;
pub mod ask;
pub mod chips;
pub mod conditions;
pub mod defaults;
pub mod example_chip;
pub mod filters;
pub mod history;
pub mod lens_strip;
pub mod missing;
pub mod mixer;
pub mod mixer_part;
pub mod navigate;
pub mod parser;
pub mod query_bar;
pub mod query_string;
pub mod remove_part;
pub mod resolve;
pub mod saved;
pub mod slider_drag;
pub mod suggestions;
pub mod typed;
pub mod view;
pub mod weight;
