//! One picture in detail.

use std::fmt::Display;

use modulens_retrieval::Criterion;
use modulens_schema::Task;

use super::titles::{lens_title, lower_first, task_title, upper_first, value_title};

pub const DIALOG: &str = "Picture in detail";
pub const PREVIOUS: &str = "Previous";
pub const NEXT: &str = "Next";
pub const MORE_LIKE_IT: &str = "More like it";
pub const LESS_LIKE_IT: &str = "Less like it";
pub const PREDICTIONS: &str = "Predictions";
pub const ABOUT_PREDICTIONS: &str = "\
    What the network predicts for this picture, with percentages, beside the label where there \
    is one. ";
pub const ABOUT_LENSES: &str =
    "The lens at the end of a row searches for pictures similar in that task.";
pub const YOU_SAID_YES: &str = "you marked yes";
pub const YOU_SAID_NO: &str = "you marked no";
pub const LABEL_AGREES: &str = "label agrees";
pub const UNLABELLED: &str = "unlabelled";
pub const WHY: &str = "Why it ranks here";
pub const ABOUT_SCORE: &str =
    "The score is the weighted geometric mean of these: the others cannot make up for a low one.";

pub fn place(rank: &dyn Display) -> String {
    format!("Result {rank}")
}

pub fn score(score: &dyn Display) -> String {
    format!(", score {score}")
}

pub fn alt(index: &dyn Display) -> String {
    format!("Picture {index} of the gallery")
}

pub fn label_says(label: &dyn Display) -> String {
    format!("label says {label}")
}

pub fn more_like_in(title: &dyn Display) -> String {
    format!("More like this in {title}")
}

/// The tasks in which an image is most and least like an example, each with its value.
pub fn most_and_least(most: &[String], least: &[String]) -> String {
    let most = most.join(", ");
    match least {
        [] => most,
        least => format!("Most alike: {most}; least: {}", least.join(", ")),
    }
}

/// "Smiling", "Lace up or zipper", "Neither boots nor sandals", "Not smiling", "Alike in closure", "Alike overall".
pub fn reason(task: Option<&Task>, criterion: &Criterion) -> String {
    if let Criterion::Similar { negated, .. } = criterion {
        let alike = if *negated { "Unlike" } else { "Alike" };
        return format!("{alike} {}", lens_title(task));
    }
    let Some(task) = task else {
        return String::new();
    };
    let titles = |values: &[usize]| -> Vec<String> {
        values
            .iter()
            .map(|&value| value_title(task, value))
            .collect()
    };
    match criterion {
        Criterion::AnyOf(values) => upper_first(&titles(values).join(" or ")),
        Criterion::NoneOf(values) => match titles(values).as_slice() {
            [only] => match only.strip_prefix("No ").or(only.strip_prefix("Not ")) {
                Some(thing) => upper_first(thing),
                None => format!("Not {}", lower_first(only)),
            },
            several => format!("Neither {}", several.join(" nor ")),
        },
        Criterion::Similar { .. } | Criterion::Confident => {
            format!("Confident of {}", lower_first(&task_title(task)))
        }
    }
}
