//! Writing a bundle so that nothing half-written ever replaces something good.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::manifest::is_plain_name;
use crate::{BundleError, FileEntry, Manifest, PictureIndex, files};

/// The start of a temporary folder's name.
const PREFIX: &str = ".modulens-bundle-";

/// A bundle being written into a temporary folder beside its final place. [`Writer::finish`] moves it
/// there in one step; dropped before that, it leaves nothing behind.
#[derive(Debug)]
pub struct Writer {
    target: PathBuf,
    folder: TempDir,
    /// The folder itself, locked for as long as it is written: one that nobody holds was left by a crash.
    _held: Option<File>,
    extension: Option<String>,
    pictures: PictureIndex,
    files: BTreeMap<String, FileEntry>,
}

impl Writer {
    /// Starts a bundle that will lie at `target`, whose parent folders are made.
    ///
    /// # Errors
    /// `target` holds something that is no bundle, or nothing can be written beside it.
    pub fn new(target: impl AsRef<Path>) -> Result<Self, BundleError> {
        let target = std::path::absolute(target.as_ref())
            .map_err(|error| io_error("find", target.as_ref(), error))?;
        if !may_replace(&target) {
            return Err(BundleError::WouldReplace {
                path: target.display().to_string(),
            });
        }
        let parent = target.parent().unwrap_or(&target);
        fs::create_dir_all(parent).map_err(|error| io_error("create", parent, error))?;
        bring_back(&target).map_err(|error| io_error("restore", &target, error))?;
        remove_leftovers(parent);
        let (folder, held) =
            temporary(parent).map_err(|error| io_error("write into", parent, error))?;
        Ok(Self {
            target,
            folder,
            _held: held,
            extension: None,
            pictures: PictureIndex::default(),
            files: BTreeMap::new(),
        })
    }

    /// Writes one file, [`files::WEIGHTS`] for instance.
    ///
    /// # Errors
    /// A name that is not a plain file name, a file that is written already, or a full disk.
    pub fn file(&mut self, name: &str, bytes: &[u8]) -> Result<(), BundleError> {
        if !is_plain_name(name) || name == files::MANIFEST || self.files.contains_key(name) {
            let problem = "the name is taken or not a plain file name";
            return Err(BundleError::unwritable(name, problem));
        }
        self.put(name, bytes)?;
        self.files.insert(name.into(), FileEntry::of(bytes));
        Ok(())
    }

    /// Writes the next picture; all have the same `extension`.
    ///
    /// # Errors
    /// Another extension than before, or a full disk.
    pub fn picture(&mut self, bytes: &[u8], extension: &str) -> Result<(), BundleError> {
        match &self.extension {
            None => {
                let folder = self.folder.path().join(files::PICTURES);
                fs::create_dir(&folder).map_err(|error| io_error("create", &folder, error))?;
                self.extension = Some(extension.into());
            }
            Some(first) if first != extension => {
                let problem =
                    format!("the pictures before were .{first}, this one is .{extension}");
                return Err(BundleError::unwritable(files::PICTURES, problem));
            }
            Some(_) => {}
        }
        self.put(&files::picture(self.pictures.len(), extension), bytes)?;
        self.pictures.push(bytes)
    }

    /// Writes the index of pictures and the manifest, whose `files` are filled in, reads the whole bundle
    /// back, brings it to the disk, and moves it to its place. An older bundle there is replaced.
    ///
    /// # Errors
    /// The manifest does not fit what was written, something else was put beside the older bundle meanwhile, or a full
    /// disk. An older bundle then stays as it is.
    pub fn finish(mut self, mut manifest: Manifest) -> Result<Manifest, BundleError> {
        let written = self.extension.as_deref();
        let declared = manifest
            .picture
            .as_ref()
            .map(|picture| picture.extension.as_str());
        if written != declared {
            let problem = format!("pictures are {written:?}, but the manifest says {declared:?}");
            return Err(BundleError::unwritable(files::PICTURES, problem));
        }
        if self.extension.is_some() {
            let index = std::mem::take(&mut self.pictures).encode();
            self.file(files::PICTURES_INDEX, &index)?;
        }
        manifest.files = std::mem::take(&mut self.files);
        self.put(files::MANIFEST, &manifest.to_json()?)?;
        // Reading back what was written is cheap, and finds a lying disk or a table of the wrong size now
        // instead of in somebody's browser.
        crate::Bundle::open(self.folder.path())?.verify()?;
        self.replace()?;
        Ok(manifest)
    }

    /// Moves the finished folder to its place. An older bundle there changes places with it in one step, and is deleted
    /// with the temporary folder.
    fn replace(self) -> Result<(), BundleError> {
        if !may_replace(&self.target) {
            return Err(BundleError::WouldReplace {
                path: self.target.display().to_string(),
            });
        }
        let new = self.folder.path();
        let fail = |error| io_error("write", &self.target, error);
        sync_below(new).map_err(fail)?;
        if self.target.exists() {
            exchange(new, &self.target).map_err(fail)?;
        } else {
            fs::rename(new, &self.target).map_err(fail)?;
        }
        if let Some(parent) = self.target.parent() {
            sync_folder(parent).map_err(fail)?;
        }
        if !new.exists() {
            // It has moved away; nothing is left to be deleted.
            let _ = self.folder.keep();
        }
        Ok(())
    }

    /// Writes bytes below the temporary folder.
    fn put(&self, name: &str, bytes: &[u8]) -> Result<(), BundleError> {
        let path = self.folder.path().join(name);
        fs::write(&path, bytes).map_err(|error| io_error("write", &self.target.join(name), error))
    }
}

/// A new hidden folder in `parent` that everybody may read as far as the process's umask allows: a web
/// server is not the user who exported.
fn temporary(parent: &Path) -> io::Result<(TempDir, Option<File>)> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o777));
    }
    loop {
        let folder = builder.tempdir_in(parent)?;
        // Only Unix opens folders, and some file systems have no locks: then it is never taken for a leftover.
        let held = File::open(folder.path()).ok();
        let locked = held.filter(|held| held.lock().is_ok());
        // Another process may have taken it for a leftover before it was locked.
        if folder.path().exists() {
            return Ok((folder, locked));
        }
    }
}

/// Removes temporary folders that killed processes left in `parent`: nobody holds their lock. One that cannot be removed
/// is only untidy.
fn remove_leftovers(parent: &Path) {
    let Ok(names) = names(parent) else { return };
    for name in names.iter().filter(|name| name.starts_with(PREFIX)) {
        let path = parent.join(name);
        // A pipe would be waited for.
        if !fs::symlink_metadata(&path).is_ok_and(|found| found.is_dir()) {
            continue;
        }
        if File::open(&path).is_ok_and(|folder| folder.try_lock().is_ok()) {
            fs::remove_dir_all(&path).ok();
        }
    }
}

/// Lets two folders change places.
fn exchange(new: &Path, old: &Path) -> io::Result<()> {
    #[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        match renameat_with(CWD, new, CWD, old, RenameFlags::EXCHANGE) {
            Ok(()) => return Ok(()),
            // Some file systems cannot.
            Err(
                rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS | rustix::io::Errno::NOTSUP,
            ) => {}
            Err(error) => return Err(error.into()),
        }
    }
    exchange_by_three(new, old)
}

/// [`exchange`] where the file system has no such step. A crash in between is seen to by [`bring_back`].
fn exchange_by_three(new: &Path, old: &Path) -> io::Result<()> {
    let aside = aside(old);
    fs::rename(old, &aside)?;
    if let Err(error) = fs::rename(new, old) {
        fs::rename(&aside, old)?;
        return Err(error);
    }
    fs::rename(&aside, new)
}

/// The place of an older bundle while a new one takes its own.
fn aside(target: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(target.file_name().unwrap_or_default());
    name.push(".modulens-old");
    target.with_file_name(name)
}

/// Brings back an older bundle that was put aside before a crash, or removes it where the new one is in its place.
fn bring_back(target: &Path) -> io::Result<()> {
    let aside = aside(target);
    if !aside.is_dir() || !may_replace(&aside) {
        return Ok(());
    }
    if target.exists() {
        fs::remove_dir_all(&aside)
    } else {
        fs::rename(&aside, target)
    }
}

/// Brings a folder and everything in it to the disk.
fn sync_below(folder: &Path) -> io::Result<()> {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    {
        // Thousands of pictures at once.
        rustix::fs::syncfs(File::open(folder)?)?;
    }
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                sync_below(&path)?;
            } else {
                fs::OpenOptions::new().write(true).open(&path)?.sync_all()?;
            }
        }
        sync_folder(folder)?;
    }
    Ok(())
}

/// Brings the names in a folder to the disk. Only Unix opens folders.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// Returns true if writing to `target` destroys nothing but an older bundle: it is not there, an empty folder, or one
/// that holds a bundle and nothing else.
fn may_replace(target: &Path) -> bool {
    match fs::symlink_metadata(target) {
        Err(error) => error.kind() == io::ErrorKind::NotFound,
        Ok(metadata) if metadata.is_dir() => {
            let Ok(names) = names(target) else {
                return false;
            };
            if names.is_empty() {
                return true;
            }
            let manifest = crate::folder::read(target, files::MANIFEST).ok();
            let listed = manifest.and_then(|json| listed_files(&json));
            listed.is_some_and(|listed| names.iter().all(|name| is_ours(target, name, &listed)))
        }
        Ok(_) => false,
    }
}

/// Returns true if a name in a bundle's folder is that of the bundle's own file, or of its pictures.
fn is_ours(target: &Path, name: &str, listed: &[String]) -> bool {
    if name == files::PICTURES {
        let numbered = |name: &String| {
            name.split_once('.')
                .is_some_and(|(number, _)| number.bytes().all(|byte| byte.is_ascii_digit()))
        };
        return names(&target.join(name)).is_ok_and(|pictures| pictures.iter().all(numbered));
    }
    name == files::MANIFEST || listed.iter().any(|file| file == name)
}

fn names(folder: &Path) -> io::Result<Vec<String>> {
    fs::read_dir(folder)?
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect()
}

/// The files that a manifest lists; `None` where it is not that of a bundle, of whatever version.
fn listed_files(json: &[u8]) -> Option<Vec<String>> {
    let value: serde_json::Value = serde_json::from_slice(json).ok()?;
    (value.get("schema")? == crate::SCHEMA).then_some(())?;
    let files = value.get("files").and_then(|files| files.as_object());
    Some(
        files
            .map(|files| files.keys().cloned().collect())
            .unwrap_or_default(),
    )
}

fn io_error(action: &'static str, path: &Path, source: io::Error) -> BundleError {
    BundleError::Io {
        action,
        path: path.display().to_string(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bundle(folder: &Path, name: &str) {
        fs::create_dir(folder).expect("a folder");
        let manifest = format!(
            r#"{{"schema":"{}","name":"{name}","files":{{}}}}"#,
            crate::SCHEMA
        );
        fs::write(folder.join(files::MANIFEST), manifest).expect("writes");
    }

    fn name(folder: &Path) -> Option<String> {
        let bytes = fs::read(folder.join(files::MANIFEST)).ok()?;
        let json: serde_json::Value = serde_json::from_slice(&bytes).ok()?;
        Some(json.get("name")?.as_str()?.to_owned())
    }

    /// A crash between the renames left no bundle in place, and the next export removed the older one.
    #[test]
    fn a_crash_at_any_rename_leaves_a_bundle_to_the_next_export() {
        for renames in 0..=3 {
            let place = tempfile::tempdir().expect("a temporary folder");
            let target = place.path().join("faces");
            let new = place.path().join(".modulens-bundle-abc123");
            bundle(&target, "old");
            bundle(&new, "new");
            let aside = aside(&target);
            for (from, to) in [(&target, &aside), (&new, &target), (&aside, &new)]
                .into_iter()
                .take(renames)
            {
                fs::rename(from, to).expect("moves");
            }
            drop(Writer::new(&target).expect("a place"));
            let expected = if renames < 2 { "old" } else { "new" };
            assert_eq!(name(&target).as_deref(), Some(expected), "after {renames}");
            assert_eq!(
                names(place.path()).expect("lists"),
                ["faces"],
                "after {renames}"
            );
        }
    }

    #[test]
    fn an_exchange_by_three_renames_is_an_exchange() {
        let place = tempfile::tempdir().expect("a temporary folder");
        let [target, new] = ["faces", "new"].map(|name| place.path().join(name));
        bundle(&target, "old");
        bundle(&new, "new");
        exchange_by_three(&new, &target).expect("exchanges");
        assert_eq!(name(&target).as_deref(), Some("new"));
        assert_eq!(name(&new).as_deref(), Some("old"));
    }

    /// Opening a pipe waits for ever.
    #[cfg(unix)]
    #[test]
    fn a_pipe_in_place_of_a_file_or_folder_is_not_waited_for() {
        let place = tempfile::tempdir().expect("a temporary folder");
        let target = place.path().join("faces");
        fs::create_dir(&target).expect("a folder");
        for pipe in [
            place.path().join(".modulens-bundle-pipe"),
            target.join(files::MANIFEST),
        ] {
            let made = std::process::Command::new("mkfifo").arg(pipe).status();
            assert!(made.expect("mkfifo runs").success());
        }
        assert!(matches!(
            Writer::new(&target),
            Err(BundleError::WouldReplace { .. })
        ));
        assert!(Writer::new(place.path().join("other")).is_ok());
        let error = crate::Bundle::open(&target)
            .expect_err("a pipe")
            .to_string();
        assert!(error.contains(files::MANIFEST), "{error}");
    }
}
