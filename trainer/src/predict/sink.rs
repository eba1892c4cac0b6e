//! The places that predictions are written to: standard output or a file, and a Parquet file.

use std::io::{IsTerminal as _, Write as _, stdout};
use std::path::Path;

use modulens_schema::Task;
use modulens_training::error::TrainerError;
use modulens_training::files::AtomicFile;
use modulens_training::output::{print_part, to_json_line};
use modulens_training::text::plain;

use super::args::{Args, Failure};
use super::network::{Predicted, Predictor};
use super::parquet::ParquetSink;
use super::{columns, csv, json, table};

/// The form of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Table,
    Json,
    Csv,
}

/// All places of one prediction.
pub(super) struct Sinks {
    tasks: Vec<Task>,
    /// `None` where a Parquet file is all that is wanted.
    form: Option<Form>,
    /// `None` for standard output.
    file: Option<AtomicFile>,
    parquet: Option<ParquetSink>,
    /// True once the reader of standard output has seen enough.
    closed: bool,
}

impl Sinks {
    /// Begins the files, so that one that cannot be written is known before the long part.
    ///
    /// # Errors
    /// A file that cannot be written, or two columns of one name.
    pub(super) fn open(
        args: &Args,
        parquet: Option<&Path>,
        tasks: &[Task],
        predictor: &Predictor,
    ) -> Result<Self, TrainerError> {
        let form = match (args.json, args.csv, parquet) {
            (true, ..) => Some(Form::Json),
            (_, true, _) => Some(Form::Csv),
            (.., None) => Some(Form::Table),
            (.., Some(_)) => None,
        };
        let names = match form == Some(Form::Csv) || parquet.is_some() {
            true => columns::names(tasks)?,
            false => Vec::new(),
        };
        let file = args.output.as_deref().map(AtomicFile::create).transpose()?;
        let parquet = parquet.map(|path| ParquetSink::create(path, tasks, &names, predictor));
        let mut sinks = Self {
            tasks: tasks.to_vec(),
            form,
            file,
            parquet: parquet.transpose()?,
            closed: false,
        };
        if form == Some(Form::Csv) {
            sinks.text(&csv::header(&names)?)?;
        }
        Ok(sinks)
    }

    /// Returns true if predictions are printed on a terminal, where a progress bar would come between.
    pub(super) fn shows(&self) -> bool {
        self.form.is_some() && self.file.is_none() && stdout().is_terminal()
    }

    /// Returns true once nobody reads what is written.
    pub(super) fn are_full(&self) -> bool {
        self.closed && self.parquet.is_none()
    }

    /// Writes the predictions of some images.
    ///
    /// # Errors
    /// A disk that is full.
    pub(super) fn write(
        &mut self,
        ids: &[&str],
        predicted: &Predicted,
    ) -> Result<(), TrainerError> {
        let text = match self.form {
            Some(Form::Table) => plain(&table::render(&self.tasks, ids, predicted)).into_owned(),
            Some(Form::Json) => json::lines(&self.tasks, ids, predicted)?,
            Some(Form::Csv) => csv::lines(ids, predicted)?,
            None => String::new(),
        };
        self.text(&text)?;
        match &mut self.parquet {
            Some(parquet) => parquet.write(ids, predicted),
            None => Ok(()),
        }
    }

    /// Writes the failures where the form has a place for them.
    ///
    /// # Errors
    /// A disk that is full.
    pub(super) fn failures(&mut self, failed: &[Failure]) -> Result<(), TrainerError> {
        if self.form != Some(Form::Json) {
            return Ok(());
        }
        for failure in failed {
            self.text(&(to_json_line(failure)? + "\n"))?;
        }
        Ok(())
    }

    /// Brings the files to their places; a Parquet file says what was left out, and has the stamp of a finished shard.
    ///
    /// # Errors
    /// A disk that is full.
    pub(super) fn finish(
        self,
        stamp: Option<String>,
        failed: &[Failure],
    ) -> Result<(), TrainerError> {
        self.file.map_or(Ok(()), AtomicFile::finish)?;
        match self.parquet {
            Some(parquet) => parquet.finish(stamp, to_json_line(&failed)?),
            None => Ok(()),
        }
    }

    fn text(&mut self, text: &str) -> Result<(), TrainerError> {
        match &mut self.file {
            _ if text.is_empty() => {}
            Some(file) => file.write_all(text.as_bytes()).map_err(|error| {
                TrainerError::Message(format!("the result cannot be written: {error}"))
            })?,
            None if self.closed => {}
            None => self.closed = !print_part(text)?,
        }
        Ok(())
    }
}
