//! `trainer domain`: describe the training features of a bundle's network, so that images of another kind are told.
//!
//! `trainer export` does this by itself. For a bundle that was exported before, the features come from the images of the
//! bundle, or from galleries that `trainer gallery` made of the training and of held-out images by the same network. The
//! weights and all else stay as they are.
//!
//! With `--json` one object is printed: `bundle`, `images`, `held_out` (null where each half is held out from the other),
//! `directions`, `threshold`, `bytes`.

use std::path::{Path, PathBuf};

use modulens_bundle::{Bundle, Features, TrainingDomain, Writer, domain as format, files as names};
use modulens_retrieval::domain::{DomainDistance, fit, is_another_kind};
use serde::Serialize;

use crate::error::TrainerError;
use crate::files;
use crate::output::{print, to_json};

/// Arguments of `trainer domain`.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// The bundle's folder, which is written anew.
    pub bundle: PathBuf,
    /// A gallery of the training images by the same network [default: the bundle's own images].
    #[arg(long, value_name = "GALLERY")]
    pub train: Option<PathBuf>,
    /// A gallery of held-out images of the same kind, for the threshold.
    #[arg(long, value_name = "GALLERY")]
    pub held_out: Option<PathBuf>,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
}

#[derive(Serialize)]
struct Described {
    bundle: PathBuf,
    images: usize,
    held_out: Option<usize>,
    directions: usize,
    threshold: f32,
    bytes: usize,
}

/// Describes the training features and says what was written.
///
/// # Errors
/// A bundle or a gallery that cannot be used, too few images, or a disk that does not take the result.
pub fn run(args: &Args) -> Result<(), TrainerError> {
    let described = describe(args)?;
    if args.json {
        return print(&to_json(&described)?);
    }
    print(&format!(
        "{} images described by {} directions, threshold {:.4}, {} in {}",
        described.images,
        described.directions,
        described.threshold,
        crate::text::human_bytes(described.bytes as u64),
        described.bundle.display()
    ))
}

fn describe(args: &Args) -> Result<Described, TrainerError> {
    let bundle = Bundle::open(&args.bundle)?;
    let of_gallery = |path: &PathBuf| {
        let gallery = Bundle::open(path)?;
        let weights = |bundle: &Bundle| bundle.manifest.files.get(names::WEIGHTS).cloned();
        if weights(&gallery) == weights(&bundle) {
            return Ok(gallery.features);
        }
        Err(TrainerError::Message(format!(
            "{} is by another network than {}; make it with `trainer gallery {}`",
            path.display(),
            args.bundle.display(),
            args.bundle.display()
        )))
    };
    let train = match &args.train {
        Some(path) => of_gallery(path)?,
        None => bundle.features.clone(),
    };
    let held_out = args.held_out.as_ref().map(of_gallery).transpose()?;
    let domain = fit(&train, held_out.as_ref()).ok_or_else(|| {
        TrainerError::Message(format!(
            "{} training images are too few to be described, or their features say nothing; bring at least 64, and as \
             many held-out ones",
            train.rows
        ))
    })?;
    let bytes = format::encode(&domain)?;
    write(&bundle, &args.bundle, &bytes)?;
    Ok(Described {
        bundle: args.bundle.clone(),
        images: train.rows,
        held_out: held_out.map(|held_out| held_out.rows),
        directions: domain.step.len(),
        threshold: domain.threshold,
        bytes: bytes.len(),
    })
}

/// Writes the bundle anew with a description, all else as it is.
fn write(bundle: &Bundle, out: &Path, domain: &[u8]) -> Result<(), TrainerError> {
    let manifest = &bundle.manifest;
    let mut writer = Writer::new(out)?;
    for name in manifest.files.keys() {
        if name == names::DOMAIN || name == names::PICTURES_INDEX {
            continue;
        }
        let bytes = files::read(&bundle.dir.join(name))?;
        manifest.check(name, &bytes)?;
        writer.file(name, &bytes)?;
    }
    writer.file(names::DOMAIN, domain)?;
    if let Some(format) = &manifest.picture {
        for image in 0..manifest.images {
            writer.picture(&bundle.picture(image)?, &format.extension)?;
        }
    }
    writer.finish(manifest.clone())?;
    Ok(())
}

/// The description of training features with held-out ones of a split that may be too small to say anything.
pub fn of_features(train: &Features, held_out: Option<&Features>) -> Option<TrainingDomain> {
    held_out
        .and_then(|held_out| fit(train, Some(held_out)))
        .or_else(|| fit(train, None))
}

/// The distance from a bundle's training images; `None` in an older bundle.
///
/// # Errors
/// Parts of the description do not fit together.
pub fn distance(bundle: &Bundle) -> Result<Option<DomainDistance>, TrainerError> {
    Ok(bundle
        .domain
        .as_ref()
        .map(DomainDistance::new)
        .transpose()?)
}

/// A sentence for a set of images of which too many are outside.
pub fn warning(outside: usize, images: usize) -> Option<String> {
    is_another_kind(outside, images).then(|| {
        format!(
            "{outside} of {images} images look unlike what this network was trained on; its answers for them mean little"
        )
    })
}
