//! A dataset of the faces in images, in place of the images.

use std::collections::BTreeMap;

use modulens_dataset::{Dataset, ImageRecord};
use modulens_faces::EntryIds;

use crate::protocol::Frame;
use crate::store_protocol::{FileFaces, NO_FACE};

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
    let files = dataset.images.iter().map(|image| image.id.as_str());
    let mut ids = EntryIds::new(files);
    let (mut frames, mut rows) = (Vec::new(), Vec::new());
    cut.images.clear();
    for (file, image) in dataset.images.iter().enumerate() {
        let found = &faces(image).frames;
        for (id, &frame) in ids.of(&image.id, found.len()).into_iter().zip(found) {
            cut.images.push(ImageRecord {
                id,
                ..image.clone()
            });
            frames.push(frame);
            // Labels are about the one face. A row out of range is of no known label.
            rows.push(if found.len() == 1 { file } else { usize::MAX });
        }
    }
    for column in &mut cut.texts {
        let cell = |&row: &usize| column.cells.get(row).cloned().unwrap_or_default();
        column.cells = rows.iter().map(cell).collect();
    }
    if !dataset.tasks.is_empty() {
        cut.labels = dataset.labels.select(&rows);
    }
    cut.report.used = cut.images.len();
    (cut, frames)
}
