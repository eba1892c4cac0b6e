//! Zips of macOS above 4 GB: Archive Utility and `ditto` write no Zip64, and sizes and offsets lose all above 32 bits.
//!
//! Its entries lie one after the other in the order of the directory. So an entry begins at the first position after
//! the one before that ends in the 32 bits on record; where an entry is itself longer than that, the ones after it are
//! found by their local headers.

use super::read_at::{ReadAt, read_exact};
use super::zip::{LOCAL, u16_at};

/// The loss: what does not go into 32 bits.
pub(super) const WRAP: u64 = 1 << 32;

/// An entry as the directory has it.
pub(super) struct Cut {
    pub(super) offset: u32,
    pub(super) packed: u32,
    pub(super) name: Vec<u8>,
}

/// The true place of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) offset: u64,
    /// Bytes to be added to its size as packed.
    pub(super) more: u64,
}

/// The places of all entries of a zip whose directory begins at `start`; `None` where they cannot be told.
pub(super) fn places(
    source: &dyn ReadAt,
    entries: &[Cut],
    start: u64,
) -> std::io::Result<Option<Vec<Found>>> {
    let Some(mut places) = chain(entries) else {
        return Ok(Some(Vec::new()));
    };
    let last = places.len() - 1;
    let end = next(stop(&places[last], &entries[last]), start);
    // What the chain falls short of are entries longer than 4 GB.
    let Some(mut missing) = start.checked_sub(end).map(|short| short / WRAP) else {
        return Ok(None);
    };
    let mut from = 0;
    while missing > 0 {
        // The first entry that is not where the chain has it; all before it are.
        let mut beyond = places.len();
        while from < beyond {
            let middle = from + (beyond - from) / 2;
            if is_there(source, &entries[middle], places[middle].offset)? {
                from = middle + 1;
            } else {
                beyond = middle;
            }
        }
        let Some(culprit) = from.checked_sub(1) else {
            return Ok(None);
        };
        places[culprit].more += WRAP;
        for place in &mut places[from..] {
            place.offset += WRAP;
        }
        missing -= 1;
    }
    let found = is_there(source, &entries[last], places[last].offset)?;
    Ok(found.then_some(places))
}

fn chain(entries: &[Cut]) -> Option<Vec<Found>> {
    let mut at = 0;
    let places: Vec<Found> = entries
        .iter()
        .map(|entry| {
            let place = Found {
                offset: next(at, u64::from(entry.offset)),
                more: 0,
            };
            at = stop(&place, entry);
            place
        })
        .collect();
    (!places.is_empty()).then_some(places)
}

/// The first position from `at` on with the lower 32 bits of `cut`.
fn next(at: u64, cut: u64) -> u64 {
    at + (cut % WRAP + WRAP - at % WRAP) % WRAP
}

/// The end of an entry without its local extra field and data descriptor.
fn stop(place: &Found, entry: &Cut) -> u64 {
    place.offset + (LOCAL + entry.name.len()) as u64 + u64::from(entry.packed) + place.more
}

fn is_there(source: &dyn ReadAt, entry: &Cut, offset: u64) -> std::io::Result<bool> {
    let length = LOCAL + entry.name.len();
    if offset.saturating_add(length as u64) > source.len() {
        return Ok(false);
    }
    let header = read_exact(source, offset, length)?;
    Ok(header.starts_with(b"PK\x03\x04")
        && u16_at(&header, 26).map(usize::from) == Some(entry.name.len())
        && header[LOCAL..] == entry.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Local headers in a source that is a hole otherwise.
    struct Sparse {
        headers: Vec<(u64, Vec<u8>)>,
        len: u64,
    }

    impl ReadAt for Sparse {
        fn read_at(&self, offset: u64, len: usize) -> std::io::Result<Vec<u8>> {
            let mut bytes = vec![0; len];
            if let Some((_, header)) = self.headers.iter().find(|(at, _)| *at == offset) {
                let some = header.len().min(len);
                bytes[..some].copy_from_slice(&header[..some]);
            }
            Ok(bytes)
        }

        fn len(&self) -> u64 {
            self.len
        }
    }

    /// A zip of entries of the sizes: what it holds, its directory, and the true offsets with the start of the directory.
    fn made(sizes: &[u64]) -> (Sparse, Vec<Cut>, Vec<u64>) {
        let (mut at, mut headers, mut cuts, mut truth) = (0, Vec::new(), Vec::new(), Vec::new());
        for (index, &size) in sizes.iter().enumerate() {
            let name = format!("{index:03}.jpg").into_bytes();
            let mut header = b"PK\x03\x04".to_vec();
            header.resize(26, 0);
            header.extend([7, 0, 16, 0]);
            header.extend(&name);
            headers.push((at, header));
            cuts.push(Cut {
                offset: (at % WRAP) as u32,
                packed: (size % WRAP) as u32,
                name,
            });
            truth.push(at);
            // With a local extra field and a data descriptor.
            at += 37 + 16 + size + 16;
        }
        truth.push(at);
        (
            Sparse {
                headers,
                len: at + 1000,
            },
            cuts,
            truth,
        )
    }

    #[test]
    fn lost_bits_come_back() {
        let film = 3 << 30;
        for sizes in [
            vec![film, film, film, 5, 1 << 20, film, 9],
            vec![100, WRAP + 1000, 100, 100],
            vec![WRAP + 1000],
            vec![
                1,
                2,
                3,
                2 * WRAP + 5,
                4,
                WRAP,
                6,
                film,
                3 * WRAP - 200,
                7,
                8,
            ],
            vec![WRAP - 69, 3, WRAP - 69, WRAP - 1, 4],
            vec![10; 50],
        ] {
            let (source, cuts, truth) = made(&sizes);
            let start = truth[sizes.len()];
            let places = places(&source, &cuts, start);
            let places = places.expect("readable").expect("found");
            for (index, place) in places.iter().enumerate() {
                assert_eq!(place.offset, truth[index], "{sizes:?}, entry {index}");
                let size = u64::from(cuts[index].packed) + place.more;
                assert_eq!(size, sizes[index], "{sizes:?}, entry {index}");
            }
        }
    }

    #[test]
    fn other_zips_are_not_taken_for_one() {
        let (source, mut cuts, truth) = made(&[100, WRAP + 1000, 100, 100]);
        cuts.swap(0, 2);
        let start = truth[4];
        let places = places(&source, &cuts, start);
        assert_eq!(places.expect("readable"), None);
    }
}
