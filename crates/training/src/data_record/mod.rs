//! The record of the data that a run is trained on: enough to say later what has changed.
//!
//! ```text
//! RUN/data.record:
//!     modulens-data 1 SHA256         over all that follows, in hexadecimal
//!     {"tasks": [..], "ids": [..]}   on one line: the tasks with their values, and the ids in ascending order
//!     splits                         a byte an image: 0 train, 1 val, 2 test
//!     sizes                          eight bytes an image, little endian: the size of its file
//!     contents                       eight bytes an image: 0 not looked at, 1 cannot be read, else its CRC-32 + 2^32
//!     labels                         a byte for each task of each image: the value, or 255 for unknown
//! ```
//!
//! The images that are trained and validated on are looked at, while they are decoded. Images are in the order of their
//! ids, so that the same data give the same record in whatever order a table lists them.

mod difference;

use std::collections::HashMap;
use std::path::Path;

use modulens_dataset::{Dataset, Storage};
use modulens_schema::{Labels, Split, Task};
use serde::{Deserialize, Serialize};

use crate::error::TrainerError;
use crate::files;

pub(crate) use difference::Difference;

/// File name of the record in a run.
pub(crate) const FILE: &str = "data.record";

/// The first word of the file, with its version.
const MAGIC: &str = "modulens-data 1 ";

/// The content of an image's file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Content {
    /// Nobody has looked.
    #[default]
    Unknown,
    /// It cannot be read.
    Unreadable,
    /// Its CRC-32.
    Crc(u32),
}

impl Content {
    fn encode(self) -> u64 {
        match self {
            Self::Unknown => 0,
            Self::Unreadable => 1,
            Self::Crc(crc) => (1 << 32) | u64::from(crc),
        }
    }

    fn decode(number: u64) -> Option<Self> {
        match number {
            0 => Some(Self::Unknown),
            1 => Some(Self::Unreadable),
            crc if crc >> 32 == 1 => Some(Self::Crc(crc as u32)),
            _ => None,
        }
    }
}

/// One image of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Image {
    id: String,
    split: Split,
    size: u64,
    content: Content,
    /// The value under each task, or [`Labels::UNKNOWN`].
    labels: Vec<u8>,
}

/// The data of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DataRecord {
    tasks: Vec<Task>,
    /// By ascending id.
    images: Vec<Image>,
}

/// The second line of the file.
#[derive(Debug, Serialize, Deserialize)]
struct Head {
    tasks: Vec<Task>,
    ids: Vec<String>,
}

impl DataRecord {
    /// Describes a dataset; `contents` holds those images that were looked at, by place.
    pub(crate) fn of(
        dataset: &Dataset,
        storage: &Storage,
        contents: &HashMap<usize, Content>,
    ) -> Self {
        let entries = storage.entries();
        let mut images: Vec<Image> = dataset
            .images
            .iter()
            .enumerate()
            .map(|(place, image)| Image {
                id: image.id.clone(),
                split: image.split,
                size: entries.get(image.entry).map_or(0, |entry| entry.size),
                content: contents.get(&place).copied().unwrap_or_default(),
                labels: (0..dataset.tasks.len())
                    .map(|task| dataset.labels.get(place, task).unwrap_or(Labels::UNKNOWN))
                    .collect(),
            })
            .collect();
        images.sort_by(|a, b| a.id.cmp(&b.id));
        Self {
            tasks: dataset.tasks.clone(),
            images,
        }
    }

    /// SHA-256 of all that the record says, in hexadecimal.
    pub(crate) fn hash(&self) -> Result<String, TrainerError> {
        Ok(files::sha256(&self.content()?))
    }

    fn content(&self) -> Result<Vec<u8>, TrainerError> {
        let head = Head {
            tasks: self.tasks.clone(),
            ids: self.images.iter().map(|image| image.id.clone()).collect(),
        };
        let mut bytes = serde_json::to_vec(&head).map_err(|error| {
            TrainerError::Message(format!("the data cannot be described: {error}"))
        })?;
        bytes.push(b'\n');
        let images = self.images.iter();
        bytes.extend(images.clone().map(|image| image.split as u8));
        bytes.extend(images.clone().flat_map(|image| image.size.to_le_bytes()));
        let contents = images.clone().map(|image| image.content.encode());
        bytes.extend(contents.flat_map(u64::to_le_bytes));
        images.for_each(|image| bytes.extend(&image.labels));
        Ok(bytes)
    }

    /// Writes the record of a run.
    pub(crate) fn write(&self, run: &Path) -> Result<(), TrainerError> {
        let mut content = self.content()?;
        let mut bytes = format!("{MAGIC}{}\n", files::sha256(&content)).into_bytes();
        bytes.append(&mut content);
        files::write_atomically(&run.join(FILE), &bytes)
    }

    /// Reads the record of a run; `None` where there is none, as in runs of earlier versions, or a damaged one.
    pub(crate) fn read(run: &Path) -> Result<Option<Self>, TrainerError> {
        let path = run.join(FILE);
        if !path.is_file() {
            return Ok(None);
        }
        Ok(Self::decode(&files::read(&path)?))
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(MAGIC.as_bytes())?;
        let (hash, content) = rest.split_at_checked(64)?;
        let content = content.strip_prefix(b"\n")?;
        (files::sha256(content).as_bytes() == hash).then_some(())?;
        let line = content.iter().position(|&byte| byte == b'\n')?;
        let head: Head = serde_json::from_slice(&content[..line]).ok()?;
        let (count, tasks) = (head.ids.len(), head.tasks.len());
        let (splits, rest) = content[line + 1..].split_at_checked(count)?;
        let (sizes, rest) = rest.split_at_checked(count.checked_mul(8)?)?;
        let (contents, labels) = rest.split_at_checked(count.checked_mul(8)?)?;
        (labels.len() == count.checked_mul(tasks)?).then_some(())?;
        let (sizes, contents) = (sizes.as_chunks::<8>().0, contents.as_chunks::<8>().0);
        let image = |(place, id): (usize, String)| {
            Some(Image {
                id,
                split: match splits[place] {
                    0 => Split::Train,
                    1 => Split::Val,
                    2 => Split::Test,
                    _ => return None,
                },
                size: u64::from_le_bytes(sizes[place]),
                content: Content::decode(u64::from_le_bytes(contents[place]))?,
                labels: labels[place * tasks..(place + 1) * tasks].to_vec(),
            })
        };
        let images = head.ids.into_iter().enumerate().map(image);
        Some(Self {
            images: images.collect::<Option<_>>()?,
            tasks: head.tasks,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::fault;

    pub(super) fn record() -> DataRecord {
        let image = |id: &str, split, labels: [u8; 2]| Image {
            id: id.into(),
            split,
            size: 700,
            content: Content::Crc(7),
            labels: labels.into(),
        };
        DataRecord {
            tasks: vec![
                Task::binary("ring"),
                Task::with_values(
                    "colour",
                    modulens_schema::TaskKind::Categorical,
                    ["blue", "red"],
                ),
            ],
            images: vec![
                image("a.png", Split::Train, [0, 0]),
                image("b\n.png", Split::Train, [1, Labels::UNKNOWN]),
                Image {
                    content: Content::Unreadable,
                    ..image("c.png", Split::Val, [1, 1])
                },
                Image {
                    content: Content::Unknown,
                    ..image("d.png", Split::Test, [0, 1])
                },
            ],
        }
    }

    #[test]
    fn a_record_reads_back_and_every_flipped_bit_is_noticed() {
        let run = tempfile::tempdir().expect("a temporary folder");
        assert_eq!(DataRecord::read(run.path()).expect("nothing there"), None);
        let record = record();
        record.write(run.path()).expect("writes");
        let read = DataRecord::read(run.path()).expect("reads");
        assert_eq!(read.as_ref(), Some(&record));
        let good = files::read(&run.path().join(FILE)).expect("reads");
        for at in 0..good.len() {
            let mut damaged = good.clone();
            damaged[at] ^= 1 << (at % 8);
            assert_eq!(DataRecord::decode(&damaged), None, "byte {at}");
            assert_eq!(DataRecord::decode(&good[..at]), None, "{at} bytes");
        }
    }

    #[test]
    fn a_crash_leaves_the_old_record_or_the_new_one() {
        let run = tempfile::tempdir().expect("a temporary folder");
        let (old, mut new) = (record(), record());
        new.images[0].labels[0] = 1;
        for steps in 0.. {
            old.write(run.path()).expect("writes");
            fault::fail_after(Some(steps));
            let written = new.write(run.path()).is_ok();
            fault::fail_after(None);
            let found = DataRecord::read(run.path()).expect("reads");
            let found = found.expect("a whole record");
            assert!(found == new || (found == old && !written), "after {steps}");
            if written {
                break;
            }
        }
    }
}
