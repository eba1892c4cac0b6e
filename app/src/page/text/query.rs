//! The search bar, the parts of a query, and their weights.

use std::fmt::Display;

pub const ASK: &str = "Ask for attributes";
pub const ASK_MORE: &str = "and…";
pub const ASK_FIRST: &str = "no beard, glasses…";
pub const UNDO: &str = "Undo the last step";
pub const WEIGHTS: &str = "Weights and limits";
pub const CLEAR: &str = "Clear";
pub const ASKED_FOR: &str = "Query";
pub const WEIGH: &str = "Change its weight";
pub const REMOVE_OWN: &str = "Remove your picture";
pub const OWN_WAITING: &str = "being embedded…";
pub const OWN: &str = "Your picture";
pub const SIMILAR_IN: &str = "Similar in";
pub const LENS: &str = "Lens";
pub const RELATIONS: &str = "How the tasks relate";
pub const AT_LEAST: &str = "Minimum score";
pub const LIKE_OWN: &str = "similarity to your picture";
pub const COMPARED_IN: &str = "compared in";
pub const ANY_LENS: &str = "the current lens";
pub const NOT: &str = "not";
/// For a link that is longer than any query.
pub const TOO_LONG: &str = "\
    This link has more parts than a query can hold: the first ones are used, the rest is left \
    out.";
pub const SEARCH: &str = "Search";
pub const NOTHING_TO_SHOW: &str = "Nothing to show";
pub const LOADING: &str = "Loading…";
pub const ATTRIBUTES: &str = "Attributes";

pub fn limit(title: &dyn Display, low: &dyn Display, high: &dyn Display) -> String {
    format!("{title} {low}–{high} %")
}

pub fn least(at_least: &dyn Display) -> String {
    format!("score at least {at_least} %")
}

pub fn remove_words(words: &dyn Display) -> String {
    format!("Remove {words}")
}

pub fn remove_example(index: &dyn Display) -> String {
    format!("Remove the example, picture {index}")
}

pub fn remove(title: &dyn Display) -> String {
    format!("Remove {title}")
}

pub fn not(title: &dyn Display) -> String {
    format!("Not {title}")
}

pub fn weight_of(name: &dyn Display) -> String {
    format!("How much {name} counts")
}

pub fn like_picture(picture: &dyn Display) -> String {
    format!("similarity to picture {picture}")
}

pub fn teach(name: &dyn Display) -> String {
    format!("Teach “{name}”…")
}

pub fn no_attribute(words: &dyn Display) -> String {
    format!("No attribute matches “{words}”. See the list beside the results.")
}

pub const NOT_BEFORE: &str = "not ";

pub fn remove_condition(negated: bool, title: &str) -> String {
    format!("Remove {}{title}", if negated { NOT_BEFORE } else { "" })
}

/// "like this one", "unlike this one in closure".
pub fn like_this(wanted: bool, task: Option<&str>) -> String {
    let like = if wanted { "like" } else { "unlike" };
    match task {
        Some(task) => format!("{like} this one in {task}"),
        None => format!("{like} this one"),
    }
}

/// A prediction for the visitor's own picture.
pub fn seen(value: &str, probability: &str) -> String {
    format!("{value}, {probability}")
}

/// "boot.jpg: Lace up, 93 %", "unlike boot.jpg".
pub fn own_example(wanted: bool, name: &str, seen: Option<&str>) -> String {
    let unlike = if wanted { "" } else { "unlike " };
    match seen {
        Some(seen) => format!("{unlike}{name}: {seen}"),
        None => format!("{unlike}{name}"),
    }
}
