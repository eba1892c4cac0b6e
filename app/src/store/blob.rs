//! A browser's file as a source of bytes.

use std::io;

use js_sys::{ArrayBuffer, Uint8Array};
use modulens_dataset::ReadAt;
use web_sys::{Blob, FileReaderSync};

use crate::scope::words;

/// A file or a part of one. Nothing is read before it is asked for.
#[derive(Debug)]
pub(super) struct BlobSource(pub Blob);

impl ReadAt for BlobSource {
    fn read_at(&self, offset: u64, len: usize) -> io::Result<Vec<u8>> {
        bytes(&self.0, offset, offset.saturating_add(len as u64))
    }

    fn len(&self) -> u64 {
        self.0.size() as u64
    }
}

/// The bytes of a part of a blob, as far as it goes.
///
/// # Errors
/// The file was changed, moved or taken away since it was chosen.
pub(super) fn bytes(blob: &Blob, start: u64, end: u64) -> io::Result<Vec<u8>> {
    let buffer = buffer(blob, start, end)?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// As [`bytes`], left on the browser's side.
///
/// # Errors
/// As [`bytes`].
pub(super) fn buffer(blob: &Blob, start: u64, end: u64) -> io::Result<ArrayBuffer> {
    let gone = |error| {
        io::Error::other(format!(
            "{}; it was changed, moved or deleted; choose it again",
            words(&error)
        ))
    };
    let slice = blob.slice_with_f64_and_f64(start as f64, end as f64);
    let slice = slice.map_err(gone)?;
    let reader = FileReaderSync::new().map_err(gone)?;
    reader.read_as_array_buffer(&slice).map_err(gone)
}
