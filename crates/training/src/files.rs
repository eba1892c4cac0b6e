//! Durable files: a crash, a full disk or a flipped bit never passes for a good file.
//!
//! Every write goes to a file beside its place, is brought to the disk, and takes its place in one rename, after which
//! the folder is brought to the disk too. JSON that others rely on is *sealed*: it carries the SHA-256 of its own text.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::error::TrainerError;
use crate::output::note;

/// The hash of a sealed file while it is computed.
const NO_HASH: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Reads a whole file.
///
/// # Errors
/// When it cannot be read, or is no regular file: reading a pipe would wait for ever.
pub fn read(path: &Path) -> Result<Vec<u8>, TrainerError> {
    let kind = fs::metadata(path).map_err(TrainerError::io("read", path))?;
    if !kind.is_file() {
        let what = if kind.is_dir() {
            "it is a folder, not a file"
        } else {
            "it is a pipe or a device, not a regular file; save its content to a file first"
        };
        return Err(TrainerError::io("read", path)(io::Error::other(what)));
    }
    fs::read(path).map_err(TrainerError::io("read", path))
}

/// Reads a whole text file.
///
/// # Errors
/// As [`read`], or when it is not UTF-8.
pub fn read_text(path: &Path) -> Result<String, TrainerError> {
    String::from_utf8(read(path)?)
        .map_err(|error| TrainerError::io("read", path)(io::Error::other(error)))
}

/// Writes a file beside its place and renames it there once it is complete and on the disk.
///
/// # Errors
/// When the folder cannot be made or the disk is full; an older file stays as it was.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), TrainerError> {
    let mut file = AtomicFile::create(path)?;
    file.write_all(bytes)
        .map_err(TrainerError::io("write", path))?;
    file.finish()
}

/// A file that is written beside its place and renamed there by [`AtomicFile::finish`]. Dropped before that, it leaves
/// nothing behind.
#[derive(Debug)]
pub struct AtomicFile {
    path: PathBuf,
    part: PathBuf,
    file: File,
}

impl AtomicFile {
    /// Begins the file, in a folder that is made if it is not there.
    ///
    /// # Errors
    /// When nothing can be written beside its place, or something other than a file is there.
    pub fn create(path: &Path) -> Result<Self, TrainerError> {
        if path.exists() && !path.is_file() {
            let what = "there is something else than a regular file; name another one";
            return Err(TrainerError::io("write", path)(io::Error::other(what)));
        }
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(TrainerError::io("create the folder", parent))?;
        }
        let part = with_suffix(path, ".part");
        let file = File::create(&part).map_err(TrainerError::io("write", path))?;
        Ok(Self {
            path: path.to_owned(),
            part,
            file,
        })
    }

    /// Brings the file to the disk and to its place.
    ///
    /// # Errors
    /// When the disk is full; an older file stays as it was.
    pub fn finish(self) -> Result<(), TrainerError> {
        fault::step()
            .and_then(|()| self.file.sync_all())
            .and_then(|()| rename(&self.part, &self.path))
            .and_then(|()| sync_folder_of(&self.path))
            .map_err(TrainerError::io("write", &self.path))
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Err(error) = fault::step() {
            // A disk that fails has often taken a part.
            self.file.write_all(&bytes[..bytes.len() / 2]).ok();
            return Err(error);
        }
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for AtomicFile {
    fn drop(&mut self) {
        // It is there only where the file was not finished; a leftover is only untidy.
        remove_file(&self.part).ok();
    }
}

/// A path with something added to its file name.
pub(crate) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(suffix);
    path.with_file_name(name)
}

/// Renames a file or folder; what is at the new place is replaced.
pub(crate) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fault::step()?;
    fs::rename(from, to)
}

/// Removes a file.
pub(crate) fn remove_file(path: &Path) -> io::Result<()> {
    fault::step()?;
    fs::remove_file(path)
}

/// Brings the names in a folder to the disk; a rename may otherwise be undone by a power failure.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    fault::step()?;
    // Only Unix opens folders.
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

fn sync_folder_of(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => sync_folder(Path::new(".")),
        Some(parent) => sync_folder(parent),
        None => Ok(()),
    }
}

/// SHA-256 as 64 hexadecimal digits.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An object with the hash of its own text, in which the hash itself stands as zeros.
#[derive(Debug, Serialize, Deserialize)]
struct Sealed<T> {
    /// Absent in files that were written before there were seals.
    #[serde(default)]
    sha256: Option<String>,
    #[serde(flatten)]
    content: T,
}

/// The text of an object as sealed JSON; `pretty` for files that people read.
///
/// # Errors
/// It holds what JSON cannot express.
pub fn seal<T: Serialize>(content: &T, pretty: bool) -> Result<String, serde_json::Error> {
    let sealed = Sealed {
        sha256: Some(NO_HASH.into()),
        content,
    };
    let text = match pretty {
        true => serde_json::to_string_pretty(&sealed)?,
        false => serde_json::to_string(&sealed)?,
    };
    Ok(text.replacen(NO_HASH, &sha256(text.as_bytes()), 1))
}

/// The object in sealed JSON.
///
/// # Errors
/// A sentence: it does not parse, or its text is not the one that was written.
pub fn unseal<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    let sealed: Sealed<T> =
        serde_json::from_str(text).map_err(|error| format!("it does not parse: {error}"))?;
    match sealed.sha256 {
        Some(hash) if sha256(text.replacen(&hash, NO_HASH, 1).as_bytes()) != hash => {
            Err("it is damaged: its text is not the one that was written (checksum)".into())
        }
        _ => Ok(sealed.content),
    }
}

/// Reads a file of one JSON object a line, sealed or not; none where there is no file. A damaged line is left out, and
/// said so.
///
/// # Errors
/// When the file is there and cannot be read.
pub fn read_lines<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>, TrainerError> {
    if !path.exists() {
        return Ok(Vec::new());
    }
    let bytes = read(path)?;
    let mut objects = Vec::new();
    for (number, line) in String::from_utf8_lossy(&bytes).lines().enumerate() {
        match unseal(line) {
            Ok(object) => objects.push(object),
            Err(why) => note(&format!(
                "warning: line {} of {} is left out: {why}",
                number + 1,
                path.display()
            )),
        }
    }
    Ok(objects)
}

/// Writes a file of one JSON object a line.
///
/// # Errors
/// As [`write_atomically`], or an object that JSON cannot express.
pub fn write_lines<T: Serialize>(path: &Path, objects: &[T]) -> Result<(), TrainerError> {
    write_texts(path, objects.iter().map(serde_json::to_string))
}

/// [`write_lines`] with a seal on each line.
///
/// # Errors
/// As [`write_lines`].
pub fn write_sealed_lines<T: Serialize>(path: &Path, objects: &[T]) -> Result<(), TrainerError> {
    write_texts(path, objects.iter().map(|object| seal(object, false)))
}

fn write_texts(
    path: &Path,
    lines: impl Iterator<Item = Result<String, serde_json::Error>>,
) -> Result<(), TrainerError> {
    let mut text = String::new();
    for line in lines {
        let line = line.map_err(|error| {
            TrainerError::Message(format!("{} cannot be written: {error}", path.display()))
        })?;
        text.push_str(&line);
        text.push('\n');
    }
    write_atomically(path, text.as_bytes())
}

/// The points at which tests let the disk fail.
#[cfg(test)]
pub(crate) mod fault {
    use std::cell::Cell;
    use std::io;

    thread_local! {
        static LEFT: Cell<Option<usize>> = const { Cell::new(None) };
    }

    /// Lets so many steps of this thread succeed and all later ones fail, as after a crash; `None` mends the disk.
    pub(crate) fn fail_after(steps: Option<usize>) {
        LEFT.set(steps);
    }

    pub(super) fn step() -> io::Result<()> {
        match LEFT.get() {
            None => Ok(()),
            Some(0) => Err(io::ErrorKind::StorageFull.into()),
            Some(left) => {
                LEFT.set(Some(left - 1));
                Ok(())
            }
        }
    }
}

#[cfg(not(test))]
mod fault {
    #[expect(clippy::unnecessary_wraps, reason = "under test it fails")]
    pub(super) fn step() -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_that_fails_at_any_step_leaves_the_old_file_or_the_new_one() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("a/b.txt");
        write_atomically(&path, b"good").expect("writes");
        for steps in 0.. {
            fault::fail_after(Some(steps));
            let written = write_atomically(&path, b"a longer text");
            fault::fail_after(None);
            let found = read(&path).expect("reads");
            match written {
                Ok(()) => {
                    assert_eq!(found, b"a longer text");
                    assert!(steps >= 4, "there is more than one step");
                    break;
                }
                Err(_) => assert!(found == b"good" || found == b"a longer text", "{found:?}"),
            }
            write_atomically(&path, b"good").expect("writes");
        }
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Note {
        name: String,
        value: f64,
    }

    #[test]
    fn every_flipped_bit_of_a_sealed_text_is_noticed_or_changes_nothing() {
        let note = Note {
            name: "faces".into(),
            value: 0.1,
        };
        let text = seal(&note, true).expect("plain data");
        assert_eq!(unseal::<Note>(&text).as_ref(), Ok(&note));
        for at in 0..text.len() {
            for bit in 0..8 {
                let mut bytes = text.clone().into_bytes();
                bytes[at] ^= 1 << bit;
                let Ok(damaged) = String::from_utf8(bytes) else {
                    continue;
                };
                if let Ok(found) = unseal::<Note>(&damaged) {
                    assert_eq!(found, note, "byte {at}, bit {bit}");
                }
            }
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_is_refused_instead_of_waited_for() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let pipe = folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.expect("mkfifo runs").success());
        let error = crate::error::report(&read(&pipe).expect_err("a pipe"));
        assert!(error.contains("not a regular file"), "{error}");
    }
}
