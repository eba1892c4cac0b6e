//! The search bar, the parts of a query, and their weights.

use std::fmt::Display;

use super::titles::upper_first;

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
pub const SIMILAR_IN: &str = "Similar in:";
pub const OVERALL: &str = "Overall";
pub const RELATIONS: &str = "How the tasks relate";
pub const AT_LEAST: &str = "Minimum score";
pub const LIKE_OWN: &str = "similarity to your picture";
pub const COMPARED_IN: &str = "compared in";
pub const ANY_LENS: &str = "the current lens";
pub const NOT: &str = "not";
/// For a link that is longer than any query.
pub const TOO_LONG: &str = "\
    This link has more parts than a query can hold: the first ones are used, the rest is left out.";
/// For an example that only the page of the moment knew.
pub const OWN_LOST: &str = "\
    The page forgets your picture when you reload it or open another gallery. Choose the picture \
    again to search by it.";
pub const OWN_GONE: &str = "your picture, forgotten";
pub const SEARCH: &str = "Search";
pub const NOTHING_TO_SHOW: &str = "Nothing to show";
pub const LOADING: &str = "Loading…";
pub const ATTRIBUTES: &str = "Attributes";

pub fn image(index: &dyn Display) -> String {
    format!("picture {index}")
}

/// For a link to a gallery that the site does not have.
pub fn no_gallery(name: &str, shown: &str) -> String {
    format!(
        "This site has no gallery {}, so {shown} is shown.",
        clipped(name)
    )
}

/// For parts of a link that the gallery does not have.
pub fn left_out(parts: &[String]) -> String {
    format!(
        "This gallery does not have {}, so the query leaves that out.",
        listed(parts)
    )
}

/// For parts of an address that cannot be read.
pub fn not_understood(parts: &[String]) -> String {
    format!(
        "The link has parts that cannot be read and are left out: {}.",
        listed(parts)
    )
}

/// The parts of a list that are said; the others are counted.
const SAID: usize = 3;

fn listed(parts: &[String]) -> String {
    let mut said: Vec<String> = parts.iter().take(SAID).map(|part| clipped(part)).collect();
    match parts.len().saturating_sub(SAID) {
        0 => {}
        more => said.push(format!("{more} more")),
    }
    said.join(", ")
}

/// In quotation marks, and short whatever a stranger wrote into a link.
fn clipped(part: &str) -> String {
    const MOST: usize = 40;
    let mut short: String = part.chars().take(MOST).collect();
    if short.len() < part.len() {
        short.push('…');
    }
    format!("“{short}”")
}

pub fn limit(title: &dyn Display, low: &dyn Display, high: &dyn Display) -> String {
    format!("{title} {low}–{high} %")
}

pub fn least(at_least: &dyn Display) -> String {
    format!("score at least {at_least} %")
}

pub const SAVE_SEARCH: &str = "Save this search";
pub const SAVED_SEARCHES: &str = "Saved searches";
pub const SEARCHES_NOT_KEPT: &str = "\
    The browser did not keep the search: its storage is full or turned off. It stays until the page is closed.";

/// A filter on file names.
pub fn name_contains(name: &dyn Display) -> String {
    format!("File name contains “{name}”")
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

/// "Not Smiling"; "Beard" for "No beard".
pub fn not(title: &str) -> String {
    match title.strip_prefix("No ") {
        Some(thing) => upper_first(thing),
        None => format!("Not {title}"),
    }
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

/// "Understood: Smiling, Not eyeglasses. No attribute matches “unicorn”." What a press of Enter would ask.
pub fn understood(titles: &[String], unknown: &[String], or_apart: bool) -> String {
    let mut said = Vec::new();
    if !titles.is_empty() {
        said.push(format!("Understood: {}.", titles.join(", ")));
    }
    if or_apart {
        said.push(OR_APART.to_owned());
    }
    if !unknown.is_empty() {
        said.push(format!("No attribute matches “{}”.", unknown.join(" ")));
    }
    said.join(" ")
}

/// For "or" between two attributes.
pub const OR_APART: &str =
    "“or” works only between values of one attribute: here pictures must have all of these.";

pub const NOT_BEFORE: &str = "not ";

pub fn remove_condition(negated: bool, title: &str) -> String {
    format!("Remove {}{title}", if negated { NOT_BEFORE } else { "" })
}

/// "like this one", "unlike this one in closure", "like this one overall".
pub fn like_this(wanted: bool, lens: Option<&str>) -> String {
    let like = if wanted { "like" } else { "unlike" };
    match lens {
        Some(lens) => format!("{like} this one {lens}"),
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
