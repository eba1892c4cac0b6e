//! The results and their counts.

use std::fmt::Display;

use modulens_retrieval::{Alike, Clause, Criterion, Ranking};
use modulens_schema::{Task, TaskKind};

use crate::page::query::view::{Condition, Sort, SortBy};
use crate::page::ui::format;

use super::titles;

pub const LOOKING_AT_OWN: &str = "Embedding your picture…";
pub const BY_LABELS: &str = "By the labels that came with the pictures";
pub const RANKED_IN: &str = "ranked in ";
pub const COMPUTED_HERE: &str = ", features computed here";
pub const RESULTS: &str = "Results, best first";
pub const RESULTS_SPAN: &str = "Results";
pub const GO_TO: &str = "Go to ";
pub const GO: &str = "Go";
pub const OF: &str = "of ";
pub const RESULT: &str = "result";
pub const EMPTY_GALLERY: &str = "This gallery has no pictures yet.";
pub const NOTHING_MATCHES: &str = "No pictures match every filter. Remove one:";

pub const MORE: &str = "More";
pub const SORT_BY: &str = "Sort by";
pub const REVERSED: &str = "Reverse the order";
pub const SHUFFLE: &str = "Shuffle again";
pub const NAME_HAS: &str = "File name contains";
pub const SELECT_FIRST: &str = "Select the first";
pub const BEST: &str = "Best match";
pub const BY_NAME: &str = "File name";
pub const RANDOM: &str = "Random";
pub const PREDICTED: &str = "Predictions";
pub const LABELS: &str = "Labels";
pub const FOLD: &str = "Show near-duplicates once";
pub const SAVE: &str = "Save results (CSV)";
pub const SAVE_JSON: &str = "Save results (JSON)";
pub const SAVING: &str = "Saving…";
pub const COPY_NAMES: &str = "Copy names";
pub const PLACE: &str = "place";
pub const NAME: &str = "name";
pub const SCORE: &str = "score";
pub const SIMILAR: &str = "Similar";
pub const COPIES: &str = "copies";

/// The number or name that results are sorted by, as a choice: "File name", "Smiling", "Closure: Zipper".
pub fn sort_title(tasks: &[Task], by: &SortBy) -> String {
    match by {
        SortBy::Score => BEST.to_owned(),
        SortBy::Name => BY_NAME.to_owned(),
        SortBy::Random(_) => RANDOM.to_owned(),
        SortBy::Value { task, value } => {
            titles::condition_title(tasks, &Condition::new(task, value, true))
        }
        SortBy::Label(column) => column.replace('_', " "),
    }
}

/// An order as a chip, if it is not by score: "Sorted by file name, reversed", "Random order", "Worst match first".
pub fn sorted(tasks: &[Task], sort: &Sort) -> Option<String> {
    let reversed = if sort.reversed { ", reversed" } else { "" };
    Some(match &sort.by {
        SortBy::Score if sort.reversed => "Worst match first".to_owned(),
        SortBy::Score => return None,
        SortBy::Random(_) => "Random order".to_owned(),
        SortBy::Label(column) => {
            format!("Sorted by label {}{reversed}", column.replace('_', " "))
        }
        by => {
            let title = titles::lower_first(&sort_title(tasks, by));
            format!("Sorted by {title}{reversed}")
        }
    })
}

pub fn copied(names: &dyn Display) -> String {
    format!("Copied {names}.")
}

pub fn unnamed(index: usize) -> String {
    format!("picture {index}")
}

/// The name of the file of saved results.
pub fn file(gallery: &dyn Display) -> String {
    format!("{gallery} - results")
}

/// "3 copies" where all are equal, "3 alike" where some are nearly so.
pub fn alike(group: Alike) -> String {
    let word = if group.equal { "copies" } else { "alike" };
    format!("{} {word}", format::count(group.count))
}

/// The head of a column of labels.
pub fn label_column(name: &dyn Display) -> String {
    format!("label {name}")
}

/// The head of a column of marks.
pub fn mark_column(name: &dyn Display) -> String {
    format!("mark {name}")
}

/// A part of the query as the head of a column.
pub fn clause(tasks: &[Task], clause: &Clause) -> String {
    let task = clause.task.and_then(|task| tasks.get(task));
    if let Criterion::Similar { negated, .. } = clause.criterion {
        let like = if negated { "unlike" } else { "like" };
        return format!("{like} the example {}", titles::lens_title(task));
    }
    let Some(task) = task else {
        return String::new();
    };
    let values = |values: &[usize]| {
        let values: Vec<String> = values
            .iter()
            .map(|&value| titles::value_title(task, value))
            .collect();
        match task.kind {
            TaskKind::Binary => values.join(" or "),
            _ => format!("{}: {}", titles::task_title(task), values.join(" or ")),
        }
    };
    match &clause.criterion {
        Criterion::AnyOf(any) => values(any),
        Criterion::NoneOf(none) => {
            let title = values(none);
            match title.strip_prefix("No ") {
                Some(thing) => titles::upper_first(thing),
                None => format!("not {title}"),
            }
        }
        Criterion::Similar { .. } | Criterion::Confident => titles::task_title(task),
    }
}

pub fn without(words: &dyn Display) -> String {
    format!("Without “{words}”")
}

pub fn not_answered(error: &dyn Display) -> String {
    format!(
        "This query was not answered, and the results shown are those of an earlier one: {error}. \
         Reload the page; if it happens again, open another gallery."
    )
}

pub fn not_predicted(task: &dyn Display, error: &dyn Display) -> String {
    format!(
        "The predictions of {task} are not shown: {error}. Reload the page; if it happens again, \
         open another gallery."
    )
}

/// "Picture 5, Smiling 97 %, 2 copies, selected: details".
pub fn details(index: &dyn Display, caption: &[String], selected: bool) -> String {
    let said: String = caption.iter().map(|part| format!(", {part}")).collect();
    let selected = if selected { ", selected" } else { "" };
    format!("Picture {index}{said}{selected}: details")
}

/// "More like picture 5 overall", "More like picture 5 in closure".
pub fn more_like(index: &dyn Display, lens: &dyn Display) -> String {
    format!("More like picture {index} {lens}")
}

/// The number of results, of likely matches, of copies or near-duplicates folded, and of results left out.
pub fn found(ranking: &Ranking, folded: usize, all_equal: bool) -> String {
    let pictures = format::counted(ranking.order.len() + folded, "picture");
    let found = match ranking.matches {
        Some(matches) => format!("{} likely of {pictures}", format::count(matches)),
        None if ranking.scored => format!("{pictures} by similarity"),
        None => pictures,
    };
    let found = match folded {
        0 => found,
        1 if all_equal => format!("{found}, 1 copy folded"),
        more if all_equal => format!("{found}, {} copies folded", format::count(more)),
        more => {
            let folded = format::counted(more, "near-duplicate");
            format!("{found}, {folded} folded")
        }
    };
    match ranking.left_out {
        0 => found,
        left_out => format!("{found}, {} left out", format::count(left_out)),
    }
}

/// "Show 123 results": those that likely match, where values are asked for.
pub fn show(ranking: &Ranking) -> String {
    let count = ranking.matches.unwrap_or(ranking.order.len());
    format!("Show {}", format::counted(count, "result"))
}

/// The share of the first results that are right: "of the first 100, 98 are right".
pub fn precision(labelled: usize, right: usize) -> String {
    let first = match labelled {
        1 => "the first is".to_owned(),
        more => format!("of the first {},", format::count(more)),
    };
    match (labelled, right) {
        (1, right) => format!("{first} {}", if right == 1 { "right" } else { "wrong" }),
        (all, right) if all == right => format!("{first} all are right"),
        (_, right) => format!("{first} {} right", are(right)),
    }
}

fn are(count: usize) -> String {
    match count {
        0 => "none is".into(),
        1 => "1 is".into(),
        more => format!("{} are", format::count(more)),
    }
}
