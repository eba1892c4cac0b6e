//! A kept gallery as one file that a visitor can save, and back again.
//!
//! The file is a zip (PKWARE APPNOTE 4.3) of the gallery's own files, stored as they are and in the order of
//! [`File::ALL`], so that anything can open it and that it is read back by walking from header to header.

use modulens_store::{Contents, Disk as _, Entry, File, Files, Sizes, Writer};
use web_sys::Blob;

use super::blob;
use super::kept::MOST_BYTES;
use super::opfs::{self, OpfsDisk};
use super::pauses::Pauses;
use super::refusal::by_browser;
use super::zip::Zip;
use crate::calls::Refusal;

/// Bytes read at once.
const PIECE: u64 = 4 << 20;

/// A saved gallery, looked at.
#[derive(Debug)]
pub(super) struct Archive {
    /// Its contents.
    pub contents: Contents,
    files: Files<Part>,
}

/// One file of it.
#[derive(Clone, Debug, Default)]
struct Part {
    bytes: Option<Blob>,
    crc: u32,
}

/// A kept gallery as a zip: the file and a name for it.
///
/// # Errors
/// The gallery is gone or damaged, or a file of it is too large for a zip without extensions.
pub(super) async fn pack(id: &str) -> Result<(String, Blob), Refusal> {
    let sizes = opfs::sizes(id).await?;
    let journal = opfs::file(id, File::Journal).await?;
    let journal = blob::bytes(&journal, 0, journal.size() as u64).map_err(unreadable)?;
    let contents = Contents::read(&journal, &sizes)?;
    let mut zip = Zip::default();
    for file in File::ALL {
        let size = contents.file_bytes(file, &sizes);
        // Galleries of earlier versions do not have all files.
        let bytes = if size == 0 {
            Blob::new()
        } else {
            let bytes = opfs::file(id, file).await?;
            bytes.slice_with_f64_and_f64(0.0, size as f64)
        }
        .map_err(by_browser("read the gallery"))?;
        let crc = checksum(&bytes).await?;
        zip.add(file.name(), &bytes, crc, size)?;
    }
    Ok((zip_name(&contents.title, "modulens.zip"), zip.finish()?))
}

/// Looks whether a file is a saved gallery.
///
/// # Errors
/// It begins like one and is damaged.
pub(super) fn open(file: &Blob) -> Result<Option<Archive>, Refusal> {
    let mut files = Files::<Part>::default();
    let mut at = 0;
    for wanted in File::ALL {
        let end = at + Entry::LOCAL + wanted.name().len() as u64;
        let header = blob::bytes(file, at, end).map_err(unreadable)?;
        let (crc, length) = match Entry::read(&header, wanted) {
            Entry::File { crc, length } => (crc, length),
            // It was exported by an earlier version.
            Entry::Directory if wanted.is_optional() => break,
            Entry::Directory | Entry::Other => return broken_unless(wanted == File::Journal),
        };
        let bytes = file
            .slice_with_f64_and_f64(end as f64, end as f64 + f64::from(length))
            .map_err(by_browser("read the file"))?;
        if bytes.size() != f64::from(length) {
            return broken_unless(false);
        }
        *files.get_mut(wanted) = Part {
            bytes: Some(bytes),
            crc,
        };
        at = end + u64::from(length);
    }
    let mut sizes = Sizes::default();
    for file in File::ALL {
        let bytes = &files.get(file).bytes;
        *sizes.get_mut(file) = bytes.as_ref().map_or(0, |bytes| bytes.size() as u64);
    }
    let Some(journal) = &files.get(File::Journal).bytes else {
        return Ok(None);
    };
    if *sizes.get(File::Journal) > MOST_BYTES {
        return broken_unless(false);
    }
    let journal = blob::bytes(journal, 0, journal.size() as u64).map_err(unreadable)?;
    Ok(Some(Archive {
        contents: Contents::read(&journal, &sizes)?,
        files,
    }))
}

impl Archive {
    /// Keeps the gallery, and returns its id. Nothing is left behind when that fails.
    ///
    /// # Errors
    /// The file is damaged, or there is no room.
    pub(super) async fn restore(&self) -> Result<String, Refusal> {
        let id = format!("{:x}", js_sys::Date::now() as u64);
        let disk = OpfsDisk::open(&id, true).await?;
        let previews = opfs::room().await.for_previews(0);
        match self.copy(disk, previews).await {
            Ok(()) => Ok(id),
            Err(refusal) => {
                opfs::remove(&id).await.ok();
                Err(refusal)
            }
        }
    }

    /// Copies the data first and the journal last: a copy that is cut off is no gallery. Of the previews so many bytes are
    /// kept, and what there is no room for is left out.
    async fn copy(&self, mut disk: OpfsDisk, previews: u64) -> Result<(), Refusal> {
        let mut pauses = Pauses::new();
        for file in File::ALL.into_iter().rev() {
            let Part { bytes, crc } = self.files.get(file);
            let Some(bytes) = bytes else { continue };
            let mut hasher = crc32fast::Hasher::new();
            let mut at = 0;
            let mut most = match file {
                File::Previews => previews,
                _ => u64::MAX,
            };
            while at < bytes.size() as u64 {
                let piece = piece(bytes, at)?;
                hasher.update(&piece);
                let kept = piece
                    .len()
                    .min(usize::try_from(most.saturating_sub(at)).unwrap_or(usize::MAX));
                // Nothing is written beyond the end.
                if kept > 0 {
                    match disk.write(file, at, &piece[..kept]) {
                        Err(_) if file == File::Previews => {
                            most = 0;
                            disk.truncate(file, at).map_err(full)?;
                        }
                        written => written.map_err(full)?,
                    }
                }
                at += piece.len() as u64;
                pauses.take().await;
            }
            if hasher.finalize() != *crc {
                return broken_unless(false);
            }
            disk.flush(file).map_err(full)?;
        }
        // Notes how many previews were kept.
        Writer::resume(disk)?;
        Ok(())
    }
}

/// Nothing, or what to say of a damaged file.
fn broken_unless<T: Default>(fine: bool) -> Result<T, Refusal> {
    if fine {
        Ok(T::default())
    } else {
        Err("this saved gallery is damaged or was cut off; export it again".into())
    }
}

fn piece(bytes: &Blob, at: u64) -> Result<Vec<u8>, Refusal> {
    match blob::bytes(bytes, at, at + PIECE) {
        Ok(piece) if piece.is_empty() => broken_unless(false),
        Ok(piece) => Ok(piece),
        Err(error) => Err(unreadable(error)),
    }
}

async fn checksum(bytes: &Blob) -> Result<u32, Refusal> {
    let mut hasher = crc32fast::Hasher::new();
    let (mut at, mut pauses) = (0, Pauses::new());
    while at < bytes.size() as u64 {
        let piece = piece(bytes, at)?;
        hasher.update(&piece);
        at += piece.len() as u64;
        pauses.take().await;
    }
    Ok(hasher.finalize())
}

/// The name of a file of a title.
pub(super) fn zip_name(title: &str, extension: &str) -> String {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    let name: String = title
        .chars()
        .map(|c| if fits(c) { c } else { '_' })
        .collect();
    format!("{}.{extension}", name.trim())
}

#[expect(clippy::needless_pass_by_value, reason = "taken by `map_err`")]
fn unreadable(error: std::io::Error) -> Refusal {
    format!("the file could not be read ({error})").into()
}

#[expect(clippy::needless_pass_by_value, reason = "taken by `map_err`")]
fn full(error: std::io::Error) -> Refusal {
    let full = matches!(
        error.kind(),
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded
    );
    Refusal {
        message: format!(
            "the gallery could not be kept ({error}); free some disk space and try again"
        ),
        full,
    }
}
