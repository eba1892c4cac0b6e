//! The tables in Markdown.

use std::fmt::Write as _;

use super::summary::{COLUMNS, LEGEND, OTHER_COLUMNS, other_row, protocol, row};
use super::{Words, few_shot};
use crate::compare::Comparison;

/// The sentence that every summary has.
pub(super) const FILES: &str =
    "[index.html](index.html) has the plots, [compare.json](compare.json) the figures.";

pub(super) fn render(found: &Comparison, words: &Words) -> String {
    let mut text = format!("# {}\n\n{}\n", words.title, protocol(found));
    // Writing to a String cannot fail.
    for note in &words.notes {
        let _ = writeln!(text, "\n{note}");
    }
    let _ = write!(text, "\n{FILES}\n\n## Methods\n\n");
    let _ = writeln!(
        text,
        "| {} |\n|{}",
        COLUMNS.join(" | "),
        " --- |".repeat(COLUMNS.len())
    );
    for method in &found.methods {
        let cells = row(method).map(|cell| escaped(&cell));
        let _ = writeln!(text, "| {} |", cells.join(" | "));
    }
    let _ = writeln!(text, "\n{LEGEND}\n\n## Tasks\n");
    let _ = writeln!(
        text,
        "| method | {} |\n| --- |{}",
        found
            .tasks
            .iter()
            .map(|task| escaped(task))
            .collect::<Vec<_>>()
            .join(" | "),
        " --- |".repeat(found.tasks.len())
    );
    for method in &found.methods {
        let cells: Vec<String> = method
            .tasks
            .iter()
            .map(|task| format!("{:.1}", 100.0 * task.quality.triplet_accuracy))
            .collect();
        let _ = writeln!(
            text,
            "| {} | {} |",
            escaped(&method.name),
            cells.join(" | ")
        );
    }
    text.push_str("\nTriplet accuracy in percent, means over the seeds.\n\n## Other figures\n\n");
    let _ = writeln!(
        text,
        "| {} |\n|{}",
        OTHER_COLUMNS.join(" | "),
        " --- |".repeat(OTHER_COLUMNS.len())
    );
    for method in &found.methods {
        let cells = other_row(method).map(|cell| escaped(&cell));
        let _ = writeln!(text, "| {} |", cells.join(" | "));
    }
    text.push_str(
        "\nMeans over tasks and seeds. Head: share of pictures whose value is told right, every value weighing the \
         same.\n\n## What the methods are\n\n",
    );
    for method in found
        .methods
        .iter()
        .filter(|method| !method.about.is_empty())
    {
        let _ = writeln!(text, "- *{}*: {}", method.name, method.about);
    }
    if !words.few_shot.is_empty() {
        let _ = writeln!(
            text,
            "\n## A task nobody trained for\n\n{}\n",
            few_shot::ABOUT
        );
        for (index, line) in few_shot::table(&words.few_shot).iter().enumerate() {
            let cells: Vec<String> = line.iter().map(|cell| escaped(cell)).collect();
            let _ = writeln!(text, "| {} |", cells.join(" | "));
            if index == 0 {
                let _ = writeln!(text, "|{}", " --- |".repeat(cells.len()));
            }
        }
    }
    if !words.not_run.is_empty() {
        let _ = writeln!(text, "\n## Not run here\n\n{}", words.not_run.join("\n\n"));
    }
    text
}

/// A cell must not end early.
fn escaped(text: &str) -> String {
    text.replace('|', "\\|")
}
