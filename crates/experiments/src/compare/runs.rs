//! The runs of a comparison: their data, and training to the end.

use std::path::Path;

use modulens_schema::Split;
use modulens_training::config::Config;
use modulens_training::data::{self, OpenData};
use modulens_training::device::Opened;
use modulens_training::error::TrainerError;
use modulens_training::output::note;
use modulens_training::run::Run;
use modulens_training::train::options::{Tell, Way};
use modulens_training::train::session::Session;
use modulens_training::{coverage, eval, official};

use super::plan::PlannedRun;
use crate::compliance;

/// Opens the data of a comparison with the tasks that can be learned, and `tell`s of those that cannot.
///
/// # Errors
/// Data that cannot be trained on, or tasks that cannot be measured on the split: after hours of training is too late.
pub(super) fn open_data(
    config: &Config,
    split: Split,
    tell: bool,
) -> Result<OpenData, TrainerError> {
    let mut data = data::open(&config.data, None)?;
    if official::is_asked_for(&data, config.data.triplets) {
        return Ok(data);
    }
    let verdict = coverage::keep_learnable_of_splits(&mut data.dataset, &config.data)?;
    if tell {
        for sentence in &verdict.notes {
            note(&format!("note: {sentence}"));
        }
    }
    let dataset = &data.dataset;
    let labels = dataset.labels.select(&dataset.in_split(split));
    let unmeasured = eval::unmeasured(&dataset.tasks, &labels);
    if unmeasured.is_empty() {
        return Ok(data);
    }
    Err(TrainerError::Message(format!(
        "a comparison measures every task on the {} split of {}, which cannot be done: {}. Name the others in \
         base.data.tasks, or {}",
        split.name(),
        dataset.name,
        eval::reasons(&dataset.tasks, &unmeasured),
        coverage::split_advice(dataset.format)
    )))
}

/// Trains a run of the comparison in `out` to its end, or opens it if it is there already.
pub(super) fn finish(
    planned: &PlannedRun,
    out: &Path,
    opened: &Opened,
    starts: impl FnOnce(),
) -> Result<Run, TrainerError> {
    let folder = &out.join(&planned.folder);
    let mut config = planned.config.clone();
    config.train.teacher = planned.teacher.as_ref().map(|teacher| out.join(teacher));
    if !is_finished(folder) {
        starts();
        Session::start(
            &config,
            folder,
            Way::GoOn,
            Tell::Nothing,
            opened,
            compliance::measure,
        )?
        .run()?;
    }
    let run = Run::open(folder)?;
    if run.config != config {
        return Err(TrainerError::Run {
            path: folder.to_owned(),
            message: "it is finished, but of another configuration; give another --out, or delete it to train it again"
                .into(),
        });
    }
    Ok(run)
}

/// Returns true if a run has come to its end; one whose record is damaged has to be gone on with.
pub(super) fn is_finished(folder: &Path) -> bool {
    Run::open(folder).is_ok_and(|run| run.is_finished())
}

/// All methods of a comparison are measured on the same tasks.
pub(super) fn check_data(run: &Run, data: &OpenData) -> Result<(), TrainerError> {
    if run.record.tasks == data.dataset.tasks {
        return Ok(());
    }
    Err(TrainerError::Run {
        path: run.path.clone(),
        message:
            "it has other tasks than the plan's first method; a comparison is of the same tasks"
                .into(),
    })
}
