//! The rows of the side-by-side view.

use std::fmt::Display;

pub const ADD: &str = "Add a row";
pub const ADD_FROM: &str = "Tasks without a row";
pub const TITLE: &str = "Side by side";
pub const BETTER: &str = "Better results";
pub const FURTHER: &str = "Further results";
pub const TABLE: &str = "The best results under every task";
pub const TASK: &str = "Task";
pub const BY_SIMILARITY: &str = "One row per task, most similar first.";
pub const BY_CONFIDENCE: &str = "Each row: that task’s most confident matches for the query.";
pub const NOTHING_LEFT: &str = "No pictures match every filter.";
pub const OVERLAP: &str = "Pictures among the first results of both rows";
pub const VIEW: &str = "Show the results";
pub const GRID: &str = "Grid";

pub fn compare(picture: &dyn Display) -> String {
    format!("Compare pictures similar to picture {picture}")
}

pub fn more_like(index: &dyn Display) -> String {
    format!("More like picture {index}, in every row")
}

pub fn remove(title: &dyn Display) -> String {
    format!("Remove row {title}")
}

pub fn look_through(task: &dyn Display) -> String {
    format!("Make {task} the lens")
}

pub fn shared(count: &dyn Display, of: &dyn Display, task: &dyn Display) -> String {
    format!("{count} of {of} shared with {task}")
}

pub fn place_in(place: &dyn Display, title: &dyn Display) -> String {
    format!("{place} in {title}")
}

pub fn not_in(only: &dyn Display) -> String {
    format!("not shown in {only}")
}

pub fn not_in_any(some: &dyn Display, last: &dyn Display) -> String {
    format!("not shown in {some} or {last}")
}

pub fn places(picture: &dyn Display, places: &dyn Display) -> String {
    format!("Picture {picture}: {places}")
}

pub fn not_answered(error: &dyn Display) -> String {
    format!(
        "A row was not answered: {error}. Remove it, or reload the page; if it happens again, \
         open another gallery."
    )
}
