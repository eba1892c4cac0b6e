//! The results and their counts.

use std::fmt::Display;

use modulens_retrieval::Ranking;

use crate::page::ui::format;

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
pub const NOTHING_MATCHES: &str = "No results match every filter. Remove one:";

pub fn limit(title: &dyn Display, low: &dyn Display, high: &dyn Display) -> String {
    format!("{title} {low}–{high} %")
}

pub fn least(at_least: &dyn Display) -> String {
    format!("score at least {at_least} %")
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

pub fn details(index: &dyn Display, score: &dyn Display, seen: &dyn Display) -> String {
    format!("Picture {index}{score}{seen}: details")
}

pub fn more_like(index: &dyn Display, task: &dyn Display) -> String {
    format!("More like picture {index} in {task}")
}

/// The number of results, of likely matches, and of results left out.
pub fn found(ranking: &Ranking) -> String {
    let pictures = format::counted(ranking.order.len(), "picture");
    let found = match ranking.matches {
        Some(matches) => format!("{} likely of {pictures}", format::count(matches)),
        None if ranking.scored => format!("{pictures} by similarity"),
        None => pictures,
    };
    match ranking.left_out {
        0 => found,
        left_out => format!("{found}, {} left out", format::count(left_out)),
    }
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
