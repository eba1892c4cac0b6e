//! The search bar, the parts of a query, and their weights.

use std::fmt::Display;

pub const ASK: &str = "Ask for attributes";
pub const ASK_MORE: &str = "and…";
pub const ASK_FIRST: &str = "no beard, glasses…";
pub const UNDO: &str = "Undo the last step";
pub const WEIGHTS: &str = "Weights and limits";
pub const CLEAR: &str = "Clear";
pub const ASKED_FOR: &str = "Asked for";
pub const WEIGH: &str = "Weigh it";
pub const REMOVE_OWN: &str = "Remove your picture";
pub const OWN_WAITING: &str = "being looked at…";
pub const OWN: &str = "Your picture";
pub const SIMILAR_IN: &str = "Similar in";
pub const SEEN_THROUGH: &str = "Seen through";
pub const RELATIONS: &str = "How the tasks relate";
pub const AT_LEAST: &str = "Leave out scores below";
pub const LIKE_OWN: &str = "likeness to your picture";
pub const COMPARED_IN: &str = "compared in";
pub const ANY_LENS: &str = "whatever lens is chosen";
pub const NOT: &str = "not";
pub const TOO_LONG: &str = "This link asks for more than a question can hold: its first parts are asked, the rest is left out.";
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
    format!("likeness to picture {picture}")
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
