//! The assignment of images to splits.

use std::collections::HashMap;

use modulens_schema::Split;

use crate::dataset::ImageRecord;
use crate::error::DatasetError;
use crate::report::Report;
use crate::text::{AGAIN, TextFile};

/// The split of a group where the dataset brings none: 70 % train, 10 % val, 20 % test.
///
/// `SplitMix64` (Steele, Lea and Flood, OOPSLA 2014) of `seed` and `group`, as a number in 0..1, below 0.7,
/// below 0.8, or above. It depends on nothing else, so a group stays in its split when others come or go.
pub fn split_by_hash(seed: u64, group: u64) -> Split {
    let draw = (mix(mix(seed) ^ group) >> 11) as f64 / (1u64 << 53) as f64;
    if draw < 0.7 {
        Split::Train
    } else if draw < 0.8 {
        Split::Val
    } else {
        Split::Test
    }
}

fn mix(state: u64) -> u64 {
    let mut z = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// A group's number from its name: the number itself, or FNV-1a of the text.
pub(crate) fn group_of(name: &str) -> u64 {
    name.parse().unwrap_or_else(|_| {
        name.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
        })
    })
}

/// `list_eval_partition.txt`: per line a picture and 0 (train), 1 (val) or 2 (test). The key of a picture
/// is made by `key`; the value holds the line too, for complaints.
pub(crate) fn read_partition<'a>(
    file: &'a TextFile,
    key: impl Fn(&'a str) -> &'a str,
) -> Result<HashMap<&'a str, (u64, Split)>, DatasetError> {
    let mut splits = HashMap::new();
    for (line, text) in file.lines() {
        let mut fields = text.split_ascii_whitespace();
        let (Some(name), Some(code), None) = (fields.next(), fields.next(), fields.next()) else {
            return Err(file.fault(
                line,
                "a picture and its part (0, 1 or 2) were expected",
                AGAIN,
            ));
        };
        let split = match code {
            "0" => Split::Train,
            "1" => Split::Val,
            "2" => Split::Test,
            _ => {
                let problem = format!("the part {code:?} is not 0 (train), 1 (val) or 2 (test)");
                return Err(file.fault(line, problem, AGAIN));
            }
        };
        splits.insert(key(name), (line, split));
    }
    Ok(splits)
}

/// Notes groups that are in more than one split: figures on them would be too good.
pub(crate) fn note_straddling(images: &[ImageRecord], what: &str, report: &mut Report) {
    let mut first: HashMap<u64, (Split, bool)> = HashMap::new();
    for image in images {
        let (split, straddles) = first.entry(image.group).or_insert((image.split, false));
        *straddles |= *split != image.split;
    }
    let count = first.values().filter(|(_, straddles)| *straddles).count();
    if count > 0 {
        report.note(format!(
            "{count} of {} {what} are in more than one split, so test figures may be too good",
            first.len()
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_as_promised_and_the_seed_matters() {
        let mut counts = [0usize; 3];
        for group in 0..100_000 {
            counts[split_by_hash(1, group) as usize] += 1;
        }
        for (count, share) in counts.into_iter().zip([0.7, 0.1, 0.2]) {
            assert!(
                (count as f64 / 100_000.0 - share).abs() < 0.005,
                "{counts:?}"
            );
        }
        let moved = (0..1000)
            .filter(|&g| split_by_hash(1, g) != split_by_hash(2, g))
            .count();
        assert!(moved > 300, "{moved}");
    }

    #[test]
    fn groups_are_stable() {
        assert_eq!(group_of("2880"), 2880);
        assert_eq!(group_of("anna"), group_of("anna"));
        assert_ne!(group_of("anna"), group_of("berta"));
        // Pinned: a changed hash would move pictures between splits of trained networks.
        let splits: String = (0..40)
            .map(|group| split_by_hash(20_180_914, group).name().as_bytes()[1] as char)
            .collect();
        assert_eq!(splits, "rerrrerererreerrraerrrarrerrrarrrrarrarr");
    }
}
