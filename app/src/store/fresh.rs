//! The gallery that is being written, shown while it grows.

use js_sys::{ArrayBuffer, Uint8Array};
use modulens_schema::Correction;
use modulens_store::{Columns, File, Preview};

use super::kept::{Whole, bytes_in, ends, entry, place, row};
use super::writing::Writing;
use crate::calls::Refusal;
use crate::store_protocol::Kept;

/// The gallery that is being written, read through its own open files.
#[derive(Debug, Default)]
pub(super) struct Fresh {
    ends: Vec<u64>,
}

impl Fresh {
    /// Features of consecutive pictures, those taken in last included: everything is made safe first.
    ///
    /// # Errors
    /// The disk fails.
    pub(super) fn features(
        writing: &mut Writing,
        first: usize,
        count: usize,
    ) -> Result<ArrayBuffer, Refusal> {
        writing.commit()?;
        let contents = writing.contents();
        let end = first.saturating_add(count).min(contents.images);
        let [start, end] = [first, end].map(|image| contents.feature_bytes(image as u64));
        let length = usize::try_from(end.saturating_sub(start)).unwrap_or_default();
        bytes_of(writing, File::Features, start, length)
    }

    /// Labels and ids, and the label columns.
    ///
    /// # Errors
    /// The disk fails.
    pub(super) fn labels(
        writing: &Writing,
    ) -> Result<([ArrayBuffer; 2], Columns, Vec<Correction>), Refusal> {
        let all = |file| {
            let size = writing.size(file)?;
            bytes_of(writing, file, 0, usize::try_from(size).unwrap_or_default())
        };
        let columns = bytes_in(&all(File::Columns)?);
        let columns = Columns::read(&columns, writing.contents().header.images);
        let corrections = writing.corrections()?;
        Ok(([all(File::Labels)?, all(File::Ids)?], columns, corrections))
    }

    /// Thumbnails; empty where there is none. What is not safe yet is made safe first.
    ///
    /// # Errors
    /// The disk fails.
    pub(super) fn thumbnails(
        &mut self,
        writing: &mut Writing,
        images: &[usize],
    ) -> Result<Vec<ArrayBuffer>, Refusal> {
        if images
            .iter()
            .any(|&image| image >= writing.contents().images)
        {
            writing.commit()?;
        }
        let (known, all) = (self.ends.len(), writing.contents().images);
        let mut lengths = vec![0; (all - known.min(all)) * 4];
        writing.read(File::Lengths, known as u64 * 4, &mut lengths)?;
        let last = self.ends.last().copied().unwrap_or_default();
        self.ends.extend(ends(last, &lengths));
        images
            .iter()
            .map(|&image| {
                let (start, end) = place(&self.ends, image);
                let length = usize::try_from(end - start).unwrap_or_default();
                bytes_of(writing, File::Pictures, start, length)
            })
            .collect()
    }
}

/// The larger preview of an image of the gallery that is being written, if it has one. What is not safe yet is made safe
/// first.
///
/// # Errors
/// The disk fails.
pub(super) fn fresh_preview(writing: &mut Writing, image: usize) -> Result<Option<Whole>, Refusal> {
    if image >= writing.contents().images {
        writing.commit()?;
    }
    let contents = writing.contents();
    if image >= contents.images {
        return Ok(None);
    }
    let index = bytes_of(writing, File::PreviewIndex, row(image).0, Preview::BYTES)?;
    let preview = Preview::read(&bytes_in(&index));
    let Some(preview) = preview.filter(|preview| preview.end(contents.previews.bytes).is_some())
    else {
        return Ok(None);
    };
    let bytes = bytes_of(writing, File::Previews, preview.at, preview.length as usize)?;
    let is_whole = preview.is_of(&bytes_in(&bytes));
    Ok(is_whole.then_some((bytes, preview.frame.unwrap_or_default())))
}

/// The gallery that is being written as a line of a list.
pub(super) fn entry_of(writing: &Writing) -> Kept {
    let contents = writing.contents();
    let images = contents.images as u64;
    let bytes = contents.feature_bytes(images) + images * 4 + contents.picture_bytes;
    let bytes = bytes.saturating_add(contents.previews.bytes);
    entry(&writing.id, contents, bytes)
}

/// Bytes of one of the open files, as far as it goes.
fn bytes_of(writing: &Writing, file: File, at: u64, length: usize) -> Result<ArrayBuffer, Refusal> {
    // The length may be what a stranger's file says.
    let there = writing.size(file)?.saturating_sub(at);
    let mut bytes = vec![0; length.min(usize::try_from(there).unwrap_or(usize::MAX))];
    let read = writing.read(file, at, &mut bytes)?;
    Ok(Uint8Array::from(&bytes[..read]).buffer())
}
