//! The header of a gallery, written once when it is begun.

use std::collections::BTreeMap;

use modulens_schema::{InputSpec, Labels, Task};
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::files::File;

/// The version of the format written and read.
pub(crate) const VERSION: u32 = 1;

/// The most pictures and tasks of a gallery, and values of a picture's features. A journal may come from a stranger:
/// within these, no size that follows from its numbers overflows.
pub(crate) const MOST: u64 = 1 << 24;

/// The header of a gallery. Written once, before the first image.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// Version of the format.
    pub version: u32,
    /// The name it was given first; the journal may rename it later.
    pub title: String,
    /// The time it was begun, in milliseconds since 1970.
    pub created: f64,
    /// The source of the images.
    pub source: Source,
    /// Name of the network that embeds the images, which is that of its gallery if it has one.
    pub network: String,
    /// SHA-256 of that network's weights: features of other weights mean something else.
    pub weights: String,
    /// The network's tasks, in the order of the labels' columns.
    pub tasks: Vec<Task>,
    /// Length `C` of a picture's features.
    pub channels: usize,
    /// The preparation of an image as the network's input.
    pub input: InputSpec,
    /// Side of a thumbnail in pixels.
    pub thumbnail: u32,
    /// Number of pictures there will be in the end.
    pub images: usize,
}

/// The source of a gallery's images, to recognise them when a visitor chooses them a second time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Name of the zip or folder.
    pub name: String,
    /// The format it was read as: `celeba`, `zappos`, `folder`.
    pub format: String,
    /// Fingerprint of its ids, splits and labels.
    pub fingerprint: String,
    /// A sentence on the terms the pictures come under; empty where none are known.
    #[serde(default)]
    pub terms: String,
    /// The kinds of columns of its tables that the visitor told, by name: with them the same files have the same
    /// fingerprint again.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub columns: BTreeMap<String, String>,
}

impl Header {
    /// The version that [`Header::version`] should have.
    pub fn current_version() -> u32 {
        VERSION
    }

    /// Bytes of one picture's features.
    pub fn feature_bytes(&self) -> usize {
        self.channels.saturating_mul(size_of::<f32>())
    }

    /// Refuses numbers that no gallery has.
    ///
    /// # Errors
    /// The first of them.
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        let numbers = [
            ("pictures", self.images),
            ("tasks", self.tasks.len()),
            ("values for each picture", self.channels),
        ];
        for (what, found) in numbers {
            let found = found as u64;
            if found > MOST {
                let most = MOST;
                return Err(StoreError::Impossible { what, found, most });
            }
        }
        Ok(())
    }

    /// Bytes of the labels.
    pub(crate) fn label_bytes(&self) -> u64 {
        (self.images as u64).saturating_mul(self.tasks.len() as u64)
    }

    /// Checks that labels are values of the tasks, or unknown.
    ///
    /// # Errors
    /// There are others, or more or fewer than pictures and tasks.
    pub fn check_labels(&self, labels: &[u8]) -> Result<(), StoreError> {
        let file = File::Labels;
        let damaged = |problem| Err(StoreError::Damaged { file, problem });
        if labels.len() as u64 != self.label_bytes() {
            let (found, expected) = (labels.len(), self.label_bytes());
            return damaged(format!(
                "it has {found} labels where {expected} are expected"
            ));
        }
        let rows = labels.chunks_exact(self.tasks.len().max(1)).enumerate();
        for (image, row) in rows {
            for (&label, task) in row.iter().zip(&self.tasks) {
                if label != Labels::UNKNOWN && usize::from(label) >= task.values.len() {
                    let problem = format!("picture {image} has value {label} of {:?}", task.name);
                    return damaged(problem);
                }
            }
        }
        Ok(())
    }

    /// Checks that there is a line for each picture.
    ///
    /// # Errors
    /// There are more or fewer, or the bytes are no text.
    pub fn check_ids(&self, ids: &[u8]) -> Result<(), StoreError> {
        let file = File::Ids;
        let Ok(text) = std::str::from_utf8(ids) else {
            let problem = "it is not UTF-8".to_owned();
            return Err(StoreError::Damaged { file, problem });
        };
        let (found, expected) = (text.lines().count(), self.images);
        if found != expected || !(text.is_empty() || text.ends_with('\n')) {
            let problem = format!("it has {found} ids where {expected} are expected");
            return Err(StoreError::Damaged { file, problem });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use modulens_schema::Fit;

    use super::*;

    fn header() -> Header {
        Header {
            version: VERSION,
            title: "Mine".into(),
            created: 0.0,
            source: Source {
                name: "mine.zip".into(),
                format: "folder".into(),
                fingerprint: String::new(),
                terms: String::new(),
                columns: BTreeMap::new(),
            },
            network: "faces".into(),
            weights: String::new(),
            tasks: vec![Task::binary("Smiling"), Task::binary("Male")],
            channels: 4,
            input: InputSpec::centred(64, Fit::Crop),
            thumbnail: 128,
            images: 2,
        }
    }

    /// They were shown without a word.
    #[test]
    fn damaged_labels_and_missing_ids_are_noticed() {
        let header = header();
        let none = Labels::UNKNOWN;
        assert!(header.check_labels(&[0, 1, none, none]).is_ok());
        for damaged in [&[0, 1, none, 2][..], &[0, 1, none], &[0; 5], &[]] {
            let message = header
                .check_labels(damaged)
                .expect_err("damaged")
                .to_string();
            assert!(
                message.starts_with("the file labels is damaged: "),
                "{message}"
            );
        }
        assert!(header.check_ids(b"a.jpg\nb.jpg\n").is_ok());
        for damaged in [&b"a.jpg\n"[..], b"", b"a\nb\nc\n", b"a\nb", b"a\xFF\nb\n"] {
            let message = header.check_ids(damaged).expect_err("damaged").to_string();
            assert!(
                message.starts_with("the file ids is damaged: "),
                "{message}"
            );
        }
    }

    #[test]
    fn numbers_that_no_gallery_has_are_refused() {
        assert!(header().check().is_ok());
        for change in [
            (|header| header.images = usize::MAX) as fn(&mut Header),
            |header| header.channels = usize::MAX / 4,
        ] {
            let mut header = header();
            change(&mut header);
            let message = header.check().expect_err("too many").to_string();
            assert!(message.contains("which cannot be"), "{message}");
        }
    }
}
