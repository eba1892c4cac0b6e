//! `trainer export`: the bundle that the site loads, and the weights for other programs.
//!
//! A bundle shows the test split only, so that a gallery never holds a picture the network was trained on.
//! Its pictures are small JPEGs, and its features are computed from those very files with the very weights
//! (rounded to f16) that lie beside them: a browser that embeds the gallery itself finds the same features.
//! The quality in the manifest is what `trainer eval` prints, measured on the dataset's own pictures with
//! the weights as trained.
//!
//! With `--without-images` the bundle has the network and its heads alone, for `trainer predict`.
//!
//! With `--json` one object is printed:
//!
//! ```text
//! bundle (path or null), safetensors (path or null), images, pictures (with or without), tasks,
//! mean_triplet_accuracy, bytes: { file: bytes, .., pictures: bytes }, notes: [sentence, ..]
//! ```

mod args;
mod bundle;
mod pictures;

pub use args::{Args, Details, FeatureEncoding, Summary};
pub(crate) use pictures::encode as encode_jpeg;

use std::path::Path;

use modulens_model::weights::{self, Precision};
use modulens_training::device;
use modulens_training::error::TrainerError;
use modulens_training::files;
use modulens_training::output::{print, to_json};
use modulens_training::run::Run;
use modulens_training::text::human_bytes;

/// Exports and says what was written.
///
/// # Errors
/// A run, dataset or device that cannot be used, or a disk that does not take the result.
pub fn run(args: &Args) -> Result<(), TrainerError> {
    let summary = export(args)?;
    if args.json {
        return print(&to_json(&summary)?);
    }
    let mut lines = Vec::new();
    if let Some(path) = &summary.safetensors {
        lines.push(format!("weights written to {}", path.display()));
    }
    if let Some(path) = &summary.bundle {
        let images = summary.images;
        let what = match images {
            0 => "bundle without images".to_owned(),
            _ => format!("bundle of {images} images"),
        };
        lines.push(format!("{what} written to {}", path.display()));
        let sizes = summary.bytes.iter();
        lines.extend(sizes.map(|(name, bytes)| format!("  {name:24} {:>10}", human_bytes(*bytes))));
    }
    lines.extend(summary.notes.iter().map(|note| format!("note: {note}")));
    print(&lines.join("\n"))
}

/// Exports without printing.
///
/// # Errors
/// As [`run`].
pub fn export(args: &Args) -> Result<Summary, TrainerError> {
    let run = Run::open(&args.run)?;
    let opened = device::open(args.backend)?;
    let network = run.network(&opened.device)?;
    let mut summary = Summary {
        tasks: run.record.tasks.len(),
        ..Summary::default()
    };
    if let Some(path) = &args.safetensors {
        check_weights(path)?;
        let bytes = weights::to_safetensors(&network, Precision::F32)?;
        files::write_atomically(path, &bytes)?;
        summary.safetensors = Some(path.clone());
        summary
            .bytes
            .insert("safetensors".into(), bytes.len() as u64);
    }
    if let Some(out) = &args.out {
        bundle::write(args, &run, &network, &opened.device, out, &mut summary)?;
    }
    Ok(summary)
}

/// Checks that a file may be replaced: it is not there, or holds weights that this program wrote, and is no part of a
/// run or a bundle.
fn check_weights(path: &Path) -> Result<(), TrainerError> {
    if !path.exists() {
        return Ok(());
    }
    let bytes = files::read(path)?;
    let ours = safetensors::SafeTensors::read_metadata(&bytes).is_ok_and(|(_, found)| {
        let format = found
            .metadata()
            .as_ref()
            .and_then(|found| found.get("format"));
        format.is_some_and(|format| format == "modulens-weights")
    });
    let beside = |name: &str| path.with_file_name(name).exists();
    if ours && !beside("run.json") && !beside(modulens_bundle::files::MANIFEST) {
        return Ok(());
    }
    Err(TrainerError::Message(format!(
        "{} is no file of weights that this command wrote, or part of a run or a bundle, so it is left alone; name \
         another file",
        path.display()
    )))
}
