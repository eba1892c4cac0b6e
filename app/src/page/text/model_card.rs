//! The model card.

use std::fmt::Display;

pub const TITLE: &str = "Model card";
pub const MEANT_FOR: &str = "What it is for";
pub const NOT_FOR: &str = "What not to use it for";
pub const LABELS: &str = "How far the labels can be trusted";
pub const PICTURES_FROM: &str = "Where the pictures come from";
pub const PICTURES: &str = "Pictures";
pub const TASKS: &str = "Tasks";
pub const NETWORK: &str = "Network";
pub const MODULATED_AT: &str = "Modulated at";
pub const EMBEDDING: &str = "Embedding";
pub const SIZE: &str = "Size";
pub const FEATURES_SHIPPED: &str = "that came with the gallery";
pub const FEATURES_LOCAL: &str = "computed on this machine";
pub const MACHINE: &str = "What ran on your machine";
pub const ABOUT_MACHINE: &str = "New pictures go through the network. What runs it here:";
pub const PRIVACY: &str = "Privacy";
pub const ABOUT_PRIVACY: &str = "\
    Everything runs in this browser. Your pictures are sent nowhere. There are no cookies, no \
    accounts and no counting of visits. The page fetches its own files from its own server, and \
    nothing from anywhere else.";
pub const DELETE_ALL: &str =
    "To delete everything, clear this site\u{2019}s data in your browser\u{2019}s settings. ";
pub const OPEN_GALLERIES: &str = "Open your galleries";
pub const NOT_ON_YOURS: &str = "\
    These figures are the network\u{2019}s, measured on the pictures it came with and not on \
    yours. On pictures that look different it may be much worse. Where you brought labels, a \
    picture\u{2019}s details show them beside the predictions.";
pub const QUALITY: &str = "How good each lens is";
pub const ABOUT_TRIPLETS: &str = "\
    Triplet accuracy: how often a picture with the same value lies nearer than one with another. \
    The dot is the figure, the bar its 95 % interval.";
pub const QUALITY_TABLE: &str = "Quality per task";
pub const TASK: &str = "Task";
pub const TRIPLETS: &str = "Triplet accuracy";
pub const INTERVAL: &str = "95 % interval";
pub const PRECISION: &str = "Precision@10";
pub const MEAN_AVERAGE_PRECISION: &str = "Mean average precision";
pub const AUC: &str = "ROC AUC";
pub const CALIBRATION_ERROR: &str = "Calibration error";
pub const LABELLED: &str = "Labelled";

pub fn own_pictures(count: &dyn Display) -> String {
    format!("{count}, your own")
}

pub fn split_pictures(count: &dyn Display, split: &dyn Display) -> String {
    format!("{count}, all of the {split} split: none was seen in training")
}

pub fn modulated_at(sites: &dyn Display, parameters: &dyn Display) -> String {
    format!("{sites}: {parameters} per task, the rest shared")
}

pub fn sizes(weights: &dyn Display, all: &dyn Display) -> String {
    format!("{weights} of weights; {all} with features, labels and heads")
}

pub fn timing(took: &dyn Display, pictures: &dyn Display, whose: &dyn Display) -> String {
    format!(
        "This search took {took} for {pictures}, on features {whose}. Searching needs no engine: \
         it is exact, and runs in this page."
    )
}

pub fn measured_on(split: &dyn Display, dataset: &dyn Display) -> String {
    format!(
        "Measured on the {split} split of \u{201c}{dataset}\u{201d}, on these very weights, by "
    )
}

pub fn interval(low: &dyn Display, high: &dyn Display) -> String {
    format!("{low} to {high}")
}

pub const MEASURED_HOW: &str =
    ". 95 % bootstrap intervals over pictures; expected calibration error, 15 bins.";

pub fn by(creator: &dyn Display) -> String {
    format!("By {creator}. ")
}

/// The stored data and their places.
pub const KEPT: [(&str, &str); 6] = [
    (
        "A picture you search with",
        "is read in this page and forgotten when you close it.",
    ),
    (
        "Your galleries",
        "lie in this browser\u{2019}s private store for this site, as small copies (at most 512 pixels wide and high) and numbers. \
         No other site can read it. Delete them one by one under \u{201c}Your galleries\u{201d}.",
    ),
    (
        "Tasks that you taught",
        "(their names and the numbers of the pictures you marked) lie in this browser\u{2019}s storage. Those of a \
         gallery of your own lie with it, and are part of its export. Delete a task under \u{201c}Your tasks\u{201d} \
         among the attributes; deleting a gallery of your own deletes its tasks, too.",
    ),
    (
        "Your settings",
        "(light or dark, shortcuts on or off, whether you have galleries and how many of their \
         pictures are unlike the training pictures) are a few words in this browser\u{2019}s storage.",
    ),
    (
        "The site\u{2019}s own files",
        "may stay in the browser\u{2019}s cache, so that it opens sooner.",
    ),
    (
        "Your query",
        "is part of the address, so that a link shows what you see; your pictures never are. \
         Whoever hosts the site sees the address when a link is opened.",
    ),
];
