//! The images of a shard, read page by page.
//!
//! A row group may hold gigabytes, so the unit of reading is a page of it, a megabyte as a rule. The last pages stay in
//! memory, [`MOST`] bytes of all shards together (one page, if it is larger): the trainer's threads ask for images in
//! order, each at its own place. Only one page is unpacked at a time.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use parquet::column::page::PageReader;
use parquet::column::reader::ColumnReader;
use parquet::data_type::ByteArray;
use parquet::file::metadata::ParquetMetaData;

use crate::error::DatasetError;

use super::super::MAX_PICTURE_FILE;
use super::source::{self, Source};
use super::{Fault, Shard, broken, guarded};

/// Bytes of unpacked pages that stay in memory.
const MOST: usize = 512 << 20;

/// A page: shard, row group, and the row in it that the page begins with.
type Key = (usize, usize, usize);

/// The rows of a page; none for a row without an image.
type Rows = Arc<Vec<Option<ByteArray>>>;

/// The pages last read of all shards.
#[derive(Default)]
pub(crate) struct Pages(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    /// The latest last.
    pages: VecDeque<(Key, Rows, usize)>,
    bytes: usize,
    /// The rows that the pages of a row group begin with.
    starts: HashMap<(usize, usize), Arc<Vec<usize>>>,
}

impl Pages {
    /// The encoded image in a row of a shard, which has the number `place` among all.
    ///
    /// # Errors
    /// When it cannot be read, or is not there.
    pub(crate) fn image(
        &self,
        place: usize,
        shard: &Shard,
        row: usize,
    ) -> Result<Vec<u8>, DatasetError> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = guarded(|| kept.image(place, shard, row));
        drop(kept);
        found.map_err(|fault| broken(&format!("{}, row {}", shard.path, row + 1), &fault))
    }
}

impl Kept {
    fn image(&mut self, place: usize, shard: &Shard, row: usize) -> Result<Vec<u8>, Fault> {
        let missing = || Fault::new("the row holds no image");
        let column = shard.images.as_ref().ok_or_else(missing)?.bytes;
        let (mut group, mut row) = (0, row);
        while group < shard.metadata.num_row_groups() {
            let rows = shard.metadata.row_group_num_rows(group)?;
            if row < rows {
                break;
            }
            row -= rows;
            group += 1;
        }
        if group == shard.metadata.num_row_groups() {
            return Err(missing());
        }
        let starts = match self.starts.get(&(place, group)) {
            Some(starts) => starts.clone(),
            None => {
                let starts = starts(&shard.source, &shard.metadata, group, column)?;
                let starts = Arc::new(starts);
                self.starts.insert((place, group), starts.clone());
                starts
            }
        };
        let page = starts
            .partition_point(|&start| start <= row)
            .saturating_sub(1);
        let first = starts.get(page).copied().unwrap_or(0);
        let rows = shard.metadata.row_group_num_rows(group)?;
        let end = starts.get(page + 1).copied().unwrap_or(rows);
        let key = (place, group, first);
        let values = match self.pages.iter().position(|(known, ..)| *known == key) {
            Some(at) => self.pages.remove(at).map(|page| {
                let rows = page.1.clone();
                self.pages.push_back(page);
                rows
            }),
            None => None,
        };
        let values = match values {
            Some(values) => values,
            None => {
                let mut reader = shard.reader(group, column)?;
                let full = max_def_level(&shard.metadata, column);
                let values = read(&mut reader, full, first, end.saturating_sub(first))?;
                let values = Arc::new(values);
                self.keep(key, values.clone());
                values
            }
        };
        let image = values.get(row - first).and_then(Option::as_ref);
        let image = image.ok_or_else(missing)?.data();
        if image.len() as u64 > MAX_PICTURE_FILE {
            let problem = format!("the image has more than {MAX_PICTURE_FILE} bytes");
            return Err(Fault::new(problem));
        }
        Ok(image.to_vec())
    }

    fn keep(&mut self, key: Key, rows: Rows) {
        let bytes = rows.iter().flatten().map(ByteArray::len).sum();
        self.bytes = self.bytes.saturating_add(bytes);
        self.pages.push_back((key, rows, bytes));
        while self.bytes > MOST && self.pages.len() > 1 {
            if let Some((.., bytes)) = self.pages.pop_front() {
                self.bytes -= bytes;
            }
        }
    }
}

/// The rows that the pages of a column in a row group begin with, by their headers.
fn starts(
    source: &Source,
    metadata: &ParquetMetaData,
    group: usize,
    column: usize,
) -> Result<Vec<usize>, Fault> {
    let mut pages = source::pages(source, metadata, group, column)?;
    let (mut starts, mut row) = (Vec::new(), 0_usize);
    while let Some(page) = pages.peek_next_page()? {
        if !page.is_dict {
            starts.push(row);
            // Without lists there is a level for each row.
            let rows = page.num_rows.or(page.num_levels).unwrap_or(0);
            row = row.saturating_add(rows);
        }
        pages.skip_next_page()?;
    }
    starts.dedup();
    Ok(starts)
}

/// Reads `count` rows of a column of bytes, after the first `skip`; a value is there at the definition level `full`.
fn read(
    reader: &mut ColumnReader,
    full: i16,
    skip: usize,
    count: usize,
) -> Result<Vec<Option<ByteArray>>, Fault> {
    let ColumnReader::ByteArrayColumnReader(reader) = reader else {
        return Err(Fault::new("the images' column has changed its kind"));
    };
    let mut out = Vec::new();
    if reader.skip_records(skip)? < skip {
        return Ok(out);
    }
    while out.len() < count {
        let (mut defs, mut values) = (Vec::new(), Vec::new());
        let (records, _, levels) =
            reader.read_records(count - out.len(), Some(&mut defs), None, &mut values)?;
        if records == 0 {
            break;
        }
        let mut values = values.into_iter();
        for level in 0..levels {
            let there = full == 0 || defs.get(level) == Some(&full);
            out.push(if there { values.next() } else { None });
        }
    }
    Ok(out)
}

/// The first value of a column of bytes.
///
/// # Errors
/// When it cannot be read.
pub(super) fn first(
    source: &Source,
    metadata: &ParquetMetaData,
    column: usize,
) -> Result<Option<Vec<u8>>, Fault> {
    for group in 0..metadata.num_row_groups() {
        let rows = metadata.row_group_num_rows(group)?;
        if nulls(metadata, group, column) == Some(rows as u64) {
            continue;
        }
        let starts = starts(source, metadata, group, column)?;
        let first = starts.get(1).copied().unwrap_or(rows).min(rows);
        let mut reader = source::column(source, metadata, group, column)?;
        let values = read(&mut reader, max_def_level(metadata, column), 0, first)?;
        if let Some(value) = values.into_iter().flatten().next() {
            return Ok(Some(value.data().to_vec()));
        }
    }
    Ok(None)
}

/// For each row, whether it has a value in a column of bytes: by the counts of the row groups, and by the pages of those
/// in which some have.
///
/// # Errors
/// When a page cannot be read.
pub(super) fn present(
    source: &Source,
    metadata: &ParquetMetaData,
    column: usize,
    rows: usize,
) -> Result<Vec<bool>, Fault> {
    let mut out = Vec::with_capacity(rows);
    for group in 0..metadata.num_row_groups() {
        let rows = metadata.row_group_num_rows(group)?;
        let full = max_def_level(metadata, column);
        match nulls(metadata, group, column) {
            Some(0) => out.resize(out.len() + rows, true),
            None if full == 0 => out.resize(out.len() + rows, true),
            Some(nulls) if nulls == rows as u64 => out.resize(out.len() + rows, false),
            _ => {
                let end = out.len() + rows;
                let starts = starts(source, metadata, group, column)?;
                let mut reader = source::column(source, metadata, group, column)?;
                for (page, &start) in starts.iter().enumerate() {
                    let stop = starts.get(page + 1).copied().unwrap_or(rows).min(rows);
                    let values = read(&mut reader, full, 0, stop.saturating_sub(start))?;
                    out.extend(values.iter().map(Option::is_some));
                }
                // Rows that the pages do not hold.
                out.resize(end, false);
            }
        }
    }
    Ok(out)
}

fn max_def_level(metadata: &ParquetMetaData, column: usize) -> i16 {
    let schema = metadata.file_metadata().schema_descr();
    schema.column(column).max_def_level()
}

/// The number of rows without a value, as the row group says.
fn nulls(metadata: &ParquetMetaData, group: usize, column: usize) -> Option<u64> {
    let chunk = metadata.row_group(group).column(column);
    chunk.statistics()?.null_count_opt()
}
