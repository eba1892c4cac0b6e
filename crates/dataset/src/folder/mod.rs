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
#[cfg(feature = "parquet")]
mod parquet;
mod shards;
pub(crate) mod tables;
mod webdataset;

use std::collections::BTreeSet;

use modulens_schema::{Labels, Split, Task, TaskKind};

use crate::dataset::{ImageRecord, TextColumn};
use crate::error::DatasetError;
use crate::load::Found;
use crate::options::{ColumnKind, Options};
use crate::report::{ColumnReading, OneHotColumns, Report, name_tables};
use crate::split::{group_of, split_by_hash};
use crate::storage::{Storage, path};
use crate::table::columns::{Attribute, Cell, Column, Company, MAX_VALUES, one_hot};
use crate::table::names::Names;
use crate::table::{EXTENSIONS, cells, roles};
use crate::tasks;

use layout::Layout;
pub(crate) use shards::kind;
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
            ColumnKind::OneHot => prefix(heading).is_some_and(|(prefix, _)| prefix == name),
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

/// The beginning of a heading before its first separator, and the rest.
fn prefix(heading: &str) -> Option<(&str, &str)> {
    let (prefix, rest) = heading.split_once(['_', '.', ':', '-', '=', ' '])?;
    let rest = rest.trim();
    (!prefix.is_empty() && !rest.is_empty()).then_some((prefix, rest))
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

/// Columns with a common beginning that are one task.
struct OneHot {
    name: String,
    columns: Vec<usize>,
    values: Vec<String>,
}

impl OneHot {
    fn attribute(&self, joined: &Joined<'_>) -> Attribute {
        let columns: Vec<&Column<'_>> =
            self.columns.iter().map(|&at| &joined.columns[at]).collect();
        let values: Vec<&str> = self.values.iter().map(String::as_str).collect();
        one_hot(&self.name, &values, &columns)
    }
}

/// Groups of columns that are told to be one task; those that could be are reported, too.
fn one_hot_groups(joined: &Joined<'_>, options: &Options, report: &mut Report) -> Vec<OneHot> {
    let mut groups: Vec<OneHot> = Vec::new();
    for (at, column) in joined.columns.iter().enumerate() {
        let Some((prefix, value)) = prefix(column.name) else {
            continue;
        };
        if !column.known().all(|text| cells::yes_no(text).is_some()) {
            continue;
        }
        let value = value.replace('_', " ");
        match groups.iter_mut().find(|group| group.name == prefix) {
            Some(group) => {
                group.columns.push(at);
                group.values.push(value);
            }
            None => groups.push(OneHot {
                name: prefix.to_owned(),
                columns: vec![at],
                values: vec![value],
            }),
        }
    }
    groups.retain(|group| {
        let told = kind_of(options, &group.name) == Some(ColumnKind::OneHot);
        let rows = (0..joined.has_row.len()).filter(|&image| joined.has_row[image]);
        let one = |image: usize| {
            let yes = group.columns.iter().filter(|&&at| {
                joined.columns[at].cells[image]
                    .is_some_and(|cell| cells::yes_no(cell.text) == Some(true))
            });
            yes.count() == 1
        };
        let merged = told && group.columns.len() > 1;
        if merged || !told && group.columns.len() > 2 && rows.clone().all(one) {
            report.one_hot.push(OneHotColumns {
                name: group.name.clone(),
                values: group.values.clone(),
                merged,
            });
        }
        merged
    });
    groups
}

/// The column of the split.
///
/// # Errors
/// When a column that can be nothing else has a cell that is no split.
fn split_column(joined: &Joined<'_>, options: &Options) -> Result<Option<usize>, DatasetError> {
    let told = joined
        .columns
        .iter()
        .any(|column| kind_of(options, column.name) == Some(ColumnKind::Split));
    for (at, column) in joined.columns.iter().enumerate() {
        let (sure, maybe) = match kind_of(options, column.name) {
            Some(kind) => (kind == ColumnKind::Split, false),
            None if told => (false, false),
            None => (
                roles::is_surely_split(column.name),
                roles::is_split(column.name),
            ),
        };
        match not_a_split(column) {
            Some(cell) if sure => {
                let problem = format!("the split {:?} is none of train, val and test", cell.text);
                let hint = "write one of the three, or leave the cell empty";
                return Err(cell.table.fault(cell.line, problem, hint));
            }
            // Numbers may be the folds of a cross-validation.
            None if (sure || maybe && column.known().all(|text| text.parse::<f64>().is_err()))
                && column.known().next().is_some() =>
            {
                return Ok(Some(at));
            }
            _ => {}
        }
    }
    Ok(None)
}

/// The first cell that is no split.
fn not_a_split<'a>(column: &Column<'a>) -> Option<Cell<'a>> {
    let mut cells = column.cells.iter().flatten().copied();
    cells.find(|cell| !cells::is_unknown(cell.text) && roles::parse_split(cell.text).is_none())
}

/// The column of the groups.
fn group_column(joined: &Joined<'_>, options: &Options) -> Option<usize> {
    let told = |kind: ColumnKind| {
        let columns = joined.columns.iter();
        columns
            .clone()
            .position(|column| kind_of(options, column.name) == Some(kind))
    };
    told(ColumnKind::Group).or_else(|| {
        joined.columns.iter().position(|column| {
            kind_of(options, column.name).is_none() && roles::is_group(column.name)
        })
    })
}

/// The split of each image that has one: by its column, its table, or its folder, in this order.
fn splits(
    joined: &Joined<'_>,
    layout: &Layout<'_>,
    options: &Options,
    report: &mut Report,
) -> Result<Vec<Option<Split>>, DatasetError> {
    let column = split_column(joined, options)?;
    let of_column = |at: usize| {
        let cell = joined.columns[column?].cells[at]?;
        roles::parse_split(cell.text)
    };
    let images = joined.has_row.len();
    let found: Vec<Option<Split>> = (0..images)
        .map(|at| of_column(at).or(joined.splits[at]).or(layout.splits[at]))
        .collect();
    let known = found.iter().flatten().count();
    if known > 0 {
        let source = match column {
            Some(column) => format!("column {:?}", joined.columns[column].name),
            None if joined.splits.iter().any(Option::is_some) => "the tables' names".to_owned(),
            None => "the folders train, val and test".to_owned(),
        };
        let count = |split: Split| found.iter().filter(|found| **found == Some(split)).count();
        report.note(format!(
            "the split is that of {source}: train {}, val {}, test {}",
            count(Split::Train),
            count(Split::Val),
            count(Split::Test)
        ));
        if known < images {
            report.note(format!(
                "{} pictures have no split there: theirs is a hash of the group, 70/10/20 %",
                images - known
            ));
        }
    }
    Ok(found)
}

/// A picture without a group is one of its own; the prefix keeps `7.jpg` apart from a group called 7.
fn own_group(path: &str) -> u64 {
    group_of(&format!("picture {path}"))
}
