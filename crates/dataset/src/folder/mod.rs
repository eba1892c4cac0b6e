//! Anyone's own images: a folder (or zip) with or without tables of labels.
//!
//! # Tables
//! Every table that names images of the folder is read: `.csv`, `.tsv`, `.txt` and `.jsonl` in any usual form and encoding
//! (see the module `table`). The column of the images is found by its cells, wherever it stands; rows are matched to
//! images through case, extension, lost zeros and folders, but never ambiguously (`table::names`). Several tables are
//! joined over the images: one per split, or attributes beside a partition and identities. Every other column is an
//! attribute; its cells decide what it becomes:
//!
//! | cells | task |
//! | --- | --- |
//! | `yes no y n 1 0 -1 true false 1.0`, any case | yes/no; where 1, 0 and -1 all occur, -1 is unknown |
//! | numbers, at most 8 different ones | ordered, one value each |
//! | numbers, more than 8 | ordered, up to 5 bins that hold about as many images each |
//! | several labels (`hat;beard`, `hat, beard`) that recur | a yes/no task for each label |
//! | other text, 2 to 50 different ones that recur | categories, by name |
//! | other text | none: it is free text |
//! | whole numbers, each different, called `id` or `index` | none: it is an index |
//!
//! An empty cell is unknown, and so are `NaN`, `NA`, `null`, `None`, `-` and the like. An order can be declared in the
//! header: `size[small<medium<large]`. [`Options::columns`] overrides what a column is taken for; the report says of each
//! how it was read.
//!
//! Two columns are special: `split` or `partition` (`train`, `val` or `test`; 0, 1 or 2) and `group` (also `person_id`,
//! `identity`, `product_id` and the like: images of one group never end up in two splits). Images without a row take part
//! with nothing known.
//!
//! # Shards
//! The tars of `WebDataset` are a table (see the module `webdataset`), and so are Parquet files (see the storage's module
//! `parquet`). Those of one set (`train-000000.tar`, `train-000001.tar`) are one table, and the set's name is the split.
//!
//! # Folders
//! Folders called `train`, `val` (or `valid`, `validation`) and `test` are the split where no column says otherwise.
//! Without a table, or where no column is a task (a list of the images of a split), the folders below them, or else the
//! first ones below the folder that holds everything, become the task `Folder`, if there are 2 to 254 of them.
//!
//! Without any split, images are split 70/10/20 %: fewer than 1,000 so that every value is spread over the parts, more of
//! them by a hash of the group.

mod layout;
mod one_hot;
#[cfg(feature = "parquet")]
mod parquet;
mod shards;
mod splits;
pub(crate) mod tables;
mod webdataset;

use std::collections::BTreeSet;

use modulens_schema::{Labels, Task, TaskKind};

use crate::dataset::{ImageRecord, TextColumn};
use crate::error::DatasetError;
use crate::load::Found;
use crate::options::{ColumnKind, Options};
use crate::report::{ColumnReading, Report, name_tables};
use crate::split::{group_of, split_by_hash};
use crate::storage::{Storage, path};
use crate::table::columns::{Attribute, Cell, Column, Company, MAX_VALUES};
use crate::table::names::Names;
use crate::table::{EXTENSIONS, cells};
use crate::tasks;

use layout::Layout;
use one_hot::one_hot_groups;
pub(crate) use shards::kind;
use splits::{group_column, split_column, splits};
use tables::{ImageTable, Joined, kind_of};

/// The name of the task made of sub-folders.
pub const FOLDER_TASK: &str = "Folder";

/// The reason why a Parquet file is left out.
const PARQUET: &str = if cfg!(feature = "parquet") {
    "Parquet in an archive is not read; unpack the archive and give the folder"
} else {
    "Parquet is read by the trainer only; train with it there, or save its images as files with a CSV beside them"
};

pub(crate) fn read(
    storage: &Storage,
    options: &Options,
    report: &mut Report,
) -> Result<Found, DatasetError> {
    let entries = storage.entries();
    let images: Vec<usize> = (0..entries.len())
        .filter(|&index| path::is_picture(&entries[index].path))
        .collect();
    if images.is_empty() {
        note_other_files(storage, &[], report);
        shards::note_no_images(storage, report);
        return Ok(Found::none());
    }
    let names = Names::new(entries, &images);
    let tables = tables::find(storage, &names, options, report)?;
    note_other_files(storage, &tables, report);
    for table in &tables {
        table.report(entries, report);
    }
    check_told(&tables, storage.name(), options)?;
    let joined = tables::join(&tables, &images)?;
    let paths: Vec<&str> = images
        .iter()
        .map(|&entry| entries[entry].path.as_str())
        .collect();
    let layout = Layout::of(&paths);
    let labelled = !tables.iter().all(ImageTable::is_list);
    let (mut attributes, mut texts) = (Vec::new(), Vec::new());
    if labelled {
        note_without_row(&tables, &joined, report);
        (attributes, texts) = by_columns(&tables, &joined, options, report)?;
    }
    // The folders of shards are their names.
    if attributes.is_empty() && !tables.iter().any(ImageTable::is_of_shards) {
        let lacking = match labelled {
            true => "no column is a task",
            false => "there is no table of labels",
        };
        attributes = by_folder(&layout, lacking, report);
    }
    let names: Vec<&str> = attributes
        .iter()
        .map(|found| found.task.name.as_str())
        .collect();
    let chosen = tasks::choose(&names, options.tasks.as_deref())?;

    let groups = group_column(&joined, options);
    let splits = splits(&joined, &layout, options, report)?;
    let mut labels = Labels::new(chosen.len());
    let mut records = Vec::with_capacity(images.len());
    for (at, (&entry, &path)) in images.iter().zip(&paths).enumerate() {
        let cell = groups.and_then(|column| joined.columns[column].cells[at]);
        let group = cell
            .filter(|cell| !cells::is_unknown(cell.text))
            .map_or_else(|| own_group(path), |cell| group_of(cell.text));
        records.push(ImageRecord {
            id: path.to_owned(),
            entry,
            group,
            split: splits[at].unwrap_or_else(|| split_by_hash(options.seed, group)),
        });
        labels.push(chosen.iter().map(|&task| attributes[task].values[at]));
    }
    Ok(Found {
        tasks: chosen
            .iter()
            .map(|&task| attributes[task].task.clone())
            .collect(),
        images: records,
        labels,
        texts,
        groups: "groups",
        split_given: splits.iter().any(Option::is_some),
    })
}

/// Refuses a column that the options speak of and no table has: the wish would be passed over silently.
fn check_told(tables: &[ImageTable], place: &str, options: &Options) -> Result<(), DatasetError> {
    let headings: Vec<&str> = tables
        .iter()
        .flat_map(|table| table.table.header.iter().map(String::as_str))
        .collect();
    for (name, kind) in &options.columns {
        let known = headings.iter().any(|heading| match kind {
            ColumnKind::OneHot => {
                one_hot::prefix(heading).is_some_and(|(prefix, _)| prefix == name)
            }
            _ => heading.eq_ignore_ascii_case(name),
        });
        if !known {
            return Err(DatasetError::Missing {
                what: format!("the column {name:?} ({})", kind.name()),
                place: place.to_owned(),
                hint: tasks::near(&headings, name),
            });
        }
    }
    Ok(())
}

fn note_other_files(storage: &Storage, tables: &[ImageTable], report: &mut Report) {
    let mut others = 0;
    for entry in storage.entries() {
        let path = &entry.path;
        let table = EXTENSIONS
            .iter()
            .any(|extension| path::has_extension(path, extension));
        let read = tables.iter().any(|found| found.table.path == *path);
        let side_file = !path::is_foreign_picture(path) && storage.is_in_tar_shard(path);
        if path::is_picture(path) || table || read || side_file {
            continue;
        }
        if path::is_foreign_picture(path) {
            let why = "picture of a kind that cannot be read here; convert it to JPEG or PNG";
            report.skip(path, storage.name(), why);
        } else if path::has_extension(path, "parquet") {
            report.skip(path, storage.name(), PARQUET);
        } else if ["xlsx", "xls", "ods", "numbers"]
            .iter()
            .any(|kind| path::has_extension(path, kind))
        {
            let why = "spreadsheet, which is not read; save it as CSV";
            report.skip(path, storage.name(), why);
        } else {
            others += 1;
        }
    }
    if others > 0 {
        report.note(match others {
            1 => "1 file that is no picture is left alone".to_owned(),
            _ => format!("{others} files that are no pictures are left alone"),
        });
    }
}

fn note_without_row(tables: &[ImageTable], joined: &Joined<'_>, report: &mut Report) {
    let without = joined.has_row.iter().filter(|has| !**has).count();
    if without == 0 {
        return;
    }
    let tables = tables.iter().filter(|table| !table.is_list());
    let tables: Vec<String> = tables.map(|table| table.table.path.clone()).collect();
    let tables = name_tables(&tables);
    report.note(match without {
        1 => format!("1 picture has no row in {tables}: nothing is known about it"),
        _ => format!("{without} pictures have no row in {tables}: nothing is known about them"),
    });
}

/// The task `Folder`, if the folders say something; `lacking` says why there is no other.
fn by_folder(layout: &Layout<'_>, lacking: &str, report: &mut Report) -> Vec<Attribute> {
    let folders: BTreeSet<&str> = layout.classes.iter().flatten().copied().collect();
    let folders: Vec<&str> = folders.into_iter().collect();
    if !(2..=MAX_VALUES).contains(&folders.len()) {
        report.note(format!(
            "{lacking}: nothing can be learned from these pictures, and no prediction of them be checked"
        ));
        return Vec::new();
    }
    report.note(format!(
        "{lacking}: the {} folders are the task",
        folders.len()
    ));
    let value = |class: &Option<&str>| {
        let place = folders.binary_search(class.as_ref()?).ok()?;
        u8::try_from(place).ok()
    };
    let values = layout.classes.iter().map(value).collect();
    let task = Task::with_values(FOLDER_TASK, TaskKind::Categorical, folders);
    vec![Attribute { task, values }]
}

/// The tasks of the tables' columns, and the columns that are none; the report says of each how it was read.
fn by_columns(
    tables: &[ImageTable],
    joined: &Joined<'_>,
    options: &Options,
    report: &mut Report,
) -> Result<(Vec<Attribute>, Vec<TextColumn>), DatasetError> {
    let company = company(joined);
    let hot = one_hot_groups(joined, options, report);
    let (split, group) = (
        split_column(joined, options)?,
        group_column(joined, options),
    );
    let mut attributes: Vec<Attribute> = Vec::new();
    let mut texts = Vec::new();
    let mut readings = Vec::new();
    for (at, column) in joined.columns.iter().enumerate() {
        let declared = || column.table()?.declared(column.name);
        let told = kind_of(options, column.name).or_else(declared);
        let (found, words, unknown) = if Some(at) == split {
            (Vec::new(), "the split".to_owned(), unknown_cells(column))
        } else if Some(at) == group {
            (Vec::new(), "the group".to_owned(), unknown_cells(column))
        } else if let Some(merged) = hot.iter().find(|merged| merged.columns.contains(&at)) {
            let first = merged.columns.first() == Some(&at);
            let task = first.then(|| merged.attribute(joined));
            (
                task.into_iter().collect(),
                format!("one value of {}", merged.name),
                0,
            )
        } else {
            let reading = column.read(told, company)?;
            (reading.attributes, reading.words, reading.unknown)
        };
        let merged = hot.iter().any(|merged| merged.columns.contains(&at));
        // Numbers in bins are more exact as they are written.
        let as_written = found.is_empty() || words.contains("bins");
        if options.texts && as_written && !merged && told != Some(ColumnKind::Ignore) {
            texts.extend(text_column(column));
        }
        let found: Vec<Attribute> = found
            .into_iter()
            .map(|attribute| distinct_name(attribute, column.name, joined))
            .collect();
        readings.push(ColumnReading {
            tables: column
                .tables
                .iter()
                .map(|table| table.path.clone())
                .collect(),
            column: column.name.to_owned(),
            reading: words,
            tasks: found.iter().map(|found| found.task.name.clone()).collect(),
            unknown,
            rows: column.cells.iter().flatten().count(),
        });
        attributes.extend(found);
    }
    let images = tables::image_columns(tables);
    images
        .into_iter()
        .chain(readings)
        .for_each(|column| report.list_column(column));
    Ok((attributes, texts))
}

/// The cells of a column as they are written; `None` where none says anything.
fn text_column(column: &Column<'_>) -> Option<TextColumn> {
    column.known().next()?;
    let text = |cell: &Option<Cell<'_>>| {
        let cell = cell.filter(|cell| !cells::is_unknown(cell.text));
        cell.map_or_else(String::new, |cell| cell.text.to_owned())
    };
    Some(TextColumn {
        name: column.name.to_owned(),
        cells: column.cells.iter().map(text).collect(),
    })
}

fn unknown_cells(column: &Column<'_>) -> usize {
    column.cells.iter().flatten().count() - column.known().count()
}

/// A label of several in a cell that is called like another column gets the column's name before its own.
fn distinct_name(mut found: Attribute, column: &str, joined: &Joined<'_>) -> Attribute {
    let name = &found.task.name;
    let other = |known: &Column<'_>| known.name.eq_ignore_ascii_case(name) && known.name != column;
    if !column.starts_with(name.as_str()) && joined.columns.iter().any(other) {
        found.task.name = format!("{column}: {name}");
    }
    found
}

/// Columns whose cells tell what 0 means in the others.
fn company(joined: &Joined<'_>) -> Company {
    let signs =
        |column: &Column<'_>| -> BTreeSet<Option<i8>> { column.known().map(cells::sign).collect() };
    let all: Vec<BTreeSet<Option<i8>>> = joined.columns.iter().map(signs).collect();
    let pair = |low: i8| {
        let pair = BTreeSet::from([Some(low), Some(1)]);
        all.contains(&pair)
    };
    Company {
        minus_is_no: pair(-1) && !pair(0),
    }
}

/// A picture without a group is one of its own; the prefix keeps `7.jpg` apart from a group called 7.
fn own_group(path: &str) -> u64 {
    group_of(&format!("picture {path}"))
}
