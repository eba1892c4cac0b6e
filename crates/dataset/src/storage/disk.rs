//! Files on disk; native only.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::parts::{self, Parts};
use super::read_at::ReadAt;

/// The depth to which a directory tree is followed.
const MAX_DEPTH: usize = 16;

/// A file that is opened for each reading: a gallery of 200,000 pictures must not hold as many handles.
#[derive(Debug)]
pub(crate) struct DiskFile {
    path: PathBuf,
    len: u64,
}

impl DiskFile {
    pub(crate) fn new(path: PathBuf, len: u64) -> Self {
        Self { path, len }
    }
}

impl ReadAt for DiskFile {
    fn read_at(&self, offset: u64, len: usize) -> io::Result<Vec<u8>> {
        read_file(&File::open(&self.path)?, offset, len)
    }

    fn len(&self) -> u64 {
        self.len
    }
}

/// A file that stays open: a zip is read once per picture.
#[derive(Debug)]
pub(crate) struct OpenFile {
    file: File,
    len: u64,
}

impl OpenFile {
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        Self::of(File::open(path)?)
    }

    pub(crate) fn of(file: File) -> io::Result<Self> {
        let len = file.metadata()?.len();
        Ok(Self { file, len })
    }
}

impl ReadAt for OpenFile {
    fn read_at(&self, offset: u64, len: usize) -> io::Result<Vec<u8>> {
        read_file(&self.file, offset, len)
    }

    fn len(&self) -> u64 {
        self.len
    }
}

/// The most files of a directory that stay open: a system allows a thousand or so.
pub(crate) const MAX_OPEN: usize = 200;

/// A file of a directory. One that can no longer be opened says so when it is read.
pub(crate) fn source(path: PathBuf, len: u64, keep_open: bool) -> Box<dyn ReadAt> {
    match keep_open.then(|| OpenFile::open(&path)) {
        Some(Ok(file)) => Box::new(file),
        _ => Box::new(DiskFile::new(path, len)),
    }
}

/// The parts of the file called `whole` that lie beside `one` of them.
pub(crate) fn parts(one: &Path, whole: &str) -> io::Result<Parts> {
    let mut parts = Parts::new();
    for found in fs::read_dir(one.parent().unwrap_or(Path::new(".")))? {
        let found = found?;
        let name = found.file_name().to_string_lossy().into_owned();
        if let Some((_, number)) = parts::part(&name).filter(|(of, _)| *of == whole) {
            let meta = fs::metadata(found.path())?;
            if meta.is_file() {
                let file = source(found.path(), meta.len(), parts.len() < MAX_OPEN);
                parts.insert(number, (name, file));
            }
        }
    }
    Ok(parts)
}

/// Reads without moving a shared cursor, so that threads do not disturb each other.
fn read_file(file: &File, offset: u64, len: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; len];
    let mut filled = 0;
    while filled < len {
        let rest = &mut bytes[filled..];
        match read_some(file, rest, offset.saturating_add(filled as u64)) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    bytes.truncate(filled);
    Ok(bytes)
}

#[cfg(unix)]
fn read_some(file: &File, into: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, into, offset)
}

#[cfg(windows)]
fn read_some(file: &File, into: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, into, offset)
}

/// The content of a directory.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Path with `/` relative to the directory, path on disk, size.
    pub(crate) files: Vec<(String, PathBuf, u64)>,
    /// Paths of what is neither a file nor a directory.
    pub(crate) others: Vec<String>,
    /// Paths of exported bundles, which are no data.
    pub(crate) bundles: Vec<String>,
}

/// Returns true for the folder of a bundle that the trainer exported: images of it are those of another dataset.
fn is_bundle(folder: &Path) -> bool {
    let path = folder.join("manifest.json");
    let mut start = Vec::new();
    let read = fs::metadata(&path)
        .ok()
        .filter(fs::Metadata::is_file)
        .and_then(|_| {
            File::open(&path)
                .ok()?
                .take(200)
                .read_to_end(&mut start)
                .ok()
        });
    // The schema comes first.
    read.is_some() && String::from_utf8_lossy(&start).contains("\"modulens-bundle\"")
}

/// Every file below `root` as (path with `/` relative to the root, path on disk, size), and the paths of pipes, sockets
/// and devices, which are not read: that could wait for ever. Bundles are left alone. Links are followed, but no directory is entered twice.
pub(crate) fn walk(root: &Path) -> io::Result<Found> {
    let mut found_all = Found::default();
    let mut seen = HashSet::new();
    let mut open = vec![(root.to_owned(), String::new(), 0)];
    while let Some((folder, prefix, depth)) = open.pop() {
        if depth > MAX_DEPTH || !seen.insert(fs::canonicalize(&folder)?) {
            continue;
        }
        if depth > 0 && is_bundle(&folder) {
            found_all
                .bundles
                .push(prefix.trim_end_matches('/').to_owned());
            continue;
        }
        for found in fs::read_dir(&folder)? {
            let found = found?;
            let name = found.file_name();
            let path = format!("{prefix}{}", name.to_string_lossy());
            if super::path::is_noise(&path) {
                continue;
            }
            // Metadata of the target, so that a linked folder counts; a dangling link is no file at all.
            let Ok(meta) = fs::metadata(found.path()) else {
                continue;
            };
            if meta.is_dir() {
                open.push((found.path(), format!("{path}/"), depth + 1));
            } else if meta.is_file() {
                found_all.files.push((path, found.path(), meta.len()));
            } else {
                found_all.others.push(path);
            }
        }
    }
    found_all.files.sort();
    found_all.others.sort();
    Ok(found_all)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A bundle that was exported into the folder of its data once became part of the data.
    #[test]
    fn an_exported_bundle_is_no_data() {
        let root = tempfile::tempdir().expect("a temporary folder");
        let write = |path: &str, text: &str| {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, text).expect("writes");
        };
        write("a.jpg", "x");
        write("mine/manifest.json", "{\"name\": \"an app\"}");
        write("mine/b.jpg", "x");
        let manifest = "{\n  \"schema\": \"modulens-bundle\",\n  \"version\": \"1.0\"";
        write("out/shapes/manifest.json", manifest);
        write("out/shapes/pictures/00000.jpg", "x");
        let found = walk(root.path()).expect("walks");
        let mut paths: Vec<_> = found.files.into_iter().map(|file| file.0).collect();
        paths.sort();
        assert_eq!(paths, ["a.jpg", "mine/b.jpg", "mine/manifest.json"]);
        assert_eq!(found.bundles, ["out/shapes"]);
        // Asked for itself, it is read.
        let bundle = walk(&root.path().join("out/shapes")).expect("walks");
        assert_eq!(bundle.files.len(), 2);
    }
}
