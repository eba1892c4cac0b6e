//! Matching of a CSV row to its image.

use std::collections::HashMap;

use crate::storage::{Storage, path};

/// Pictures by every name a person may write.
#[derive(Debug)]
pub(super) struct Names<'a> {
    /// Folder of the CSV.
    base: &'a str,
    paths: HashMap<&'a str, usize>,
    /// By file name and by stem; `None` where several pictures have it.
    names: HashMap<&'a str, Option<usize>>,
}

impl<'a> Names<'a> {
    pub(super) fn new(storage: &'a Storage, pictures: &[usize], base: &'a str) -> Self {
        let mut found = Self {
            base,
            paths: HashMap::with_capacity(pictures.len()),
            names: HashMap::with_capacity(pictures.len() * 2),
        };
        for &entry in pictures {
            let full = storage.entries()[entry].path.as_str();
            found.paths.insert(full, entry);
            for name in [path::file_name(full), path::stem(full)] {
                found
                    .names
                    .entry(name)
                    .and_modify(|known| *known = None)
                    .or_insert(Some(entry));
            }
        }
        found
    }

    /// The picture's entry, or why there is none.
    pub(super) fn find(&self, written: &str) -> Result<usize, &'static str> {
        let Ok(name) = path::clean(written) else {
            return Err("row without the name of a picture");
        };
        if let Some(&entry) = self.paths.get(format!("{}{name}", self.base).as_str()) {
            return Ok(entry);
        }
        if let Some(&entry) = self.paths.get(name.as_str()) {
            return Ok(entry);
        }
        // A path that does not fit is not guessed at.
        if name.contains('/') {
            return Err("no such picture");
        }
        match self.names.get(name.as_str()) {
            Some(Some(entry)) => Ok(*entry),
            Some(None) => Err("several pictures have this name; write the path"),
            None => Err("no such picture"),
        }
    }
}
