//! The visitor's own labels.

use std::fmt::Display;

use modulens_schema::{Correction, NewLabel};

use crate::page::query::view::{LabelCondition, LabelTest};
use crate::page::ui::format;

pub const YOURS: &str = "Your labels";
pub const ABOUT: &str = "Columns of your tables. Several values of a column mean any of them; a picture without a label is left out.";
pub const DIFFERS: &str = "differs from the prediction";
pub const DIFFERS_HERE: &str = "Differs from the prediction: ";
pub const TEACH: &str = "Teach";
pub const SHOWS: &str = "Value that shows it";
pub const NAME: &str = "Name of the task";
pub const OF_LABELS: &str = " (labels)";
pub const LEFT_OUT: &str = "\
    This gallery has more label columns than can be read for so many pictures, so some of them are left out. Import the \
    pictures with fewer columns of text to see them.";
pub const NOTHING: &str = "No picture has this value, so there is nothing to learn from.";

pub const CORRECT: &str = "Correct";
pub const COLUMN: &str = "Column";
pub const LABEL: &str = "Label";
pub const NONE: &str = "no label";
pub const GIVE: &str = "Give this label";
pub const CORRECTED: &str = "corrected";
pub const SAVE_TABLE: &str = "Save the label table (CSV)";

/// "3 pictures: Smiling is now no."
pub fn corrected(change: &Correction) -> String {
    let Correction {
        column,
        label,
        images,
    } = change;
    let label = match label {
        NewLabel::AsItCame => "as imported",
        NewLabel::Unknown => NONE,
        NewLabel::Value(value) => value,
    };
    let images = format::counted(images.len(), "picture");
    format!("{images}: {} is now {label}.", column.replace('_', " "))
}

/// The name of the file of the table.
pub fn file(gallery: &dyn Display) -> String {
    format!("{gallery} - labels")
}

pub fn not_kept(message: &dyn Display) -> String {
    format!("The corrected label was not kept, and lasts until the page is closed: {message}")
}

pub fn correct(title: &dyn Display) -> String {
    format!("Correct the label {title}")
}

pub fn label(title: &dyn Display) -> String {
    format!("Your label {title}")
}

pub fn teach_from(title: &dyn Display) -> String {
    format!("Teach a task from the column {title}")
}

pub fn value_of(title: &dyn Display, value: &dyn Display) -> String {
    format!("{title}: {value}")
}

pub fn sampled(most: &dyn Display) -> String {
    format!(
        "Up to {most} pictures with this label are marked yes, and up to {most} with another label no."
    )
}

/// "Smiling (label no, predicted yes 97 %)".
pub fn differing(
    task: &dyn Display,
    label: &dyn Display,
    predicted: &dyn Display,
    share: &dyn Display,
) -> String {
    format!("{task} (label {label}, predicted {predicted} {share})")
}

/// A filter on a label, as a chip: "Label Colour: red".
pub fn condition(condition: &LabelCondition) -> String {
    let LabelCondition { column, test } = condition;
    let column = column.replace('_', " ");
    match test {
        LabelTest::Is(value) => format!("Label {column}: {value}"),
        LabelTest::IsNot(value) => format!("Label {column}: not {value}"),
        LabelTest::Differs => format!("{column}: label differs from the prediction"),
    }
}
