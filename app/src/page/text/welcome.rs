//! The welcome of the first visit.

use std::fmt::Display;

use modulens_schema::Task;

use super::titles::{lower_first, task_title};

pub const TITLE: &str = "Similar, but in what?";
pub const CLOSE: &str = "Close the welcome";
pub const ANOTHER: &str = "Another picture";
pub const PHOTOS: &str = "Try your pictures";
pub const TOUR: &str = "Take the tour";
pub const ALL: &str = "Search the gallery like this";
pub const ABOUT: &str = "\
    One network, one picture, three answers. Everything runs in your browser: your pictures stay on this machine.";

/// The name of a row: "Same smile", "Same heel height".
pub fn same(task: &Task) -> String {
    let thing = match task.name.as_str() {
        "Smiling" => "smile".to_owned(),
        "Eyeglasses" => "glasses".to_owned(),
        "Wearing_Hat" => "hat".to_owned(),
        _ => lower_first(&task_title(task)),
    };
    format!("Same {thing}")
}

pub fn details(index: &dyn Display) -> String {
    format!("Picture {index}: details")
}
