//! Checks of a JPEG before its decoder is trusted with it.

/// The markers of a JPEG up to its first scan (ITU T.81, annex B).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Outline {
    /// Colour planes of a sequential frame; `None` where the frame is progressive or of a rarer kind.
    sequential_planes: Option<u8>,
    /// Colour planes of the first scan.
    scan_planes: u8,
    /// True if an end-of-image marker follows.
    pub(super) ends: bool,
}

impl Outline {
    /// Steps over the headers; `None` where no scan begins.
    ///
    /// Inside entropy-coded data `FF` is followed by `00` or a restart marker (B.1.1.5), so that `FF D9` cannot occur
    /// there by chance; the headers, where a thumbnail may have an end of its own, are stepped over.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let mut outline = Self::default();
        let mut at = 2;
        loop {
            let &[first, marker] = bytes.get(at..at + 2)? else {
                return None;
            };
            match (first, marker) {
                (0xFF, 0xFF) => at += 1,
                (0xFF, 0xDA) => {
                    outline.scan_planes = *bytes.get(at + 4)?;
                    let mut rest = bytes[at..].windows(2);
                    outline.ends = rest.any(|pair| pair == [0xFF, 0xD9]);
                    return Some(outline);
                }
                (0xFF, 0x01 | 0xD0..=0xD8) => at += 2,
                (0xFF, 0xD9) => return None,
                (0xFF, _) => {
                    if matches!(marker, 0xC0 | 0xC1) {
                        outline.sequential_planes = Some(*bytes.get(at + 9)?);
                    }
                    let &[high, low] = bytes.get(at + 2..at + 4)? else {
                        return None;
                    };
                    at += 2 + usize::from(u16::from_be_bytes([high, low])).max(2);
                }
                _ => at += 1,
            }
        }
    }

    /// Returns true if the planes of a sequential image lie one after the other instead of
    /// interleaved.
    ///
    /// Few programs write that, and the decoder answers with false colours and no error (zune-jpeg 0.5.15).
    pub(super) fn planes_apart(&self) -> bool {
        self.sequential_planes
            .is_some_and(|planes| self.scan_planes < planes)
    }
}
