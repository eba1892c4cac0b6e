//! What was offered, compared with the galleries that are kept.

use std::collections::HashMap;

use js_sys::Uint8Array;
use modulens_schema::Labels;
use modulens_store::{Brought, Comparison, Origin};

use super::kept::Shelf;
use super::offer::Offered;
use super::opfs;
use super::pauses::Pauses;
use crate::calls::Refusal;
use crate::store_protocol::Overlap;

/// The most bytes of files that are read to compare them with what is kept.
const MOST: u64 = 512 << 20;

/// A kept gallery that has some of the offered pictures.
#[derive(Debug)]
pub(super) struct Found {
    /// Its id.
    pub id: String,
    /// The length of its journal when it was compared: it grows with every change.
    pub journal_bytes: usize,
    /// The differences.
    pub comparison: Comparison,
    /// Their description, for the page.
    pub overlap: Overlap,
}

/// The kept galleries that have some of what was offered, those that have most of it first.
///
/// # Errors
/// The browser forbids storage.
pub(super) async fn find(offered: &Offered) -> Result<Vec<Found>, Refusal> {
    let images = &offered.dataset.images;
    let brought: Vec<Brought<'_>> = images
        .iter()
        .enumerate()
        .map(|(at, image)| Brought {
            id: &image.id,
            size: offered.size(at),
        })
        .collect();
    let mut checksums = Checksums::default();
    let mut found = Vec::new();
    for id in opfs::ids().await? {
        // One that cannot be read is told of in the list.
        let Ok(shelf) = Shelf::open(&id).await else {
            continue;
        };
        // That one is gone on with.
        if shelf.waits_for(&offered.fingerprint) {
            continue;
        }
        if let Ok(Some(overlap)) = compare(&shelf, offered, &brought, &mut checksums).await {
            found.push(overlap);
        }
    }
    found.sort_by_key(|found| std::cmp::Reverse(found.overlap.found()));
    Ok(found)
}

async fn compare(
    shelf: &Shelf,
    offered: &Offered,
    brought: &[Brought<'_>],
    checksums: &mut Checksums,
) -> Result<Option<Found>, Refusal> {
    let contents = shelf.contents();
    let [labels, ids] = shelf.labels().await?;
    let (labels, ids) = (
        Uint8Array::new(&labels).to_vec(),
        Uint8Array::new(&ids).to_vec(),
    );
    let text = std::str::from_utf8(&ids).map_err(|error| error.to_string())?;
    let ids: Vec<&str> = text.lines().take(contents.images).collect();
    let origins = shelf.origins().await?;
    let mut comparison = Comparison::by_size(&ids, &origins, &contents.removed, brought);
    let is_same_source = contents.header.source.name == offered.dataset.name;
    if comparison.found() == 0 {
        return Ok(None);
    }
    let images: Vec<usize> = comparison.same.iter().map(|&(at, ..)| at).collect();
    checksums.read(offered, &images).await;
    comparison.by_checksum(|at| checksums.known.get(&at).copied());
    // Files of cameras have the same few names everywhere.
    if comparison.same.is_empty() && !is_same_source {
        return Ok(None);
    }
    let unchecked = |&&(at, ..): &&(usize, usize, u32)| !checksums.known.contains_key(&at);
    let overlap = Overlap {
        kept: shelf.list(),
        weights: contents.header.weights.clone(),
        same: comparison.same.len() + comparison.named.len(),
        by_name: comparison.named.len(),
        by_size: comparison.same.iter().filter(unchecked).count(),
        changed: comparison.changed.len(),
        added: comparison.added.len(),
        gone: comparison.gone.len(),
        labelled: labelled(shelf, &labels),
    };
    Ok(Some(Found {
        id: shelf.id.clone(),
        journal_bytes: contents.journal_bytes,
        comparison,
        overlap,
    }))
}

/// The tasks that a gallery has labels for.
fn labelled(shelf: &Shelf, labels: &[u8]) -> Vec<String> {
    let tasks = &shelf.contents().header.tasks;
    let rows = labels.chunks_exact(tasks.len().max(1));
    let is_known = |at: usize| {
        rows.clone()
            .any(|row| row.get(at) != Some(&Labels::UNKNOWN))
    };
    let tasks = tasks.iter().enumerate();
    tasks
        .filter(|(at, _)| is_known(*at))
        .map(|(_, task)| task.name.clone())
        .collect()
}

/// The checksums of offered files, as far as they were needed.
#[derive(Debug, Default)]
struct Checksums {
    known: HashMap<usize, u32>,
}

impl Checksums {
    /// Finds out the checksums of files: as a zip states them, else by reading the files, unless they are too many.
    async fn read(&mut self, offered: &Offered, images: &[usize]) {
        let mut unread = Vec::new();
        for &image in images {
            match offered.stated_checksum(image) {
                Some(crc) => {
                    self.known.insert(image, crc);
                }
                None if self.known.contains_key(&image) => {}
                None => unread.push(image),
            }
        }
        let bytes = unread
            .iter()
            .fold(0_u64, |sum, &image| sum.saturating_add(offered.size(image)));
        if bytes > MOST {
            return;
        }
        let mut pauses = Pauses::new();
        for image in unread {
            if let Some(file) = offered.file(image) {
                self.known.insert(image, Origin::of(&file).crc);
            }
            pauses.take().await;
        }
    }
}
