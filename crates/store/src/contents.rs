//! The valid contents of a gallery, as its journal has them.

use std::collections::BTreeSet;

use crate::error::StoreError;
use crate::files::{File, Sizes};
use crate::header::{Header, MOST, VERSION};
use crate::journal::{self, Addition, Counted, Record, Settled};
use crate::origin::Origin;
use crate::preview::{Preview, Previews};

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
    /// Larger previews.
    pub previews: Previews,
    /// Pictures that could not be read, and why.
    pub skipped: Vec<(usize, String)>,
    /// True if all images are done.
    pub complete: bool,
    /// Bytes of the journal that count.
    pub journal_bytes: usize,
    /// Images that were taken out or replaced. They keep their place and are never shown.
    pub removed: BTreeSet<usize>,
    /// Bytes of the ids, once the gallery was settled; before that it is the whole file.
    pub id_bytes: Option<u64>,
    /// The images being added.
    pub adding: Option<Adding>,
}

/// The images being added to a gallery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adding {
    /// Index of the first of them.
    pub first: usize,
    /// The images that the first ones replace, in their order.
    pub replaced: Vec<usize>,
}

impl Adding {
    /// The image that an image replaces.
    pub fn replaced_by(&self, image: usize) -> Option<usize> {
        let at = image.checked_sub(self.first)?;
        self.replaced.get(at).copied()
    }
}

impl Contents {
    /// Reads a journal. `sizes` are those of the files beside it.
    ///
    /// Where a file is shorter than the last line says (a disk that lied about being flushed), the last line that
    /// the files can answer for counts.
    ///
    /// # Errors
    /// The journal has no header, one of another version or one with impossible numbers, or labels are not all there.
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
        header.check()?;
        let labels = header.label_bytes();
        if *sizes.get(File::Labels) < labels {
            return Err(StoreError::Lost {
                file: File::Labels,
                found: *sizes.get(File::Labels),
                expected: labels,
            });
        }
        let mut contents = Self {
            journal_bytes: used,
            ..Self::begun(*header)
        };
        for record in records {
            match record {
                Record::Images(counted) if contents.can_have(&counted, sizes) => {
                    contents.count(counted);
                }
                Record::Title { title } => contents.title = title,
                Record::Complete => contents.complete = contents.is_whole(),
                Record::Settled(settled) => contents.settle(&settled),
                Record::Added(addition) if contents.can_grow(&addition, sizes) => {
                    contents.grow(*addition);
                }
                // The files cannot answer for it; later lines speak of even more.
                Record::Images(_) | Record::Added(_) => {}
                Record::Removed { images } => contents.remove(&images),
                Record::Begin(_) => return Err(StoreError::NoHeader),
            }
        }
        contents.complete &= contents.is_whole();
        let ids = *sizes.get(File::Ids);
        contents.id_bytes = contents.id_bytes.map(|bytes| bytes.min(ids));
        Ok(contents)
    }

    /// The contents of a gallery that was just begun.
    pub(crate) fn begun(header: Header) -> Self {
        Self {
            title: header.title.clone(),
            header,
            images: 0,
            picture_bytes: 0,
            previews: Previews::default(),
            skipped: Vec::new(),
            complete: false,
            journal_bytes: 0,
            removed: BTreeSet::new(),
            id_bytes: None,
            adding: None,
        }
    }

    fn is_whole(&self) -> bool {
        self.images == self.header.images
    }

    /// Takes in a batch.
    pub(crate) fn count(&mut self, counted: Counted) {
        if let Some(adding) = &self.adding {
            let images = self.images..counted.images;
            let replaced = images.filter_map(|image| adding.replaced_by(image));
            self.removed.extend(replaced);
        }
        self.images = counted.images;
        self.picture_bytes = counted.picture_bytes;
        self.previews = counted.previews.unwrap_or(self.previews);
        self.skipped.extend(counted.skipped);
    }

    /// Makes the images done all there are.
    pub(crate) fn settle(&mut self, settled: &Settled) {
        // Lines before this one may speak of more: of what a disk had lost then, and has got in its place since.
        if settled.images <= self.images {
            self.images = settled.images;
            // A stranger's line may say anything.
            self.picture_bytes = self.picture_bytes.min(settled.picture_bytes);
            self.skipped.retain(|(image, _)| *image < settled.images);
            self.removed.retain(|image| *image < settled.images);
        }
        self.header.images = self.images;
        self.id_bytes = Some(settled.id_bytes);
        self.adding = None;
        self.complete = true;
    }

    /// Makes room for images that are added.
    pub(crate) fn grow(&mut self, addition: Addition) {
        self.adding = Some(Adding {
            first: self.images,
            replaced: addition.replaced,
        });
        self.header.images = addition.images;
        self.header.source = addition.source;
        self.id_bytes = Some(addition.id_bytes);
        self.complete = false;
    }

    /// Takes images out.
    pub(crate) fn remove(&mut self, images: &[usize]) {
        let there = images.iter().filter(|&&image| image < self.images);
        self.removed.extend(there);
    }

    /// Returns true if the files can answer for an addition to what is settled.
    fn can_grow(&self, addition: &Addition, sizes: &Sizes) -> bool {
        let labels = (addition.images as u64).saturating_mul(self.header.tasks.len() as u64);
        self.complete
            && self.is_whole()
            && self.id_bytes.is_some()
            && addition.images as u64 <= MOST
            && addition.images >= self.images
            && *sizes.get(File::Labels) >= labels
            && *sizes.get(File::Ids) >= addition.id_bytes
    }

    fn can_have(&self, counted: &Counted, sizes: &Sizes) -> bool {
        let images = counted.images as u64;
        images <= self.header.images as u64
            && *sizes.get(File::Features) >= self.feature_bytes(images)
            && *sizes.get(File::Lengths) >= images * 4
            && *sizes.get(File::Pictures) >= counted.picture_bytes
    }

    /// Bytes of the features of so many pictures.
    pub fn feature_bytes(&self, images: u64) -> u64 {
        images.saturating_mul(self.header.feature_bytes() as u64)
    }

    /// Bytes of a file that count. `sizes` are those of all files.
    pub fn file_bytes(&self, file: File, sizes: &Sizes) -> u64 {
        let images = self.images as u64;
        match file {
            File::Journal => self.journal_bytes as u64,
            File::Features => self.feature_bytes(images),
            File::Pictures => self.picture_bytes,
            File::Lengths => images * 4,
            File::Labels => self.header.label_bytes(),
            File::Ids => self.id_bytes.unwrap_or(*sizes.get(File::Ids)),
            // A gallery of an earlier version has none.
            File::Origins => (images * Origin::BYTES as u64).min(*sizes.get(File::Origins)),
            // Whatever the disk lost of them is noticed by their checksums.
            File::Previews => self.previews.bytes.min(*sizes.get(File::Previews)),
            File::PreviewIndex => {
                (images * Preview::BYTES as u64).min(*sizes.get(File::PreviewIndex))
            }
            // Their lines and blocks say themselves whether they count.
            File::Columns | File::Taught | File::Hidden | File::Corrections => *sizes.get(file),
        }
    }

    /// Images that are there and were not taken out.
    pub fn kept(&self) -> usize {
        self.images.saturating_sub(self.removed.len())
    }

    /// Images there will be in the end, those that were taken out or replaced not counted.
    pub fn expected(&self) -> usize {
        let replaced = self.adding.iter().flat_map(|adding| &adding.replaced);
        let still = replaced.filter(|image| !self.removed.contains(image));
        let removed = self.removed.len() + still.count();
        self.header.images.saturating_sub(removed)
    }

    /// Bytes of all files that count.
    pub fn bytes(&self, sizes: &Sizes) -> u64 {
        File::ALL
            .into_iter()
            .map(|file| self.file_bytes(file, sizes))
            .fold(0, u64::saturating_add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::line;

    /// A journal whose numbers a stranger chose.
    fn read(header: &str, counted: &str, sizes: &Sizes) -> Result<Contents, StoreError> {
        let mut journal = Vec::new();
        let begin = format!(
            r#"{{"begin":{{"version":1,"title":"x","created":0.0,"source":{{"name":"x","format":"folder",
            "fingerprint":""}},"network":"faces","weights":"","input":{{"size":64,"fit":"crop","mean":[0,0,0],
            "std":[1,1,1]}},"thumbnail":128,{header}}}}}"#
        );
        for text in [begin.as_str(), counted] {
            let record: Record = serde_json::from_str(text).expect("a record");
            journal.extend(line(&record).expect("plain"));
        }
        Contents::read(&journal, sizes)
    }

    /// They were multiplied as they came: a panic natively, any number in a browser.
    #[test]
    fn a_stranger_s_numbers_do_not_overflow() {
        let plenty = Sizes::new([u64::MAX; File::ALL.len()]);
        let task = r#"{"name":"a","kind":"binary","values":["no","yes"]}"#;
        let counted = r#"{"images":{"images":3,"picture_bytes":9}}"#;
        for (images, channels) in [
            (u64::MAX, 4),
            (u64::MAX / 2 + 1, 4),
            (3, u64::MAX),
            (3, u64::MAX / 4 + 1),
            (u64::MAX, u64::MAX),
        ] {
            let header =
                format!(r#""images":{images},"channels":{channels},"tasks":[{task},{task}]"#);
            let message = read(&header, counted, &plenty).expect_err("impossible");
            assert!(message.to_string().contains("which cannot be"), "{message}");
        }
        let header = format!(r#""images":5,"channels":4,"tasks":[{task}]"#);
        let contents = read(&header, counted, &plenty).expect("possible");
        assert_eq!((contents.images, contents.bytes(&plenty)), (3, u64::MAX));
        let huge =
            r#"{"images":{"images":18446744073709551615,"picture_bytes":18446744073709551615}}"#;
        assert_eq!(read(&header, huge, &plenty).expect("possible").images, 0);
    }
    #[test]
    fn a_settled_gallery_has_no_more_than_its_files() {
        let task = r#"{"name":"a","kind":"binary","values":["no","yes"]}"#;
        let header = format!(r#""images":3,"channels":4,"tasks":[{task}]"#);
        let settled = r#"{"settled":{"images":0,"picture_bytes":4000,"id_bytes":5000}}"#;
        let sizes = Sizes::new([100; File::ALL.len()]);
        let contents = read(&header, settled, &sizes).expect("possible");
        assert_eq!((contents.picture_bytes, contents.id_bytes), (0, Some(100)));
    }
}
