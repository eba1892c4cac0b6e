//! The storage of a dataset's files: a directory, a zip, both, or the files handed to a browser.

#[cfg(not(target_arch = "wasm32"))]
mod disk;
pub(crate) mod path;
mod read_at;
mod unpack;
mod zip;

use std::fmt;

pub use read_at::{ReadAt, Reading, ThreadBound};

use crate::error::DatasetError;
use crate::report::Report;

use read_at::read_exact;
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
    /// Size in bytes, unpacked; for a file in a zip what the zip claims.
    pub size: u64,
}

/// The place of an entry's bytes.
#[derive(Clone, Copy, Debug)]
enum Place {
    Whole { source: usize },
    Packed { source: usize, member: Member },
}

/// A read-only tree of files.
///
/// Zips count as unpacked: `Img/img_align_celeba.zip` holding `img_align_celeba/000001.jpg` appears as
/// `Img/img_align_celeba/000001.jpg`. Where a file and an entry of a zip have the same path, the file is
/// taken. Entries are sorted by path, so that an index means the same file on every machine.
pub struct Storage {
    name: String,
    entries: Vec<Entry>,
    places: Vec<Place>,
    sources: Vec<Box<dyn ReadAt>>,
    report: Report,
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
    /// One zip.
    ///
    /// # Errors
    /// When it is no zip, or its directory is broken.
    pub async fn from_zip(
        name: impl Into<String>,
        zip: impl ReadAt + 'static,
    ) -> Result<Self, DatasetError> {
        let name = name.into();
        let mut builder = Builder::default();
        builder.zip(&name, "", Box::new(zip)).await?;
        Ok(builder.finish(strip_zip(&name)))
    }

    /// Several files, such as a folder picked in a browser: paths with `/`, and their bytes. Zips among
    /// them are opened; one that cannot be is reported, unless it is the only file.
    ///
    /// # Errors
    /// When the only file is a zip that cannot be opened.
    pub async fn from_files(
        name: impl Into<String>,
        files: Vec<(String, Box<dyn ReadAt>)>,
    ) -> Result<Self, DatasetError> {
        let only = files.len() == 1;
        let mut builder = Builder::default();
        for (raw, source) in files {
            let path = match path::clean(&raw) {
                Ok(path) if path::is_noise(&path) => continue,
                Ok(path) => path,
                Err(why) => {
                    builder.report.skip(raw, "the files given", why);
                    continue;
                }
            };
            if path::has_extension(&path, "zip") {
                let mounted = builder.zip(&path, path::folder(&path), source).await;
                builder.forgive(&path, mounted, only)?;
            } else {
                builder.whole(path, source);
            }
        }
        Ok(builder.finish(name.into()))
    }

    /// A directory, or a zip, on disk.
    ///
    /// # Errors
    /// When the path does not exist, cannot be read, or is a file but no zip.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn open(path: impl AsRef<std::path::Path>) -> Result<Self, DatasetError> {
        let path = path.as_ref();
        let unreadable = |source| DatasetError::Read {
            place: path.display().to_string(),
            source,
        };
        let meta = std::fs::metadata(path).map_err(unreadable)?;
        let name = std::fs::canonicalize(path)
            .ok()
            .and_then(|full| Some(full.file_name()?.to_string_lossy().into_owned()))
            .unwrap_or_else(|| path.display().to_string());
        if !meta.is_dir() && !meta.is_file() {
            return Err(unreadable(std::io::Error::other(
                "it is a pipe or a device; give a folder or a zip",
            )));
        }
        if !meta.is_dir() {
            let file = disk::OpenFile::open(path).map_err(unreadable)?;
            return crate::block::block_on(Self::from_zip(name, file));
        }
        let mut builder = Builder::default();
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
        for (inner, full, size) in found.files {
            if path::has_extension(&inner, "zip") {
                let file = disk::OpenFile::open(&full).map_err(unreadable)?;
                let zip = builder.zip(&inner, path::folder(&inner), Box::new(file));
                let mounted = crate::block::block_on(zip);
                builder.forgive(&inner, mounted, false)?;
            } else {
                builder.whole(inner, Box::new(disk::DiskFile::new(full, size)));
            }
        }
        Ok(builder.finish(name))
    }

    /// The name of the directory or zip, without `.zip`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Every file, sorted by path.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entries that could not be used while opening: broken zips, and entries that are
    /// encrypted, lead out of their zip, or repeat a path.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// The bytes of a file, unpacked.
    ///
    /// # Errors
    /// When there is no such entry, it cannot be read, it has more than [`MAX_TEXT_FILE`] bytes
    /// ([`MAX_PICTURE_FILE`] for a picture), or its zip lies about it.
    pub async fn read(&self, entry: usize) -> Result<Vec<u8>, DatasetError> {
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
                unpack::unpack(self.sources[source].as_ref(), &found.path, &member).await
            }
            Place::Whole { source } => {
                let size = usize::try_from(found.size).unwrap_or(usize::MAX);
                read_exact(self.sources[source].as_ref(), 0, size)
                    .await
                    .map_err(|source| DatasetError::Read {
                        place: found.path.clone(),
                        source,
                    })
            }
        }
    }

    /// [`Storage::read`] for programs that do not await. May be called from several threads.
    ///
    /// # Errors
    /// As [`Storage::read`].
    #[cfg(not(target_arch = "wasm32"))]
    pub fn read_blocking(&self, entry: usize) -> Result<Vec<u8>, DatasetError> {
        crate::block::block_on(self.read(entry))
    }

    /// The file of that name nearest to the top, in any case; the first in order where several are.
    pub(crate) fn find(&self, file_name: &str) -> Option<usize> {
        (0..self.entries.len())
            .filter(|&entry| {
                path::file_name(&self.entries[entry].path).eq_ignore_ascii_case(file_name)
            })
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

/// `celeba.zip` is called `celeba`.
fn strip_zip(name: &str) -> String {
    if path::has_extension(name, "zip") {
        path::stem(name).to_owned()
    } else {
        name.to_owned()
    }
}

#[derive(Default)]
struct Builder {
    files: Vec<(Entry, Place)>,
    sources: Vec<Box<dyn ReadAt>>,
    report: Report,
}

impl Builder {
    fn whole(&mut self, path: String, bytes: Box<dyn ReadAt>) {
        let entry = Entry {
            path,
            size: bytes.len(),
        };
        let source = self.sources.len();
        self.sources.push(bytes);
        self.files.push((entry, Place::Whole { source }));
    }

    /// Adds what is in a zip, below `prefix`.
    async fn zip(
        &mut self,
        name: &str,
        prefix: &str,
        zip: Box<dyn ReadAt>,
    ) -> Result<(), DatasetError> {
        let start = zip
            .read_at(0, 4)
            .await
            .map_err(|source| DatasetError::Read {
                place: name.to_owned(),
                source,
            })?;
        let members = match zip::directory(zip.as_ref(), name, &mut self.report).await {
            Err(DatasetError::Zip { .. }) if !zip::looks_like_zip(&start) => {
                return Err(DatasetError::Zip {
                    file: name.to_owned(),
                    problem: "this is neither a folder nor a zip".into(),
                    hint: "unpack other archives (7z, rar, tar) into a folder first",
                });
            }
            members => members?,
        };
        let source = self.sources.len();
        self.sources.push(zip);
        self.files.extend(members.into_iter().map(|(path, member)| {
            let path = if prefix.is_empty() {
                path
            } else {
                format!("{prefix}{path}")
            };
            let entry = Entry {
                path,
                size: member.size,
            };
            (entry, Place::Packed { source, member })
        }));
        Ok(())
    }

    /// A zip among other files may be broken without the rest being of no use.
    fn forgive(
        &mut self,
        path: &str,
        mounted: Result<(), DatasetError>,
        only: bool,
    ) -> Result<(), DatasetError> {
        match mounted {
            Err(error) if !only => {
                self.report
                    .skip(error.to_string(), path, "zip that cannot be opened");
                Ok(())
            }
            mounted => mounted,
        }
    }

    fn finish(mut self, name: String) -> Storage {
        let rank = |place: &Place| matches!(place, Place::Packed { .. });
        self.files.sort_by(|(a, place_a), (b, place_b)| {
            a.path.cmp(&b.path).then(rank(place_a).cmp(&rank(place_b)))
        });
        let mut entries: Vec<Entry> = Vec::with_capacity(self.files.len());
        let mut places = Vec::with_capacity(self.files.len());
        for (entry, place) in self.files {
            if entries.last().is_some_and(|last| last.path == entry.path) {
                self.report
                    .skip(entry.path, &name, "there twice, the first is used");
                continue;
            }
            entries.push(entry);
            places.push(place);
        }
        Storage {
            name,
            entries,
            places,
            sources: self.sources,
            report: self.report,
        }
    }
}
