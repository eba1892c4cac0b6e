//! Writing files so that a crash never leaves half of one in place of a good one.

use std::fs;
use std::path::Path;

use crate::error::TrainerError;

/// Reads a whole file.
///
/// # Errors
/// When it cannot be read.
pub fn read(path: &Path) -> Result<Vec<u8>, TrainerError> {
    fs::read(path).map_err(TrainerError::io("read", path))
}

/// Writes a file beside its place and renames it there once it is complete.
///
/// # Errors
/// When the folder cannot be made or the disk is full; an older file stays as it was.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), TrainerError> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(TrainerError::io("create the folder", parent))?;
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let part = path.with_file_name(name);
    fs::write(&part, bytes)
        .and_then(|()| fs::rename(&part, path))
        .map_err(|source| {
            // The error that matters is the one above; a leftover is only untidy.
            fs::remove_file(&part).ok();
            TrainerError::io("write", path)(source)
        })
}

/// Reads a file of one JSON object a line; none where there is no file. A line cut short by a crash is left out.
///
/// # Errors
/// When the file is there and cannot be read.
pub fn read_lines<T: serde::de::DeserializeOwned>(path: &Path) -> Result<Vec<T>, TrainerError> {
    if !path.exists() {
        return Ok(Vec::new());
    }
    let text = fs::read_to_string(path).map_err(TrainerError::io("read", path))?;
    Ok(text
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect())
}

/// Writes such a file as a whole, so that a line that a crash cut short does not swallow the next.
///
/// # Errors
/// As [`write_atomically`], or an object that JSON cannot express.
pub fn write_lines<T: serde::Serialize>(path: &Path, objects: &[T]) -> Result<(), TrainerError> {
    let mut text = String::new();
    for object in objects {
        let line = serde_json::to_string(object).map_err(|error| {
            TrainerError::Message(format!("{} cannot be written: {error}", path.display()))
        })?;
        text.push_str(&line);
        text.push('\n');
    }
    write_atomically(path, text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_write_leaves_the_old_file() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("a/b.txt");
        write_atomically(&path, b"good").expect("writes");
        assert_eq!(read(&path).expect("reads"), b"good");
        // A folder in the place of the part file makes the next write fail.
        fs::create_dir(folder.path().join("a/b.txt.part")).expect("in the way");
        assert!(write_atomically(&path, b"worse").is_err());
        assert_eq!(read(&path).expect("reads"), b"good");
    }
}
