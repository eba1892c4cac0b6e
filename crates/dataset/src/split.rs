//! The assignment of images to splits.

use std::collections::{BTreeMap, HashMap};

use modulens_schema::{Labels, Split};

use crate::dataset::ImageRecord;
use crate::error::DatasetError;
use crate::report::Report;
use crate::table::roles;
use crate::text::{AGAIN, Delimiter, TextFile, is_number};

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

/// Below this number of images a split is stratified: by chance alone a rare value would be missing from a part.
pub(crate) const SMALL: usize = 1000;

/// Parts of a split, in the order of [`SHARES`].
const PARTS: [Split; 3] = [Split::Train, Split::Val, Split::Test];
const SHARES: [f64; 3] = [0.7, 0.1, 0.2];

/// Splits a small dataset 70/10/20 % so that every value of every task is spread over the parts as evenly as whole
/// groups allow, rare values first (iterative stratification: Sechidis, Tsoumakas and Vlahavas, ECML PKDD 2011). With
/// three groups or more no part is empty. The order of groups is that of their hash with `seed`.
pub(crate) fn stratify(images: &mut [ImageRecord], labels: &Labels, seed: u64) {
    let mut places: BTreeMap<(u64, u64), Vec<usize>> = BTreeMap::new();
    for (at, image) in images.iter().enumerate() {
        let order = mix(mix(seed) ^ image.group);
        places.entry((order, image.group)).or_default().push(at);
    }
    let groups: Vec<Vec<usize>> = places.into_values().collect();
    // The number of images that each part still wants: of each value, and of all.
    let mut wanted: BTreeMap<(usize, u8), [f64; 3]> = BTreeMap::new();
    let mut open: BTreeMap<(usize, u8), Vec<usize>> = BTreeMap::new();
    let values = |at: usize| {
        (0..labels.tasks()).filter_map(move |task| labels.get(at, task).map(|value| (task, value)))
    };
    for (group, members) in groups.iter().enumerate() {
        for value in members.iter().flat_map(|&at| values(at)) {
            let wanted = wanted.entry(value).or_default();
            (0..3).for_each(|part| wanted[part] += SHARES[part]);
            let open = open.entry(value).or_default();
            if open.last() != Some(&group) {
                open.push(group);
            }
        }
    }
    let mut room = SHARES.map(|share| share * images.len() as f64);
    let mut part_of: Vec<Option<usize>> = vec![None; groups.len()];
    loop {
        let rarest = open
            .iter()
            .map(|(value, groups)| {
                let left = groups.iter().filter(|&&group| part_of[group].is_none());
                (left.count(), *value)
            })
            .filter(|(left, _)| *left > 0)
            .min();
        let batch: Vec<usize> = match rarest {
            Some((_, value)) => open.remove(&value).unwrap_or_default(),
            None => (0..groups.len()).collect(),
        };
        for group in batch {
            if part_of[group].is_some() {
                continue;
            }
            let wish = rarest.and_then(|(_, value)| wanted.get(&value)).copied();
            let wish = wish.unwrap_or(room);
            // The first of equals is training.
            let part = (0..3).rev().max_by(|&a, &b| {
                let by_value = wish[a].total_cmp(&wish[b]);
                by_value.then(room[a].total_cmp(&room[b]))
            });
            let part = part.unwrap_or(0);
            part_of[group] = Some(part);
            room[part] -= groups[group].len() as f64;
            for value in groups[group].iter().flat_map(|&at| values(at)) {
                if let Some(wanted) = wanted.get_mut(&value) {
                    wanted[part] -= 1.0;
                }
            }
        }
        if rarest.is_none() {
            break;
        }
    }
    let mut part_of: Vec<usize> = part_of.into_iter().map(Option::unwrap_or_default).collect();
    fill_empty_parts(&mut part_of);
    for (members, &part) in groups.iter().zip(&part_of) {
        for &at in members {
            images[at].split = PARTS[part];
        }
    }
}

/// Gives each part without a group one of the part that has most.
fn fill_empty_parts(part_of: &mut [usize]) {
    for part in 0..3 {
        let mut counts = [0; 3];
        part_of.iter().for_each(|&part| counts[part] += 1);
        let largest = (0..3).rev().max_by_key(|&part| counts[part]).unwrap_or(0);
        // Of two parts that could give, the one that is not trained on.
        let giver = if counts[2] > 1 { 2 } else { largest };
        if counts[part] == 0
            && counts[giver] > 1
            && let Some(group) = part_of.iter().rposition(|&of| of == giver)
        {
            part_of[group] = part;
        }
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

/// `list_eval_partition.txt` or a copy as CSV: per line an image and 0 (train), 1 (val) or 2 (test), perhaps below a count
/// and a heading. The key of an image is made by `key`; the value holds the line too, for complaints.
///
/// # Errors
/// When a line is not such a pair.
pub(crate) fn read_partition<'a>(
    file: &'a TextFile,
    key: impl Fn(&'a str) -> &'a str,
) -> Result<HashMap<&'a str, (u64, Split)>, DatasetError> {
    let mut splits = HashMap::new();
    for (line, name, code) in read_pairs(file, "its part (0, 1 or 2)")? {
        let split = match roles::parse_split(code) {
            Some(split) => split,
            // The heading of a copy as CSV.
            None if splits.is_empty() && line <= 2 && code.parse::<f64>().is_err() => continue,
            None => {
                let problem = format!("the part {code:?} is not 0 (train), 1 (val) or 2 (test)");
                return Err(file.fault(line, problem, AGAIN));
            }
        };
        splits.insert(key(name), (line, split));
    }
    Ok(splits)
}

/// The lines of a list of pairs: line number, first field, and the rest of the line. A count at the top is left out.
///
/// # Errors
/// When a line has one field only; `what` says what the second one is.
pub(crate) fn read_pairs<'a>(
    file: &'a TextFile,
    what: &str,
) -> Result<Vec<(u64, &'a str, &'a str)>, DatasetError> {
    let mut pairs = Vec::new();
    for (line, text) in file.lines() {
        let delimiter = Delimiter::of(text);
        let (first, rest) = match delimiter {
            Delimiter::Blanks => text.trim().split_once(char::is_whitespace),
            Delimiter::Sign(sign) => text.split_once(sign),
        }
        .unwrap_or((text, ""));
        let (first, rest) = (first.trim(), rest.trim());
        if pairs.is_empty() && is_number(text) {
            continue;
        }
        if first.is_empty() || rest.is_empty() {
            let problem = format!("a picture and {what} were expected");
            return Err(file.fault(line, problem, AGAIN));
        }
        pairs.push((line, first, rest));
    }
    Ok(pairs)
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

    fn records(groups: impl IntoIterator<Item = u64>) -> Vec<ImageRecord> {
        let record = |(entry, group): (usize, u64)| ImageRecord {
            id: entry.to_string(),
            entry,
            group,
            split: Split::Train,
        };
        groups.into_iter().enumerate().map(record).collect()
    }

    fn counts(images: &[ImageRecord], wanted: impl Fn(usize) -> bool) -> [usize; 3] {
        PARTS.map(|part| {
            let of_part = images
                .iter()
                .enumerate()
                .filter(|(_, image)| image.split == part);
            of_part.filter(|(at, _)| wanted(*at)).count()
        })
    }

    #[test]
    fn a_small_set_is_split_so_that_rare_values_are_learned() {
        let mut images = records(0..60);
        // "ring" is yes for four images, "shape" has three values.
        let rare = |at: usize| [0, 3, 7, 8].contains(&at);
        let cells = (0..60).flat_map(|at| [u8::from(rare(at)), (at % 3) as u8]);
        let labels = Labels::from_cells(2, cells.collect()).expect("two tasks");
        stratify(&mut images, &labels, 1);
        assert_eq!(counts(&images, |_| true), [42, 6, 12]);
        let of_rare = counts(&images, rare);
        assert!(of_rare[0] >= 2 && of_rare[2] >= 1, "{of_rare:?}");
        for shape in 0..3 {
            assert_eq!(counts(&images, |at| at % 3 == shape), [14, 2, 4]);
        }
        let again = images.clone();
        stratify(&mut images, &labels, 1);
        assert_eq!(images, again);
    }

    #[test]
    fn groups_stay_whole_and_no_part_is_empty() {
        let mut images = records((0..24).map(|at| at % 6));
        stratify(&mut images, &Labels::new(0), 7);
        for image in &images {
            assert_eq!(image.split, images[image.group as usize].split);
        }
        for groups in 3..12_u64 {
            let mut images = records(0..groups);
            let cells = (0..groups).map(|at| (at % 2) as u8).collect();
            let labels = Labels::from_cells(1, cells).expect("one task");
            stratify(&mut images, &labels, 7);
            let counts = counts(&images, |_| true);
            assert!(
                counts.iter().all(|&count| count > 0),
                "{groups}: {counts:?}"
            );
            assert!(counts[0] * 2 >= groups as usize - 1, "{groups}: {counts:?}");
        }
        let mut none: Vec<ImageRecord> = Vec::new();
        stratify(&mut none, &Labels::new(0), 7);
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
