//! Predictions as a Parquet file: `id`, a column for each value of each task, `embedding:TASK` and `features`.
//!
//! Embeddings and features are lists of as many 32-bit floats in every row; Parquet itself has no list of a fixed length.
//! The format: <https://github.com/apache/parquet-format/blob/master/LogicalTypes.md>.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use modulens_schema::Task;
use modulens_training::error::TrainerError;
use modulens_training::files::AtomicFile;
use parquet::basic::{Compression, ConvertedType, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DataType, FloatType};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{Type, TypePtr};

use super::columns::of;
use super::network::{Predicted, Predictor};
use super::shard::{FAILED, STAMP};

/// Floats of a row group: these and the ids are kept in memory until it is written.
const GROUP: usize = 8 << 20;

/// A Parquet file that is being written.
pub(super) struct ParquetSink {
    path: PathBuf,
    writer: SerializedFileWriter<AtomicFile>,
    ids: Vec<ByteArray>,
    /// The floats of every column, row after row, and how many of them are a row.
    columns: Vec<(Vec<f32>, usize)>,
    /// Columns of probabilities.
    scalars: usize,
}

impl ParquetSink {
    /// Begins the file; `names` are the columns of probabilities.
    ///
    /// # Errors
    /// Nothing can be written there, or two columns have one name.
    pub(super) fn create(
        path: &Path,
        tasks: &[Task],
        names: &[String],
        predictor: &Predictor,
    ) -> Result<Self, TrainerError> {
        let embeddings = tasks.iter().map(|task| format!("embedding:{}", task.name));
        let lists: Vec<String> = embeddings.chain(["features".to_owned()]).collect();
        if let Some(twice) = lists.iter().find(|list| names.contains(list)) {
            return Err(TrainerError::Message(format!(
                "{} cannot be written: two columns are called {twice:?}",
                path.display()
            )));
        }
        let mut columns = vec![(Vec::new(), 1); names.len()];
        columns.extend(tasks.iter().map(|_| (Vec::new(), predictor.embedding())));
        columns.push((Vec::new(), predictor.feature_len()));
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            // Hardly two numbers are equal.
            .set_dictionary_enabled(false)
            .build();
        let file = AtomicFile::create(path)?;
        let writer = schema(names, &lists)
            .and_then(|schema| SerializedFileWriter::new(file, schema, properties.into()))
            .map_err(fault(path))?;
        Ok(Self {
            path: path.to_owned(),
            writer,
            ids: Vec::new(),
            columns,
            scalars: names.len(),
        })
    }

    /// Adds some images.
    ///
    /// # Errors
    /// A disk that is full.
    pub(super) fn write(
        &mut self,
        ids: &[&str],
        predicted: &Predicted,
    ) -> Result<(), TrainerError> {
        self.ids.extend(ids.iter().map(|id| ByteArray::from(*id)));
        let (scalars, lists) = self.columns.split_at_mut(self.scalars);
        for image in 0..predicted.images {
            let row = super::columns::row(predicted, image);
            scalars
                .iter_mut()
                .zip(row)
                .for_each(|((column, _), p)| column.push(p));
            let parts = predicted.embeddings.iter().chain([&predicted.features]);
            for ((column, _), part) in lists.iter_mut().zip(parts) {
                column.extend_from_slice(of(part, predicted.images, image));
            }
        }
        match self
            .columns
            .iter()
            .map(|(column, _)| column.len())
            .sum::<usize>()
            < GROUP
        {
            true => Ok(()),
            false => self.write_group().map_err(fault(&self.path)),
        }
    }

    /// Writes what is left, with the images that were left out as JSON and the stamp of a finished shard, and brings it to its
    /// place.
    ///
    /// # Errors
    /// A disk that is full.
    pub(super) fn finish(
        mut self,
        stamp: Option<String>,
        failed: String,
    ) -> Result<(), TrainerError> {
        if !self.ids.is_empty() {
            self.write_group().map_err(fault(&self.path))?;
        }
        let Self {
            path, mut writer, ..
        } = self;
        let pairs = [(FAILED, Some(failed)), (STAMP, stamp)];
        for (key, value) in pairs.into_iter().filter(|(_, value)| value.is_some()) {
            writer.append_key_value_metadata(KeyValue::new(key.to_owned(), value));
        }
        writer.into_inner().map_err(fault(&path))?.finish()
    }

    fn write_group(&mut self) -> Result<(), ParquetError> {
        let mut group = self.writer.next_row_group()?;
        write_column::<ByteArrayType>(&mut group, &self.ids, None)?;
        self.ids.clear();
        for (at, (column, width)) in self.columns.iter_mut().enumerate() {
            let list = (at >= self.scalars).then_some(*width);
            write_column::<FloatType>(&mut group, column, list)?;
            column.clear();
        }
        group.close()?;
        Ok(())
    }
}

/// Writes a column of a row group; `list` is the length of each row where it has lists.
fn write_column<T: DataType>(
    group: &mut SerializedRowGroupWriter<'_, AtomicFile>,
    values: &[T::T],
    list: Option<usize>,
) -> Result<(), ParquetError> {
    let missing = || ParquetError::General("the schema has fewer columns".into());
    let mut column = group.next_column()?.ok_or_else(missing)?;
    // Of a list: one that is there, and a value that begins a row or goes on with it.
    let levels = list.map(|width| {
        let repeated = (0..values.len()).map(|at| i16::from(!at.is_multiple_of(width.max(1))));
        (vec![1_i16; values.len()], repeated.collect::<Vec<i16>>())
    });
    let (defined, repeated) = match &levels {
        Some((defined, repeated)) => (Some(&defined[..]), Some(&repeated[..])),
        None => (None, None),
    };
    column.typed::<T>().write_batch(values, defined, repeated)?;
    column.close()
}

fn schema(scalars: &[String], lists: &[String]) -> Result<TypePtr, ParquetError> {
    let float = |name: &str| {
        Type::primitive_type_builder(name, Physical::FLOAT)
            .with_repetition(Repetition::REQUIRED)
            .build()
    };
    let id = Type::primitive_type_builder("id", Physical::BYTE_ARRAY)
        .with_repetition(Repetition::REQUIRED)
        .with_logical_type(Some(LogicalType::String))
        .build()?;
    let mut fields = vec![Arc::new(id)];
    for name in scalars {
        fields.push(Arc::new(float(name)?));
    }
    for name in lists {
        let inner = Type::group_type_builder("list")
            .with_repetition(Repetition::REPEATED)
            .with_fields(vec![Arc::new(float("element")?)])
            .build()?;
        let list = Type::group_type_builder(name)
            .with_repetition(Repetition::REQUIRED)
            .with_logical_type(Some(LogicalType::List))
            .with_converted_type(ConvertedType::LIST)
            .with_fields(vec![Arc::new(inner)])
            .build()?;
        fields.push(Arc::new(list));
    }
    let root = Type::group_type_builder("predictions").with_fields(fields);
    Ok(Arc::new(root.build()?))
}

fn fault(path: &Path) -> impl FnOnce(ParquetError) -> TrainerError {
    let path = path.display().to_string();
    move |error| TrainerError::Message(format!("{path} cannot be written: {error}"))
}
