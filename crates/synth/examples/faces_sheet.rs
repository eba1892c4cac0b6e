//! Contact sheets of a gallery of faces, to check its labels by eye:
//! `cargo run -p modulens-synth --example faces_sheet -- GALLERY FOLDER`.
//!
//! For every attribute that varies: two rows of pictures labelled yes, a white line, two rows labelled no, at the
//! network's 64x64 pixels, enlarged twice. `pairs.png` shows the counterfactual pairs side by side.

use std::collections::HashMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use image::imageops::{FilterType, crop_imm, overlay, resize};
use image::{Rgb, RgbImage};

const COLUMNS: u32 = 12;
const TILE: u32 = 130;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1).map(PathBuf::from);
    let (Some(gallery), Some(out)) = (args.next(), args.next()) else {
        return Err("usage: faces_sheet GALLERY FOLDER".into());
    };
    fs::create_dir_all(&out)?;
    let unknown = fs::read_to_string(gallery.join("Anno/list_attr_unknown.txt"))?;
    let unknown: HashMap<&str, Vec<&str>> = unknown
        .lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            Some((words.next()?, words.collect()))
        })
        .collect();
    let table = fs::read_to_string(gallery.join("Anno/list_attr_celeba.txt"))?;
    let names: Vec<&str> = table
        .lines()
        .nth(1)
        .unwrap_or_default()
        .split_whitespace()
        .collect();
    for (index, name) in names.iter().enumerate() {
        let with = |value: &str| -> Vec<&str> {
            table
                .lines()
                .skip(2)
                .filter_map(|line| {
                    let mut words = line.split_whitespace();
                    let image = words.next()?;
                    let known = !unknown.get(image).is_some_and(|list| list.contains(name));
                    (known && words.nth(index) == Some(value)).then_some(image)
                })
                .take(2 * COLUMNS as usize)
                .collect()
        };
        let (yes, no) = (with("1"), with("-1"));
        if !yes.is_empty() && !no.is_empty() {
            let mut sheet = RgbImage::from_pixel(COLUMNS * TILE, 4 * TILE + 8, Rgb([255; 3]));
            tiles(&mut sheet, &gallery, &yes, 0)?;
            tiles(&mut sheet, &gallery, &no, 2 * TILE + 8)?;
            sheet.save(out.join(format!("{name}.png")))?;
        }
    }
    let pairs = fs::read_to_string(gallery.join("counterfactuals.csv"))?;
    let pairs: Vec<&str> = pairs
        .lines()
        .skip(1)
        .take(5 * COLUMNS as usize / 2)
        .flat_map(|line| line.split(',').take(2))
        .collect();
    let mut sheet = RgbImage::from_pixel(COLUMNS * TILE, 5 * TILE, Rgb([255; 3]));
    tiles(&mut sheet, &gallery, &pairs, 0)?;
    sheet.save(out.join("pairs.png"))?;
    Ok(())
}

fn tiles(
    sheet: &mut RgbImage,
    gallery: &Path,
    images: &[&str],
    top: u32,
) -> Result<(), Box<dyn Error>> {
    for (place, image) in (0_u32..).zip(images) {
        let picture = image::open(gallery.join("Img/img_align_celeba").join(image))?.to_rgb8();
        let square = crop_imm(&picture, 0, 20, 178, 178).to_image();
        let small = resize(&square, 64, 64, FilterType::Triangle);
        let large = resize(&small, 128, 128, FilterType::Nearest);
        let (x, y) = (place % COLUMNS * TILE, place / COLUMNS * TILE + top);
        overlay(sheet, &large, i64::from(x), i64::from(y));
    }
    Ok(())
}
