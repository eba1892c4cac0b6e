//! The headers of a JPEG, before its decoder is trusted with it.

use super::colours::Adobe;

/// The markers of a JPEG up to its first scan (ITU T.81, annex B).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::picture) struct Outline {
    /// True if the frame is sequential, false where it is progressive or of a rarer kind.
    sequential: bool,
    /// Colour planes of the first scan.
    scan_planes: u8,
    /// Offset of the first scan's bits.
    scan: usize,
    /// Groups of blocks between restart markers; 0 without any.
    restart: u16,
    /// The largest sampling factors.
    sampling: (u8, u8),
    /// Width and height in pixels.
    pub(in crate::picture) sides: (u16, u16),
    /// Colour planes.
    pub(in crate::picture) planes: u8,
    /// The first three planes' names.
    pub(super) names: [u8; 3],
    /// True if the file calls itself JFIF.
    pub(super) jfif: bool,
    /// The colours by Adobe's marker.
    pub(super) adobe: Adobe,
}

impl Outline {
    /// Steps over the headers; `None` where no scan begins.
    pub(in crate::picture) fn read(bytes: &[u8]) -> Option<Self> {
        let mut outline = Self::default();
        let mut at = 2;
        loop {
            let &[first, marker] = bytes.get(at..at + 2)? else {
                return None;
            };
            match (first, marker) {
                (0xFF, 0xFF) => at += 1,
                (0xFF, 0x01 | 0xD0..=0xD8) => at += 2,
                (0xFF, 0xD9) => return None,
                (0xFF, _) => {
                    let length = u16::from_be_bytes([*bytes.get(at + 2)?, *bytes.get(at + 3)?]);
                    let next = at + 2 + usize::from(length).max(2);
                    if marker == 0xDA {
                        outline.scan_planes = *bytes.get(at + 4)?;
                        outline.scan = next;
                        return Some(outline);
                    }
                    outline.note(marker, bytes.get(at + 4..next)?)?;
                    at = next;
                }
                _ => at += 1,
            }
        }
    }

    /// Takes in a segment; `None` where a frame is too short for itself.
    fn note(&mut self, marker: u8, segment: &[u8]) -> Option<()> {
        match (marker, segment) {
            // Three of the range are no frames.
            (0xC4 | 0xC8 | 0xCC, _) => {}
            (0xC0..=0xCF, _) => {
                let &[_, h1, h0, w1, w0, planes, ref named @ ..] = segment else {
                    return None;
                };
                self.sides = (u16::from_be_bytes([w1, w0]), u16::from_be_bytes([h1, h0]));
                self.planes = planes;
                self.sequential = matches!(marker, 0xC0 | 0xC1);
                self.sampling = (1, 1);
                for plane in named.chunks_exact(3) {
                    self.sampling.0 = self.sampling.0.max(plane[1] >> 4);
                    self.sampling.1 = self.sampling.1.max(plane[1] & 15);
                }
                for (name, plane) in self.names.iter_mut().zip(named.chunks_exact(3)) {
                    *name = plane[0];
                }
            }
            (0xDD, &[high, low, ..]) => self.restart = u16::from_be_bytes([high, low]),
            (0xE0, _) => self.jfif |= segment.starts_with(b"JFIF\0"),
            (0xEE, _) => self.adobe = self.adobe.or(segment),
            _ => {}
        }
        Some(())
    }

    /// Number of pixels.
    pub(in crate::picture) fn pixels(&self) -> u64 {
        u64::from(self.sides.0) * u64::from(self.sides.1)
    }

    /// Offset of the marker that ends the first scan, or of the end of the bytes; and true if the scan has the restart
    /// markers that it must have.
    ///
    /// Inside entropy-coded data `FF` is followed by `00` or a restart marker (B.1.1.5), so that no other marker can
    /// occur there by chance.
    pub(super) fn scan_end(&self, bytes: &[u8]) -> (usize, bool) {
        let mut restarts = 0;
        let mut at = self.scan.min(bytes.len());
        loop {
            at = next_stop(bytes, at);
            match bytes.get(at + 1) {
                Some(0xD0..=0xD7) => {
                    restarts += 1;
                    at += 2;
                }
                _ => break,
            }
        }
        let groups =
            |side: u16, sampling: u8| usize::from(side).div_ceil(8 * usize::from(sampling.max(1)));
        // One plane alone comes in single blocks.
        let sampling = if self.planes == 1 {
            (1, 1)
        } else {
            self.sampling
        };
        let groups = groups(self.sides.0, sampling.0) * groups(self.sides.1, sampling.1);
        let wanted = match self.restart {
            0 => 0,
            interval => groups.div_ceil(interval.into()).saturating_sub(1),
        };
        (at, restarts >= wanted)
    }

    /// Returns true if restart markers divide the scans.
    pub(super) fn restarts(&self) -> bool {
        self.restart > 0
    }

    /// Returns true if the picture comes in several scans, whose coefficients are kept until the last.
    pub(in crate::picture) fn is_progressive(&self) -> bool {
        !self.sequential
    }

    /// Returns true if the planes of a sequential picture lie one after the other instead of interleaved.
    ///
    /// Few programs write that, and the decoder answers with false colours and no error (zune-jpeg 0.5.15).
    pub(super) fn planes_apart(&self) -> bool {
        self.sequential && self.scan_planes < self.planes
    }
}

/// Offset of the next marker, restart markers included, or of the end of the bytes.
pub(super) fn next_stop(bytes: &[u8], mut at: usize) -> usize {
    while let Some(found) = bytes
        .get(at..)
        .and_then(|rest| rest.iter().position(|&byte| byte == 0xFF))
    {
        at += found;
        match bytes.get(at + 1) {
            Some(0) => at += 2,
            Some(0xFF) => at += 1,
            Some(_) => return at,
            None => break,
        }
    }
    bytes.len()
}

/// Offset of the next marker that is no restart marker, or of the end of the bytes.
pub(super) fn next_marker(bytes: &[u8], at: usize) -> usize {
    let mut at = next_stop(bytes, at);
    while matches!(bytes.get(at + 1), Some(0xD0..=0xD7)) {
        at = next_stop(bytes, at + 2);
    }
    at
}
