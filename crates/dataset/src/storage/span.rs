//! Parts of a source and sources of several parts, read like one.

use std::io;

use super::read_at::ReadAt;

/// A run of bytes in a source, such as a zip that is stored in another.
pub(super) struct Span<'a> {
    pub(super) source: &'a dyn ReadAt,
    pub(super) start: u64,
    pub(super) len: u64,
}

impl ReadAt for Span<'_> {
    fn read_at(&self, offset: u64, len: usize) -> io::Result<Vec<u8>> {
        let left = self.len.saturating_sub(offset);
        let len = usize::try_from(left).unwrap_or(usize::MAX).min(len);
        self.source.read_at(self.start.saturating_add(offset), len)
    }

    fn len(&self) -> u64 {
        self.len
    }
}

/// Sources one after the other, such as the parts of a split archive.
pub(super) struct Joined {
    /// With their starts.
    parts: Vec<(u64, Box<dyn ReadAt>)>,
    len: u64,
}

impl Joined {
    pub(super) fn new(sources: impl IntoIterator<Item = Box<dyn ReadAt>>) -> Self {
        let (mut parts, mut len) = (Vec::new(), 0_u64);
        for source in sources {
            let size = source.len();
            parts.push((len, source));
            len = len.saturating_add(size);
        }
        Self { parts, len }
    }
}

impl ReadAt for Joined {
    fn read_at(&self, offset: u64, len: usize) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let first = self.parts.partition_point(|(start, _)| *start <= offset);
        for (start, source) in self.parts.iter().skip(first.saturating_sub(1)) {
            let at = offset + bytes.len() as u64;
            if bytes.len() == len || at < *start {
                break;
            }
            let inside = at - start;
            if inside < source.len() {
                bytes.extend(source.read_at(inside, len - bytes.len())?);
            }
        }
        Ok(bytes)
    }

    fn len(&self) -> u64 {
        self.len
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joined_parts_read_like_one() {
        let whole: Vec<u8> = (0..50).collect();
        let cuts = [0, 7, 7, 8, 30, 50];
        let parts = cuts
            .windows(2)
            .map(|cut| Box::new(whole[cut[0]..cut[1]].to_vec()) as Box<dyn ReadAt>);
        let joined = Joined::new(parts);
        for offset in 0..60 {
            for len in [0, 1, 5, 23, 100] {
                let expected = whole.read_at(offset, len).expect("in memory");
                assert_eq!(joined.read_at(offset, len).expect("in memory"), expected);
            }
        }
    }

    #[test]
    fn a_span_ends_where_it_ends() {
        let whole: Vec<u8> = (0..50).collect();
        let span = Span {
            source: &whole,
            start: 10,
            len: 20,
        };
        assert_eq!(
            span.read_at(15, 100).expect("in memory"),
            [25, 26, 27, 28, 29]
        );
        assert!(span.read_at(21, 5).expect("in memory").is_empty());
    }
}
