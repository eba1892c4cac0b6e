//! Files of lines of `crc32 json`, as in the journal, of which the newest counts: the taught tasks, the hidden images,
//! and the corrected labels.
//!
//! A file is written from its beginning again once it is long, so that many changes do not fill the disk. A line that is
//! cut off loses nothing: the one before it lies elsewhere.

use modulens_schema::{Correction, UserTask};
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::journal;

/// Beyond so many bytes a file is written from its beginning again.
const LONG: usize = 1 << 18;

/// A line; each file has one of its lists.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Line {
    /// Counts the lines that were written.
    pub number: u64,
    /// The tasks that the visitor taught.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tasks: Option<Vec<UserTask>>,
    /// The images that the visitor hid, ascending.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub images: Option<Vec<usize>>,
    /// The labels that the visitor corrected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrections: Option<Vec<Correction>>,
}

/// The taught tasks in a file; none where it has no whole line.
pub fn read_taught(bytes: &[u8]) -> Vec<UserTask> {
    let line = newest(bytes);
    line.and_then(|(_, line)| line.tasks).unwrap_or_default()
}

/// The hidden images in a file, ascending; none where it has no whole line.
pub fn read_hidden(bytes: &[u8]) -> Vec<usize> {
    let line = newest(bytes);
    let mut images = line.and_then(|(_, line)| line.images).unwrap_or_default();
    // The file may be a stranger's.
    images.sort_unstable();
    images.dedup();
    images
}

/// The corrected labels in a file; none where it has no whole line.
pub fn read_corrections(bytes: &[u8]) -> Vec<Correction> {
    let line = newest(bytes);
    let corrections = line.and_then(|(_, line)| line.corrections);
    let mut corrections = corrections.unwrap_or_default();
    // As above.
    for correction in &mut corrections {
        correction.images.sort_unstable();
        correction.images.dedup();
    }
    corrections
}

/// The newest line, and its place.
fn newest(bytes: &[u8]) -> Option<(std::ops::Range<usize>, Line)> {
    let mut newest = None::<(std::ops::Range<usize>, Line)>;
    let mut at = 0;
    for text in bytes.split_inclusive(|&byte| byte == b'\n') {
        let place = at..at + text.len();
        at = place.end;
        let line = journal::parse::<Line>(text);
        if let Some(line) = line
            && newest
                .as_ref()
                .is_none_or(|(_, known)| known.number < line.number)
        {
            newest = Some((place, line));
        }
    }
    newest
}

/// The bytes of the next line of a file, and its place there.
pub(crate) fn next(bytes: &[u8], kept: Line) -> Result<(usize, Vec<u8>), StoreError> {
    let known = newest(bytes);
    let number = known.as_ref().map_or(0, |(_, line)| line.number);
    let line = journal::line(&Line {
        number: number.wrapping_add(1),
        ..kept
    })?;
    let at = match known {
        Some((place, _)) if place.end > LONG && place.start >= line.len() => 0,
        Some((place, _)) => place.end,
        None => 0,
    };
    Ok((at, line))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(mark: usize) -> Vec<UserTask> {
        vec![UserTask {
            name: "round\nglasses".into(),
            yes: vec![mark; 1000],
            no: vec![3],
        }]
    }

    fn write(file: &mut Vec<u8>, kept: Line, bytes: usize) {
        let (at, line) = next(file, kept).expect("plain");
        let line = &line[..bytes.min(line.len())];
        file.resize(file.len().max(at + line.len()), 0);
        file[at..at + line.len()].copy_from_slice(line);
    }

    fn tasks(tasks: &[UserTask]) -> Line {
        Line {
            tasks: Some(tasks.to_vec()),
            ..Line::default()
        }
    }

    fn images(images: &[usize]) -> Line {
        Line {
            images: Some(images.to_vec()),
            ..Line::default()
        }
    }

    #[test]
    fn the_newest_tasks_count_and_the_file_stays_short() {
        let mut file = Vec::new();
        assert!(read_taught(&file).is_empty());
        for mark in 0..500 {
            write(&mut file, tasks(&task(mark)), usize::MAX);
            assert_eq!(read_taught(&file), task(mark));
            assert!(file.len() < LONG + 10_000);
        }
        write(&mut file, tasks(&[]), usize::MAX);
        assert!(read_taught(&file).is_empty(), "all were deleted");
        let text = String::from_utf8_lossy(&file);
        assert!(
            text.contains("\"tasks\":[]"),
            "an earlier version needs the list"
        );
    }

    #[test]
    fn a_line_cut_off_loses_only_itself() {
        let mut file = Vec::new();
        for mark in 0..200 {
            write(&mut file, tasks(&task(mark)), usize::MAX);
            for cut in [1, 9, 500] {
                let mut lost = file.clone();
                write(&mut lost, tasks(&task(9999)), cut);
                assert_eq!(read_taught(&lost), task(mark), "{mark} {cut}");
            }
        }
    }

    #[test]
    fn the_newest_corrections_count() {
        let correction = |images: &[usize]| Correction {
            column: "Hat".into(),
            label: modulens_schema::NewLabel::Unknown,
            images: images.to_vec(),
        };
        let kept = |images: &[usize]| Line {
            corrections: Some(vec![correction(images)]),
            ..Line::default()
        };
        let mut file = Vec::new();
        assert_eq!(read_corrections(&file), []);
        for images in [&[1][..], &[1, 4]] {
            let (at, line) = next(&file, kept(images)).expect("plain");
            file.truncate(at);
            file.extend(line);
            assert_eq!(read_corrections(&file), [correction(images)]);
        }
        file.extend(b"0000 {\"number\":9}");
        assert_eq!(
            read_corrections(&file),
            [correction(&[1, 4])],
            "a damaged line"
        );
    }

    #[test]
    fn the_newest_hidden_images_count_in_ascending_order() {
        let mut file = Vec::new();
        assert!(read_hidden(&file).is_empty());
        write(&mut file, images(&[2, 7]), usize::MAX);
        write(&mut file, images(&[9, 2, 9]), usize::MAX);
        assert_eq!(read_hidden(&file), [2, 9]);
        write(&mut file, images(&[5]), 12);
        assert_eq!(read_hidden(&file), [2, 9], "a line cut off");
        write(&mut file, images(&[]), usize::MAX);
        assert!(read_hidden(&file).is_empty(), "all are shown again");
    }
}
