//! Fuzz targets: readers of files that may come from a stranger, each as a function of bytes.
//!
//! A target panics where something is wrong: a reader that panics itself, or a file that is read, written and read again
//! and then differs. `cargo test -p modulens-fuzz` gives every target its seeds and thousands of mutations of them;
//! `scripts/fuzz.sh` searches for longer, guided by coverage. What either found stays in `seeds`.

mod bundles;
mod datasets;
mod galleries;
mod networks;

/// A target.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// The name, also that of its folder in `seeds`.
    pub name: &'static str,
    /// Reads the bytes: true if they were accepted, at least in part.
    ///
    /// # Panics
    /// A reader that is wrong.
    pub run: fn(&[u8]) -> bool,
}

const fn target(name: &'static str, run: fn(&[u8]) -> bool) -> Target {
    Target { name, run }
}

/// All targets.
pub const TARGETS: [Target; 17] = [
    target("archive", datasets::archive),
    target("table", datasets::table),
    target("celeba", datasets::celeba),
    target("zappos", datasets::zappos),
    target("triplets", datasets::triplets),
    target("picture", datasets::picture),
    target("manifest", bundles::manifest),
    target("features", bundles::features),
    target("heads", bundles::heads),
    target("tail", bundles::tail),
    target("domain", bundles::domain),
    target("labels", bundles::labels),
    target("ids", bundles::ids),
    target("pictures", bundles::pictures),
    target("weights", networks::weights),
    target("journal", galleries::journal),
    target("columns", galleries::columns),
];

/// The target of a name.
pub fn find(name: &str) -> Option<Target> {
    TARGETS.into_iter().find(|target| target.name == name)
}

/// The bytes before and behind the first of some separators; all before where there is none.
fn split(bytes: &[u8], separator: u8) -> (&[u8], &[u8]) {
    let at = bytes.iter().position(|&byte| byte == separator);
    at.map_or((bytes, &[]), |at| (&bytes[..at], &bytes[at + 1..]))
}
