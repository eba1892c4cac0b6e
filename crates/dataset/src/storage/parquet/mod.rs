//! Parquet shards with images inside, in the layout of Hugging Face's image datasets.
//!
//! The images are a column of structures `{bytes, path}`, or of plain bytes. A row's image is an entry of the storage,
//! called by its path, or by the row's number where it has none: `data/train-00000-of-00003.parquet/000001.jpg`. Its bytes
//! are read on demand (see [`pages`]). The other columns are a table (see [`labels`]).

mod labels;
mod pages;
mod plan;
mod source;

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use parquet::basic::{CompressionCodec, Type};
use parquet::column::reader::ColumnReader;
use parquet::errors::ParquetError;
use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader};

use crate::error::DatasetError;
use crate::report::Report;

use super::kind::Kind;
use super::read_at::ReadAt;
use super::{kind, path};

use labels::Leaf;
use plan::{ImageColumn, Plan};
use source::Source;

pub(crate) use pages::Pages;

/// The reason in the report for a row that holds no image.
const NO_IMAGE: &str = "row without an image";

/// An open shard: its metadata, and where its images lie.
pub(crate) struct Shard {
    /// Its path in the storage.
    pub(crate) path: String,
    source: Source,
    metadata: Arc<ParquetMetaData>,
    images: Option<ImageColumn>,
    leaves: Vec<Leaf>,
    /// For each row, what its cell in the table's column of images says: the path of an entry, or of a file beside the
    /// shard; none where there is neither.
    names: Vec<Option<String>>,
    /// Sentences about columns.
    pub(crate) notes: Vec<String>,
}

/// A fault of a shard, in the words of its reader.
#[derive(Debug)]
struct Fault {
    problem: String,
    hint: &'static str,
}

impl Fault {
    fn new(problem: impl Into<String>) -> Self {
        Self {
            problem: problem.into(),
            hint: "download it again, or leave it out",
        }
    }
}

impl From<ParquetError> for Fault {
    fn from(error: ParquetError) -> Self {
        let text = error.to_string();
        // "Parquet error: ", "EOF: ": the sentence says so already.
        let text = text
            .split_once(": ")
            .map_or(text.as_str(), |(_, rest)| rest);
        Self::new(text)
    }
}

/// Runs code of the Parquet reader on a stranger's file: some damage makes it panic, which is a fault like any other.
fn guarded<T>(run: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| Err(Fault::new("its pages are damaged")))
}

impl Shard {
    /// Opens a shard and finds its images; hands over each row's number and its entry's path.
    ///
    /// # Errors
    /// When it is no Parquet file, or damaged.
    pub(super) fn open(
        path: &str,
        source: Box<dyn ReadAt>,
        most_rows: usize,
        report: &mut Report,
    ) -> Result<(Self, Vec<(usize, String)>), DatasetError> {
        let source = Source::new(source);
        let start = source.start(kind::START);
        let start = start.map_err(|source| DatasetError::Read {
            place: path.to_owned(),
            source,
        })?;
        let found = Kind::of(&start);
        if matches!(found, Kind::Pointer | Kind::Empty) {
            return Err(found.refuse(path));
        }
        let mut shard = guarded(|| Self::parse(path, source, most_rows))
            .map_err(|fault| broken(path, &fault))?;
        let found = guarded(|| shard.find_images()).map_err(|fault| broken(path, &fault))?;
        for (row, name) in shard.names.iter().enumerate() {
            if shard.images.is_some() && name.is_none() {
                report.skip(format!("row {}", row + 1), path, NO_IMAGE);
            }
        }
        Ok((shard, found))
    }

    fn parse(path: &str, source: Source, most_rows: usize) -> Result<Self, Fault> {
        let metadata = Arc::new(ParquetMetaDataReader::new().parse_and_finish(&source)?);
        let mut rows = 0_usize;
        for group in metadata.row_groups() {
            for column in group.columns() {
                check_packing(column.compression_codec())?;
            }
            let count = usize::try_from(group.num_rows()).unwrap_or(usize::MAX);
            rows = rows.saturating_add(count);
        }
        if rows > most_rows {
            return Err(Fault::new(format!("it holds more than {most_rows} rows")));
        }
        let Plan {
            images,
            leaves,
            notes,
        } = Plan::of(&source, &metadata)?;
        Ok(Self {
            path: path.to_owned(),
            source,
            metadata,
            images,
            leaves,
            names: vec![None; rows],
            notes,
        })
    }

    /// Returns true if it has a column of images.
    pub(crate) fn has_images(&self) -> bool {
        self.images.is_some()
    }

    /// The number of rows.
    fn rows(&self) -> usize {
        self.names.len()
    }

    /// Names the images.
    fn find_images(&mut self) -> Result<Vec<(usize, String)>, Fault> {
        let Some(images) = &self.images else {
            return Ok(Vec::new());
        };
        let rows = self.rows();
        let paths = match &images.path {
            Some(leaf) => labels::texts(&self.source, &self.metadata, leaf, rows)?,
            None => vec![None; rows],
        };
        let there = pages::present(&self.source, &self.metadata, images.bytes, rows)?;
        let mut taken = HashSet::new();
        let mut found = Vec::new();
        for (row, (path, there)) in paths.into_iter().zip(there).enumerate() {
            let path = path.filter(|path| !path.is_empty());
            if !there {
                self.names[row] = path;
                continue;
            }
            let name = entry_name(path.as_deref(), row, images.extension, &mut taken);
            let entry = format!("{}/{name}", self.path);
            self.names[row] = Some(entry.clone());
            found.push((row, entry));
        }
        Ok(found)
    }

    /// The column of a leaf in a row group, to be read from its start.
    fn reader(&self, group: usize, leaf: usize) -> Result<ColumnReader, Fault> {
        source::column(&self.source, &self.metadata, group, leaf)
    }
}

/// Refuses pages that are packed in a way that is not unpacked here.
fn check_packing(packing: CompressionCodec) -> Result<(), Fault> {
    match packing {
        CompressionCodec::UNCOMPRESSED
        | CompressionCodec::SNAPPY
        | CompressionCodec::GZIP
        | CompressionCodec::ZSTD => Ok(()),
        other => Err(Fault {
            problem: format!("it is packed by {other:?}, which is not read here"),
            hint: "write it again with snappy, gzip or zstd",
        }),
    }
}

/// The name of a row's image within its shard, different from all before it.
fn entry_name(
    written: Option<&str>,
    row: usize,
    extension: &str,
    taken: &mut HashSet<String>,
) -> String {
    let clean = written.and_then(|written| {
        // A path from the machine that made the shard says nothing but its last part.
        let end = written.rsplit(['/', '\\']).next().unwrap_or_default();
        path::clean(written).or_else(|_| path::clean(end)).ok()
    });
    let mut name = clean.unwrap_or_else(|| format!("{:06}.{extension}", row + 1));
    if path::is_noise(&name) {
        name = format!("{:06}.{extension}", row + 1);
    }
    if !path::is_picture(&name) {
        name = format!("{name}.{extension}");
    }
    if !taken.insert(name.clone()) {
        let (stem, kind) = name.rsplit_once('.').unwrap_or((&name, extension));
        let mut numbered = (row + 1..).map(|number| format!("{stem}-{number:06}.{kind}"));
        let free = numbered.find(|name| !taken.contains(name));
        name = free.unwrap_or_default();
        taken.insert(name.clone());
    }
    name
}

/// Returns true for bytes that begin like an image.
fn image_extension(bytes: &[u8]) -> Option<&'static str> {
    let format = image::guess_format(bytes).ok()?;
    format.extensions_str().first().copied()
}

fn broken(path: &str, fault: &Fault) -> DatasetError {
    DatasetError::Shard {
        file: path.to_owned(),
        problem: fault.problem.clone(),
        hint: fault.hint,
    }
}

/// Returns true for a leaf of bytes in which a row has at most one value.
fn is_bytes(column: &parquet::schema::types::ColumnDescriptor) -> bool {
    column.physical_type() == Type::BYTE_ARRAY && column.max_rep_level() == 0
}
