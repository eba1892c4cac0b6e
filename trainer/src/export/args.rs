//! The arguments of `trainer export`, and its summary.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::ValueEnum;
use modulens_training::device::Backend;
use serde::Serialize;

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
