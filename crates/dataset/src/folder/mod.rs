//! Anyone's own pictures: a folder (or zip) of image files, with or without a CSV of attributes.
//!
//! # The CSV
//! The first column names the picture: its path from the CSV's folder, or from the top, or its file name alone
//! where that is unique (with or without extension). Every other column is an attribute; its values decide what
//! it becomes:
//!
//! | values | task |
//! | --- | --- |
//! | `yes no y n 1 0 -1 true false`, any case | yes/no |
//! | numbers, at most 8 different ones | ordered, one value each |
//! | numbers, more than 8 | ordered, up to 5 bins that hold about as many pictures each |
//! | other text, 2 to 50 different ones | categories, by name |
//! | other text, more than 50 | none: it is free text, and noted |
//!
//! An order can be declared in the header: `size[small<medium<large]`. An empty cell is unknown.
//!
//! Two columns are special: `split` (`train`, `val` or `test`) and `group` (a person, a product: pictures of one
//! group never end up in two splits). Without `split`, the split is a hash of the group, 70/10/20 %; without
//! `group`, every picture is its own. Pictures without a row take part with nothing known.
//!
//! Without a CSV, the folders just below the top (or below the folder that holds everything) become the task
//! `Folder`, if there are 2 to 50 of them.

mod columns;
mod names;

use std::collections::BTreeSet;

use modulens_schema::{Labels, Split, Task, TaskKind};

use crate::dataset::ImageRecord;
use crate::error::DatasetError;
use crate::load::Found;
use crate::options::Options;
use crate::report::Report;
use crate::split::{group_of, split_by_hash};
use crate::storage::{Storage, path};
use crate::table::Table;
use crate::tasks;
use crate::text::TextFile;

use columns::Column;
use names::Names;

/// The name of the task made of sub-folders.
pub const FOLDER_TASK: &str = "Folder";
/// Text with more different values than this is no category.
pub(crate) const MAX_CATEGORIES: usize = 50;

pub(crate) async fn read(
    storage: &Storage,
    options: &Options,
    report: &mut Report,
) -> Result<Found, DatasetError> {
    let entries = storage.entries();
    let pictures: Vec<usize> = (0..entries.len())
        .filter(|&index| path::is_picture(&entries[index].path))
        .collect();
    let mut others = 0;
    for entry in entries
        .iter()
        .filter(|entry| !path::is_picture(&entry.path))
    {
        if path::is_foreign_picture(&entry.path) {
            report.skip(
                &entry.path,
                storage.name(),
                "image of a kind that cannot be read here; convert it to JPEG or PNG",
            );
        } else if !path::has_extension(&entry.path, "csv") {
            others += 1;
        }
    }
    if others > 0 {
        report.note(format!(
            "{others} files that are no pictures are left alone"
        ));
    }
    if pictures.is_empty() {
        return Ok(none());
    }
    match find_csv(storage, options)? {
        Some(entry) => {
            let file = TextFile::read(storage, entry).await?;
            let table = Table::parse(&file)?;
            with_table(storage, &pictures, &table, options, report)
        }
        None => by_folder(storage, &pictures, options, report),
    }
}

fn none() -> Found {
    Found {
        tasks: Vec::new(),
        images: Vec::new(),
        labels: Labels::new(0),
        groups: "groups",
    }
}

/// The CSV asked for, or the one nearest to the top; `attributes.csv` and the like win over others there.
fn find_csv(storage: &Storage, options: &Options) -> Result<Option<usize>, DatasetError> {
    let entries = storage.entries();
    if let Some(wanted) = &options.csv {
        let found = (0..entries.len())
            .find(|&index| entries[index].path == *wanted)
            .or_else(|| storage.find(wanted));
        return found.map(Some).ok_or_else(|| DatasetError::Missing {
            what: wanted.clone(),
            place: storage.name().to_owned(),
            hint: "give the path of the CSV inside the folder".into(),
        });
    }
    let tables: Vec<usize> = (0..entries.len())
        .filter(|&at| path::has_extension(&entries[at].path, "csv"))
        .collect();
    let depth = |&index: &usize| entries[index].path.matches('/').count();
    let Some(top) = tables.iter().map(depth).min() else {
        return Ok(None);
    };
    let nearest: Vec<usize> = tables
        .into_iter()
        .filter(|index| depth(index) == top)
        .collect();
    let preferred = ["attributes.csv", "labels.csv", "metadata.csv"]
        .iter()
        .find_map(|name| {
            nearest
                .iter()
                .find(|&&index| path::file_name(&entries[index].path).eq_ignore_ascii_case(name))
        });
    match (preferred, nearest.as_slice()) {
        (Some(&index), _) | (None, &[index]) => Ok(Some(index)),
        (None, several) => {
            let names: Vec<&str> = several
                .iter()
                .map(|&at| entries[at].path.as_str())
                .collect();
            Err(DatasetError::Missing {
                what: "attributes.csv".into(),
                place: storage.name().to_owned(),
                hint: format!(
                    "there are {}; rename the one with the attributes to attributes.csv, or name it",
                    names.join(" and ")
                ),
            })
        }
    }
}

fn with_table(
    storage: &Storage,
    pictures: &[usize],
    table: &Table,
    options: &Options,
    report: &mut Report,
) -> Result<Found, DatasetError> {
    let names = Names::new(storage, pictures, path::folder(&table.path));
    let mut row_of = vec![None; storage.entries().len()];
    let mut used = 0;
    for (row, (line, record)) in table.rows.iter().enumerate() {
        match names.find(&record[0]) {
            Err(why) => report.skip(&record[0], table.place(*line), why),
            Ok(entry) if row_of[entry].is_some() => {
                report.skip(
                    &record[0],
                    table.place(*line),
                    "listed twice, the first row is used",
                );
            }
            Ok(entry) => {
                row_of[entry] = Some(row);
                used += 1;
            }
        }
    }
    if used == 0 {
        let example = table
            .rows
            .first()
            .map_or("nothing", |(_, record)| &record[0]);
        let hint = "its first column must name pictures in this folder, such as cat.jpg";
        let problem = format!("no row names a picture that is here (the first says {example:?})");
        return Err(table.fault(2.min(table.rows.len() as u64 + 1), problem, hint));
    }
    if used < pictures.len() {
        report.note(format!(
            "{} pictures have no row in {}: nothing is known about them",
            pictures.len() - used,
            table.path
        ));
    }

    let (split_column, group_column) = (table.column("split"), table.column("group"));
    let rows: Vec<usize> = row_of.iter().flatten().copied().collect();
    let mut attributes = Vec::new();
    for column in 1..table.header.len() {
        if Some(column) != split_column && Some(column) != group_column {
            attributes.extend(Column::read(table, column, &rows, report)?);
        }
    }
    let task_names: Vec<&str> = attributes
        .iter()
        .map(|column| column.task.name.as_str())
        .collect();
    let chosen = tasks::choose(&task_names, options.tasks.as_deref())?;

    let mut images = Vec::with_capacity(pictures.len());
    let mut labels = Labels::new(chosen.len());
    for &entry in pictures {
        let row = row_of[entry].map(|row| &table.rows[row]);
        let cell = |column: Option<usize>| {
            let (line, record) = row?;
            record
                .get(column?)
                .filter(|cell| !cell.is_empty())
                .map(|cell| (*line, cell))
        };
        let id = &storage.entries()[entry].path;
        let group = cell(group_column).map_or_else(|| own_group(id), |(_, name)| group_of(name));
        let split = match cell(split_column) {
            None => split_by_hash(options.seed, group),
            Some((line, name)) => parse_split(name).ok_or_else(|| {
                let problem = format!("the split {name:?} is none of train, val and test");
                table.fault(
                    line,
                    problem,
                    "write one of the three, or leave the cell empty",
                )
            })?,
        };
        images.push(ImageRecord {
            id: id.clone(),
            entry,
            group,
            split,
        });
        labels.push(chosen.iter().map(|&at| {
            let column = &attributes[at];
            row.and_then(|(_, record)| column.value(&record[column.index]))
        }));
    }
    let tasks = chosen
        .iter()
        .map(|&column| attributes[column].task.clone())
        .collect();
    Ok(Found {
        tasks,
        images,
        labels,
        groups: "groups",
    })
}

fn by_folder(
    storage: &Storage,
    pictures: &[usize],
    options: &Options,
    report: &mut Report,
) -> Result<Found, DatasetError> {
    let paths: Vec<&str> = pictures
        .iter()
        .map(|&at| storage.entries()[at].path.as_str())
        .collect();
    let shared = shared_folder(&paths);
    let folder = |path: &str| {
        path[shared..]
            .split_once('/')
            .map(|(folder, _)| folder.to_owned())
    };
    let folders: BTreeSet<String> = paths.iter().filter_map(|path| folder(path)).collect();
    let folders: Vec<String> = folders.into_iter().collect();
    let telling = (2..=MAX_CATEGORIES).contains(&folders.len());
    let names: &[&str] = if telling { &[FOLDER_TASK] } else { &[] };
    let chosen = tasks::choose(names, options.tasks.as_deref())?;
    if chosen.is_empty() {
        report.note("there is no CSV of attributes: the pictures can be compared, but not searched by attribute");
    } else {
        report.note(format!(
            "there is no CSV of attributes: the {} folders are the task",
            folders.len()
        ));
    }
    let mut labels = Labels::new(chosen.len());
    let mut images = Vec::with_capacity(pictures.len());
    for (&entry, &path) in pictures.iter().zip(&paths) {
        let value = folder(path).and_then(|name| folders.binary_search(&name).ok());
        labels.push(
            chosen
                .iter()
                .map(|_| value.and_then(|value| u8::try_from(value).ok())),
        );
        let group = own_group(path);
        images.push(ImageRecord {
            id: path.to_owned(),
            entry,
            group,
            split: split_by_hash(options.seed, group),
        });
    }
    let task = Task::with_values(FOLDER_TASK, TaskKind::Categorical, folders);
    Ok(Found {
        tasks: chosen.iter().map(|_| task.clone()).collect(),
        images,
        labels,
        groups: "groups",
    })
}

/// A picture without a group is one of its own; the prefix keeps `7.jpg` apart from a group called 7.
fn own_group(path: &str) -> u64 {
    group_of(&format!("picture {path}"))
}

fn parse_split(name: &str) -> Option<Split> {
    match name.to_ascii_lowercase().as_str() {
        "train" | "training" | "0" => Some(Split::Train),
        "val" | "valid" | "validation" | "1" => Some(Split::Val),
        "test" | "testing" | "2" => Some(Split::Test),
        _ => None,
    }
}

/// Length of the folder path that all pictures share.
fn shared_folder(paths: &[&str]) -> usize {
    let Some(mut shared) = paths.first().map(|first| path::folder(first)) else {
        return 0;
    };
    while !paths.iter().all(|path| path.starts_with(shared)) {
        shared = path::folder(shared.trim_end_matches('/'));
    }
    shared.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_all_share_is_no_task() {
        assert_eq!(shared_folder(&["a/b/x.jpg", "a/b/c/y.jpg"]), 4);
        assert_eq!(shared_folder(&["a/x.jpg", "b/y.jpg"]), 0);
        assert_eq!(
            shared_folder(&["ab/x.jpg", "abc/y.jpg"]),
            0,
            "whole names only"
        );
        assert_eq!(shared_folder(&["x.jpg"]), 0);
        assert_eq!(shared_folder(&[]), 0);
    }
}
