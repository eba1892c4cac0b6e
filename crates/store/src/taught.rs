//! The tasks that the visitor taught: lines of `crc32 json` as in the journal, of which the newest counts.
//!
//! The file is written from its beginning again once it is long, so that many marks do not fill the disk. A line that
//! is cut off loses nothing: the one before it lies elsewhere.

use modulens_schema::UserTask;
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::journal;

/// Beyond so many bytes the file is written from its beginning again.
const LONG: usize = 1 << 18;

#[derive(Debug, Serialize, Deserialize)]
struct Line {
    /// Counts the lines that were written.
    number: u64,
    tasks: Vec<UserTask>,
}

/// The taught tasks in a file; none where it has no whole line.
pub fn read_taught(bytes: &[u8]) -> Vec<UserTask> {
    newest(bytes).map_or_else(Vec::new, |(_, line)| line.tasks)
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

/// The line that keeps some tasks, and its place in a file.
pub(crate) fn next(bytes: &[u8], tasks: &[UserTask]) -> Result<(usize, Vec<u8>), StoreError> {
    let known = newest(bytes);
    let number = known.as_ref().map_or(0, |(_, line)| line.number);
    let line = journal::line(&Line {
        number: number.wrapping_add(1),
        tasks: tasks.to_vec(),
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

    fn write(file: &mut Vec<u8>, tasks: &[UserTask], bytes: usize) {
        let (at, line) = next(file, tasks).expect("plain");
        let line = &line[..bytes.min(line.len())];
        file.resize(file.len().max(at + line.len()), 0);
        file[at..at + line.len()].copy_from_slice(line);
    }

    #[test]
    fn the_newest_tasks_count_and_the_file_stays_short() {
        let mut file = Vec::new();
        assert!(read_taught(&file).is_empty());
        for mark in 0..500 {
            write(&mut file, &task(mark), usize::MAX);
            assert_eq!(read_taught(&file), task(mark));
            assert!(file.len() < LONG + 10_000);
        }
        write(&mut file, &[], usize::MAX);
        assert!(read_taught(&file).is_empty(), "all were deleted");
    }

    #[test]
    fn a_line_cut_off_loses_only_itself() {
        let mut file = Vec::new();
        for mark in 0..200 {
            write(&mut file, &task(mark), usize::MAX);
            for cut in [1, 9, 500] {
                let mut lost = file.clone();
                write(&mut lost, &task(9999), cut);
                assert_eq!(read_taught(&lost), task(mark), "{mark} {cut}");
            }
        }
    }
}
