//! The file that an image was made from, as far as it takes to notice that another one lies in its place.

/// Size and checksum of an image's file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// Bytes of the file, unpacked; 0 where nothing is known of it.
    pub size: u64,
    /// CRC-32 of these bytes.
    pub crc: u32,
}

impl Origin {
    /// The origin of an image of which nothing is known.
    pub const UNKNOWN: Self = Self { size: 0, crc: 0 };
    /// Bytes of an origin in its file.
    pub const BYTES: usize = 12;

    /// The origin of an image whose file has these bytes.
    pub fn of(file: &[u8]) -> Self {
        Self {
            size: file.len() as u64,
            crc: crc32fast::hash(file),
        }
    }

    /// Returns true if something is known of the file.
    pub fn is_known(self) -> bool {
        self.size > 0
    }

    /// As it stands in its file: the size, then the checksum, both little-endian.
    pub fn to_bytes(self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        let (size, crc) = bytes.split_at_mut(8);
        size.copy_from_slice(&self.size.to_le_bytes());
        crc.copy_from_slice(&self.crc.to_le_bytes());
        bytes
    }

    /// The origins in a file, in the order of the images.
    pub fn read(bytes: &[u8]) -> Vec<Self> {
        let rows = bytes.as_chunks::<{ Self::BYTES }>().0.iter();
        rows.map(|&[a, b, c, d, e, f, g, h, i, j, k, l]| Self {
            size: u64::from_le_bytes([a, b, c, d, e, f, g, h]),
            crc: u32::from_le_bytes([i, j, k, l]),
        })
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_read_as_they_were_written() {
        let origins = [
            Origin::of(b"a picture"),
            Origin::UNKNOWN,
            Origin {
                size: u64::MAX,
                crc: 7,
            },
        ];
        let bytes: Vec<u8> = origins.iter().flat_map(|it| it.to_bytes()).collect();
        assert_eq!(Origin::read(&bytes), origins);
        assert_eq!(
            Origin::read(&bytes[..30]),
            origins[..2],
            "the rest is cut off"
        );
        assert!(origins[0].is_known() && !origins[1].is_known());
    }
}
