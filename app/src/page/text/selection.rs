//! Selected images.

use std::fmt::Display;

use crate::page::ui::format;

pub const BAR: &str = "Selected pictures";
pub const NOTHING: &str = "Nothing selected";
pub const SAVE: &str = "Save";
pub const AS_CSV: &str = "Save as CSV";
pub const AS_JSON: &str = "Save as JSON";
pub const IMAGES: &str = "Pictures as shown (zip)";
pub const PREVIEWS: &str = "Pictures up to 512 pixels (zip)";
pub const RIGHT: &str = "Yes";
pub const RIGHT_HINT: &str = "Yes: mark all selected pictures as showing what you teach";
pub const WRONG: &str = "No";
pub const WRONG_HINT: &str = "No: mark all selected pictures as not showing what you teach";
pub const HIDE: &str = "Hide";
pub const COMPARE: &str = "Compare";
pub const CLEAR: &str = "Clear the selection";
pub const STOP: &str = "Stop";
pub const SHOW: &str = "Show";
pub const ALL_HIDDEN: &str =
    "All pictures of this gallery are hidden. Click Show to see them again.";

pub const COMPARE_TITLE: &str = "Two pictures compared";
pub const BY_SIMILARITY: &str = "Most similar first";
pub const TASK: &str = "Task";
pub const SIMILAR: &str = "Similar";
pub const OVERALL: &str = "Overall";
pub const ABOUT_COMPARE: &str = "\
    The prediction for each picture, and how similar the two are in the task: the cosine of their embeddings, at most 1. \
    Tasks whose percentages differ most come first.";

/// "12 selected", "12 selected, 3 not among the results".
pub fn selected(count: usize, outside: usize) -> String {
    let selected = format!("{} selected", format::count(count));
    match outside {
        0 => selected,
        outside => format!(
            "{selected}, {} not among the results",
            format::count(outside)
        ),
    }
}

/// "Select 000123.jpg".
pub fn select(name: &dyn Display) -> String {
    format!("Select {name}")
}

/// "Saving: 120 of 3,200".
pub fn saving(done: usize, total: usize) -> String {
    format!(
        "Saving: {} of {}",
        format::count(done),
        format::count(total)
    )
}

/// The name of the file of saved images.
pub fn images_file(gallery: &dyn Display) -> String {
    format!("{gallery} - pictures")
}

/// The name of the file of a saved selection.
pub fn file(gallery: &dyn Display) -> String {
    format!("{gallery} - selection")
}

pub fn no_image(name: &dyn Display) -> String {
    format!("The pictures were not saved: this gallery has no file for the picture {name}.")
}

pub fn too_many_marks(most: &dyn Display) -> String {
    format!("You can mark at most {most} pictures at once. Select fewer of them.")
}

pub fn not_kept(message: &dyn Display) -> String {
    format!("The hidden pictures are not kept with the gallery: {message}")
}

/// "12 hidden".
pub fn hidden(count: usize) -> String {
    format!("{} hidden", format::count(count))
}

/// "3 pictures are hidden until you close this page."
pub fn hiding(count: usize, hide: bool, is_kept: bool) -> String {
    let pictures = format::counted(count, "picture");
    let verb = if count == 1 { "is" } else { "are" };
    match (hide, is_kept) {
        (true, true) => format!("{pictures} {verb} hidden."),
        (true, false) => format!("{pictures} {verb} hidden until you close this page."),
        (false, _) => format!("{pictures} {verb} shown again."),
    }
}
