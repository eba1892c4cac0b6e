//! The zip of an exported gallery (PKWARE APPNOTE 4.3): the gallery's files in the order of [`File::ALL`], stored as they
//! are, and read back by walking from header to header.

use crate::files::File;

/// The next entry of an exported gallery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// The file that is expected.
    File {
        /// Its checksum.
        crc: u32,
        /// Its length in bytes.
        length: u32,
    },
    /// The central directory, which comes after the last file.
    Directory,
    /// Anything else.
    Other,
}

impl Entry {
    /// Bytes of a local header without its name.
    pub const LOCAL: u64 = 30;

    /// The entry that some bytes begin where a file is expected: its local header, name included.
    pub fn read(header: &[u8], file: File) -> Self {
        if header.starts_with(b"PK\x01\x02") {
            return Self::Directory;
        }
        let name = file.name().as_bytes();
        let is_ours = header.starts_with(b"PK\x03\x04") && header.ends_with(name);
        let is_whole = header.len() as u64 == Self::LOCAL + name.len() as u64;
        match (word(header, 14), word(header, 18)) {
            (Some(crc), Some(length)) if is_ours && is_whole => Self::File { crc, length },
            _ => Self::Other,
        }
    }
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A damaged header of an optional file was taken for an earlier version: columns and taught tasks were dropped.
    #[test]
    fn a_damaged_header_of_an_optional_file_was_taken_for_the_end() {
        let mut header = b"PK\x03\x04".to_vec();
        header.extend([0; 10]);
        header.extend(7_u32.to_le_bytes());
        header.extend(9_u32.to_le_bytes());
        header.extend([0; 8]);
        header.extend(File::Columns.name().as_bytes());
        let read = |bytes: &[u8]| Entry::read(bytes, File::Columns);
        assert_eq!(read(&header), Entry::File { crc: 7, length: 9 });
        assert_eq!(read(&header[..header.len() - 1]), Entry::Other, "cut off");
        assert_eq!(read(&[]), Entry::Other);
        assert_eq!(read(b"PK\x01\x02 and so on"), Entry::Directory);
        for at in [0, 3, header.len() - 1] {
            let mut damaged = header.clone();
            damaged[at] ^= 0x40;
            assert_eq!(read(&damaged), Entry::Other, "byte {at}");
        }
    }
}
