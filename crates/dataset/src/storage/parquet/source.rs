//! A shard's bytes, as the Parquet reader asks for them.

use std::io::{self, Read};
use std::sync::Arc;

use bytes::Bytes;
use parquet::column::reader::{ColumnReader, get_column_reader};
use parquet::errors::ParquetError;
use parquet::file::metadata::ParquetMetaData;
use parquet::file::reader::{ChunkReader, Length, SerializedPageReader};

use super::super::read_at::{ReadAt, read_exact};
use super::Fault;

/// Bytes of a reading where it is not known how many are wanted: the header of a page.
const READ: usize = 8 << 10;

#[derive(Clone)]
pub(super) struct Source(Arc<dyn ReadAt>);

impl Source {
    pub(super) fn new(source: Box<dyn ReadAt>) -> Self {
        Self(Arc::from(source))
    }

    /// The first bytes.
    pub(super) fn start(&self, len: usize) -> io::Result<Vec<u8>> {
        self.0.read_at(0, len)
    }
}

impl Length for Source {
    fn len(&self) -> u64 {
        self.0.len()
    }
}

impl ChunkReader for Source {
    type T = Onward;

    fn get_read(&self, start: u64) -> Result<Onward, ParquetError> {
        Ok(Onward {
            source: self.clone(),
            at: start,
            ready: io::Cursor::default(),
        })
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        // What a damaged header asks for is not there, and no memory is taken for it.
        let end = start.checked_add(length as u64);
        if end.is_none_or(|end| end > self.0.len()) {
            let problem = format!("it ends before {length} bytes at byte {start} do");
            return Err(ParquetError::EOF(problem));
        }
        let bytes = read_exact(self.0.as_ref(), start, length);
        Ok(bytes.map(Bytes::from)?)
    }
}

/// A reader from a position on.
pub(super) struct Onward {
    source: Source,
    at: u64,
    ready: io::Cursor<Vec<u8>>,
}

impl Read for Onward {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.ready.position() == self.ready.get_ref().len() as u64 {
            let bytes = self.source.0.read_at(self.at, READ)?;
            self.at += bytes.len() as u64;
            self.ready = io::Cursor::new(bytes);
        }
        self.ready.read(into)
    }
}

/// The pages of a column in a row group.
///
/// # Errors
/// When they are of a kind that cannot be read.
pub(super) fn pages(
    source: &Source,
    metadata: &ParquetMetaData,
    group: usize,
    column: usize,
) -> Result<SerializedPageReader<Source>, Fault> {
    let rows = metadata.row_group_num_rows(group)?;
    let chunk = metadata.row_group(group).column(column);
    let source = Arc::new(source.clone());
    Ok(SerializedPageReader::new(source, chunk, rows, None)?)
}

/// A column in a row group.
///
/// # Errors
/// As [`pages`].
pub(super) fn column(
    source: &Source,
    metadata: &ParquetMetaData,
    group: usize,
    column: usize,
) -> Result<ColumnReader, Fault> {
    let pages = pages(source, metadata, group, column)?;
    let described = metadata.row_group(group).column(column).column_descr_ptr();
    Ok(get_column_reader(described, Box::new(pages)))
}
