//! `trainer gallery`: a gallery of any images, by the network of a bundle that is there already.
//!
//! The network stays as it is: images are decoded, cut where it is made for faces, and run through its trunk. Labels of the
//! images are kept for tasks that are called the same as the network's.
//!
//! With `--json` one object is printed: `bundle`, `images`, `left_out`: a list of `{ "id", "error" }`, and `notes`.

mod labels;

use std::collections::BTreeMap;
use std::path::PathBuf;

use modulens_bundle::{
    Bundle, Encoding, Features, Manifest, PictureFormat, Writer, features, files as names, ids,
    labels as label_file,
};
use modulens_dataset::{RgbImage, prepare};
use modulens_faces::{Detector, EntryIds};
use modulens_schema::Split;
use modulens_training::attribution;
use modulens_training::config::DataConfig;
use modulens_training::data::{self, OpenData};
use modulens_training::domain;
use modulens_training::error::TrainerError;
use modulens_training::output::{note, print, to_json};
use modulens_training::progress::Bar;
use rayon::prelude::*;
use serde::Serialize;

use crate::export::{Details, encode_jpeg};
use crate::faces;
use crate::predict::{Failure, network::Predictor};

/// Images that are decoded and run through the network at once.
const BATCH: usize = 64;
/// Extension, and thereby format, of the pictures.
const EXTENSION: &str = "jpg";

/// Arguments of `trainer gallery`.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// The folder of a bundle, with or without images of its own.
    pub bundle: PathBuf,
    /// A folder or archive of images, with or without labels.
    pub data: PathBuf,
    /// Write the gallery here; an older one is replaced.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Take only the images of one split.
    #[arg(long, value_enum)]
    pub split: Option<GallerySplit>,
    /// Names, attribution and pictures.
    #[command(flatten)]
    pub details: Details,
    /// Side of the square pictures in pixels.
    #[arg(long, value_name = "PIXELS", default_value_t = 128)]
    pub picture_size: u32,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
}

/// A split of a dataset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum GallerySplit {
    /// The training split.
    Train,
    /// The validation split.
    Val,
    /// The test split.
    Test,
}

impl GallerySplit {
    fn split(self) -> Split {
        match self {
            Self::Train => Split::Train,
            Self::Val => Split::Val,
            Self::Test => Split::Test,
        }
    }
}

/// The summary of a gallery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Its folder.
    pub bundle: PathBuf,
    /// Images, or faces, in it.
    pub images: usize,
    /// Images that could not be used.
    pub left_out: Vec<Failure>,
    /// Sentences worth knowing.
    pub notes: Vec<String>,
}

/// A part of an image: its square for the network, and a small copy to look at.
struct Part {
    square: RgbImage,
    picture: Vec<u8>,
}

/// Makes the gallery and tells what is in it.
///
/// # Errors
/// A bundle or a dataset that cannot be used, no image that can be read, or a disk that does not take the gallery.
pub fn run(args: &Args) -> Result<(), TrainerError> {
    let summary = make(args)?;
    if args.json {
        return print(&to_json(&summary)?);
    }
    summary.notes.iter().for_each(|sentence| note(sentence));
    for failure in &summary.left_out {
        note(&format!("left out: {}: {}", failure.id, failure.error));
    }
    print(&format!(
        "{} images in {}, {} left out",
        summary.images,
        summary.bundle.display(),
        summary.left_out.len()
    ))
}

fn make(args: &Args) -> Result<Summary, TrainerError> {
    let source = Bundle::open(&args.bundle)?;
    let predictor = Predictor::new(&source, &[])?;
    let detector = faces::detector(&source.manifest)?;
    let data = data::open(&DataConfig::of(&args.data), None)?;
    let origin = attribution::find(&data, args.details.attribution.as_deref())?;
    let mut notes = Vec::new();
    let shows = origin.may_show(args.details.with_pictures, &mut notes);
    let mut writer = Writer::new(&args.out)?;

    let images: Vec<usize> = match args.split {
        Some(split) => data.dataset.in_split(split.split()),
        None => (0..data.dataset.images.len()).collect(),
    };
    let mut names_of_faces =
        EntryIds::new(data.dataset.images.iter().map(|image| image.id.as_str()));
    let bar = Bar::new(images.len(), "embedding");
    let mut left_out = Vec::new();
    let mut outside = 0;
    let mut rows = Vec::new();
    let mut kept: Vec<(String, usize, bool)> = Vec::new();
    for batch in images.chunks(BATCH) {
        let read: Vec<Result<Vec<Part>, String>> = batch
            .par_iter()
            .map(|&image| parts(&data, image, detector.as_ref(), &source.manifest, args))
            .collect();
        let mut all = Vec::new();
        for (&image, read) in batch.iter().zip(read) {
            let id = &data.dataset.images[image].id;
            match read {
                Ok(parts) => {
                    let whole = parts.len() == 1;
                    let names = names_of_faces.of(id, parts.len()).into_iter();
                    kept.extend(names.map(|name| (name, image, whole)));
                    all.extend(parts);
                }
                Err(error) => left_out.push(Failure {
                    id: id.clone(),
                    error,
                }),
            }
        }
        for parts in all.chunks(BATCH) {
            let squares: Vec<&RgbImage> = parts.iter().map(|part| &part.square).collect();
            let predicted = predictor.predict(&squares)?;
            outside += predicted.outside.iter().filter(|outside| **outside).count();
            rows.extend(predicted.features);
            for part in parts.iter().filter(|_| shows) {
                writer.picture(&part.picture, EXTENSION)?;
            }
        }
        bar.step(batch.len());
    }
    bar.finish();
    if kept.is_empty() {
        let why = left_out.first().map_or_else(
            || "it has none in that split".to_owned(),
            |failure| format!("{}: {}", failure.id, failure.error),
        );
        return Err(TrainerError::Message(format!(
            "no image of {} can be used; {why}",
            args.data.display()
        )));
    }

    notes.extend(domain::warning(outside, kept.len()));
    let tasks = &source.manifest.tasks;
    let labels = labels::of(&data.dataset, tasks, &kept);
    let ids: Vec<String> = kept.iter().map(|(id, ..)| id.clone()).collect();
    let features = Features::new(kept.len(), predictor.feature_len(), rows)
        .ok_or_else(|| TrainerError::Message("the trunk gave features of another shape".into()))?;
    writer.file(
        names::FEATURES,
        &features::encode(&features, Encoding::F16)?,
    )?;
    writer.file(names::LABELS, &label_file::pack(&labels, tasks)?)?;
    writer.file(names::IDS, &ids::encode(&ids)?)?;
    for name in [names::WEIGHTS, names::READOUTS, names::TAIL, names::DOMAIN] {
        let path = source.dir.join(name);
        if path.is_file() {
            writer.file(name, &modulens_training::files::read(&path)?)?;
        }
    }
    let name = args
        .details
        .name
        .clone()
        .unwrap_or_else(|| data.dataset.name.clone());
    let manifest = writer.finish(Manifest {
        title: args.details.title.clone().unwrap_or_else(|| name.clone()),
        name,
        description: args.details.description.clone(),
        images: kept.len(),
        picture: shows.then(|| PictureFormat {
            width: args.picture_size,
            height: args.picture_size,
            extension: EXTENSION.into(),
        }),
        licence: origin.attributions(),
        files: BTreeMap::new(),
        ..source.manifest
    })?;
    Ok(Summary {
        bundle: args.out.clone(),
        images: manifest.images,
        left_out,
        notes,
    })
}

/// An image, or each face in it.
fn parts(
    data: &OpenData,
    image: usize,
    detector: Option<&Detector>,
    manifest: &Manifest,
    args: &Args,
) -> Result<Vec<Part>, String> {
    let encoded = data.dataset.image(&data.storage, image);
    let encoded = encoded.map_err(|error| error.to_string())?;
    let shown = manifest.input.shown(args.picture_size);
    let part = |part: &RgbImage| {
        Ok(Part {
            square: prepare(part, &manifest.input),
            picture: encode_jpeg(&prepare(part, &shown), args.details.picture_quality)?,
        })
    };
    faces::parts(&encoded, detector)?.iter().map(part).collect()
}
