//! A dataset of the faces in images, in place of the images.

use std::collections::BTreeMap;

use modulens_dataset::{Dataset, ImageRecord};

use crate::protocol::Frame;
use crate::store_protocol::{FileFaces, NO_FACE};
use crate::work::{Portrait, portraits};

/// The reason of files that could not be looked at.
const UNREAD: &str = "cannot be read";

/// The dataset of the faces `found` in the files of a dataset, and the frame of each. Files without a face are in its
/// report.
pub(super) fn cut(dataset: &Dataset, found: &BTreeMap<usize, FileFaces>) -> (Dataset, Vec<Frame>) {
    let none = FileFaces::default();
    let faces = |image: &ImageRecord| found.get(&image.entry).unwrap_or(&none);
    let mut cut = dataset.clone();
    for image in &dataset.images {
        let FileFaces { frames, unread } = faces(image);
        match unread {
            Some(why) => cut.report.skip(&image.id, why, UNREAD),
            None if frames.is_empty() => cut.report.skip(&image.id, "", NO_FACE),
            None => {}
        }
    }
    let ids: Vec<&str> = dataset.images.iter().map(|it| it.id.as_str()).collect();
    let counts: Vec<usize> = dataset
        .images
        .iter()
        .map(|image| faces(image).frames.len())
        .collect();
    let entries = portraits(&ids, &counts);
    let image = |entry: &Portrait| ImageRecord {
        id: entry.id.clone(),
        ..dataset.images[entry.file].clone()
    };
    cut.images = entries.iter().map(image).collect();
    // A row out of range is of no known label.
    let rows: Vec<usize> = entries
        .iter()
        .map(|entry| {
            if entry.labelled {
                entry.file
            } else {
                usize::MAX
            }
        })
        .collect();
    if !dataset.tasks.is_empty() {
        cut.labels = dataset.labels.select(&rows);
    }
    cut.report.used = cut.images.len();
    let frame = |entry: &Portrait| {
        let frames = &faces(&dataset.images[entry.file]).frames;
        frames.get(entry.face).copied().unwrap_or_default()
    };
    let frames = entries.iter().map(frame).collect();
    (cut, frames)
}
