//! The valid contents of a gallery, as its journal has them.

use crate::error::StoreError;
use crate::files::{File, Sizes};
use crate::header::{Header, VERSION};
use crate::journal::{self, Counted, Record};

/// The valid contents of a gallery.
#[derive(Clone, Debug, PartialEq)]
pub struct Contents {
    /// The gallery's header.
    pub header: Header,
    /// Its name now.
    pub title: String,
    /// Pictures done, those that could not be read included.
    pub images: usize,
    /// Bytes of thumbnails.
    pub picture_bytes: u64,
    /// Pictures that could not be read, and why.
    pub skipped: Vec<(usize, String)>,
    /// True if all images are done.
    pub complete: bool,
    /// Bytes of the journal that count.
    pub journal_bytes: usize,
}

impl Contents {
    /// Reads a journal. `sizes` are those of the files beside it.
    ///
    /// Where a file is shorter than the last line says (a disk that lied about being flushed), the last line that
    /// the files can answer for counts.
    ///
    /// # Errors
    /// The journal has no header or one of another version, or labels and ids are not all there.
    pub fn read(journal: &[u8], sizes: &Sizes) -> Result<Self, StoreError> {
        let (records, used) = journal::read(journal);
        let mut records = records.into_iter();
        let Some(Record::Begin(header)) = records.next() else {
            return Err(StoreError::NoHeader);
        };
        if header.version != VERSION {
            return Err(StoreError::Version {
                found: header.version,
                known: VERSION,
            });
        }
        let labels = (header.images * header.tasks.len()) as u64;
        if *sizes.get(File::Labels) < labels {
            return Err(StoreError::Lost {
                file: File::Labels,
                found: *sizes.get(File::Labels),
                expected: labels,
            });
        }
        let mut contents = Self {
            title: header.title.clone(),
            images: 0,
            picture_bytes: 0,
            skipped: Vec::new(),
            complete: false,
            journal_bytes: used,
            header: *header,
        };
        for record in records {
            match record {
                Record::Images(counted) if contents.can_have(&counted, sizes) => {
                    contents.images = counted.images;
                    contents.picture_bytes = counted.picture_bytes;
                    contents.skipped.extend(counted.skipped);
                }
                // Later lines speak of even more.
                Record::Images(_) => {}
                Record::Title { title } => contents.title = title,
                Record::Complete => contents.complete = true,
                Record::Begin(_) => return Err(StoreError::NoHeader),
            }
        }
        contents.complete &= contents.images == contents.header.images;
        Ok(contents)
    }

    fn can_have(&self, counted: &Counted, sizes: &Sizes) -> bool {
        let images = counted.images as u64;
        images <= self.header.images as u64
            && *sizes.get(File::Features) >= images * self.header.feature_bytes() as u64
            && *sizes.get(File::Lengths) >= images * 4
            && *sizes.get(File::Pictures) >= counted.picture_bytes
    }

    /// Bytes of all files that count.
    pub fn bytes(&self, sizes: &Sizes) -> u64 {
        let images = self.images as u64;
        self.journal_bytes as u64
            + images * (self.header.feature_bytes() as u64 + 4)
            + self.picture_bytes
            + *sizes.get(File::Labels)
            + *sizes.get(File::Ids)
    }
}
