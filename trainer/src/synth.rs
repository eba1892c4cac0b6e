//! `trainer synth`: draw a default gallery.

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use modulens_bundle::Attribution;
use modulens_synth::{SynthError, faces, shoes};
use modulens_training::attribution;
use modulens_training::error::TrainerError;
use modulens_training::files;
use modulens_training::output::{print, to_json};
use modulens_training::progress::Bar;

/// The galleries that can be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Gallery {
    /// Faces in `CelebA`'s own format.
    Faces,
    /// Shoes in UT-Zappos50K's own format.
    Shoes,
}

/// Arguments of `trainer synth`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The gallery to draw.
    gallery: Gallery,
    /// The folder to write; it must not exist or be empty.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Number of images [default: enough for the shipped bundle].
    #[arg(long, value_name = "N")]
    images: Option<usize>,
    /// The same seed draws the same images, whatever the machine.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Draws the gallery.
///
/// # Errors
/// When the folder is not empty or cannot be written.
pub fn run(args: &Args) -> Result<(), TrainerError> {
    let bar = Bar::new(0, "drawing");
    let progress = |done: usize, total: usize| bar.set(done, total);
    let summary = match args.gallery {
        Gallery::Faces => {
            let mut config = faces::FacesConfig {
                seed: args.seed,
                ..faces::FacesConfig::default()
            };
            if let Some(images) = args.images {
                config.images = images;
            }
            faces::write(&config, &args.out, &progress)
        }
        Gallery::Shoes => {
            let mut config = shoes::ShoesConfig {
                seed: args.seed,
                ..shoes::ShoesConfig::default()
            };
            if let Some(images) = args.images {
                config.images = images;
            }
            shoes::write(&config, &args.out, &progress)
        }
    };
    let summary = summary.map_err(cannot_draw)?;
    bar.finish();
    write_attribution(args.gallery, &args.out)?;
    print(&format!("{summary}\nwritten to {}", args.out.display()))
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn cannot_draw(error: SynthError) -> TrainerError {
    TrainerError::Message(format!("the gallery cannot be drawn: {error}"))
}

/// Writes the file that says who made the images of a gallery that was drawn, so that they are known to be free.
fn write_attribution(gallery: Gallery, dir: &Path) -> Result<(), TrainerError> {
    let list: Vec<Attribution> = match gallery {
        Gallery::Faces => faces::attributions()
            .map_err(cannot_draw)?
            .into_iter()
            .map(|one| entry(one.what, one.creator, one.licence, one.url))
            .collect(),
        Gallery::Shoes => shoes::attributions()
            .into_iter()
            .map(|one| entry(one.what, one.creator, one.licence, one.url))
            .collect(),
    };
    files::write_atomically(&dir.join(attribution::FILE), to_json(&list)?.as_bytes())
}

fn entry(what: String, creator: String, licence: String, url: String) -> Attribution {
    Attribution {
        what,
        creator,
        licence,
        url,
    }
}
