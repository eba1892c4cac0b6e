//! The attributes beside the results.

use std::fmt::Display;

pub const ATTRIBUTES: &str = "Attributes";
pub const ABOUT: &str = "Predicted by the network. Click to include or exclude a value.";
pub const WITH: &str = "with";
pub const WITHOUT: &str = "without";

/// The words of the two buttons of a yes/no task, without it and with it; "no" and "yes" for one like "No beard".
pub fn sides(title: &str) -> [&'static str; 2] {
    if title.starts_with("No ") {
        ["no", "yes"]
    } else {
        [WITHOUT, WITH]
    }
}

pub fn histogram_of(title: &dyn Display) -> String {
    format!("{title}: value of the histogram")
}

pub fn limit_of(title: &dyn Display, label: &dyn Display) -> String {
    format!("{title}: {label}")
}

pub fn exclude(title: &dyn Display) -> String {
    format!("Not {title}")
}

pub fn of(title: &dyn Display) -> String {
    format!("{title}: ")
}

pub fn range(title: &str) -> String {
    format!("{title}: histogram and limits")
}
