//! A folder that appears whole or not at all.

use std::fs;
use std::path::{Path, PathBuf};

use crate::SynthError;

/// A temporary sibling of the target. Dropped without [`Staging::commit`], it is removed again.
#[derive(Debug)]
pub(crate) struct Staging {
    target: PathBuf,
    folder: PathBuf,
    done: bool,
}

impl Staging {
    /// Makes the temporary folder beside `target`.
    ///
    /// # Errors
    /// When `target` exists and is not an empty folder, or the disk refuses.
    pub(crate) fn new(target: &Path) -> Result<Self, SynthError> {
        refuse_full(target)?;
        let name = target.file_name().ok_or_else(|| SynthError::Config {
            setting: "directory",
            value: target.display().to_string(),
            why: "it names no folder of its own; give a path such as data/faces".into(),
        })?;
        let parent = match target.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        fs::create_dir_all(parent).map_err(SynthError::io("create", parent))?;
        let mut hidden = std::ffi::OsString::from(".");
        hidden.push(name);
        hidden.push(format!(".{}.partial", std::process::id()));
        let folder = parent.join(hidden);
        if folder.exists() {
            // Left by a run that was killed and had the same process id.
            fs::remove_dir_all(&folder).map_err(SynthError::io("remove", &folder))?;
        }
        fs::create_dir(&folder).map_err(SynthError::io("create", &folder))?;
        Ok(Self {
            target: target.to_owned(),
            folder,
            done: false,
        })
    }

    /// Writes a file under the temporary folder, making the folders on its way.
    pub(crate) fn write(&self, path: impl AsRef<Path>, bytes: &[u8]) -> Result<(), SynthError> {
        let path = self.folder.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(SynthError::io("create", parent))?;
        }
        fs::write(&path, bytes).map_err(SynthError::io("write", &path))
    }

    /// Puts the folder in its place.
    pub(crate) fn commit(mut self) -> Result<(), SynthError> {
        refuse_full(&self.target)?;
        if self.target.exists() {
            fs::remove_dir(&self.target).map_err(SynthError::io("replace", &self.target))?;
        }
        fs::rename(&self.folder, &self.target).map_err(SynthError::io("create", &self.target))?;
        self.done = true;
        Ok(())
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        if !self.done {
            // Nothing more can be done about a folder that will not go; the first error is the one to report.
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

/// Refuses a target that holds something already.
fn refuse_full(target: &Path) -> Result<(), SynthError> {
    if !target.exists() {
        return Ok(());
    }
    let mut entries = fs::read_dir(target).map_err(SynthError::io("look into", target))?;
    match entries.next() {
        None => Ok(()),
        Some(_) => Err(SynthError::TargetNotEmpty(target.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_commit_leaves_anything() {
        let home = tempfile::tempdir().unwrap();
        let target = home.path().join("faces");
        let staging = Staging::new(&target).unwrap();
        staging.write("a/b.txt", b"one").unwrap();
        drop(staging);
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);

        let staging = Staging::new(&target).unwrap();
        staging.write("a/b.txt", b"two").unwrap();
        staging.commit().unwrap();
        assert_eq!(fs::read(target.join("a/b.txt")).unwrap(), b"two");
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);

        let message = Staging::new(&target).unwrap_err().to_string();
        assert!(
            message.contains("remove it or name another folder"),
            "{message}"
        );
        assert_eq!(fs::read(target.join("a/b.txt")).unwrap(), b"two");
    }

    #[test]
    fn a_file_in_the_way_is_an_error() {
        let home = tempfile::tempdir().unwrap();
        let target = home.path().join("faces");
        fs::write(&target, b"mine").unwrap();
        assert!(Staging::new(&target).is_err());
        assert!(Staging::new(&target.join("below")).is_err());
        assert_eq!(fs::read(&target).unwrap(), b"mine");
    }
}
