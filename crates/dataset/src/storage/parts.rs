//! Archives split over several files: `a.zip.001`, `a.7z.001`, `a.tar.gz.aa`, `a.part1.rar`, `a.z01`.

use std::collections::BTreeMap;

use crate::error::DatasetError;

use super::kind::{Kind, is_archive_name};
use super::path;
use super::read_at::ReadAt;

/// Paths and bytes of the parts that are here, by their number.
pub(super) type Parts = BTreeMap<u32, (String, Box<dyn ReadAt>)>;

/// The name of the whole and the number of a part that was cut out of it: `.001` and so on; behind the name of an archive
/// also `.part1`, or `.aa` as `split` has it.
pub(super) fn part(file: &str) -> Option<(&str, u32)> {
    let (whole, extension) = file.rsplit_once('.')?;
    let bytes = extension.as_bytes();
    if path::file_name(whole).is_empty() || extension.contains('/') {
        return None;
    }
    if bytes.len() == 3 && bytes.iter().all(u8::is_ascii_digit) {
        return Some((whole, extension.parse().ok()?));
    }
    if !is_archive_name(whole) || is_archive_name(file) {
        return None;
    }
    if bytes.len() == 2 && bytes.iter().all(u8::is_ascii_lowercase) {
        let letter = |at: usize| u32::from(bytes[at] - b'a');
        return Some((whole, letter(0) * 26 + letter(1)));
    }
    let lower = extension.to_ascii_lowercase();
    let number = lower.strip_prefix("part")?.parse().ok()?;
    Some((whole, number))
}

/// The path of the first part here.
pub(super) fn first(parts: &Parts) -> &str {
    parts
        .first_key_value()
        .map_or("", |(_, (path, _))| path.as_str())
}

/// The reason for not joining parts.
pub(super) enum Fault {
    /// They are files in their own right.
    NoArchive,
    Refused(DatasetError),
}

impl Fault {
    /// The fault of parts whose first begins like a file of that kind.
    pub(super) fn of(parts: &Parts, whole: &str, kind: Kind) -> Option<Self> {
        let (&lowest, (first, _)) = parts.first_key_value()?;
        let highest = parts.last_key_value().map_or(lowest, |(&number, _)| number);
        let error = |what: String, hint: &str| {
            Some(Self::Refused(DatasetError::Archive {
                file: first.clone(),
                what,
                hint: hint.to_owned(),
            }))
        };
        let count = parts.len();
        match kind {
            Kind::Foreign(what) => error(
                format!("the first of {count} parts of {what}, which is not opened here"),
                "unpack this part with 7-Zip next to the text files, with all parts in one folder",
            ),
            Kind::Zip | Kind::Tar | Kind::Gzip if (highest - lowest) as usize + 1 == count => None,
            Kind::Zip | Kind::Tar | Kind::Gzip => error(
                format!("the first part of {whole}, of which others are missing"),
                "give all parts together",
            ),
            _ if !is_archive_name(whole) => Some(Self::NoArchive),
            _ if lowest > 1 => error(
                format!("a part of {whole}, whose first part is missing"),
                "give all parts together",
            ),
            kind => Some(Self::Refused(kind.refuse(first))),
        }
    }
}

/// The error where the parts, joined, are no whole archive.
pub(super) fn incomplete(first: &str, count: usize) -> DatasetError {
    let what = match count {
        1 => "one part of an archive that is split over several files".to_owned(),
        _ => format!("the first of {count} parts that do not make a whole archive"),
    };
    DatasetError::Archive {
        file: first.to_owned(),
        what,
        hint: "give all parts together, or join them with 7-Zip".to_owned(),
    }
}

/// The error of a part beside a `.zip` or the first part of a `.rar`.
pub(super) fn further(file: &str) -> DatasetError {
    DatasetError::Archive {
        file: file.to_owned(),
        what: "one part of a split archive, which is not opened here".to_owned(),
        hint:
            "put all parts in one folder and unpack the first (.part1.rar, .rar or .zip) with 7-Zip"
                .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_parts() {
        assert_eq!(part("x/a.zip.001"), Some(("x/a.zip", 1)));
        assert_eq!(part("a.7z.012"), Some(("a.7z", 12)));
        assert_eq!(part("a.001"), Some(("a", 1)));
        assert_eq!(part("a.tar.gz.ab"), Some(("a.tar.gz", 1)));
        assert_eq!(part("a.zip.part2"), Some(("a.zip", 2)));
        for no in [
            ".001", "x/.001", "a.zip", "a.tar.gz", "a.2019", "a.md", "a.jpg", "a.001/b", "001",
        ] {
            assert_eq!(part(no), None, "{no}");
        }
    }
}
