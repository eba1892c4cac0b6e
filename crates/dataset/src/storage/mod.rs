//! The storage of a dataset's files: a directory, an archive, both, or the files handed to a browser.

mod builder;
mod code_page;
#[cfg(not(target_arch = "wasm32"))]
mod disk;
mod kind;
mod names;
#[cfg(feature = "parquet")]
pub(crate) mod parquet;
mod parts;
pub(crate) mod path;
mod read_at;
mod span;
mod spool;
mod tar;
mod unpack;
pub(crate) mod webdataset;
mod wrapped;
mod zip;

use std::collections::HashSet;
use std::fmt;

pub use read_at::ReadAt;

use crate::error::DatasetError;
use crate::report::Report;

use builder::Builder;
use read_at::read_exact;
use webdataset::TarShard;
use zip::Member;

/// The largest table or text that is read; `CelebA`'s attribute file has 26 MB. A zip of 2 MB may unpack to gigabytes.
pub const MAX_TEXT_FILE: u64 = 128 << 20;
/// The largest file of a picture that is read.
pub const MAX_PICTURE_FILE: u64 = 256 << 20;

/// One file of a storage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Path with `/` between its parts. A file inside a zip has the path it would have if the zip were
    /// unpacked where it lies.
    pub path: String,
    /// Size in bytes, unpacked; for a file in a zip what the zip claims, and 0 for an image in a Parquet file.
    pub size: u64,
}

/// The place of an entry's bytes.
#[derive(Clone, Copy, Debug)]
enum Place {
    Whole {
        source: usize,
    },
    /// As it is, within a tar.
    Part {
        source: usize,
        offset: u64,
    },
    Packed {
        source: usize,
        member: Member,
    },
    /// A row of a Parquet file.
    #[cfg(feature = "parquet")]
    Row {
        shard: usize,
        row: usize,
    },
}

/// A read-only tree of files.
///
/// Archives (zip, tar, tar.gz, also in other archives) count as unpacked: `Img/img_align_celeba.zip` holding
/// `img_align_celeba/000001.jpg` appears as `Img/img_align_celeba/000001.jpg`. A tar of `WebDataset` is a folder of its
/// own: `train-000000.tar` holding `000001.jpg` appears as `train-000000/000001.jpg`. So is a Parquet file with images
/// inside, natively and with the feature `parquet`. Where a file and an entry of an
/// archive have the same path, the file is taken. Entries are sorted by path, so that an index means the same file on every machine.
pub struct Storage {
    name: String,
    entries: Vec<Entry>,
    places: Vec<Place>,
    sources: Vec<Box<dyn ReadAt>>,
    report: Report,
    /// A sentence for each archive that could not be opened.
    unopened: Vec<String>,
    /// The tars of `WebDataset`, by path.
    tar_shards: Vec<TarShard>,
    /// Their folders.
    shard_folders: HashSet<String>,
    #[cfg(feature = "parquet")]
    parquet_shards: Vec<parquet::Shard>,
    #[cfg(feature = "parquet")]
    pages: parquet::Pages,
}

impl fmt::Debug for Storage {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Storage")
            .field("name", &self.name)
            .field("entries", &self.entries.len())
            .field("sources", &self.sources.len())
            .finish_non_exhaustive()
    }
}

impl Storage {
    /// One archive: a zip, tar or tar.gz, whatever its name.
    ///
    /// # Errors
    /// When it is none of these, or broken.
    pub fn from_zip(
        name: impl Into<String>,
        zip: impl ReadAt + 'static,
    ) -> Result<Self, DatasetError> {
        let name = name.into();
        let mut builder = Builder::default();
        builder.only(name.clone(), Box::new(zip), true)?;
        Ok(builder.finish(kind::strip(&name).to_owned()))
    }

    /// Several files, such as a folder picked in a browser: paths with `/`, and their bytes. Archives among
    /// them are opened, parts of one are joined; one that cannot be is reported, unless it is the only file.
    ///
    /// # Errors
    /// When the only file is an archive that cannot be opened.
    pub fn from_files(
        name: impl Into<String>,
        files: Vec<(String, Box<dyn ReadAt>)>,
    ) -> Result<Self, DatasetError> {
        let only = files.len() == 1;
        let mut builder = Builder::default();
        for (raw, source) in files {
            match path::clean(&raw) {
                Ok(path) if path::is_noise(&path) => {}
                Ok(path) if only => builder.only(path, source, false)?,
                Ok(path) => builder.add(path, source),
                Err(why) => builder.report.skip(raw, "the files given", why),
            }
        }
        builder.open_all();
        Ok(builder.finish(name.into()))
    }

    /// A directory, or an archive, on disk. Of an archive in parts any part will do.
    ///
    /// # Errors
    /// When the path does not exist, cannot be read, or is a file but no archive (nor a Parquet file).
    #[cfg(not(target_arch = "wasm32"))]
    pub fn open(path: impl AsRef<std::path::Path>) -> Result<Self, DatasetError> {
        Self::open_path(path.as_ref(), true)
    }

    /// [`Storage::open`], but a file that is no archive is a storage of that one file, such as a single image.
    ///
    /// # Errors
    /// When the path does not exist or cannot be read, or is an archive that cannot be opened.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn open_or_file(path: impl AsRef<std::path::Path>) -> Result<Self, DatasetError> {
        Self::open_path(path.as_ref(), false)
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn open_path(path: &std::path::Path, must_be_archive: bool) -> Result<Self, DatasetError> {
        let unreadable = |source| DatasetError::Read {
            place: path.display().to_string(),
            source,
        };
        let meta = std::fs::metadata(path).map_err(unreadable)?;
        let full = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let name = full.file_name().map_or_else(
            || path.display().to_string(),
            |name| name.to_string_lossy().into_owned(),
        );
        if !meta.is_dir() && !meta.is_file() {
            return Err(unreadable(std::io::Error::other(
                "it is a pipe or a device; give a folder or a zip",
            )));
        }
        let mut builder = Builder::default();
        if !meta.is_dir() {
            if let Some((whole, _)) = parts::part(&name) {
                let parts = disk::parts(&full, whole).map_err(unreadable)?;
                builder.only_split(whole, parts, must_be_archive)?;
                return Ok(builder.finish(kind::strip(whole).to_owned()));
            }
            let file = disk::OpenFile::open(path).map_err(unreadable)?;
            builder.only(name.clone(), Box::new(file), must_be_archive)?;
            return Ok(builder.finish(kind::strip(&name).to_owned()));
        }
        let found = disk::walk(path).map_err(unreadable)?;
        for other in found.others {
            let why = "pipe, socket or device, which is not read";
            builder.report.skip(other, path.display().to_string(), why);
        }
        for bundle in found.bundles {
            builder.report.note(format!(
                "{bundle} is left alone: it is an exported bundle and no data"
            ));
        }
        let mut open = 0;
        for (inner, full, size) in found.files {
            let is_archive =
                kind::is_archive_name(&inner) || path::has_extension(&inner, "parquet");
            let keep_open = is_archive && open < disk::MAX_OPEN;
            open += usize::from(keep_open);
            let file = disk::source(full, size, keep_open);
            builder.add(inner, file);
        }
        builder.open_all();
        Ok(builder.finish(name))
    }

    /// The name of the directory or zip, without the extension of an archive.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Every file, sorted by path.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entries with the name of an image, ascending; also those of kinds that are not decoded here, so that a program
    /// can say so of each.
    pub fn images(&self) -> Vec<usize> {
        (0..self.entries.len())
            .filter(|&entry| path::has_image_extension(&self.entries[entry].path))
            .collect()
    }

    /// The entries that could not be used while opening: archives of other kinds or broken ones, and entries that
    /// are encrypted, lead out of their zip, or repeat a path.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// The archives that could not be opened, as sentences; `None` if all could. Where something is missing, it may
    /// well be in these.
    pub(crate) fn unopened(&self) -> Option<String> {
        let more = self.unopened.len().saturating_sub(1);
        let first = self.unopened.first()?;
        Some(match more {
            0 => first.clone(),
            _ => format!("{first} ({more} more archives could not be opened)"),
        })
    }

    /// The CRC-32 that a zip states for a file in it; `None` for other files.
    pub fn checksum(&self, entry: usize) -> Option<u32> {
        match self.places.get(entry)? {
            Place::Packed { member, .. } => Some(member.crc),
            Place::Whole { .. } | Place::Part { .. } => None,
            #[cfg(feature = "parquet")]
            Place::Row { .. } => None,
        }
    }

    /// The bytes of a file, unpacked. May be called from several threads.
    ///
    /// # Errors
    /// When there is no such entry, it cannot be read, it has more than [`MAX_TEXT_FILE`] bytes
    /// ([`MAX_PICTURE_FILE`] for a picture), or its zip lies about it.
    pub fn read(&self, entry: usize) -> Result<Vec<u8>, DatasetError> {
        let (Some(found), Some(place)) = (self.entries.get(entry), self.places.get(entry)) else {
            return Err(DatasetError::OutOfRange {
                what: "file",
                index: entry,
                count: self.entries.len(),
            });
        };
        let most = most_bytes(&found.path);
        if found.size > most {
            return Err(DatasetError::Zip {
                file: found.path.clone(),
                problem: format!("it has {} bytes, more than {most}", found.size),
                hint: "leave it out of the dataset",
            });
        }
        match *place {
            Place::Packed { source, member } => {
                unpack::unpack(self.sources[source].as_ref(), &found.path, &member)
            }
            Place::Whole { source } => self.copy(found, source, 0),
            Place::Part { source, offset } => self.copy(found, source, offset),
            #[cfg(feature = "parquet")]
            Place::Row { shard, row } => self.pages.image(shard, &self.parquet_shards[shard], row),
        }
    }

    fn copy(&self, entry: &Entry, source: usize, at: u64) -> Result<Vec<u8>, DatasetError> {
        let size = usize::try_from(entry.size).unwrap_or(usize::MAX);
        read_exact(self.sources[source].as_ref(), at, size).map_err(|source| DatasetError::Read {
            place: entry.path.clone(),
            source,
        })
    }

    /// The Parquet files, by path.
    #[cfg(feature = "parquet")]
    pub(crate) fn parquet_shards(&self) -> &[parquet::Shard] {
        &self.parquet_shards
    }

    /// The tars of `WebDataset`, by path.
    pub(crate) fn tar_shards(&self) -> &[TarShard] {
        &self.tar_shards
    }

    /// Returns true for a file in one of them.
    pub(crate) fn is_in_tar_shard(&self, path: &str) -> bool {
        let mut slashes = path.match_indices('/');
        !self.shard_folders.is_empty()
            && slashes.any(|(slash, _)| self.shard_folders.contains(&path[..=slash]))
    }

    /// The file of that name nearest to the top, in any case; the first in order where several are.
    pub fn find(&self, file_name: &str) -> Option<usize> {
        // By the end of the path, which is quicker than taking its last part for each of 202,599 entries.
        let called = |path: &str| {
            let (path, name) = (path.as_bytes(), file_name.as_bytes());
            path.len().checked_sub(name.len()).is_some_and(|start| {
                path[start..].eq_ignore_ascii_case(name) && (start == 0 || path[start - 1] == b'/')
            })
        };
        (0..self.entries.len())
            .filter(|&entry| called(&self.entries[entry].path))
            .min_by_key(|&entry| self.entries[entry].path.matches('/').count())
    }
}

/// The most bytes that are read of a file of that name.
fn most_bytes(path: &str) -> u64 {
    if path::is_picture(path) {
        MAX_PICTURE_FILE
    } else {
        MAX_TEXT_FILE
    }
}
