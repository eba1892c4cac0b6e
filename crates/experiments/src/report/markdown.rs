//! The tables in Markdown.

use std::fmt::Write as _;

use super::summary::protocol;
use super::tables::{self, LEGEND, Table};
use super::words::Words;
use super::{beyond, few_shot};
use crate::compare::{Comparison, MethodFigures};

/// The words that every summary has.
pub(super) const PLOTS: &str = "[index.html](index.html) has the plots, ";

pub(super) fn render(found: &Comparison, words: &Words) -> String {
    let mut text = format!("# {}\n\n{}\n", words.title, protocol(found));
    // Writing to a String cannot fail.
    for note in &words.notes {
        let _ = writeln!(text, "\n{note}");
    }
    let _ = writeln!(
        text,
        "\n{PLOTS}[compare.json](compare.json) the figures.\n\n## Methods"
    );
    for name in tables::names(found) {
        if !name.is_empty() {
            let _ = writeln!(text, "\n### {name}");
        }
        text.push_str(&table(&tables::methods(found, name)));
    }
    let _ = writeln!(text, "\n{LEGEND}");
    for section in beyond::sections(found) {
        let _ = writeln!(text, "\n## {}", section.heading);
        for (name, found) in &section.tables {
            let _ = write!(text, "\n### {name}\n{}", table(found));
        }
        let _ = writeln!(text, "\n{}", section.legend);
    }
    let mut section = |heading: &str, found: Option<Table>, legend: &str| {
        if let Some(found) = found {
            let _ = writeln!(text, "\n## {heading}\n{}\n{legend}", table(&found));
        }
    };
    section("Tasks", Some(tables::tasks(found)), tables::TASKS);
    section("Other figures", Some(tables::others(found)), tables::OTHERS);
    section(
        "Attributes nobody trained on, by likeness",
        tables::unseen(found),
        tables::UNSEEN,
    );
    section(
        "Update compliance under controls",
        tables::controls(found),
        tables::CONTROLS,
    );
    section(
        "Trials on validation",
        tables::trials(found),
        tables::TRIALS,
    );
    text.push_str(&about(found.methods.iter()));
    if !words.few_shot.is_empty() {
        let _ = writeln!(
            text,
            "\n## A task nobody trained for\n\n{}",
            few_shot::ABOUT
        );
        text.push_str(&table(&few_shot::table(&words.few_shot)));
    }
    text.push_str(&not_run(words));
    text
}

/// The descriptions of methods.
pub(super) fn about<'a>(methods: impl Iterator<Item = &'a MethodFigures>) -> String {
    let mut text = "\n## What the methods are\n\n".to_owned();
    for method in methods.filter(|method| !method.about.is_empty()) {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "- *{}*: {}", method.name, method.about);
    }
    text
}

/// The methods that were not run; nothing where none is named.
pub(super) fn not_run(words: &Words) -> String {
    match words.not_run[..] {
        [] => String::new(),
        _ => format!("\n## Not run here\n\n{}\n", words.not_run.join("\n\n")),
    }
}

/// A table with an empty line before it.
pub(super) fn table(found: &Table) -> String {
    let line = |cells: &[String]| {
        let cells: Vec<String> = cells.iter().map(|cell| escaped(cell)).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let rule = " --- |".repeat(found.columns.len());
    let rows: String = found.rows.iter().map(|row| line(row)).collect();
    format!("\n{}|{rule}\n{rows}", line(&found.columns))
}

/// A cell must not end early.
fn escaped(text: &str) -> String {
    text.replace('|', "\\|")
}
