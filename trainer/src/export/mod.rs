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

pub mod attribution;
mod bundle;
mod pictures;

pub(crate) use pictures::encode as encode_jpeg;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use modulens_model::weights::{self, Precision};
use serde::Serialize;

use crate::device::{self, Backend};
use crate::error::TrainerError;
use crate::files;
use crate::output::{print, to_json};
use crate::run::Run;

/// The number format of stored features.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum FeatureEncoding {
    /// Two bytes a value.
    #[default]
    F16,
    /// One byte a value: half the download, a little less exact.
    U8,
}

/// Names, attribution and pictures of a bundle that is written.
#[derive(Clone, Debug, clap::Args)]
pub struct Details {
    /// The bundle's short name [default: the dataset's].
    #[arg(long)]
    pub name: Option<String>,
    /// The bundle's name for people [default: the short name].
    #[arg(long)]
    pub title: Option<String>,
    /// A sentence or two for people.
    #[arg(long, default_value = "")]
    pub description: String,
    /// Attribution of the images: a JSON list of `{"what", "creator", "licence", "url"}` [default:
    /// the dataset's own attribution.json].
    #[arg(long, value_name = "FILE")]
    pub attribution: Option<PathBuf>,
    /// Put the pictures of a dataset into the bundle although its terms forbid passing them on. Keep such
    /// a bundle to yourself.
    #[arg(long)]
    pub with_pictures: bool,
    /// JPEG quality of the pictures, 1 to 100.
    #[arg(long, default_value_t = 80, value_parser = clap::value_parser!(u8).range(1..=100))]
    pub picture_quality: u8,
}

/// Arguments of `trainer export`.
#[derive(Clone, Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("target").required(true).multiple(true).args(["out", "safetensors"])))]
pub struct Args {
    /// The run's folder.
    pub run: PathBuf,
    /// Write the bundle here; an older bundle is replaced.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Write the weights, as trained (f32), to this file.
    #[arg(long, value_name = "FILE")]
    pub safetensors: Option<PathBuf>,
    /// Take the pictures from here instead of where the run was trained.
    #[arg(long, value_name = "PATH")]
    pub data: Option<PathBuf>,
    /// Names, attribution and pictures.
    #[command(flatten)]
    pub details: Details,
    /// Leave out the images and all that is about single ones (features, labels, ids): the bundle has the network, its
    /// heads and its figures, which is what `trainer predict` needs.
    #[arg(long, conflicts_with_all = ["with_pictures", "picture_size"])]
    pub without_images: bool,
    /// Say that the network is made for faces: every face found in an image that is brought is then cut out, framed as in
    /// CelebA, and predicted by itself.
    #[arg(long)]
    pub faces: bool,
    /// Side of the square pictures in pixels [default: 96, or the network's input where that is larger].
    #[arg(long, value_name = "PIXELS")]
    pub picture_size: Option<u32>,
    /// The number format of stored features.
    #[arg(long, value_enum, default_value_t)]
    pub features: FeatureEncoding,
    /// The backend.
    #[arg(long, value_enum, default_value_t)]
    pub backend: Backend,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
}

/// The summary of an export.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Summary {
    /// The bundle's folder.
    pub bundle: Option<PathBuf>,
    /// The file of weights.
    pub safetensors: Option<PathBuf>,
    /// Images in the bundle.
    pub images: usize,
    /// True if it holds their images.
    pub pictures: bool,
    /// Tasks of the network.
    pub tasks: usize,
    /// The mean triplet accuracy in the manifest.
    pub mean_triplet_accuracy: Option<f64>,
    /// Sizes by file; all pictures together under `pictures`.
    pub bytes: BTreeMap<String, u64>,
    /// Notes for a person.
    pub notes: Vec<String>,
}

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

/// Bytes for people: `1.2 MB`.
pub(crate) fn human_bytes(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        _ => format!("{:.2} MB", bytes as f64 / 1e6),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn bytes_read_well() {
        assert_eq!(super::human_bytes(999), "999 B");
        assert_eq!(super::human_bytes(1_500), "1.5 kB");
        assert_eq!(super::human_bytes(2_340_000), "2.34 MB");
    }
}
