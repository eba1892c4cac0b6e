//! `trainer synth`: draw a default gallery.

use std::path::PathBuf;

use clap::ValueEnum;
use modulens_synth::{faces, shoes};

use crate::error::TrainerError;
use crate::export::attribution;
use crate::output::print;
use crate::train::progress::Bar;

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
            faces::write(&config, &args.out, &progress)?
        }
        Gallery::Shoes => {
            let mut config = shoes::ShoesConfig {
                seed: args.seed,
                ..shoes::ShoesConfig::default()
            };
            if let Some(images) = args.images {
                config.images = images;
            }
            shoes::write(&config, &args.out, &progress)?
        }
    };
    bar.finish();
    attribution::write_for_drawn(args.gallery, &args.out)?;
    print(&format!("{summary}\nwritten to {}", args.out.display()))
}
