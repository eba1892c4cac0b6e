//! Writing a gallery: begun, resumed, grown batch by batch.

mod previews;

use std::io;

use modulens_schema::{Correction, UserTask};

use crate::columns::{self, Columns};
use crate::contents::Contents;
use crate::disk::Disk;
use crate::error::StoreError;
use crate::files::{File, Sizes};
use crate::header::{Header, Source};
use crate::journal::{self, Addition, Counted, Record, Settled};
use crate::newest::{self, Line, read_corrections, read_hidden, read_taught};
use crate::origin::Origin;
use crate::preview::{Preview, Waiting};

/// One picture as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub enum Row<'a> {
    /// A picture that could be read.
    Picture {
        /// `[C]`.
        features: &'a [f32],
        /// The encoded thumbnail.
        thumbnail: &'a [u8],
    },
    /// One that could not.
    Unreadable {
        /// The cause.
        why: &'a str,
    },
}

/// Pictures waiting to be written together.
#[derive(Clone, Debug, Default, PartialEq)]
struct Batch {
    images: usize,
    features: Vec<u8>,
    pictures: Vec<u8>,
    lengths: Vec<u8>,
    origins: Vec<u8>,
    previews: Waiting,
    /// Pictures that could not be read, and why.
    skipped: Vec<(usize, String)>,
}

/// The one who may change a gallery.
#[derive(Debug)]
pub struct Writer<D: Disk> {
    disk: D,
    contents: Contents,
    pending: Batch,
    /// The most bytes of previews.
    most_previews: u64,
    /// The preview taken in last, and its bytes.
    last_preview: (Preview, Vec<u8>),
}

impl<D: Disk> Writer<D> {
    /// Begins a gallery on empty files. `labels` is `[images, tasks]`, one byte each; `ids` one for each picture.
    ///
    /// # Errors
    /// Labels or ids that do not fit the header, or the disk fails; then nothing counts.
    pub fn begin(
        disk: D,
        header: Header,
        labels: &[u8],
        ids: &[impl AsRef<str>],
    ) -> Result<Self, StoreError> {
        header.check()?;
        let expected = usize::try_from(header.label_bytes()).unwrap_or(usize::MAX);
        StoreError::fits("labels", labels.len(), expected)?;
        StoreError::fits("ids", ids.len(), header.images)?;
        let mut disk = disk;
        for file in File::ALL {
            put(&mut disk, "empty", file, |disk| disk.truncate(file, 0))?;
        }
        let lines = lines(ids);
        for (file, bytes) in [(File::Labels, labels), (File::Ids, lines.as_bytes())] {
            put(&mut disk, "write", file, |disk| disk.write(file, 0, bytes))?;
        }
        for file in File::ALL {
            put(&mut disk, "flush", file, |disk| disk.flush(file))?;
        }
        let mut writer = Self {
            disk,
            contents: Contents::begun(header.clone()),
            pending: Batch::default(),
            most_previews: 0,
            last_preview: Default::default(),
        };
        writer.note(&Record::Begin(Box::new(header)))?;
        Ok(writer)
    }

    /// Goes on with a gallery that was begun; what does not count is cut off, and previews that are not there no longer
    /// count.
    ///
    /// # Errors
    /// As [`Contents::read`], or the disk fails.
    pub fn resume(mut disk: D) -> Result<Self, StoreError> {
        let mut sizes = Sizes::default();
        for file in File::ALL {
            *sizes.get_mut(file) = put(&mut disk, "measure", file, |disk| disk.size(file))?;
        }
        let length = usize::try_from(*sizes.get(File::Journal)).unwrap_or(usize::MAX);
        let mut journal = vec![0; length];
        let read = put(&mut disk, "read", File::Journal, |disk| {
            disk.read(File::Journal, 0, &mut journal)
        })?;
        journal.truncate(read);
        let contents = Contents::read(&journal, &sizes)?;
        for file in File::ALL {
            let size = contents.file_bytes(file, &sizes);
            if *sizes.get(file) != size {
                put(&mut disk, "cut", file, |disk| disk.truncate(file, size))?;
            }
        }
        let mut writer = Self {
            disk,
            contents,
            pending: Batch::default(),
            most_previews: 0,
            last_preview: Default::default(),
        };
        writer.recount_previews()?;
        Ok(writer)
    }

    /// The valid contents so far.
    pub fn contents(&self) -> &Contents {
        &self.contents
    }

    /// Pictures done, those that wait to be written included.
    pub fn images(&self) -> usize {
        self.contents.images + self.pending.images
    }

    /// Pictures that wait to be written.
    pub fn waiting(&self) -> usize {
        self.pending.images
    }

    /// Takes in the next picture, of whose file nothing is known. It counts after the next [`Writer::commit`].
    ///
    /// # Errors
    /// More pictures than the header says, or features of another length.
    pub fn push(&mut self, row: &Row<'_>) -> Result<(), StoreError> {
        self.push_from(row, Origin::UNKNOWN)
    }

    /// Takes in the next picture, made from a file. It counts after the next [`Writer::commit`].
    ///
    /// # Errors
    /// As [`Writer::push`].
    pub fn push_from(&mut self, row: &Row<'_>, origin: Origin) -> Result<(), StoreError> {
        let (header, images) = (&self.contents.header, self.images());
        if images >= header.images {
            return Err(StoreError::Misfit {
                what: "pictures",
                found: images + 1,
                expected: header.images,
            });
        }
        let pending = &mut self.pending;
        let length = match row {
            Row::Picture {
                features,
                thumbnail,
            } => {
                StoreError::fits("a picture's features", features.len(), header.channels)?;
                pending
                    .features
                    .extend(features.iter().flat_map(|value| value.to_le_bytes()));
                pending.pictures.extend_from_slice(thumbnail);
                u32::try_from(thumbnail.len()).unwrap_or(u32::MAX)
            }
            Row::Unreadable { why } => {
                let end = pending.features.len() + header.feature_bytes();
                pending.features.resize(end, 0);
                pending.skipped.push((images, (*why).to_owned()));
                0
            }
        };
        pending.lengths.extend(length.to_le_bytes());
        pending.origins.extend(origin.to_bytes());
        pending.previews.push();
        pending.images += 1;
        Ok(())
    }

    /// Makes what waits count: data first, then the line that says so. After an error everything still waits, and
    /// the same call may be tried again.
    ///
    /// # Errors
    /// The disk fails or is full.
    pub fn commit(&mut self) -> Result<(), StoreError> {
        if self.pending.images == 0 {
            return Ok(());
        }
        let images = self.contents.images as u64;
        let parts = [
            (
                File::Features,
                self.contents.feature_bytes(images),
                &self.pending.features,
            ),
            (
                File::Pictures,
                self.contents.picture_bytes,
                &self.pending.pictures,
            ),
            (File::Lengths, images * 4, &self.pending.lengths),
            (
                File::Origins,
                images * Origin::BYTES as u64,
                &self.pending.origins,
            ),
        ];
        for (file, at, bytes) in parts {
            put(&mut self.disk, "write", file, |disk| {
                disk.write(file, at, bytes)
            })?;
        }
        for (file, ..) in parts {
            put(&mut self.disk, "flush", file, |disk| disk.flush(file))?;
        }
        self.write_previews();
        let counted = Counted {
            images: self.images(),
            picture_bytes: self.contents.picture_bytes + self.pending.pictures.len() as u64,
            skipped: self.pending.skipped.clone(),
            previews: self.previews(),
        };
        self.note(&Record::Images(counted.clone()))?;
        self.contents.count(counted);
        self.pending = Batch::default();
        Ok(())
    }

    /// Says that all pictures are there.
    ///
    /// # Errors
    /// Some are not, or the disk fails.
    pub fn complete(&mut self) -> Result<(), StoreError> {
        self.commit()?;
        StoreError::fits(
            "pictures",
            self.contents.images,
            self.contents.header.images,
        )?;
        self.note(&Record::Complete)?;
        self.contents.complete = true;
        Ok(())
    }

    /// Adds images to the gallery, which then go on to be pushed. `labels` and `ids` are those of the images added;
    /// the first of these replace `replaced`, which are taken out as they come in. Images of an earlier addition that
    /// are not done are given up. If this fails or is cut off, the gallery has the images done so far.
    ///
    /// # Errors
    /// Labels or ids that do not fit, too many images, or the disk fails.
    pub fn add(
        &mut self,
        source: Source,
        labels: &[u8],
        ids: &[impl AsRef<str>],
        replaced: &[usize],
    ) -> Result<(), StoreError> {
        self.commit()?;
        let (before, tasks) = (self.contents.images, self.contents.header.tasks.len());
        StoreError::fits("labels", labels.len(), ids.len().saturating_mul(tasks))?;
        let images = before.saturating_add(ids.len());
        Header {
            images,
            ..self.contents.header.clone()
        }
        .check()?;
        if let Some(&found) = replaced.iter().find(|&&image| image >= before) {
            return Err(StoreError::Misfit {
                what: "the number of an image to be replaced",
                found,
                expected: before,
            });
        }
        self.settle()?;
        let lines = lines(ids);
        let id_bytes = self.contents.id_bytes.unwrap_or_default();
        let parts = [
            (File::Labels, (before * tasks) as u64, labels),
            (File::Ids, id_bytes, lines.as_bytes()),
        ];
        for (file, at, bytes) in parts {
            put(&mut self.disk, "write", file, |disk| {
                disk.write(file, at, bytes)
            })?;
        }
        for (file, ..) in parts {
            put(&mut self.disk, "flush", file, |disk| disk.flush(file))?;
        }
        let addition = Addition {
            images,
            id_bytes: id_bytes + lines.len() as u64,
            source,
            replaced: replaced.to_vec(),
        };
        self.note(&Record::Added(Box::new(addition.clone())))?;
        self.contents.grow(addition);
        Ok(())
    }

    /// Makes the images done all there are, so that what lies behind them in the files can be written anew.
    fn settle(&mut self) -> Result<(), StoreError> {
        let id_bytes = self.id_bytes_of(self.contents.images)?;
        let settled = Settled {
            images: self.contents.images,
            picture_bytes: self.contents.picture_bytes,
            id_bytes,
        };
        self.note(&Record::Settled(settled))?;
        self.contents.settle(&settled);
        let labels = self.contents.header.label_bytes();
        for (file, size) in [(File::Labels, labels), (File::Ids, id_bytes)] {
            put(&mut self.disk, "cut", file, |disk| {
                disk.truncate(file, size)
            })?;
        }
        Ok(())
    }

    /// Bytes of the ids of the first images.
    fn id_bytes_of(&self, images: usize) -> Result<u64, StoreError> {
        let ids = self.whole(File::Ids)?;
        let lines = ids.split_inclusive(|&byte| byte == b'\n');
        let lines: Vec<usize> = lines.take(images).map(<[u8]>::len).collect();
        StoreError::fits("ids", lines.len(), images)?;
        Ok(lines.into_iter().sum::<usize>() as u64)
    }

    /// Takes images out. They keep their place in the files and are never shown.
    ///
    /// # Errors
    /// The disk fails.
    pub fn remove(&mut self, images: &[usize]) -> Result<(), StoreError> {
        self.commit()?;
        if images.is_empty() {
            return Ok(());
        }
        self.note(&Record::Removed {
            images: images.to_vec(),
        })?;
        self.contents.remove(images);
        Ok(())
    }

    /// Keeps the label columns of the images from `first` on. They take the place of what is known of these images;
    /// keeping the same ones again changes nothing.
    ///
    /// # Errors
    /// The disk fails.
    pub fn keep_columns(&mut self, first: usize, columns: &Columns) -> Result<(), StoreError> {
        let known = self.whole(File::Columns)?;
        let (at, last) = columns::end(&known);
        let block = columns.block(first)?;
        if known.get(last..at) == Some(&block) {
            return Ok(());
        }
        self.put_at(File::Columns, at as u64, &block)
    }

    /// Keeps the tasks that the visitor taught, in place of those kept before.
    ///
    /// # Errors
    /// The disk fails.
    pub fn keep_taught(&mut self, tasks: &[UserTask]) -> Result<(), StoreError> {
        let kept = Line {
            tasks: Some(tasks.to_vec()),
            ..Line::default()
        };
        self.keep_newest(File::Taught, kept)
    }

    /// Keeps the images that the visitor hid, ascending, in place of those kept before.
    ///
    /// # Errors
    /// The disk fails.
    pub fn keep_hidden(&mut self, images: &[usize]) -> Result<(), StoreError> {
        let kept = Line {
            images: Some(images.to_vec()),
            ..Line::default()
        };
        self.keep_newest(File::Hidden, kept)
    }

    /// Keeps the labels that the visitor corrected, in place of those kept before.
    ///
    /// # Errors
    /// The disk fails.
    pub fn keep_corrections(&mut self, corrections: &[Correction]) -> Result<(), StoreError> {
        let kept = Line {
            corrections: Some(corrections.to_vec()),
            ..Line::default()
        };
        self.keep_newest(File::Corrections, kept)
    }

    fn keep_newest(&mut self, file: File, kept: Line) -> Result<(), StoreError> {
        let (at, line) = newest::next(&self.whole(file)?, kept)?;
        self.put_at(file, at as u64, &line)
    }

    /// The tasks that the visitor taught.
    ///
    /// # Errors
    /// The disk fails.
    pub fn taught(&self) -> Result<Vec<UserTask>, StoreError> {
        Ok(read_taught(&self.whole(File::Taught)?))
    }

    /// The images that the visitor hid, ascending.
    ///
    /// # Errors
    /// The disk fails.
    pub fn hidden(&self) -> Result<Vec<usize>, StoreError> {
        Ok(read_hidden(&self.whole(File::Hidden)?))
    }

    /// The labels that the visitor corrected.
    ///
    /// # Errors
    /// The disk fails.
    pub fn corrections(&self) -> Result<Vec<Correction>, StoreError> {
        Ok(read_corrections(&self.whole(File::Corrections)?))
    }

    /// Bytes of a small file, all of them.
    fn whole(&self, file: File) -> Result<Vec<u8>, StoreError> {
        let mut bytes = vec![0; usize::try_from(self.size(file)?).unwrap_or(usize::MAX)];
        let read = self.read(file, 0, &mut bytes)?;
        bytes.truncate(read);
        Ok(bytes)
    }

    fn put_at(&mut self, file: File, at: u64, bytes: &[u8]) -> Result<(), StoreError> {
        put(&mut self.disk, "write", file, |disk| {
            disk.write(file, at, bytes)
        })?;
        put(&mut self.disk, "flush", file, |disk| disk.flush(file))
    }

    /// Gives the gallery another name.
    ///
    /// # Errors
    /// The disk fails.
    pub fn rename(&mut self, title: &str) -> Result<(), StoreError> {
        self.note(&Record::Title {
            title: title.to_owned(),
        })?;
        title.clone_into(&mut self.contents.title);
        Ok(())
    }

    /// Size of one of the files, what does not count yet included.
    ///
    /// # Errors
    /// The disk fails.
    pub fn size(&self, file: File) -> Result<u64, StoreError> {
        let what = "measure";
        let size = self.disk.size(file);
        size.map_err(|source| StoreError::Disk { what, file, source })
    }

    /// Bytes of one of the files from a position on; says how many there were.
    ///
    /// # Errors
    /// The disk fails.
    pub fn read(&self, file: File, at: u64, into: &mut [u8]) -> Result<usize, StoreError> {
        let what = "read";
        let read = self.disk.read(file, at, into);
        read.map_err(|source| StoreError::Disk { what, file, source })
    }

    /// Adds a line to the journal.
    fn note(&mut self, record: &Record) -> Result<(), StoreError> {
        let line = journal::line(record)?;
        let at = self.contents.journal_bytes as u64;
        let file = File::Journal;
        put(&mut self.disk, "write", file, |disk| {
            disk.write(file, at, &line)
        })?;
        put(&mut self.disk, "flush", file, |disk| disk.flush(file))?;
        self.contents.journal_bytes += line.len();
        Ok(())
    }
}

/// Ids as lines.
fn lines(ids: &[impl AsRef<str>]) -> String {
    let mut lines = String::new();
    for id in ids {
        lines.push_str(&as_line(id.as_ref()));
        lines.push('\n');
    }
    lines
}

/// An id as it is kept: one with a line feed would shift all that follow.
pub fn as_line(id: &str) -> String {
    id.replace('\n', " ")
}

/// Does something to a file and says what it was should it fail.
fn put<D: Disk, T>(
    disk: &mut D,
    what: &'static str,
    file: File,
    work: impl FnOnce(&mut D) -> io::Result<T>,
) -> Result<T, StoreError> {
    work(disk).map_err(|source| StoreError::Disk { what, file, source })
}
