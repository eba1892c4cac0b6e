//! Writing a bundle so that nothing half-written ever replaces something good.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::manifest::is_plain_name;
use crate::{BundleError, FileEntry, Manifest, PictureIndex, files};

/// A bundle being written into a temporary folder beside its final place. [`Writer::finish`] moves it
/// there in one step; dropped before that, it leaves nothing behind.
#[derive(Debug)]
pub struct Writer {
    target: PathBuf,
    folder: TempDir,
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
        let folder = temporary(parent).map_err(|error| io_error("write into", parent, error))?;
        Ok(Self {
            target,
            folder,
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
    /// back, and moves it to its place. An older bundle there is replaced.
    ///
    /// # Errors
    /// The manifest does not fit what was written, or a full disk. An older bundle then stays as it is.
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

    /// Moves the finished folder to its place; an older bundle there is moved aside first, brought back
    /// should that fail, and deleted at the end.
    fn replace(self) -> Result<(), BundleError> {
        let parent = self.target.parent().unwrap_or(&self.target);
        let aside = temporary(parent).map_err(|error| io_error("write into", parent, error))?;
        let old = aside.path().join("old");
        let replaced = self.target.exists();
        if replaced {
            fs::rename(&self.target, &old)
                .map_err(|error| io_error("replace", &self.target, error))?;
        }
        if let Err(error) = fs::rename(self.folder.path(), &self.target) {
            if replaced && fs::rename(&old, &self.target).is_err() {
                // Keep the only copy rather than delete it with the temporary folder.
                let _ = aside.keep();
            }
            return Err(io_error("write", &self.target, error));
        }
        let _ = self.folder.keep();
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
fn temporary(parent: &Path) -> io::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".modulens-bundle-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o777));
    }
    builder.tempdir_in(parent)
}

/// Returns true if writing to `target` destroys nothing but an older bundle.
fn may_replace(target: &Path) -> bool {
    match fs::symlink_metadata(target) {
        Err(error) => error.kind() == io::ErrorKind::NotFound,
        Ok(metadata) if metadata.is_dir() => {
            let empty = fs::read_dir(target).is_ok_and(|mut entries| entries.next().is_none());
            empty || fs::read(target.join(files::MANIFEST)).is_ok_and(|json| is_bundle(&json))
        }
        Ok(_) => false,
    }
}

/// Returns true for the manifest of a bundle, of any version.
fn is_bundle(json: &[u8]) -> bool {
    serde_json::from_slice::<serde_json::Value>(json).is_ok_and(|value| {
        value
            .get("schema")
            .is_some_and(|schema| schema == crate::SCHEMA)
    })
}

fn io_error(action: &'static str, path: &Path, source: io::Error) -> BundleError {
    BundleError::Io {
        action,
        path: path.display().to_string(),
        source,
    }
}
