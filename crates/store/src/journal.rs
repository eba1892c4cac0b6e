//! The journal: lines of `crc32 json`, the checksum in eight hexadecimal digits over the JSON text.
//!
//! A line that is cut off, damaged, or follows one that is, does not count.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::header::{Header, Source};
use crate::preview::Previews;

/// One line of the journal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Record {
    /// The first line. Labels and ids are complete by now.
    Begin(Box<Header>),
    /// So much of the other files counts.
    Images(Counted),
    /// Another name.
    Title {
        /// The name.
        title: String,
    },
    /// There is nothing more to come.
    Complete,
    /// The images done are all there will be, until some are added.
    Settled(Settled),
    /// Images are added. Their labels and ids are complete by now.
    Added(Box<Addition>),
    /// Images that were taken out.
    Removed {
        /// Their indices.
        images: Vec<usize>,
    },
}

/// The images done when a gallery was settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    /// Number of images.
    pub images: usize,
    /// Bytes of their thumbnails.
    pub picture_bytes: u64,
    /// Bytes of their ids.
    pub id_bytes: u64,
}

/// The images that are added to a settled gallery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addition {
    /// Number of images there will be in the end, those before included.
    pub images: usize,
    /// Bytes of the ids of all of them.
    pub id_bytes: u64,
    /// The source of the images added.
    pub source: Source,
    /// The images that the first ones added replace, in their order. An image is taken out as soon as the one that
    /// replaces it counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replaced: Vec<usize>,
}

/// The valid length of each file, from the beginning.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// Pictures done, those that could not be read included.
    pub images: usize,
    /// Bytes of thumbnails.
    pub picture_bytes: u64,
    /// Pictures of this batch that could not be read, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skipped: Vec<(usize, String)>,
    /// The previews of all images so far; absent where there are no more than before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previews: Option<Previews>,
}

/// A record as a line.
///
/// # Errors
/// The record cannot be written as JSON: a number in it is not finite.
pub fn line(record: &impl Serialize) -> Result<Vec<u8>, StoreError> {
    let json =
        serde_json::to_string(record).map_err(|error| StoreError::Record(error.to_string()))?;
    Ok(format!("{:08x} {json}\n", crc32fast::hash(json.as_bytes())).into_bytes())
}

/// The records of a journal, and the bytes they take: what follows is of no worth.
pub fn read(bytes: &[u8]) -> (Vec<Record>, usize) {
    let mut records = Vec::new();
    let mut used = 0;
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        let Some(record) = parse(line) else { break };
        records.push(record);
        used += line.len();
    }
    (records, used)
}

/// The record of a line; `None` where it is cut off, damaged, or of another kind.
pub(crate) fn parse<T: DeserializeOwned>(line: &[u8]) -> Option<T> {
    let (sum, json) = line.strip_suffix(b"\n")?.split_at_checked(9)?;
    let sum = std::str::from_utf8(sum).ok()?.strip_suffix(' ')?;
    let sum = u32::from_str_radix(sum, 16).ok()?;
    (sum == crc32fast::hash(json)).then_some(())?;
    serde_json::from_slice(json).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn journal() -> (Vec<Record>, Vec<u8>) {
        let records = vec![
            Record::Title {
                title: "Gesichter, grün".into(),
            },
            Record::Images(Counted {
                images: 12,
                picture_bytes: 1 << 40,
                skipped: vec![(3, "cut off".into())],
                previews: Some(Previews {
                    images: 11,
                    bytes: 1 << 33,
                    full: true,
                }),
            }),
            Record::Complete,
        ];
        let bytes = records
            .iter()
            .flat_map(|record| line(record).expect("plain"))
            .collect();
        (records, bytes)
    }

    #[test]
    fn every_cut_leaves_the_whole_lines_before_it() {
        let (records, bytes) = journal();
        assert_eq!(read(&bytes), (records.clone(), bytes.len()));
        for cut in 0..bytes.len() {
            let (found, used) = read(&bytes[..cut]);
            let whole = bytes[..cut].iter().filter(|&&byte| byte == b'\n').count();
            assert_eq!(found, records[..whole]);
            assert!(used <= cut);
        }
    }

    #[test]
    fn a_changed_byte_ends_the_journal_there() {
        let (records, bytes) = journal();
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 4;
            let (found, _) = read(&damaged);
            assert!(found.len() < records.len(), "byte {at}");
            assert_eq!(found, records[..found.len()]);
        }
    }
}
