//! A browser's file as a source of bytes.

use std::io;

use js_sys::{ArrayBuffer, Uint8Array};
use modulens_dataset::{ReadAt, Reading};
use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

use crate::scope::words;

/// A file or a part of one. Nothing is read before it is asked for.
#[derive(Debug)]
pub(super) struct BlobSource(pub Blob);

impl ReadAt for BlobSource {
    fn read_at(&self, offset: u64, len: usize) -> Reading<'_> {
        Box::pin(async move {
            let (start, end) = (offset as f64, offset.saturating_add(len as u64) as f64);
            bytes(&self.0, start, end).await
        })
    }

    fn len(&self) -> u64 {
        self.0.size() as u64
    }
}

/// The bytes of a part of a blob, as far as it goes.
///
/// # Errors
/// The file was changed, moved or taken away since it was chosen.
pub(super) async fn bytes(blob: &Blob, start: f64, end: f64) -> io::Result<Vec<u8>> {
    let buffer = buffer(blob, start, end).await?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// As [`bytes`], left on the browser's side.
///
/// # Errors
/// As [`bytes`].
pub(super) async fn buffer(blob: &Blob, start: f64, end: f64) -> io::Result<ArrayBuffer> {
    let gone = |error| {
        io::Error::other(format!(
            "{}; it was changed, moved or deleted; choose it again",
            words(&error)
        ))
    };
    let slice = blob.slice_with_f64_and_f64(start, end).map_err(gone)?;
    JsFuture::from(slice.array_buffer())
        .await
        .map_err(gone)?
        .dyn_into()
        .map_err(gone)
}
