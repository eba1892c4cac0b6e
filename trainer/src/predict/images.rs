//! The images that are asked for: files, folders and archives.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, PoisonError};

use modulens_dataset::{Skip, Storage, decoding_bytes};
use modulens_training::error::{TrainerError, check_links};
use modulens_training::output::note;

use super::args::Failure;

/// Memory that all images together may take that are being decoded, in bytes. One that takes more by itself is decoded
/// alone.
const DECODING: u64 = 1 << 30;

/// The images of some paths, sorted by id.
#[derive(Debug)]
pub(super) struct Images {
    storages: Vec<Storage>,
    /// Id, storage and entry.
    places: Vec<(String, usize, usize)>,
    decoding: Budget,
}

impl Images {
    /// Finds the images, without reading them. What could not be opened inside a folder or an archive is among the
    /// failures.
    ///
    /// # Errors
    /// A path that is not there or cannot be opened, or no image at all.
    pub(super) fn find(paths: &[PathBuf], failed: &mut Vec<Failure>) -> Result<Self, TrainerError> {
        let mut storages = Vec::new();
        let mut found: BTreeMap<String, (usize, usize)> = BTreeMap::new();
        let mut again = 0_usize;
        for path in paths {
            check_links(path)?;
            let storage = Storage::open_or_file(path)
                .map_err(|error| TrainerError::Message(error.to_string()))?;
            let entries = storage.entries();
            let itself = path.is_file().then(|| file_name(path));
            let mut images = storage.images();
            // A file that was named is meant, whatever it is called.
            if let (Some(name), [only]) = (&itself, entries)
                && only.path == *name
            {
                images = vec![0];
            }
            for entry in images {
                let id = id(path, itself.as_deref(), &entries[entry].path);
                match found.entry(id) {
                    Entry::Occupied(_) => again += 1,
                    Entry::Vacant(place) => {
                        place.insert((storages.len(), entry));
                    }
                }
            }
            let report = storage.report();
            failed.extend(report.skipped.iter().map(|skip| failure(path, skip)));
            for (why, &count) in &report.reasons {
                let listed = report
                    .skipped
                    .iter()
                    .filter(|skip| skip.why == *why)
                    .count();
                if count > listed {
                    note(&format!(
                        "{} more of {}: {why}",
                        count - listed,
                        path.display()
                    ));
                }
            }
            report.notes.iter().for_each(|sentence| note(sentence));
            storages.push(storage);
        }
        if again > 0 {
            note(&format!(
                "{again} images were given more than once and are predicted once"
            ));
        }
        let places = found
            .into_iter()
            .map(|(id, (storage, entry))| (id, storage, entry));
        let images = Self {
            storages,
            places: places.collect(),
            decoding: Budget::new(DECODING),
        };
        match (images.len(), failed.first()) {
            (0, Some(first)) => Err(TrainerError::Message(format!(
                "there is no image that can be read: {}: {}",
                first.id, first.error
            ))),
            (0, None) => Err(TrainerError::Message(format!(
                "there is no image in {}",
                paths
                    .iter()
                    .map(|path| path.display().to_string())
                    .collect::<Vec<_>>()
                    .join(", ")
            ))),
            _ => Ok(images),
        }
    }

    /// Number of images.
    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    /// The id of an image.
    pub(super) fn id(&self, image: usize) -> &str {
        &self.places[image].0
    }

    /// Size of an image's file in bytes, as its folder or archive gives it; 0 for an image in a Parquet file.
    pub(super) fn size(&self, image: usize) -> u64 {
        let (_, storage, entry) = &self.places[image];
        self.storages[*storage].entries()[*entry].size
    }

    /// Reads an image and calls `decode` with its bytes, once there is memory for that. May be called from several
    /// threads.
    ///
    /// # Errors
    /// It cannot be read, or not decoded.
    pub(super) fn with<T>(
        &self,
        image: usize,
        decode: impl FnOnce(&[u8]) -> Result<T, String>,
    ) -> Result<T, Unusable> {
        let (_, storage, entry) = &self.places[image];
        let encoded = self.storages[*storage].read(*entry);
        let encoded = encoded.map_err(|error| Unusable::Read(error.to_string()))?;
        let taken = self.decoding.take(decoding_bytes(&encoded));
        let decoded = decode(&encoded);
        self.decoding.give_back(taken);
        decoded.map_err(Unusable::Decode)
    }
}

/// The reason why there is nothing of an image, a sentence.
#[derive(Debug)]
pub(super) enum Unusable {
    /// It cannot be read; another time it may.
    Read(String),
    /// It cannot be decoded.
    Decode(String),
}

/// The id of an image: the path as it was given and the path inside, so that ids of different paths differ.
fn id(path: &Path, file_name: Option<&str>, inside: &str) -> String {
    let given = path.to_string_lossy();
    let given = given.trim_end_matches('/');
    let inside = match file_name {
        Some(name) if name == inside => return given.to_owned(),
        // A Parquet file is a folder of that name.
        Some(name) => inside
            .strip_prefix(name)
            .and_then(|rest| rest.strip_prefix('/'))
            .unwrap_or(inside),
        None => inside,
    };
    match given {
        "." => inside.to_owned(),
        given => format!("{given}/{inside}"),
    }
}

fn file_name(path: &Path) -> String {
    // A link is called as it was given.
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// The failure of something that a storage left out. An archive is told of in a whole sentence, which names it; a file is named, with a reason.
fn failure(path: &Path, skip: &Skip) -> Failure {
    if skip.what.starts_with(&skip.place) {
        return Failure {
            id: id(
                path,
                path.is_file().then(|| file_name(path)).as_deref(),
                &skip.place,
            ),
            error: skip.what.clone(),
        };
    }
    Failure {
        id: id(path, None, &skip.what),
        error: format!("{} (in {})", skip.why, skip.place),
    }
}

/// Memory that threads take and give back; who finds too little waits.
#[derive(Debug)]
struct Budget {
    all: u64,
    left: Mutex<u64>,
    given_back: Condvar,
}

impl Budget {
    fn new(all: u64) -> Self {
        Self {
            all,
            left: Mutex::new(all),
            given_back: Condvar::new(),
        }
    }

    /// Takes so many bytes, or all of them where that is less, and returns how many.
    fn take(&self, bytes: u64) -> u64 {
        let bytes = bytes.min(self.all);
        let left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.given_back.wait_while(left, |left| *left < bytes);
        *waited.unwrap_or_else(PoisonError::into_inner) -= bytes;
        bytes
    }

    fn give_back(&self, bytes: u64) {
        *self.left.lock().unwrap_or_else(PoisonError::into_inner) += bytes;
        self.given_back.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    #[test]
    fn ids_are_the_paths_given_and_those_inside() {
        let of = |path: &str, name: Option<&str>, inside: &str| id(Path::new(path), name, inside);
        assert_eq!(
            of("a/photo.jpg", Some("photo.jpg"), "photo.jpg"),
            "a/photo.jpg"
        );
        assert_eq!(of("photos/", None, "b/1.jpg"), "photos/b/1.jpg");
        assert_eq!(of(".", None, "b/1.jpg"), "b/1.jpg");
        assert_eq!(of("a.zip", Some("a.zip"), "b/1.jpg"), "a.zip/b/1.jpg");
        assert_eq!(
            of("d/a.parquet", Some("a.parquet"), "a.parquet/1.jpg"),
            "d/a.parquet/1.jpg"
        );
    }

    #[test]
    fn memory_is_never_taken_twice_and_one_that_wants_too_much_is_let_in_alone() {
        let (budget, taken) = (Budget::new(100), AtomicU64::new(0));
        std::thread::scope(|scope| {
            for thread in 0..8_u64 {
                let (budget, taken) = (&budget, &taken);
                scope.spawn(move || {
                    for turn in 0..200 {
                        let got = budget.take((thread * 37 + turn * 11) % 150);
                        let all = taken.fetch_add(got, Ordering::SeqCst) + got;
                        assert!(all <= 100, "{all}");
                        taken.fetch_sub(got, Ordering::SeqCst);
                        budget.give_back(got);
                    }
                });
            }
        });
        assert_eq!(budget.take(1000), 100);
    }
}
