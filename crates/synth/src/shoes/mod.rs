//! Shoes in UT-Zappos50K's layout, drawn by this project.
//!
//! Each product is a silhouette, a closure, a heel and a handful of details, drawn flat and bent onto its heel; each
//! of its two to five colours is one picture with its own small turn, light and noise. Nothing is copied from a
//! photograph. What a person must know to read the labels off a picture:
//!
//! | task | what is drawn |
//! | --- | --- |
//! | Category | *Shoes* are closed and low, *Boots* have a shaft above the ankle, *Sandals* are straps on a footbed, *Slippers* show fleece at the collar or on the footbed |
//! | Closure | *Lace up*: laces, eyelets and a bow; *Slip-On*: a ribbed elastic panel, or no device at all on cuts that need none; *Zipper*: a toothed line with a puller; *Hook and Loop*: broad tabs; *Buckle*: a strap with a metal frame; *Pull-on*: loops of tape standing above the edge |
//! | `HeelHeight` | the height of the upper's back edge above the ground, at one scale for all shoes, near the middle of its bin |
//! | Gender | the rules below |
//!
//! | rule | Men | Women | Boys | Girls |
//! | --- | --- | --- | --- | --- |
//! | length when flat | 26-28 cm | 24-25 cm | 17-19 cm | 17-18 cm |
//! | height of the upper for its length | normal | slim | chunky | a little chunky |
//! | toe | round to almond | almond to pointed | round | round |
//! | colours (four of five pictures) | sober: black, browns, navy, grey, olive | nude, rose, wine, ivory, gold, emerald | loud primaries | pinks, lilac, mint, sky |
//! | mark | a light welt seam along a leather sole | gilt piping along the edge | a bolt or a star, treads | a heart or a flower |
//! | heels | mostly below 2 in | all, most often above 2 in | at most 3 in, broad | at most 4 in, broad |
//!
//! Real catalogues know no such rules; they make the labels of a *drawing* honest.

mod catalogue;
#[cfg(test)]
mod checks;
mod colour;
mod credit;
mod design;
mod dice;
mod draw;
mod fit;
mod look;
mod mat5;
mod table;
pub mod vocabulary;

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use jpeg_encoder::{ColorType, Encoder};
use rayon::prelude::*;

pub use self::credit::{Attribution, attributions};

use self::catalogue::Product;
use self::dice::Dice;
use self::look::Look;
use crate::staging::Staging;
use crate::{Summary, SynthError};

/// Least number of images: below it a split would be empty.
const LEAST: usize = 30;

/// Greatest number of images: above it product ids would get an eighth digit.
const MOST: usize = 200_000;

/// Folder of the pictures, as in the square tree of the data set.
const PICTURES: &str = "ut-zap50k-images-square";

/// The configuration of the shoes to draw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShoesConfig {
    /// Number of pictures in all splits together, 30 to 200,000.
    pub images: usize,
    /// The same seed gives the same files, byte by byte, on any number of threads.
    pub seed: u64,
}

impl Default for ShoesConfig {
    /// 16,000 pictures: 11,500 for training, 1,200 for validation, 3,300 for the test and the gallery.
    fn default() -> Self {
        Self {
            images: 16_000,
            seed: 20_180_914,
        }
    }
}

/// Draws a gallery and writes it in UT-Zappos50K's layout; `dir` appears whole or not at all.
///
/// Files: `ut-zap50k-images-square/Category/SubCategory/Brand/PID.CID.jpg` (136 x 136), `meta-data.csv`,
/// `image-path.mat` (N x 1 cell `imagepath`) and `list_eval_partition.txt` (`CID 0|1|2`, by product); beside them, what
/// the real data set does not have: `measurements.csv`, the numbers behind the labels. As in the real tree, a brand that
/// ends in "." has it in `image-path.mat` and not on disk, and some cells are empty or hold two values. `progress` is
/// called with pictures done and pictures in all, from several threads.
///
/// # Errors
/// When `dir` exists and is not empty, the configuration cannot be drawn, or the disk refuses.
pub fn write(
    config: &ShoesConfig,
    dir: &Path,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<Summary, SynthError> {
    if !(LEAST..=MOST).contains(&config.images) {
        return Err(SynthError::Config {
            setting: "images",
            value: config.images.to_string(),
            why: format!("a gallery of shoes has {LEAST} to {MOST} images"),
        });
    }
    let staging = Staging::new(dir)?;
    let products = catalogue::plan(config.images, config.seed);
    let done = AtomicUsize::new(0);
    products.par_iter().try_for_each(|product| {
        for &colour in &product.colours {
            let jpeg = picture(product, colour, config.seed)?;
            let path = format!("{PICTURES}/{}", product.on_disk(colour));
            staging.write(path, &jpeg)?;
            progress(done.fetch_add(1, Ordering::Relaxed) + 1, config.images);
        }
        Ok(())
    })?;
    let listed: Vec<String> = products
        .iter()
        .flat_map(|product| product.colours.iter().map(|&colour| product.listed(colour)))
        .collect();
    staging.write("meta-data.csv", table::metadata(&products).as_bytes())?;
    staging.write(
        "measurements.csv",
        table::measurements(&products).as_bytes(),
    )?;
    staging.write("image-path.mat", &mat5::strings("imagepath", &listed))?;
    staging.write(
        "list_eval_partition.txt",
        table::partition(&products).as_bytes(),
    )?;
    staging.commit()?;
    Ok(table::summary(&products, config.images))
}

/// One picture's JPEG.
fn picture(product: &Product, colour: u32, seed: u64) -> Result<Vec<u8>, SynthError> {
    let index = u64::from(product.id) << 32 | u64::from(colour);
    let look = Look::sample(
        &product.design,
        &mut Dice::new(seed, "shoes: picture", index),
    );
    let rgb = draw::render(&product.design, &look)
        .ok_or_else(|| SynthError::draw(product.cid(colour), "no canvas could be made"))?;
    let mut jpeg = Vec::new();
    Encoder::new(&mut jpeg, look.quality)
        .encode(&rgb, draw::SIDE as u16, draw::SIDE as u16, ColorType::Rgb)
        .map_err(|error| SynthError::draw(product.cid(colour), error))?;
    Ok(jpeg)
}
