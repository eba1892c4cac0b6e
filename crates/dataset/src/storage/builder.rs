//! The making of a storage: files as they are, and archives as if they were unpacked where they lie.

use std::collections::BTreeMap;

use crate::error::DatasetError;
use crate::report::Report;

use super::kind::{self, Kind};
use super::parts::{self, Parts};
use super::read_at::ReadAt;
use super::span::{Joined, Span};
use super::spool::{self, MAX_UNPACKED, Packing, Unpackable};
use super::webdataset::{self, TarShard};
use super::zip::{Member, Method};
use super::{Entry, Place, Storage, path, tar, unpack, zip};

/// The most files of a storage; archives in archives could make any number.
const MAX_ENTRIES: usize = 5_000_000;
/// The depth to which archives in archives are opened.
const MAX_DEPTH: usize = 3;
/// The most archives in archives that are opened.
const MAX_INNER: usize = 1000;
/// The most files whose name says nothing that are looked into: each of them costs a read.
const MAX_LOOKS: usize = 1000;
/// Bytes of a gzip of which the first are unpacked, to see what it holds.
const GZIP_START: usize = 1 << 16;

const UNOPENED: &str = "archive that cannot be opened";

/// The bytes of an archive in one of the sources.
#[derive(Clone, Copy)]
struct Bytes {
    source: usize,
    start: u64,
    len: u64,
}

#[derive(Default)]
pub(super) struct Builder {
    files: Vec<(Entry, Place)>,
    sources: Vec<Box<dyn ReadAt>>,
    pub(super) report: Report,
    unopened: Vec<String>,
    /// Files with the name of an archive, and files whose name says nothing.
    waiting: Vec<(String, Box<dyn ReadAt>)>,
    /// Parts of split files by the name of the whole.
    split: BTreeMap<String, Parts>,
    tar_shards: Vec<TarShard>,
    #[cfg(feature = "parquet")]
    parquet_shards: Vec<super::parquet::Shard>,
    looks: usize,
    inner: usize,
    unpacked: u64,
}

impl Builder {
    /// Takes in one of several files. Archives among them are opened by [`Builder::open_all`].
    pub(super) fn add(&mut self, path: String, source: Box<dyn ReadAt>) {
        if let Some((whole, number)) = parts::part(&path) {
            let parts = self.split.entry(whole.to_owned()).or_default();
            parts.insert(number, (path, source));
        } else if kind::is_archive_name(&path) || kind::says_nothing(&path) || is_parquet(&path) {
            self.waiting.push((path, source));
        } else {
            self.whole(path, source);
        }
    }

    /// Opens the archives. One that cannot be opened is reported and costs nothing else.
    pub(super) fn open_all(&mut self) {
        let mut waiting = std::mem::take(&mut self.waiting);
        // What stands for a split archive comes before its other parts.
        waiting.sort_by_cached_key(|(path, _)| (kind::is_further_part(path), path.clone()));
        for (path, source) in waiting {
            #[cfg(feature = "parquet")]
            if is_parquet(&path) {
                let opened = self.parquet(&path, source);
                self.forgive(&path, opened, "Parquet file that cannot be read");
                continue;
            }
            if !kind::is_archive_name(&path) {
                let look_at = self.looks < MAX_LOOKS && !source.is_empty();
                self.looks += usize::from(look_at);
                if !look_at || !look(source.as_ref(), &path).is_ok_and(Kind::is_archive) {
                    self.whole(path, source);
                    continue;
                }
            }
            let bytes = self.push(source);
            let opened = self.open(&path, bytes, 0);
            self.forgive(&path, opened, UNOPENED);
        }
        for (whole, parts) in std::mem::take(&mut self.split) {
            let first = parts::first(&parts).to_owned();
            let opened = self.join(&whole, parts);
            self.forgive(&first, opened, UNOPENED);
        }
    }

    /// Takes in the only file given, which is opened whatever its name if it is an archive.
    ///
    /// # Errors
    /// When it is an archive that cannot be opened, or none although there `must` be one.
    pub(super) fn only(
        &mut self,
        path: String,
        source: Box<dyn ReadAt>,
        must: bool,
    ) -> Result<(), DatasetError> {
        if let Some((whole, number)) = parts::part(&path) {
            let whole = whole.to_owned();
            let parts = Parts::from([(number, (path, source))]);
            return self.only_split(&whole, parts, must);
        }
        #[cfg(feature = "parquet")]
        if is_parquet(&path) {
            return self.parquet(&path, source);
        }
        let kind = look(source.as_ref(), &path)?;
        if must || kind.is_archive() || kind::is_archive_name(&path) {
            let bytes = self.push(source);
            return self.open(&path, bytes, 0);
        }
        self.whole(path, source);
        Ok(())
    }

    /// Takes in the parts of the only file given.
    ///
    /// # Errors
    /// As [`Builder::only`].
    pub(super) fn only_split(
        &mut self,
        whole: &str,
        parts: Parts,
        must: bool,
    ) -> Result<(), DatasetError> {
        let first = parts::first(&parts).to_owned();
        self.join(whole, parts)?;
        let is_whole = |(_, place): &(Entry, Place)| matches!(place, Place::Whole { .. });
        if must && self.files.iter().any(is_whole) {
            return Err(Kind::Unknown.refuse(&first));
        }
        Ok(())
    }

    /// Takes in the images of a Parquet file.
    #[cfg(feature = "parquet")]
    fn parquet(&mut self, path: &str, source: Box<dyn ReadAt>) -> Result<(), DatasetError> {
        let most = MAX_ENTRIES - self.files.len();
        let (opened, images) = super::parquet::Shard::open(path, source, most, &mut self.report)?;
        let shard = self.parquet_shards.len();
        self.parquet_shards.push(opened);
        let files = images.into_iter().map(|(row, path)| {
            // Its size is known when it is read.
            let entry = Entry { path, size: 0 };
            (entry, Place::Row { shard, row })
        });
        self.files.extend(files);
        Ok(())
    }

    fn whole(&mut self, path: String, bytes: Box<dyn ReadAt>) {
        let size = bytes.len();
        let source = self.push(bytes).source;
        self.files
            .push((Entry { path, size }, Place::Whole { source }));
    }

    fn push(&mut self, source: Box<dyn ReadAt>) -> Bytes {
        let len = source.len();
        self.sources.push(source);
        Bytes {
            source: self.sources.len() - 1,
            start: 0,
            len,
        }
    }

    fn span(&self, bytes: Bytes) -> Span<'_> {
        Span {
            source: self.sources[bytes.source].as_ref(),
            start: bytes.start,
            len: bytes.len,
        }
    }

    fn forgive(&mut self, path: &str, opened: Result<(), DatasetError>, why: &str) {
        if let Err(error) = opened {
            let sentence = error.to_string();
            self.report.skip(&sentence, path, why);
            self.unopened.push(sentence);
        }
    }

    /// Opens the whole of which these are the parts; parts of something else are files.
    fn join(&mut self, whole: &str, parts: Parts) -> Result<(), DatasetError> {
        let Some((_, (first, source))) = parts.first_key_value() else {
            return Ok(());
        };
        let kind = look(source.as_ref(), first)?;
        let fault = match parts::Fault::of(&parts, whole, kind) {
            Some(parts::Fault::NoArchive) => {
                for (path, source) in parts.into_values() {
                    self.whole(path, source);
                }
                return Ok(());
            }
            Some(parts::Fault::Refused(error)) => return Err(error),
            None => parts::incomplete(first, parts.len()),
        };
        let joined = Joined::new(parts.into_values().map(|(_, source)| source));
        let bytes = self.push(Box::new(joined));
        match self.open(whole, bytes, 0) {
            Err(DatasetError::Zip { .. }) => Err(fault),
            opened => opened,
        }
    }

    /// Opens an archive and takes in what is in it, below the folder it lies in.
    fn open(&mut self, name: &str, bytes: Bytes, depth: usize) -> Result<(), DatasetError> {
        let kind = look(&self.span(bytes), name)?;
        if !matches!(kind, Kind::Zip | Kind::Tar | Kind::Gzip) && kind::is_further_part(name) {
            return Err(parts::further(name));
        }
        match kind {
            Kind::Zip => self.zip(name, bytes, depth),
            Kind::Tar => self.tar(name, bytes, depth),
            Kind::Gzip => self.gzip(name, bytes, depth),
            // A zip may have a program in front of it.
            Kind::Unknown | Kind::Refusal(_) => match self.zip(name, bytes, depth) {
                Err(DatasetError::Zip { .. }) => Err(kind.refuse(name)),
                opened => opened,
            },
            Kind::Foreign(_) | Kind::SplitZip | Kind::Pointer | Kind::Empty => {
                Err(kind.refuse(name))
            }
        }
    }

    fn zip(&mut self, name: &str, bytes: Bytes, depth: usize) -> Result<(), DatasetError> {
        let span = Span {
            source: self.sources[bytes.source].as_ref(),
            start: bytes.start,
            len: bytes.len,
        };
        let most = MAX_ENTRIES - self.files.len();
        let members = zip::directory(&span, name, most, &mut self.report)?;
        let prefix = path::folder(name);
        let mut inner = Vec::new();
        self.files.reserve(members.len());
        for (path, mut member) in members {
            member.offset += bytes.start;
            let path = below(prefix, path);
            if kind::is_archive_name(&path) {
                inner.push((path, member));
                continue;
            }
            let entry = Entry {
                path,
                size: member.size,
            };
            let source = bytes.source;
            self.files.push((entry, Place::Packed { source, member }));
        }
        for (path, member) in inner {
            let opened = self.inner(&path, bytes.source, member, depth + 1);
            self.forgive(&path, opened, UNOPENED);
        }
        Ok(())
    }

    fn tar(&mut self, name: &str, bytes: Bytes, depth: usize) -> Result<(), DatasetError> {
        let span = Span {
            source: self.sources[bytes.source].as_ref(),
            start: bytes.start,
            len: bytes.len,
        };
        let most = MAX_ENTRIES - self.files.len();
        let files = tar::files(&span, name, most, &mut self.report)?;
        let mut prefix = path::folder(name).to_owned();
        if webdataset::is_shard(files.iter().map(|file| file.path.as_str())) {
            prefix = format!("{prefix}{}/", kind::strip(path::file_name(name)));
            self.tar_shards.push(TarShard {
                path: name.to_owned(),
                folder: prefix.clone(),
            });
        }
        let mut inner = Vec::new();
        for file in files {
            let path = below(&prefix, file.path);
            let part = Bytes {
                source: bytes.source,
                start: bytes.start + file.offset,
                len: file.size,
            };
            if kind::is_archive_name(&path) {
                inner.push((path, part));
                continue;
            }
            let entry = Entry {
                path,
                size: part.len,
            };
            let place = Place::Part {
                source: part.source,
                offset: part.start,
            };
            self.files.push((entry, place));
        }
        for (path, part) in inner {
            let opened = match self.may_go_deeper(&path, depth + 1) {
                Ok(()) => self.open(&path, part, depth + 1),
                Err(error) => Err(error),
            };
            self.forgive(&path, opened, UNOPENED);
        }
        Ok(())
    }

    /// Opens an archive in a zip: where it lies if it is stored, else unpacked.
    fn inner(
        &mut self,
        path: &str,
        source: usize,
        member: Member,
        depth: usize,
    ) -> Result<(), DatasetError> {
        self.may_go_deeper(path, depth)?;
        let start = unpack::data_start(self.sources[source].as_ref(), path, &member)?;
        let bytes = Bytes {
            source,
            start,
            len: member.packed,
        };
        let packing = match member.method {
            Method::Stored => return self.open(path, bytes, depth),
            Method::Deflated => Packing::Deflate,
            Method::Deflated64 => Packing::Deflate64,
        };
        let (bytes, crc) = self.unpack(path, bytes, packing, member.size)?;
        if bytes.len != member.size || crc != member.crc {
            return Err(DatasetError::Zip {
                file: path.to_owned(),
                problem: "its size or its checksum is wrong".into(),
                hint: zip::BROKEN,
            });
        }
        self.open(path, bytes, depth)
    }

    fn may_go_deeper(&mut self, path: &str, depth: usize) -> Result<(), DatasetError> {
        self.inner += 1;
        if depth > MAX_DEPTH || self.inner > MAX_INNER {
            return Err(DatasetError::Archive {
                file: path.to_owned(),
                what: "one archive too many within other archives".into(),
                hint: "unpack the outer archive and give the folder".into(),
            });
        }
        Ok(())
    }

    fn gzip(&mut self, name: &str, bytes: Bytes, depth: usize) -> Result<(), DatasetError> {
        let start = self.span(bytes).read_at(0, GZIP_START);
        let start = start.map_err(|source| unreadable(name, source))?;
        let holds = Kind::of(&spool::peek(&start, kind::START));
        if !matches!(holds, Kind::Tar | Kind::Zip) {
            return Err(DatasetError::Archive {
                file: name.to_owned(),
                what: "a gzip that holds no tar".into(),
                hint: "unpack it with 7-Zip".into(),
            });
        }
        let (bytes, _) = self.unpack(name, bytes, Packing::Gzip, u64::MAX)?;
        self.open(name, bytes, depth)
    }

    /// Unpacks into a new source; its checksum comes with it.
    fn unpack(
        &mut self,
        name: &str,
        bytes: Bytes,
        packing: Packing,
        claimed: u64,
    ) -> Result<(Bytes, u32), DatasetError> {
        let most = claimed.min(MAX_UNPACKED - self.unpacked);
        let unpacked = spool::unpack(&self.span(bytes), packing, most);
        let unpacked = unpacked.map_err(|why| match why {
            Unpackable::Io(source) => DatasetError::Read {
                place: format!("{name} while it is unpacked into a temporary file"),
                source,
            },
            Unpackable::Damaged => DatasetError::Zip {
                file: name.to_owned(),
                problem: "its packed data is damaged or cut short".into(),
                hint: "download or pack it again",
            },
            Unpackable::TooMuch(limit) if limit == claimed => DatasetError::Zip {
                file: name.to_owned(),
                problem: format!("it claims {claimed} bytes and holds more"),
                hint: zip::BROKEN,
            },
            Unpackable::TooMuch(limit) => DatasetError::Archive {
                file: name.to_owned(),
                what: format!("packed, and larger than {} MiB if unpacked", limit >> 20),
                hint: "unpack it with 7-Zip and give the folder".into(),
            },
        })?;
        let bytes = self.push(unpacked.source);
        self.unpacked += bytes.len;
        Ok((bytes, unpacked.crc))
    }

    pub(super) fn finish(mut self, name: String) -> Storage {
        let rank = |place: &Place| !matches!(place, Place::Whole { .. });
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
        self.tar_shards.sort_by(|a, b| a.path.cmp(&b.path));
        let folders = self.tar_shards.iter().map(|shard| shard.folder.clone());
        Storage {
            name,
            entries,
            places,
            sources: self.sources,
            report: self.report,
            unopened: self.unopened,
            shard_folders: folders.collect(),
            tar_shards: self.tar_shards,
            #[cfg(feature = "parquet")]
            parquet_shards: self.parquet_shards,
            #[cfg(feature = "parquet")]
            pages: super::parquet::Pages::default(),
        }
    }
}

/// Returns true for the name of a Parquet file, where it is read here.
fn is_parquet(path: &str) -> bool {
    cfg!(feature = "parquet") && path::has_extension(path, "parquet")
}

fn below(prefix: &str, path: String) -> String {
    if prefix.is_empty() {
        path
    } else {
        format!("{prefix}{path}")
    }
}

fn unreadable(name: &str, source: std::io::Error) -> DatasetError {
    DatasetError::Read {
        place: name.to_owned(),
        source,
    }
}

/// The kind of a file by its first bytes.
fn look(source: &dyn ReadAt, name: &str) -> Result<Kind, DatasetError> {
    let start = source.read_at(0, kind::START);
    start
        .map(|start| Kind::of(&start))
        .map_err(|source| unreadable(name, source))
}
