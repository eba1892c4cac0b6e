//! A run whose data have changed since it began: what changed is named, and going on has to be asked for.

use std::path::Path;

use super::options::{Tell, Way};
use crate::data_record::{DataRecord, Difference};
use crate::error::TrainerError;
use crate::output::note;
use crate::run::{RECORD, read_record};

/// The changes since a run was trained on the data with this hash.
pub(super) fn difference(
    run: &Path,
    data: &DataRecord,
    trained_on: &str,
) -> Result<Difference, TrainerError> {
    let before = DataRecord::read(run)?;
    if let Some(before) = before
        && before.hash()? == trained_on
    {
        return Ok(data.since(&before));
    }
    // Without the record only the tasks are known.
    let tasks = read_record(&run.join(RECORD)).map(|record| record.tasks);
    Ok(data.since_unknown(&tasks.unwrap_or_default()))
}

/// Says that the data changed and goes on, or refuses to.
pub(super) fn accept(
    run: &Path,
    difference: &Difference,
    way: Way,
    tell: Tell,
) -> Result<(), TrainerError> {
    if way == Way::AcceptChangedData && difference.fits() {
        note(&format!(
            "going on although the data changed since the run began: {difference}"
        ));
        return Ok(());
    }
    let advice = match (tell, difference.fits()) {
        (Tell::Nothing, _) => "bring the old data back, or give another --out",
        (_, true) => {
            "go on with --accept-changed-data, or start anew with --fresh or with another --out"
        }
        (_, false) => {
            "a trained network cannot take other tasks or values: bring the old ones back, or start anew with --fresh or \
             with another --out"
        }
    };
    Err(TrainerError::Message(format!(
        "the data changed since the run {} began: {difference}; {advice}",
        run.display()
    )))
}
