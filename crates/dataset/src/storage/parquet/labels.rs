//! The columns of a shard as cells of a table.

use csv::StringRecord;
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{
    BoolType, ByteArrayType, DataType, DoubleType, FloatType, Int32Type, Int64Type,
};
use parquet::file::metadata::ParquetMetaData;
use parquet::schema::types::ColumnDescriptor;

use crate::error::DatasetError;
use crate::options::ColumnKind;
use crate::table::cells;

use super::source::{self, Source};
use super::{Fault, Shard, broken, guarded};

/// Rows of one reading.
const BATCH: usize = 4096;
/// A cell of more bytes makes its column none of labels: a list of an embedding's numbers, a document.
const LONGEST: usize = 1000;

/// A column of values.
#[derive(Clone, Debug)]
pub(super) struct Leaf {
    /// Its place in the schema.
    pub(super) index: usize,
    /// Its heading.
    pub(super) name: String,
    /// The names that its numbers stand for.
    pub(super) classes: Option<Vec<String>>,
    pub(super) form: Form,
    /// A row holds any number of values.
    pub(super) is_list: bool,
}

/// The form of a column's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Text,
    /// Numbers with a sign, and yes and no.
    Number,
    Unsigned,
}

/// The labels of a shard.
#[derive(Debug)]
pub(crate) struct Cells {
    /// The columns, the images' first, with what is declared of them.
    pub(crate) columns: Vec<(String, Option<ColumnKind>)>,
    /// The rows that have an image, or where none has.
    pub(crate) rows: Vec<StringRecord>,
    /// Columns left out since their cells are too long.
    pub(crate) too_long: Vec<String>,
}

impl Shard {
    /// Reads the labels.
    ///
    /// # Errors
    /// When the shard is damaged.
    pub(crate) fn cells(&self) -> Result<Cells, DatasetError> {
        guarded(|| self.read_cells()).map_err(|fault| broken(&self.path, &fault))
    }

    fn read_cells(&self) -> Result<Cells, Fault> {
        let rows = self.rows();
        let mut columns: Vec<(String, Option<ColumnKind>)> = Vec::new();
        let mut read: Vec<Vec<Option<String>>> = Vec::new();
        let mut too_long = Vec::new();
        if let Some(images) = &self.images {
            columns.push((images.name.clone(), None));
            read.push(self.names.clone());
        }
        for leaf in &self.leaves {
            let mut texts = texts(&self.source, &self.metadata, leaf, rows)?;
            let long =
                |text: &Option<String>| text.as_ref().is_some_and(|text| text.len() > LONGEST);
            if texts.iter().any(long) {
                too_long.push(leaf.name.clone());
                continue;
            }
            for text in texts.iter_mut().flatten() {
                *text = text.trim().to_owned();
            }
            columns.push((leaf.name.clone(), leaf.declared()));
            read.push(texts);
        }
        let wanted = |row: &usize| self.images.is_none() || self.names[*row].is_some();
        let cell = |text: &Option<String>| text.clone().unwrap_or_default();
        let rows = (0..rows).filter(wanted);
        let rows = rows.map(|row| {
            read.iter()
                .map(|column| cell(&column[row]))
                .collect::<Vec<_>>()
        });
        Ok(Cells {
            columns,
            rows: rows.map(StringRecord::from).collect(),
            too_long,
        })
    }
}

impl Leaf {
    /// Classes are categories even where their names are numbers, unless they are yes and no.
    fn declared(&self) -> Option<ColumnKind> {
        // Several in a cell are labels.
        let classes = self.classes.as_ref().filter(|_| !self.is_list)?;
        let yes_no = classes.iter().all(|name| cells::yes_no(name).is_some());
        (!yes_no).then_some(ColumnKind::Categories)
    }
}

/// The values of a column, one for each row; those of a list are joined by bars.
///
/// # Errors
/// When they cannot be read, or are not as many as the rows.
pub(super) fn texts(
    source: &Source,
    metadata: &ParquetMetaData,
    leaf: &Leaf,
    rows: usize,
) -> Result<Vec<Option<String>>, Fault> {
    let described = metadata.file_metadata().schema_descr().column(leaf.index);
    let mut out = Vec::with_capacity(rows);
    for group in 0..metadata.num_row_groups() {
        let before = out.len();
        let named = |text: String| leaf.named(text);
        let unsigned = leaf.form == Form::Unsigned;
        match source::column(source, metadata, group, leaf.index)? {
            ColumnReader::BoolColumnReader(reader) => {
                read::<BoolType>(reader, &described, &mut out, |value| {
                    Some(value.to_string())
                })?;
            }
            ColumnReader::Int32ColumnReader(reader) => {
                read::<Int32Type>(reader, &described, &mut out, |value| {
                    named(match unsigned {
                        true => value.cast_unsigned().to_string(),
                        false => value.to_string(),
                    })
                })?;
            }
            ColumnReader::Int64ColumnReader(reader) => {
                read::<Int64Type>(reader, &described, &mut out, |value| {
                    named(match unsigned {
                        true => value.cast_unsigned().to_string(),
                        false => value.to_string(),
                    })
                })?;
            }
            ColumnReader::FloatColumnReader(reader) => {
                read::<FloatType>(reader, &described, &mut out, |value| {
                    Some(value.to_string())
                })?;
            }
            ColumnReader::DoubleColumnReader(reader) => {
                read::<DoubleType>(reader, &described, &mut out, |value| {
                    Some(value.to_string())
                })?;
            }
            ColumnReader::ByteArrayColumnReader(reader) => {
                read::<ByteArrayType>(reader, &described, &mut out, |value| {
                    Some(String::from_utf8_lossy(value.data()).into_owned())
                })?;
            }
            ColumnReader::Int96ColumnReader(_) | ColumnReader::FixedLenByteArrayColumnReader(_) => {
                return Err(Fault::new(format!(
                    "column {:?} has changed its kind",
                    leaf.name
                )));
            }
        }
        let (found, told) = (out.len() - before, metadata.row_group_num_rows(group)?);
        if found != told {
            let name = &leaf.name;
            return Err(Fault::new(format!(
                "column {name:?} holds {found} rows of {told}"
            )));
        }
    }
    Ok(out)
}

impl Leaf {
    /// A number as the class that it stands for; below zero it is unknown.
    fn named(&self, text: String) -> Option<String> {
        let Some(classes) = &self.classes else {
            return Some(text);
        };
        if text.starts_with('-') {
            return None;
        }
        let class = text.parse::<usize>().ok().and_then(|at| classes.get(at));
        Some(class.cloned().unwrap_or(text))
    }
}

/// Reads a column of a row group.
fn read<T: DataType>(
    mut reader: ColumnReaderImpl<T>,
    column: &ColumnDescriptor,
    out: &mut Vec<Option<String>>,
    text: impl Fn(&T::T) -> Option<String>,
) -> Result<(), Fault> {
    let full = column.max_def_level();
    let is_list = column.max_rep_level() > 0;
    let (mut defs, mut reps, mut values) = (Vec::new(), Vec::new(), Vec::new());
    loop {
        defs.clear();
        reps.clear();
        values.clear();
        let (records, _, levels) =
            reader.read_records(BATCH, Some(&mut defs), Some(&mut reps), &mut values)?;
        if records == 0 {
            return Ok(());
        }
        let mut values = values.iter();
        for level in 0..levels {
            let there = full == 0 || defs.get(level) == Some(&full);
            let found = match there {
                true => values.next().and_then(&text),
                false => None,
            };
            if !is_list || reps.get(level) == Some(&0) {
                out.push(found);
                continue;
            }
            // More of the list of the row before. No list of labels is that long, and its end does not matter then.
            match (out.last_mut(), found) {
                (Some(Some(row)), Some(more)) if row.len() <= LONGEST => {
                    row.push('|');
                    row.push_str(&more);
                }
                (Some(row @ None), more) => *row = more,
                _ => {}
            }
        }
    }
}
