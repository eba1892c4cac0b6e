//! The weights of the best epoch in the folder of a run.

use std::collections::BTreeMap;
use std::path::Path;

use burn::module::Module as _;
use modulens_model::weights::{self, Precision};

use super::checkpoint::Progress;
use super::learner::Trainable;
use crate::error::TrainerError;
use crate::output::note;
use crate::run::{RunRecord, read_checked, read_record, weights_names, write_files, write_record};

/// Writes the weights of the best epoch, and the record that they belong to.
///
/// # Errors
/// A tensor cannot be read, or the disk does not take the files.
pub(super) fn keep(
    out: &Path,
    trainable: &Trainable,
    record: &mut RunRecord,
    progress: &mut Progress,
) -> Result<(), TrainerError> {
    let model = trainable.model.valid();
    let networks = model.networks();
    let new = weights_names(networks.len())
        .into_iter()
        .zip(networks)
        .map(|(name, network)| Ok((name, weights::to_safetensors(network, Precision::F32)?)))
        .collect::<Result<Vec<_>, TrainerError>>()?;
    record.best_epoch = progress.best_epoch;
    record.best_val = progress.best_val;
    // Heads of other weights no longer count.
    record.files.clear();
    write_files(out, record, &new)?;
    progress.files.clone_from(&record.files);
    Ok(())
}

/// Finds the best weights so far among what is in the folder, and brings record and progress into agreement with
/// them: a crash may have come between the two, and a file may be damaged.
///
/// # Errors
/// The disk does not take the record.
pub(super) fn find(
    out: &Path,
    record: &mut RunRecord,
    progress: &mut Progress,
) -> Result<(), TrainerError> {
    if progress.step == 0 {
        return Ok(());
    }
    let networks = record.method.networks(&record.network);
    let names = weights_names(networks.len());
    let whole = |files: &BTreeMap<String, String>| {
        names
            .iter()
            .all(|name| files.contains_key(name) && read_checked(out, name, files).is_ok())
    };
    let written = read_record(&out.join("run.json")).ok().filter(|written| {
        // As good, or better: of an epoch that the checkpoint does not know yet.
        written.best_val >= progress.best_val
            && written.tasks == record.tasks
            && written.network == record.network
            && whole(&written.files)
    });
    if let Some(written) = written {
        progress.best_epoch = written.best_epoch;
        progress.best_val = written.best_val;
        progress.files = written.files;
        progress.files.retain(|name, _| names.contains(name));
        record.best_epoch = progress.best_epoch;
        record.best_val = progress.best_val;
        record.files.clone_from(&progress.files);
        return Ok(());
    }
    if progress.best_epoch > 0 && whole(&progress.files) {
        record.best_epoch = progress.best_epoch;
        record.best_val = progress.best_val;
        record.files.clone_from(&progress.files);
        return write_record(out, record);
    }
    if progress.best_epoch > 0 {
        note(&format!(
            "warning: the weights of the best epoch, {}, are damaged or missing; those of a later epoch take their \
             place",
            progress.best_epoch
        ));
        progress.best_epoch = 0;
        progress.best_val = 0.0;
        progress.files.clear();
    }
    Ok(())
}
