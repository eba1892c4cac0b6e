//! The tables of Parquet files: one for the shards of a set that have the same columns.

use std::collections::{BTreeMap, BTreeSet};

use csv::StringRecord;

use crate::error::DatasetError;
use crate::options::ColumnKind;
use crate::report::Report;
use crate::storage::parquet::Shard;
use crate::storage::{Storage, path};
use crate::table::Table;

use super::shards;

/// The shards of a set, and what they hold.
#[derive(Default)]
struct Set<'a> {
    paths: Vec<&'a str>,
    columns: Vec<(String, Option<ColumnKind>)>,
    rows: Vec<StringRecord>,
    notes: BTreeSet<String>,
}

/// The number of Parquet files that hold images.
pub(super) fn files_with_images(storage: &Storage) -> usize {
    let shards = storage.parquet_shards().iter();
    shards.filter(|shard| shard.has_images()).count()
}

/// Reports the files that hold no image, where no image lies beside them either.
pub(super) fn note_no_images(storage: &Storage, report: &mut Report) {
    let why = "Parquet file without images; it must have a column of them, or lie beside the files that it names";
    for shard in storage.parquet_shards() {
        report.skip(&shard.path, storage.name(), why);
    }
}

/// A table for each set of shards with the same columns. One whose labels cannot be read is reported.
///
/// # Errors
/// When a table has too many columns.
pub(super) fn tables(
    storage: &Storage,
    wanted: Option<&str>,
    report: &mut Report,
) -> Result<Vec<Table>, DatasetError> {
    let mut sets: BTreeMap<(&str, &str), Vec<Set<'_>>> = BTreeMap::new();
    let shards = storage.parquet_shards().iter();
    for shard in shards.filter(|shard| wanted.is_none_or(|wanted| wanted == shard.path)) {
        let key = (path::folder(&shard.path), shards::set_of(&shard.path));
        if let Err(error) = add(sets.entry(key).or_default(), shard, report) {
            let why = "Parquet file whose labels cannot be read";
            report.skip(error.to_string(), &shard.path, why);
        }
    }
    let mut tables = Vec::new();
    for set in sets.into_values().flatten() {
        let form = match set.paths.len() {
            1 => "Parquet".to_owned(),
            files => format!("Parquet, {files} shards"),
        };
        let name = shards::joint_name(&set.paths);
        for note in set.notes {
            report.note(format!("{name}: {note}"));
        }
        tables.push(Table::put_together(name, form, set.columns, set.rows)?);
    }
    Ok(tables)
}

/// Adds a shard to those of its set with the same columns.
///
/// # Errors
/// When it cannot be read.
fn add<'a>(
    sets: &mut Vec<Set<'a>>,
    shard: &'a Shard,
    report: &mut Report,
) -> Result<(), DatasetError> {
    let cells = shard.cells()?;
    let names = || cells.columns.iter().map(|(name, _)| name);
    let same = sets
        .iter()
        .position(|set| set.columns.iter().map(|(name, _)| name).eq(names()));
    let place = same.unwrap_or_else(|| {
        if let Some(path) = sets.first().and_then(|set| set.paths.first()) {
            report.note(format!("{} has other columns than {path}", shard.path));
        }
        sets.push(Set {
            columns: cells.columns,
            ..Set::default()
        });
        sets.len() - 1
    });
    let set = &mut sets[place];
    set.paths.push(&shard.path);
    set.rows.extend(cells.rows);
    set.notes.extend(shard.notes.iter().cloned());
    let long = |name| format!("column {name:?} is left out: a cell has more than 1000 bytes");
    set.notes.extend(cells.too_long.into_iter().map(long));
    Ok(())
}
