//! The choice of the reader for a storage.

use crate::dataset::Dataset;
use crate::error::DatasetError;
use crate::options::{Format, Options};
use crate::report::Report;
use crate::storage::{Storage, path};
use crate::{celeba, folder, split, tasks, terms, zappos};

/// A reader's result, before tasks without a difference are dropped.
pub(crate) struct Found {
    pub(crate) tasks: Vec<modulens_schema::Task>,
    pub(crate) images: Vec<crate::ImageRecord>,
    pub(crate) labels: modulens_schema::Labels,
    /// Columns that are no task, if they were asked for.
    pub(crate) texts: Vec<crate::TextColumn>,
    /// The plural of a group, for people: "identities".
    pub(crate) groups: &'static str,
    /// The dataset brings a split; else that of the images is by hash.
    pub(crate) split_given: bool,
}

impl Found {
    /// A dataset without images.
    pub(crate) fn none() -> Self {
        Self {
            tasks: Vec::new(),
            images: Vec::new(),
            labels: modulens_schema::Labels::new(0),
            texts: Vec::new(),
            groups: "groups",
            split_given: false,
        }
    }
}

/// Loads a dataset: its tasks, pictures and labels, not the pictures' pixels.
///
/// # Errors
/// When a file that the layout needs is missing or does not hold what it must, when a task was asked for
/// that is not there, when two columns become one task, or when no picture can be used. Faults of single pictures are in the report instead.
pub fn load(storage: &Storage, options: &Options) -> Result<Dataset, DatasetError> {
    let mut report = Report::default();
    report.absorb(storage.report());
    let format = match options.format {
        Format::Auto => recognise(storage, &mut report),
        format => format,
    };
    if !options.columns.is_empty() && matches!(format, Format::Celeba | Format::Zappos) {
        report.note(
            "the meaning of columns is that of the format: what was told of them is not used",
        );
    }
    let mut found = match format {
        Format::Celeba => celeba::read(storage, options, &mut report)?,
        Format::Zappos => zappos::read(storage, options, &mut report)?,
        Format::Auto | Format::Folder => folder::read(storage, options, &mut report)?,
    };
    if found.images.is_empty() {
        let hint = match (storage.unopened(), report.skipped.first()) {
            (Some(sentence), _) => sentence,
            (None, Some(skip)) => format!(
                "{} were left out, such as {} ({})",
                report.skipped_total, skip.what, skip.why
            ),
            (None, None) => "put JPEG or PNG pictures there".to_owned(),
        };
        return Err(DatasetError::NoPictures {
            place: storage.name().to_owned(),
            hint,
        });
    }
    tasks::check_distinct(&found.tasks, storage.name())?;
    if !found.split_given {
        split_by_chance(&mut found, options.seed, &mut report);
    }
    split::note_straddling(&found.images, found.groups, &mut report);
    let (tasks, labels) = tasks::drop_constant(found.tasks, found.labels, &mut report);
    if let Some(terms) = terms::of_size(format, found.images.len()) {
        report.note(terms.sentence);
    }
    report.used = found.images.len();
    Ok(Dataset {
        name: options
            .name
            .clone()
            .unwrap_or_else(|| storage.name().to_owned()),
        format,
        tasks,
        images: found.images,
        labels,
        texts: found.texts,
        report,
    })
}

/// Splits images of a dataset that brings no split: a small one by its labels, else the hash stays. Without labels nothing
/// can be trained, and the split is not worth a note.
fn split_by_chance(found: &mut Found, seed: u64, report: &mut Report) {
    let groups = found.groups;
    let how = if found.images.len() < split::SMALL {
        split::stratify(&mut found.images, &found.labels, seed);
        format!("of the {groups} are drawn so that every value is spread over the parts")
    } else {
        format!("by a hash of the {groups}")
    };
    if !found.tasks.is_empty() {
        report.note(format!("there is no split: 70/10/20 % {how}"));
    }
}

fn recognise(storage: &Storage, report: &mut Report) -> Format {
    for (names, format, called) in [
        (&celeba::ATTRIBUTES[..], Format::Celeba, "CelebA"),
        (&zappos::META[..], Format::Zappos, "UT-Zappos50K"),
    ] {
        if let Some(entry) = names.iter().find_map(|name| storage.find(name)) {
            let path = &storage.entries()[entry].path;
            report.note(format!("recognised as {called} by {path}"));
            return format;
        }
    }
    report.note(format!("recognised as {}", folder::kind(storage)));
    let below = |folder: &str| {
        storage.entries().iter().any(|entry| {
            path::folder(&entry.path)
                .split('/')
                .any(|part| part.starts_with(folder))
        })
    };
    if below("img_align_celeba") {
        report.note(format!(
            "these look like CelebA's pictures; put {} beside them to search by attribute",
            celeba::ATTRIBUTES[0]
        ));
    } else if below("ut-zap50k-images") {
        report.note(format!(
            "these look like UT-Zappos50K's pictures; put {} (from ut-zap50k-data.zip) beside them to search by attribute",
            zappos::META[0]
        ));
    }
    Format::Folder
}
