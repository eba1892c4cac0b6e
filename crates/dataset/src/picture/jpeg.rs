//! Checks of a JPEG before its decoder is trusted with it.

use image::metadata::Orientation;

/// The markers of a JPEG up to its first scan (ITU T.81, annex B).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Outline {
    /// Colour planes of a sequential frame; `None` where the frame is progressive or of a rarer kind.
    sequential_planes: Option<u8>,
    /// Colour planes of the first scan.
    scan_planes: u8,
    /// Offset of the first scan.
    scan: usize,
    /// Width and height in pixels.
    pub(super) sides: (u16, u16),
    /// Colour planes.
    pub(super) planes: u8,
    /// True if the picture is to be turned by a quarter.
    pub(super) turned: bool,
}

impl Outline {
    /// Steps over the headers; `None` where no scan begins.
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
                    outline.scan = at;
                    return Some(outline);
                }
                (0xFF, 0x01 | 0xD0..=0xD8) => at += 2,
                (0xFF, 0xD9) => return None,
                (0xFF, _) => {
                    let pair = |at: usize| {
                        Some(u16::from_be_bytes([*bytes.get(at)?, *bytes.get(at + 1)?]))
                    };
                    // SOF0 to SOF15; the other three of the range are no frames.
                    if matches!(marker, 0xC0..=0xCF) && !matches!(marker, 0xC4 | 0xC8 | 0xCC) {
                        outline.sides = (pair(at + 7)?, pair(at + 5)?);
                        outline.planes = *bytes.get(at + 9)?;
                    }
                    if matches!(marker, 0xC0 | 0xC1) {
                        outline.sequential_planes = Some(outline.planes);
                    }
                    let next = at + 2 + usize::from(pair(at + 2)?).max(2);
                    if marker == 0xE1 {
                        outline.turned |= bytes.get(at + 4..next).is_some_and(turns);
                    }
                    at = next;
                }
                _ => at += 1,
            }
        }
    }

    /// Returns true if an end-of-image marker follows the headers.
    ///
    /// Inside entropy-coded data `FF` is followed by `00` or a restart marker (B.1.1.5), so that `FF D9` cannot occur
    /// there by chance; the headers, where a thumbnail may have an end of its own, are stepped over.
    pub(super) fn ends(&self, bytes: &[u8]) -> bool {
        let mut rest = bytes.get(self.scan..).unwrap_or_default().windows(2);
        rest.any(|pair| pair == [0xFF, 0xD9])
    }

    /// Returns true if the picture comes in several scans, whose coefficients are kept until the last.
    pub(super) fn is_progressive(&self) -> bool {
        self.sequential_planes.is_none()
    }

    /// Returns true if the planes of a sequential picture lie one after the other instead of interleaved.
    ///
    /// Few programs write that, and the decoder answers with false colours and no error (zune-jpeg 0.5.15).
    pub(super) fn planes_apart(&self) -> bool {
        self.sequential_planes
            .is_some_and(|planes| self.scan_planes < planes)
    }
}

/// Returns true if EXIF data ask for a quarter turn.
fn turns(segment: &[u8]) -> bool {
    let exif = segment.strip_prefix(b"Exif\0\0");
    matches!(
        exif.and_then(Orientation::from_exif_chunk),
        Some(
            Orientation::Rotate90
                | Orientation::Rotate270
                | Orientation::Rotate90FlipH
                | Orientation::Rotate270FlipH
        )
    )
}
