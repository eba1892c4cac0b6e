//! Failures to fetch, start or understand something.

use std::fmt::Display;

pub const NO_WINDOW: &str = "there is no window to fetch with";
pub const NOT_COPIED: &str =
    "the browser does not let this page write to the clipboard; save the results instead";
pub const NOT_SAVED: &str = "the browser did not save the file; try again";
/// In place of the name of a worker and its file, which mean nothing to a visitor.
pub const OFFLINE: &str = "\
    you are offline, and the part of this site that does this is not kept on this machine yet; \
    connect and try again: from then on it works offline, too";
pub const ENGINE_ENDED: &str = "the engine ended before it was done";

pub fn unreachable(path: &dyn Display) -> String {
    format!("{path} could not be fetched: check the connection and try again")
}

pub fn offline_file(path: &dyn Display) -> String {
    format!("You are offline, and {path} is not kept on this machine; connect and try again")
}

pub fn not_there(path: &dyn Display, status: &dyn Display) -> String {
    format!("{path} is missing on the server (status {status}): was the site copied whole?")
}

pub fn cut_off(path: &dyn Display) -> String {
    format!("{path} was cut off: check the connection and try again")
}

pub fn unreadable(name: &dyn Display) -> String {
    format!(
        "\u{201c}{name}\u{201d} cannot be read; choose the folder with the button instead of \
         dropping it"
    )
}

pub fn cannot_start(script: &dyn Display) -> String {
    format!("{script} cannot be started as a worker in this browser")
}

pub fn worker_failed(script: &dyn Display, said: &dyn Display) -> String {
    format!("the worker {script} failed: {said}")
}

pub fn worker_missing(script: &dyn Display) -> String {
    format!("the worker {script} could not be loaded; reload the page")
}

pub fn bad_index(error: &dyn Display) -> String {
    format!("galleries/index.json cannot be read ({error}); build the site again")
}

pub const EMPTY_INDEX: &str = "galleries/index.json lists no gallery; run `cargo xtask assets`";

pub fn bad_name(name: &str) -> String {
    format!("galleries/index.json names a gallery {name:?}, which is no folder name")
}

pub fn bad_file(base: &dyn Display, error: &dyn Display) -> String {
    format!("{base}: {error}")
}

pub const OUT_OF_TURN: &str = "\
    the engine answered something else than it was asked: page and engine are of different \
    versions; reload the page";
