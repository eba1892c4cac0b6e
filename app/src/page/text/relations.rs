//! The relations of the tasks.

use std::fmt::Display;

pub const TITLE: &str = "How the tasks relate";
pub const PARTS: &str = "What is scaled";
pub const EMBEDDING: &str = "Embedding";
pub const FEATURES: &str = "Features";
pub const DIMENSION: &str = "dimension";
pub const CHANNEL: &str = "channel";
pub const AS_TABLE: &str = "Show as a table";
pub const TABLE: &str = "How the tasks relate, in figures";
pub const TASK: &str = "Task";
pub const WEIGHT_OF_FIVE: &str = "Weight of the five strongest";
pub const MOST_ALIKE: &str = "Most similar";
pub const LEAST_ALIKE: &str = "Least similar";
pub const DIMENSION_COUNTS: &str =
    ", which is how a dimension counts when two pictures are compared";
pub const CURRENT_LENS: &str = "Current lens";
pub const MAKE_LENS: &str = "Click to make it the lens.";
pub const TASK_FACTS: &str = "Selected task";
pub const MAP: &str = "Map";
pub const ONE_TASK: &str = "There is only one task, and none to compare it with.";
pub const CLICK_A_TASK: &str = "Click a task to make it the lens.";
pub const ALIKE: &str = "\
    Two tasks are similar where their vectors point the same way (cosine: 1 is the same, 0 is \
    nothing in common). That is about what this network uses together, not about what belongs \
    together in the world.";
pub const NOT_SCALED: &str = "\
    This network scales nothing: all its tasks share one embedding, so that there is no \
    difference between them to show.";
pub const SAME_FEATURES: &str =
    "The features it computes from a picture are the same for every task: nothing scales them.";
pub const SAME_BEFORE: &str = "Whatever the network does before that is the same for every task.";
pub const EMBEDDING_NOT_SCALED: &str = "The embedding computed from them is not scaled.";

pub fn one_network(numbers: &dyn Display, parts: &dyn Display) -> String {
    format!(
        "One network serves all tasks. A task has {numbers} of its own, learned in training, by \
         which {parts} are multiplied: above 1 turns up, below 1 turns down, 0 turns off."
    )
}

pub fn started(rest: &dyn Display) -> String {
    format!(
        "Before training, every task had as many dimensions to itself, at 1, with all others at \
         {rest:.1}; whatever differs from that was learned."
    )
}

pub fn part_of(numbers: &dyn Display, of: &dyn Display) -> String {
    format!("the {numbers} of the {of}")
}

pub fn about_channels(noun: &dyn Display) -> String {
    format!(
        "A row per task, a bar per {noun}: as high as it is turned up. Full colour where no other \
         task turns it up as much; the line marks 1, where it is left as it is. Similar tasks lie \
         beside each other, and a task\u{2019}s own {noun}s side by side. "
    )
}

pub fn about_table(weight: &dyn Display) -> String {
    format!(
        "In use: scaled by at least a twentieth of the task\u{2019}s largest scale; the others \
         are as good as off. Weight: the squared scale{weight}."
    )
}

pub fn strongest(noun: &dyn Display) -> String {
    format!("Strongest {noun}s")
}

pub fn together(share: &dyn Display) -> String {
    format!("together {share} of its weight")
}

pub fn stand_out(least: &dyn Display) -> String {
    format!("Lines join pairs that stand out ({least} and more), thicker where more similar.")
}

pub fn none_stands_out(least: &dyn Display, most: &dyn Display) -> String {
    format!("No pair stands out: all similarities are between {least} and {most}.")
}

pub fn about_map(off: &dyn Display, lines: &dyn Display, press: &dyn Display) -> String {
    format!(
        "Closer means more similar. {ALIKE} The 2-D layout distorts distances by {off} on \
         average. {lines} {press}"
    )
}

pub fn most_alike(most: &dyn Display) -> String {
    format!(". Most similar: {most}")
}

pub fn plural(noun: &str) -> String {
    format!("{noun}s")
}

pub fn numbers(size: &dyn Display, noun: &str) -> String {
    format!("{size} {noun}s")
}

pub fn in_use(noun: &str) -> String {
    format!("{noun}s in use")
}
