//! `pictures.idx`: size and SHA-256 of every picture, so that each can be checked when it is loaded.
//!
//! Eight bytes `MODPIX1\n`, the number of pictures (u32), then per picture its size (u32) and its
//! SHA-256 (32 bytes). Numbers are little-endian.

use crate::{BundleError, Manifest, files};

const MAGIC: &[u8; 8] = b"MODPIX1\n";
const RECORD: usize = 36;

/// Size and hash of every picture of a bundle.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PictureIndex {
    records: Vec<Record>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Record {
    bytes: u32,
    sha256: [u8; 32],
}

impl PictureIndex {
    /// Adds the next picture.
    ///
    /// # Errors
    /// A picture of 4 GiB or more.
    pub fn push(&mut self, picture: &[u8]) -> Result<(), BundleError> {
        let bytes = u32::try_from(picture.len()).map_err(|_| {
            let problem = format!("picture {} is larger than 4 GiB", self.records.len());
            BundleError::unwritable(files::PICTURES_INDEX, problem)
        })?;
        self.records.push(Record {
            bytes,
            sha256: crate::sha256(picture),
        });
        Ok(())
    }

    /// Number of pictures.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Returns true if there is none.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Bytes of all pictures together.
    pub fn total_bytes(&self) -> u64 {
        self.records
            .iter()
            .map(|record| u64::from(record.bytes))
            .sum()
    }

    /// Checks one picture's bytes.
    ///
    /// # Errors
    /// There is no such picture, or it differs from the one exported.
    pub fn check(&self, index: usize, picture: &[u8]) -> Result<(), BundleError> {
        let record = self.records.get(index).ok_or(BundleError::NoPicture {
            index,
            pictures: self.records.len(),
        })?;
        let file = || format!("picture {index}");
        if u64::from(record.bytes) != picture.len() as u64 {
            return Err(BundleError::Size {
                file: file(),
                found: picture.len() as u64,
                expected: record.bytes.into(),
            });
        }
        if record.sha256 != crate::sha256(picture) {
            return Err(BundleError::Hash { file: file() });
        }
        Ok(())
    }

    /// The index as bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(12 + RECORD * self.records.len());
        bytes.extend(MAGIC);
        // `push` is the only way in, and memory ends before 2^32 pictures do.
        bytes.extend((self.records.len() as u32).to_le_bytes());
        for record in &self.records {
            bytes.extend(record.bytes.to_le_bytes());
            bytes.extend(record.sha256);
        }
        bytes
    }

    /// Reads an index.
    ///
    /// # Errors
    /// Another kind of file, or another length than its count asks for.
    pub fn decode(bytes: &[u8]) -> Result<Self, BundleError> {
        let wrong = |problem: &str| BundleError::content(files::PICTURES_INDEX, problem);
        let rest = bytes
            .strip_prefix(MAGIC)
            .ok_or_else(|| wrong("not an index of pictures"))?;
        let (count, rest) = rest
            .split_first_chunk()
            .ok_or_else(|| wrong("it was cut off"))?;
        let (records, left_over) = rest.as_chunks::<RECORD>();
        if records.len() as u64 != u64::from(u32::from_le_bytes(*count)) || !left_over.is_empty() {
            return Err(wrong("its length does not fit its number of pictures"));
        }
        let records = records
            .iter()
            .filter_map(|record| {
                let (bytes, sha256) = record.split_first_chunk()?;
                let sha256 = sha256.try_into().ok()?;
                Some(Record {
                    bytes: u32::from_le_bytes(*bytes),
                    sha256,
                })
            })
            .collect();
        Ok(Self { records })
    }
}

impl Manifest {
    /// Checks and reads `pictures.idx`.
    ///
    /// # Errors
    /// Wrong size or hash, unreadable, or not one record per image.
    pub fn read_picture_index(&self, bytes: &[u8]) -> Result<PictureIndex, BundleError> {
        self.check(files::PICTURES_INDEX, bytes)?;
        let index = PictureIndex::decode(bytes)?;
        if index.len() != self.images {
            let problem = format!(
                "{} pictures where there are {} images",
                index.len(),
                self.images
            );
            return Err(BundleError::content(files::PICTURES_INDEX, problem));
        }
        Ok(index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_known_by_size_and_hash() {
        let mut index = PictureIndex::default();
        index.push(b"one").expect("small");
        index.push(b"three").expect("small");
        let index = PictureIndex::decode(&index.encode()).expect("decodes");
        assert_eq!((index.len(), index.total_bytes()), (2, 8));
        assert!(index.check(0, b"one").is_ok());
        assert!(matches!(
            index.check(0, b"onE"),
            Err(BundleError::Hash { .. })
        ));
        assert!(matches!(
            index.check(1, b"thre"),
            Err(BundleError::Size { .. })
        ));
        assert!(matches!(
            index.check(2, b""),
            Err(BundleError::NoPicture { .. })
        ));
    }

    #[test]
    fn every_truncation_is_refused() {
        let mut index = PictureIndex::default();
        index.push(b"one").expect("small");
        let bytes = index.encode();
        for len in 0..bytes.len() {
            assert!(PictureIndex::decode(&bytes[..len]).is_err(), "{len}");
        }
    }
}
