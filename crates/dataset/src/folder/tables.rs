//! The tables of a folder: finding those that name its images, and joining them.

use std::collections::BTreeSet;

use modulens_schema::Split;

use crate::error::DatasetError;
use crate::options::{ColumnKind, Options};
use crate::report::{ColumnReading, IMAGE_READING, Report};
use crate::storage::{Entry, Storage, path};
use crate::table::columns::{Cell, Column};
use crate::table::names::{Matched, Names};
use crate::table::roles::split_of_folder;
use crate::table::{EXTENSIONS, Table, cells, roles};
use crate::text::TextFile;

use super::shards;

/// The rows by which the column of the images is found.
const SAMPLE: usize = 200;
/// More text files than this are captions or the like, one for each image; only those called like a table are opened.
const MAX_TEXTS: usize = 20;
/// The names of tables, best first.
const PREFERRED: [&str; 4] = ["attributes", "labels", "metadata", "annotations"];

/// A table that names images of the folder.
#[derive(Debug)]
pub(crate) struct ImageTable {
    pub(crate) table: Table,
    /// The column of the images' names.
    column: usize,
    /// What each row names.
    matched: Vec<Matched>,
    /// The split that the table's own name or folder says.
    split: Option<Split>,
}

/// All tables that name images, the one that wins in a doubt first.
///
/// # Errors
/// When the table asked for is not there, or tables are there and none can be used.
pub(super) fn find(
    storage: &Storage,
    names: &Names<'_>,
    options: &Options,
    report: &mut Report,
) -> Result<Vec<ImageTable>, DatasetError> {
    let mut found = Vec::new();
    let mut first_fault = None;
    let sharded = shards::tables(storage, options.table.as_deref(), report)?;
    let asked_for = options.table.is_some() && !sharded.is_empty();
    for table in sharded {
        let path = table.path.clone();
        match with_images(table, names, path::folder(&path), options) {
            Ok(table) => found.push(table),
            Err(error) => {
                report.skip(error.to_string(), path, "table that is not used");
                first_fault.get_or_insert(error);
            }
        }
    }
    let candidates = match asked_for {
        true => Vec::new(),
        false => candidates(storage, options)?,
    };
    for entry in candidates {
        let path = &storage.entries()[entry].path;
        // Any text may be called .txt; one that is no table is none of our business.
        let sure = options.table.is_some() || !path::has_extension(path, "txt");
        let read = match TextFile::read(storage, entry) {
            Ok(file) => Table::parse(&file)
                .and_then(|table| with_images(table, names, path::folder(path), options)),
            Err(error) => Err(error),
        };
        match read {
            Ok(table) if sure || table.is_mostly_matched() => found.push(table),
            Err(error) if sure => {
                report.skip(error.to_string(), path, "table that is not used");
                first_fault.get_or_insert(error);
            }
            Ok(_) | Err(_) => {}
        }
    }
    match first_fault {
        Some(error) if found.is_empty() => Err(error),
        _ => Ok(found),
    }
}

/// Entries that may be tables: those called so first, then by depth.
fn candidates(storage: &Storage, options: &Options) -> Result<Vec<usize>, DatasetError> {
    let entries = storage.entries();
    if let Some(wanted) = &options.table {
        let found = (0..entries.len())
            .find(|&index| entries[index].path == *wanted)
            .or_else(|| storage.find(wanted));
        return found
            .map(|entry| vec![entry])
            .ok_or_else(|| DatasetError::Missing {
                what: wanted.clone(),
                place: storage.name().to_owned(),
                hint: "give the path of the table inside the folder".into(),
            });
    }
    let preferred = |index: usize| {
        let stem = path::stem(&entries[index].path).to_ascii_lowercase();
        let place = PREFERRED.iter().position(|name| *name == stem);
        place.unwrap_or(PREFERRED.len())
    };
    let is = |extension: &str, index: usize| path::has_extension(&entries[index].path, extension);
    let all = 0..entries.len();
    let mut tables: Vec<usize> = all
        .clone()
        .filter(|&index| EXTENSIONS.iter().any(|extension| is(extension, index)))
        .collect();
    let texts: Vec<usize> = all
        .filter(|&index| is("txt", index) && !storage.is_in_tar_shard(&entries[index].path))
        .collect();
    let many = texts.len() > MAX_TEXTS;
    tables.extend(texts.into_iter().filter(|&index| {
        let stem = path::stem(&entries[index].path);
        !many || preferred(index) < PREFERRED.len() || split_of_folder(stem).is_some()
    }));
    tables.sort_by_key(|&index| {
        let depth = entries[index].path.matches('/').count();
        (depth, preferred(index), index)
    });
    Ok(tables)
}

/// Finds the column of a table in the folder `base` that names images, and matches its rows.
///
/// # Errors
/// When there is none, the one told names none, or its cells fit images by number only and nothing else says that they
/// are meant.
pub(crate) fn with_images(
    mut table: Table,
    names: &Names<'_>,
    base: &str,
    options: &Options,
) -> Result<ImageTable, DatasetError> {
    let header: Vec<&str> = table.header.iter().map(String::as_str).collect();
    if names.exact(base, &header) > 0 {
        table.demote_heading();
    }
    let column = match told(&table, options) {
        Some(column) => column,
        None => image_column(&table, names, base)?,
    };
    let cells: Vec<&str> = table.rows.iter().map(|(_, row)| &row[column]).collect();
    let matched = names.match_all(base, &cells);
    if matched.iter().all(Result::is_err) && told(&table, options).is_some() {
        let heading = &table.header[column];
        let problem = format!("no cell of column {heading:?} names a picture that is here");
        return Err(table.fault(1, problem, "tell another column, or none"));
    }
    let split = split_of_table(&table.path);
    Ok(ImageTable {
        table,
        column,
        matched,
        split,
    })
}

/// The column that the options say names the images.
fn told(table: &Table, options: &Options) -> Option<usize> {
    let kind = |name: &str| kind_of(options, name);
    (0..table.header.len()).find(|&at| kind(&table.header[at]) == Some(ColumnKind::Image))
}

/// The kind that the options say a column has.
pub(super) fn kind_of(options: &Options, name: &str) -> Option<ColumnKind> {
    let found = options
        .columns
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name));
    found.map(|(_, kind)| *kind)
}

fn image_column(table: &Table, names: &Names<'_>, base: &str) -> Result<usize, DatasetError> {
    let step = table.rows.len().div_ceil(SAMPLE).max(1);
    for step in [step, 1] {
        let sample = |column: usize| -> Vec<&str> {
            let rows = table.rows.iter().step_by(step);
            rows.map(|(_, row)| &row[column]).collect()
        };
        let rank = |column: usize| roles::image_rank(&table.header[column]);
        // The leftmost of equals.
        let best = |score: &dyn Fn(usize) -> (usize, usize)| {
            (0..table.header.len())
                .rev()
                .map(|column| (score(column), column))
                .max_by_key(|&((count, _), column)| (count, rank(column)))
        };
        let rows = table.rows.len().div_ceil(step);
        if let Some(((count, _), column)) = best(&|column| (names.exact(base, &sample(column)), 0))
            && count * 2 >= rows
            && count > 0
        {
            return Ok(column);
        }
        let all = |column: usize| {
            let found = names.match_all(base, &sample(column));
            let numbers = found.iter().flatten().filter(|(_, rule)| rule.is_number());
            let numbers = numbers.count();
            (found.iter().flatten().count() - numbers, numbers)
        };
        let named = best(&|column| (all(column).0, 0));
        let numbered = best(&|column| match rank(column) {
            0 => (0, 0),
            _ => (all(column).1, 0),
        });
        match (named, numbered) {
            (Some(((named, _), column)), Some(((numbered, _), _)))
                if named > 0 && named >= numbered =>
            {
                return Ok(column);
            }
            (_, Some(((numbered, _), column))) if numbered > 0 => return Ok(column),
            _ => {}
        }
        let unsure = best(&|column| (all(column).1, 0));
        if let Some(((count, _), column)) = unsure.filter(|((count, _), _)| *count > 0) {
            let problem = format!(
                "{count} of {rows} rows fit images by number only, in column {:?}, which may count something else",
                table.header[column]
            );
            let hint =
                "call the column \"file\" if it names the pictures, or write the files' full names";
            return Err(table.fault(1, problem, hint));
        }
    }
    let likeliest = (0..table.header.len())
        .rev()
        .max_by_key(|&column| roles::image_rank(&table.header[column]))
        .unwrap_or(0);
    let example = table
        .rows
        .first()
        .map_or("nothing", |(_, row)| &row[likeliest]);
    let problem = format!("no row names a picture that is here (the first says {example:?})");
    let hint = "one column must name pictures in this folder, such as cat.jpg";
    Err(table.fault(
        table.rows.first().map_or(1, |(line, _)| *line),
        problem,
        hint,
    ))
}

/// The split that a table is about: `train.csv`, `train/metadata.csv`.
fn split_of_table(path: &str) -> Option<Split> {
    let folder = path::folder(path).trim_end_matches('/');
    split_of_folder(path::stem(path))
        .or_else(|| shards::split_of_set(path))
        .or_else(|| split_of_folder(path::file_name(folder)))
}

impl ImageTable {
    fn is_mostly_matched(&self) -> bool {
        let found = self.matched.iter().flatten().count();
        found > 0 && found * 2 >= self.matched.len()
    }

    /// A list of images: nothing is known of them but their names.
    pub(super) fn is_list(&self) -> bool {
        self.table.header.len() == 1 && !self.is_of_shards()
    }

    /// The table was put together from the images' side files or columns.
    pub(super) fn is_of_shards(&self) -> bool {
        shards::is_shard(&self.table.path)
    }

    /// The reading of the column that names the images.
    fn reading(&self) -> ColumnReading {
        ColumnReading {
            tables: vec![self.table.path.clone()],
            column: self.table.header[self.column].clone(),
            reading: IMAGE_READING.to_owned(),
            tasks: Vec::new(),
            unknown: 0,
            rows: self.matched.iter().flatten().count(),
        }
    }

    /// Writes into the report which rows name no image, and by which rules the others do.
    pub(crate) fn report(&self, entries: &[Entry], report: &mut Report) {
        self.table.report(report);
        let mut rules = std::collections::BTreeMap::new();
        for ((line, row), matched) in self.table.rows.iter().zip(&self.matched) {
            match matched {
                Ok((_, rule)) => *rules.entry(*rule).or_insert(0_usize) += 1,
                Err(mismatch) => {
                    let candidates: Vec<&str> = mismatch
                        .candidates()
                        .into_iter()
                        .map(|entry| entries[entry].path.as_str())
                        .collect();
                    let mut place = self.table.place(*line);
                    if !candidates.is_empty() {
                        place = format!("{place}: {}", candidates.join(" or "));
                    }
                    report.skip(&row[self.column], place, mismatch.reason());
                }
            }
        }
        let found: usize = rules.values().sum();
        let ways: Vec<String> = rules
            .iter()
            .map(|(rule, count)| match rules.len() {
                1 => rule.to_string(),
                _ => format!("{count} {rule}"),
            })
            .collect();
        let (path, rows, ways) = (&self.table.path, self.matched.len(), ways.join(", "));
        report.note(match self.is_list() {
            true => {
                format!(
                    "{path} is a list of pictures: {found} of its {rows} lines name one, {ways}"
                )
            }
            false => format!(
                "{path} ({}): {found} of {rows} rows name a picture, in column {:?}, {ways}",
                self.table.form, self.table.header[self.column],
            ),
        });
    }
}

/// The columns that name the images; those of one heading are one, as other columns are.
pub(super) fn image_columns(tables: &[ImageTable]) -> Vec<ColumnReading> {
    let mut columns: Vec<ColumnReading> = Vec::new();
    for table in tables.iter().filter(|table| !table.is_list()) {
        let own = table.reading();
        let same = |known: &&mut ColumnReading| known.column.eq_ignore_ascii_case(&own.column);
        match columns.iter_mut().find(same) {
            Some(known) => {
                known.tables.extend(own.tables);
                known.rows += own.rows;
            }
            None => columns.push(own),
        }
    }
    columns
}

/// The tables, joined: columns of the same name are one.
#[derive(Debug)]
pub(crate) struct Joined<'a> {
    /// The columns but those of the images' names.
    pub(crate) columns: Vec<Column<'a>>,
    /// For each image, whether a row says something of it; a line of a list does not.
    pub(super) has_row: Vec<bool>,
    /// For each image, the split that its table is about.
    pub(super) splits: Vec<Option<Split>>,
}

/// Joins the tables over the images (indices of entries, ascending).
///
/// # Errors
/// When two tables say different things of one image in columns of the same name.
pub(crate) fn join<'a>(
    tables: &'a [ImageTable],
    images: &[usize],
) -> Result<Joined<'a>, DatasetError> {
    let mut joined = Joined {
        columns: Vec::new(),
        has_row: vec![false; images.len()],
        splits: vec![None; images.len()],
    };
    let told: BTreeSet<Option<usize>> = tables
        .iter()
        .map(|table| table.split.map(|split| split as usize))
        .collect();
    let by_table = told.iter().flatten().count() > 1;
    for table in tables {
        let rows: Vec<(usize, usize)> = table
            .matched
            .iter()
            .enumerate()
            .filter_map(|(row, matched)| {
                let (entry, _) = matched.as_ref().ok()?;
                Some((row, images.binary_search(entry).ok()?))
            })
            .collect();
        for &(_, image) in &rows {
            joined.has_row[image] |= !table.is_list();
            if by_table {
                joined.splits[image] = joined.splits[image].or(table.split);
            }
        }
        for (at, name) in table.table.header.iter().enumerate() {
            if at == table.column {
                continue;
            }
            let known = joined
                .columns
                .iter()
                .position(|column| !name.is_empty() && column.name.eq_ignore_ascii_case(name));
            let place = known.unwrap_or_else(|| {
                joined.columns.push(Column {
                    name,
                    tables: Vec::new(),
                    cells: vec![None; images.len()],
                });
                joined.columns.len() - 1
            });
            let column = &mut joined.columns[place];
            if !rows.is_empty() {
                column.tables.push(&table.table);
            }
            for &(row, image) in &rows {
                let (line, record) = &table.table.rows[row];
                let cell = Cell {
                    table: &table.table,
                    line: *line,
                    text: &record[at],
                };
                match column.cells[image] {
                    Some(first) if !cells::is_unknown(first.text) => {
                        check_same(name, &first, &cell, &record[table.column])?;
                    }
                    _ => column.cells[image] = Some(cell),
                }
            }
        }
    }
    Ok(joined)
}

fn check_same(
    name: &str,
    first: &Cell<'_>,
    second: &Cell<'_>,
    image: &str,
) -> Result<(), DatasetError> {
    let same = cells::is_unknown(second.text)
        || first.text.eq_ignore_ascii_case(second.text)
        || roles::is_index(name)
        || cells::yes_no(first.text).is_some_and(|yes| cells::yes_no(second.text) == Some(yes));
    if same {
        return Ok(());
    }
    Err(DatasetError::Malformed {
        file: second.table.path.clone(),
        line: second.line,
        problem: format!(
            "{name} of {image} is {:?}, but {:?} in {}",
            second.text,
            first.text,
            first.table.place(first.line)
        ),
        hint: "take one of the two tables away, or say which one is meant (table = \"...\" under [data] in a configuration)".into(),
    })
}
