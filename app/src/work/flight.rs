//! Pictures on their way to the engines, counted in bytes: files may have a few thousand or many millions of them.

use std::collections::BTreeMap;

/// The most bytes of files on their way at once. Each is held up to three times: by the store, on the way, by an
/// engine.
pub const MOST: u64 = 96 << 20;
/// The most bytes of files that go out together: a share that leaves the other engines theirs.
pub const PARCEL: u64 = MOST / 8;
/// The most bytes that all engines together may take to decode. What an engine took once it never gives back.
pub const DECODING: u64 = 576 << 20;

/// Files on their way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flight {
    /// Bytes of each parcel, by its first picture.
    out: BTreeMap<usize, u64>,
}

impl Flight {
    /// Lets a parcel go, if there is room for it. One that is alone may be as large as it likes.
    pub fn leaves(&mut self, first: usize, bytes: u64) -> bool {
        let room = MOST.saturating_sub(self.bytes());
        let fits = self.out.is_empty() || bytes <= room;
        if fits {
            self.out.insert(first, bytes);
        }
        fits
    }

    /// Notes that what became of a parcel is known.
    pub fn lands(&mut self, first: usize) {
        self.out.remove(&first);
    }

    /// Bytes on their way.
    pub fn bytes(&self) -> u64 {
        self.out
            .values()
            .fold(0, |sum, &bytes| sum.saturating_add(bytes))
    }
}

/// The number of next files that make a batch, and their bytes: at most `count` and `most` bytes, but one always.
pub fn parcel(sizes: impl IntoIterator<Item = u64>, count: usize, most: u64) -> (usize, u64) {
    let (mut files, mut bytes) = (0, 0_u64);
    for size in sizes.into_iter().take(count) {
        let more = bytes.saturating_add(size);
        if files > 0 && more > most {
            break;
        }
        (files, bytes) = (files + 1, more);
    }
    (files, bytes)
}

/// The number of engines that may be at work, one at least, for pictures of which one takes `decoding` bytes.
pub fn able(engines: usize, decoding: u64) -> usize {
    let able = usize::try_from(DECODING / decoding.max(1)).unwrap_or(usize::MAX);
    able.clamp(1, engines.max(1))
}

/// The engines that a lane uses for pictures of which one takes `decoding` bytes: the larger the pictures, the fewer.
pub fn engine(lane: usize, engines: usize, decoding: u64) -> usize {
    lane % able(engines, decoding)
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use super::*;

    const MIB: u64 = 1 << 20;
    const ENGINES: usize = 8;
    const LANES: usize = 2 * ENGINES;

    /// The memory that a simulated import took.
    struct Peak {
        /// Files on their way, three times, and what the engines took.
        bytes: u64,
        /// Parcels on their way at once.
        parcels: usize,
        /// Engines that had something to do.
        engines: usize,
        /// Pictures done.
        done: usize,
    }

    /// An import of files of these sizes, each of which takes so many bytes to decode.
    fn import(sizes: &[u64], decoding: u64) -> Peak {
        let mut flight = Flight::default();
        let mut engines = [0; ENGINES];
        let (mut next, mut waiting) = (0, (0..LANES).collect::<VecDeque<_>>());
        let mut under_way = VecDeque::new();
        let mut peak = Peak {
            bytes: 0,
            parcels: 0,
            engines: 0,
            done: 0,
        };
        loop {
            while let Some(&lane) = waiting.front() {
                let (count, bytes) = parcel(sizes[next..].iter().copied(), 32, PARCEL);
                if count == 0 || !flight.leaves(next, bytes) {
                    break;
                }
                waiting.pop_front();
                under_way.push_back((lane, next, count));
                engines[engine(lane, ENGINES, decoding)] = decoding;
                next += count;
            }
            let engines_now: u64 = engines.iter().sum();
            let files = flight.bytes().saturating_mul(3);
            peak.bytes = peak.bytes.max(files.saturating_add(engines_now));
            peak.parcels = peak.parcels.max(under_way.len());
            // The newest first as well as the oldest: whoever is ready first.
            let done = if next.is_multiple_of(2) {
                under_way.pop_front()
            } else {
                under_way.pop_back()
            };
            let Some((lane, first, count)) = done else {
                break;
            };
            flight.lands(first);
            waiting.push_back(lane);
            peak.done += count;
        }
        peak.engines = engines.iter().filter(|&&bytes| bytes > 0).count();
        peak
    }

    /// 440 files of 9 MB on 8 cores peaked at 10 GB: 16 parcels of 32 files each, twice.
    #[test]
    fn memory_in_flight_is_counted_in_bytes() {
        for megapixels in [12, 24, 36, 64] {
            let peak = import(&[9 * MIB; 440], megapixels * 1_000_000 * 3);
            assert_eq!(peak.done, 440);
            assert!(peak.bytes < 1 << 30, "{megapixels}: {}", peak.bytes >> 20);
            assert!(peak.parcels >= ENGINES, "every engine has its picture");
        }
        assert_eq!(import(&[9 * MIB; 440], 72_000_000).engines, ENGINES);
        assert_eq!(import(&[9 * MIB; 440], 12 * 64_000_000).engines, 1);
    }

    #[test]
    fn small_pictures_go_out_in_full_parcels_on_all_lanes() {
        let peak = import(&[30_000; 20_000], 200_000);
        assert_eq!((peak.done, peak.parcels), (20_000, LANES));
        assert_eq!(parcel([300_000; 50], 32, PARCEL), (32, 32 * 300_000));
    }

    #[test]
    fn a_large_file_goes_alone_and_always_goes() {
        for size in [40 * MIB, 200 * MIB, u64::MAX] {
            let peak = import(&[size; 20], 3 * 64_000_000);
            assert_eq!(peak.done, 20);
        }
        let mixed: Vec<u64> = (0..300)
            .map(|at| if at % 50 == 7 { 150 * MIB } else { 2 * MIB })
            .collect();
        let peak = import(&mixed, 48_000_000);
        assert_eq!(peak.done, 300);
        assert!(peak.bytes <= 3 * 150 * MIB + DECODING);
    }

    #[test]
    fn nothing_to_send_is_no_parcel() {
        assert_eq!(parcel([], 32, PARCEL), (0, 0));
        assert_eq!(parcel([1, 2], 0, PARCEL), (0, 0));
        assert_eq!(engine(5, 0, 0), 0);
    }
}
