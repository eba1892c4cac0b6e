//! Larger previews: one file of JPEGs, and an index that has a row for each image. Images of one file (the faces in it)
//! share its preview.

use serde::{Deserialize, Serialize};

/// The place of an image's preview in the file of previews.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Preview {
    /// The first of its bytes.
    pub at: u64,
    /// Number of bytes.
    pub length: u32,
    /// CRC-32 of the bytes.
    pub crc: u32,
    /// The part that the image is of, where the preview shows more: left, top, width and height as shares of the
    /// preview's sides. It may reach beyond the edges.
    pub frame: Option<[f32; 4]>,
}

/// The previews of a gallery, as far as its journal has them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Previews {
    /// Images with a preview.
    pub images: usize,
    /// Bytes of the previews.
    pub bytes: u64,
    /// True if there was no room for one more: images have gone without since. A later addition may have room again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub full: bool,
}

impl Preview {
    /// Bytes of a row of the index.
    pub const BYTES: usize = 32;
    /// The most bytes of a preview; a stranger's index may say anything.
    pub const MOST: usize = 4 << 20;

    /// As it stands in the index, little-endian: place, length, checksum, frame.
    pub fn to_bytes(self) -> [u8; Self::BYTES] {
        let [left, top, width, height] = self.frame.unwrap_or_default().map(f32::to_le_bytes);
        let (length, crc) = (self.length.to_le_bytes(), self.crc.to_le_bytes());
        let parts = [length, crc, left, top, width, height];
        let mut bytes = [0; Self::BYTES];
        let (at, rest) = bytes.split_at_mut(8);
        at.copy_from_slice(&self.at.to_le_bytes());
        rest.copy_from_slice(parts.as_flattened());
        bytes
    }

    /// The preview of a row of the index; `None` for an image without one, and for a row that is cut off or impossible.
    pub fn read(row: &[u8]) -> Option<Self> {
        let (at, rest) = row.split_at_checked(8)?;
        let words: [[u8; 4]; 6] = rest.as_chunks::<4>().0.try_into().ok()?;
        let [length, crc] = [words[0], words[1]].map(u32::from_le_bytes);
        let frame = [words[2], words[3], words[4], words[5]].map(f32::from_le_bytes);
        let [.., width, height] = frame;
        let is_frame = frame.iter().all(|it| it.is_finite()) && width > 0.0 && height > 0.0;
        let preview = Self {
            at: u64::from_le_bytes(at.try_into().ok()?),
            length,
            crc,
            frame: is_frame.then_some(frame),
        };
        (length > 0 && length as usize <= Self::MOST).then_some(preview)
    }

    /// The end of its bytes, if the first `bytes` of the file count.
    pub fn end(&self, bytes: u64) -> Option<u64> {
        let end = self.at.checked_add(self.length.into())?;
        (end <= bytes).then_some(end)
    }

    /// Returns true if these are its bytes.
    pub fn is_of(&self, bytes: &[u8]) -> bool {
        bytes.len() == self.length as usize && crc32fast::hash(bytes) == self.crc
    }
}

/// Previews waiting to be written together.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Waiting {
    /// Images with one.
    pub images: usize,
    /// The JPEGs.
    pub bytes: Vec<u8>,
    /// The rows of all waiting images.
    pub index: Vec<u8>,
    /// True if one did not fit in.
    pub full: bool,
}

impl Waiting {
    /// Adds an image without a preview.
    pub(crate) fn push(&mut self) {
        self.index.extend([0; Preview::BYTES]);
    }

    /// Sets the preview of the image added last.
    pub(crate) fn set(&mut self, preview: Preview) {
        let start = self.index.len().saturating_sub(Preview::BYTES);
        self.index.truncate(start);
        self.index.extend(preview.to_bytes());
        self.images += 1;
    }

    /// Gives all of them up: the disk has no room.
    pub(crate) fn give_up(&mut self) {
        self.images = 0;
        self.bytes.clear();
        self.index.fill(0);
        self.full = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_as_they_were_written() {
        let whole = Preview {
            at: 1 << 40,
            length: 7,
            crc: 9,
            frame: None,
        };
        let face = Preview {
            frame: Some([-0.25, 0.5, 0.75, 1.5]),
            ..whole
        };
        for preview in [whole, face] {
            assert_eq!(Preview::read(&preview.to_bytes()), Some(preview));
            assert_eq!(Preview::read(&preview.to_bytes()[..31]), None, "cut off");
        }
        assert_eq!(Preview::read(&[0; Preview::BYTES]), None, "no preview");
    }

    #[test]
    fn a_stranger_s_row_asks_for_nothing_that_is_not_there() {
        let row = |at, length, frame| Preview {
            at,
            length,
            crc: 0,
            frame,
        };
        let huge = row(0, u32::MAX, None).to_bytes();
        assert_eq!(Preview::read(&huge), None);
        let far = Preview::read(&row(u64::MAX, 4, Some([f32::NAN; 4])).to_bytes()).expect("a row");
        assert_eq!((far.frame, far.end(u64::MAX)), (None, None));
        assert_eq!(row(8, 4, None).end(11), None);
        assert_eq!(row(8, 4, None).end(12), Some(12));
        assert!(!row(8, 4, None).is_of(b"abcd"), "the checksum is another");
    }
}
