//! A loaded dataset: which pictures, with which labels, in which split.

use modulens_schema::{Labels, Split, Task};
use sha2::{Digest, Sha256};

use crate::error::DatasetError;
use crate::options::Format;
use crate::report::Report;
use crate::storage::Storage;

/// One picture of a dataset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageRecord {
    /// The dataset's own id: `000001.jpg`, `100627-72`, a path in a folder.
    pub id: String,
    /// The picture's place in the [`Storage`].
    pub entry: usize,
    /// Identity, product or group; pictures of one group are never in two splits.
    pub group: u64,
    /// The part of the dataset it belongs to.
    pub split: Split,
}

/// A loaded dataset. The pictures stay in the [`Storage`] until they are asked for.
#[derive(Clone, Debug)]
pub struct Dataset {
    /// Name, for figures and bundles.
    pub name: String,
    /// The layout it was read as; never [`Format::Auto`].
    pub format: Format,
    /// The tasks, in the order of the label columns.
    pub tasks: Vec<Task>,
    /// The pictures, in the dataset's own order.
    pub images: Vec<ImageRecord>,
    /// `[images, tasks]`.
    pub labels: Labels,
    /// Columns as they are written, if they were asked for: those that are no task (free text, indices, the split, the
    /// group), and numbers that are a task of bins.
    pub texts: Vec<TextColumn>,
    /// The report of skipped images and lines, with reasons.
    pub report: Report,
}

/// A column whose cells are kept as they are written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextColumn {
    /// The heading.
    pub name: String,
    /// The cell of each image; empty where nothing is known.
    pub cells: Vec<String>,
}

impl Dataset {
    /// Indices of the pictures in a split, ascending.
    pub fn in_split(&self, split: Split) -> Vec<usize> {
        (0..self.images.len())
            .filter(|&index| self.images[index].split == split)
            .collect()
    }

    /// The encoded bytes of a picture. May be called from several threads.
    ///
    /// # Errors
    /// When there is no such picture, or the storage fails.
    pub fn image(&self, storage: &Storage, index: usize) -> Result<Vec<u8>, DatasetError> {
        storage.read(self.record(index)?.entry)
    }

    fn record(&self, index: usize) -> Result<&ImageRecord, DatasetError> {
        self.images.get(index).ok_or(DatasetError::OutOfRange {
            what: "picture",
            index,
            count: self.images.len(),
        })
    }

    /// Takes out pictures that turned out to be of no use, such as those that do not decode: (index, what
    /// is wrong). They are counted and listed in the report. Indices of later pictures move down.
    pub fn discard(&mut self, bad: &[(usize, String)]) {
        let mut keep = vec![true; self.images.len()];
        for (index, why) in bad {
            let Some(kept) = keep.get_mut(*index).filter(|kept| **kept) else {
                continue;
            };
            *kept = false;
            self.report
                .skip(&self.images[*index].id, why, "picture that cannot be used");
        }
        let left: Vec<usize> = (0..keep.len()).filter(|&index| keep[index]).collect();
        if !self.tasks.is_empty() {
            self.labels = self.labels.select(&left);
        }
        for column in &mut self.texts {
            let mut keep = keep.iter();
            column.cells.retain(|_| keep.next() == Some(&true));
        }
        let mut keep = keep.into_iter();
        self.images.retain(|_| keep.next().unwrap_or(true));
        self.report.used = self.images.len();
    }

    /// SHA-256, in hex, of the tasks, the ids, the groups, the splits and the labels: two datasets with the
    /// same fingerprint give the same training and the same figures, if their pictures are the same.
    pub fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        let mut text = |part: &str| {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part.as_bytes());
        };
        text("modulens-dataset 1");
        for task in &self.tasks {
            text(&task.name);
            text(&format!("{:?} {}", task.kind, task.values.len()));
            task.values.iter().for_each(|value| text(value));
        }
        for image in &self.images {
            text(&image.id);
            text(image.split.name());
            hash_group(&mut text, image.group);
        }
        hash.update(self.labels.cells());
        hash.finalize()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}

fn hash_group(text: &mut impl FnMut(&str), group: u64) {
    text(&format!("{group:x}"));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Dataset {
        let image = |id: &str, split| ImageRecord {
            id: id.into(),
            entry: 0,
            group: 1,
            split,
        };
        Dataset {
            name: "x".into(),
            format: Format::Folder,
            tasks: vec![Task::binary("Smiling")],
            images: vec![
                image("a", Split::Train),
                image("b", Split::Test),
                image("c", Split::Train),
            ],
            labels: Labels::from_cells(1, vec![0, 1, Labels::UNKNOWN]).expect("one task"),
            texts: vec![TextColumn {
                name: "note".into(),
                cells: ["x", "y", ""].map(str::to_owned).into(),
            }],
            report: Report::default(),
        }
    }

    #[test]
    fn splits_and_discards_keep_labels_in_step() {
        let mut dataset = sample();
        assert_eq!(dataset.in_split(Split::Train), [0, 2]);
        dataset.discard(&[
            (0, "cut short".into()),
            (0, "again".into()),
            (9, "none".into()),
        ]);
        assert_eq!(dataset.images.len(), 2);
        assert_eq!(dataset.labels.cells(), [1, Labels::UNKNOWN]);
        assert_eq!(dataset.texts[0].cells, ["y", ""]);
        assert_eq!(dataset.report.skipped_total, 1);
        assert_eq!(dataset.report.used, 2);
    }

    #[test]
    fn the_fingerprint_notices_every_part() {
        let before = sample().fingerprint();
        assert_eq!(before.len(), 64);
        assert_eq!(before, sample().fingerprint());
        let changes: [fn(&mut Dataset); 5] = [
            |dataset| dataset.tasks[0].name.push('x'),
            |dataset| dataset.images[0].id.push('x'),
            |dataset| dataset.images[0].group += 1,
            |dataset| dataset.images[0].split = Split::Val,
            |dataset| dataset.labels = Labels::from_cells(1, vec![1, 1, 1]).expect("one task"),
        ];
        for change in changes {
            let mut dataset = sample();
            change(&mut dataset);
            assert_ne!(dataset.fingerprint(), before);
        }
        let mut renamed = sample();
        renamed.name = "y".into();
        assert_eq!(renamed.fingerprint(), before, "a name is no content");
    }
}
