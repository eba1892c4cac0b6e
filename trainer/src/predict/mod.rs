//! `trainer predict`: the probabilities of every task's values for images, by the network of a bundle.
//!
//! Images come from files, folders and archives, and a bundle needs none of its own. They are read, decoded and predicted
//! a batch at a time, in the order of their ids, and written as they come: memory does not grow with their number, and the
//! result does not depend on the threads.
//!
//! With `--shard I/N` it is one of N parts of the images, for an archive that several processes or machines embed.
//!
//! With `--json` one object a line is printed, an image's or, at the end, that of one that could not be predicted:
//!
//! ```text
//! id, out_of_domain, tasks: [{ name, value, probabilities: { value: probability } }]
//! id, error
//! ```

mod args;
mod columns;
mod csv;
mod images;
mod json;
pub(crate) mod network;
mod parquet;
mod shard;
mod sink;
mod table;

use images::{Images, Unusable};
use modulens_bundle::Bundle;
use modulens_dataset::{RgbImage, prepare};
use modulens_faces::EntryIds;
use modulens_schema::Task;
use modulens_training::domain;
use modulens_training::error::TrainerError;
use modulens_training::output::note;
use modulens_training::progress::Bar;
use network::Predictor;
use rayon::prelude::*;
use shard::ShardFile;
use sink::Sinks;

pub use args::{Args, Failure};
pub use shard::Shard;

use crate::faces;
use crate::search::terms;

/// Images that are read at once, and that run through the network at once.
const BATCH: usize = 64;

/// The counts of a prediction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Predicted images, or crops of them.
    pub predicted: usize,
    /// Images and archives that were left out.
    pub failed: Vec<Failure>,
}

/// Predicts and writes the results. Images that cannot be predicted are listed on standard error.
///
/// # Errors
/// A bundle or a path that cannot be used, no image that can be read, or a disk that does not take the result.
pub fn run(args: &Args) -> Result<(), TrainerError> {
    predict(args).map(drop)
}

/// [`run`], which counts.
///
/// # Errors
/// As [`run`].
pub fn predict(args: &Args) -> Result<Summary, TrainerError> {
    let bundle = Bundle::open(&args.bundle)?;
    let chosen = choose(&args.tasks, &bundle.manifest.tasks)?;
    let tasks = chosen
        .iter()
        .map(|&task| bundle.manifest.tasks[task].clone());
    let tasks: Vec<Task> = tasks.collect();

    let mut summary = Summary::default();
    let mut outside = 0;
    let images = Images::find(&args.paths, &mut summary.failed)?;
    let is_asked = |id: &str| args.shard.is_none_or(|shard| shard.holds(id));
    summary.failed.retain(|failure| is_asked(&failure.id));
    let all: Vec<usize> = (0..images.len())
        .filter(|&image| is_asked(images.id(image)))
        .collect();
    let file = match (args.shard, &args.parquet) {
        (Some(shard), Some(folder)) => Some(ShardFile::lock(shard, folder)?),
        _ => None,
    };
    let known = all
        .iter()
        .map(|&image| (images.id(image), images.size(image)));
    let mut stamp = file
        .is_some()
        .then(|| shard::stamp(&bundle.manifest, &tasks, known))
        .transpose()?;
    if let (Some(file), Some(stamp)) = (&file, &stamp)
        && let Some(left_out) = file.left_out(stamp)
    {
        let path = file.path().display();
        note(&format!(
            "{path} is there already, {left_out} images left out"
        ));
        return Ok(summary);
    }
    let predictor = Predictor::new(&bundle, &chosen)?;
    let detector = faces::detector(&bundle.manifest)?;
    let mut ids = EntryIds::new((0..images.len()).map(|image| images.id(image)));
    let parquet = file
        .as_ref()
        .map(ShardFile::path)
        .or(args.parquet.as_deref());
    let mut sinks = Sinks::open(args, parquet, &tasks, &predictor)?;
    let bar = (!sinks.shows()).then(|| Bar::new(all.len(), "predicting"));
    for batch in all.chunks(BATCH) {
        let squares_of = |encoded: &[u8]| {
            let parts = faces::parts(encoded, detector.as_ref())?;
            let squares = parts.iter().map(|part| prepare(part, predictor.input()));
            Ok(squares.collect())
        };
        let read: Vec<Result<Vec<RgbImage>, Unusable>> = batch
            .par_iter()
            .map(|&image| images.with(image, squares_of))
            .collect();
        let mut squares = Vec::new();
        for (&image, read) in batch.iter().zip(read) {
            match read {
                Ok(parts) => {
                    squares.extend(ids.of(images.id(image), parts.len()).into_iter().zip(parts));
                }
                Err(why) => {
                    let error = match why {
                        Unusable::Decode(error) => error,
                        Unusable::Read(error) => {
                            // Without its stamp the shard is predicted again the next time.
                            stamp = None;
                            error
                        }
                    };
                    let id = images.id(image).to_owned();
                    summary.failed.push(Failure { id, error });
                }
            }
        }
        for squares in squares.chunks(BATCH) {
            let pixels: Vec<_> = squares.iter().map(|(_, square)| square).collect();
            let ids: Vec<&str> = squares.iter().map(|(id, _)| id.as_str()).collect();
            let predicted = predictor.predict(&pixels)?;
            sinks.write(&ids, &predicted)?;
            outside += predicted.outside.iter().filter(|outside| **outside).count();
            summary.predicted += squares.len();
        }
        if let Some(bar) = &bar {
            bar.step(batch.len());
        }
        if sinks.are_full() {
            break;
        }
    }
    if let Some(bar) = &bar {
        bar.finish();
    }
    sinks.failures(&summary.failed)?;
    list_failures(&summary);
    if let (0, Some(first), None) = (summary.predicted, summary.failed.first(), args.shard) {
        return Err(TrainerError::Message(format!(
            "no image could be predicted; {}: {}",
            first.id, first.error
        )));
    }
    sinks.finish(stamp, &summary.failed)?;
    if let Some(warning) = domain::warning(outside, summary.predicted) {
        note(&warning);
    }
    Ok(summary)
}

/// The indices of the tasks asked for; all where none is.
fn choose(names: &[String], tasks: &[Task]) -> Result<Vec<usize>, TrainerError> {
    if names.is_empty() {
        return Ok((0..tasks.len()).collect());
    }
    let mut chosen = Vec::new();
    for name in names {
        let task = terms::task(name, tasks)?;
        if !chosen.contains(&task) {
            chosen.push(task);
        }
    }
    Ok(chosen)
}

/// Lists on standard error what was left out, unless it is a single one, which the error names.
fn list_failures(summary: &Summary) {
    let (predicted, failed) = (summary.predicted, &summary.failed);
    if failed.is_empty() || (predicted == 0 && failed.len() == 1) {
        return;
    }
    note(&format!(
        "{predicted} predicted, {} left out:",
        failed.len()
    ));
    for failure in failed {
        note(&format!("  {}: {}", failure.id, failure.error));
    }
}
