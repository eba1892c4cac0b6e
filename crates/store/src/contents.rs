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
            && *sizes.get(File::Features) >= self.feature_bytes(images)
            && *sizes.get(File::Lengths) >= images * 4
            && *sizes.get(File::Pictures) >= counted.picture_bytes
    }

    /// Bytes of the features of so many pictures.
    pub fn feature_bytes(&self, images: u64) -> u64 {
        images.saturating_mul(self.header.feature_bytes() as u64)
    }

    /// Bytes of all files that count.
    pub fn bytes(&self, sizes: &Sizes) -> u64 {
        let images = self.images as u64;
        [
            self.journal_bytes as u64,
            self.feature_bytes(images),
            images * 4,
            self.picture_bytes,
            *sizes.get(File::Labels),
            *sizes.get(File::Ids),
        ]
        .into_iter()
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
        let plenty = Sizes::new([u64::MAX; 6]);
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
}
