//! Shares of variants of images that are folded as near-duplicates, and of different images that are.
//!
//! `cargo run -p modulens-retrieval --example near_duplicates -- GALLERY VARIANTS` prints a table of
//! `docs/near-duplicates.md`. Both are galleries by the same network (`trainer gallery`); a variant of the image `NAME.jpg`
//! is named `NAME__KIND.jpg`. Each kind is added to the gallery by itself. Without VARIANTS, only the images of the gallery
//! that are folded are told.

use std::collections::{BTreeMap, HashMap};
use std::error::Error;
use std::time::Instant;

use modulens_bundle::Bundle;
use modulens_retrieval::{NearDuplicates, Progress, Ranked};
use modulens_schema::Features;

/// Numbers read in a slice, as in the page.
const BUDGET: usize = 1 << 19;

fn main() -> Result<(), Box<dyn Error>> {
    let mut folders = std::env::args().skip(1);
    let gallery = Bundle::open(folders.next().ok_or("GALLERY [VARIANTS]")?)?;
    let images: HashMap<&str, usize> = gallery
        .ids
        .iter()
        .enumerate()
        .map(|(image, id)| (stem(id), image))
        .collect();
    println!("| added | folded with their originals | other images folded | milliseconds |");
    println!("| --- | ---: | ---: | ---: |");
    row("nothing", &gallery.features, 0, &[])?;
    let Some(folder) = folders.next() else {
        return Ok(());
    };
    let variants = Bundle::open(folder)?;
    let mut kinds: BTreeMap<&str, (Vec<usize>, Vec<f32>)> = BTreeMap::new();
    for (variant, id) in variants.ids.iter().enumerate() {
        let (name, kind) = stem(id)
            .rsplit_once("__")
            .ok_or("a variant without a kind")?;
        // Of an image in which no face was found there is none.
        if let Some(image) = images.get(name) {
            let (originals, data) = kinds.entry(kind).or_default();
            originals.push(*image);
            data.extend(variants.features.row(variant));
        }
    }
    for (kind, (originals, data)) in kinds {
        let rows = gallery.features.rows + originals.len();
        let data = [&gallery.features.data[..], &data].concat();
        let features = Features::new(rows, gallery.features.channels, data);
        let features = features.ok_or("the galleries are of different networks")?;
        row(kind, &features, originals.len(), &originals)?;
    }
    Ok(())
}

/// Prints a row: of a gallery whose last images are variants.
fn row(
    kind: &str,
    features: &Features,
    variants: usize,
    originals: &[usize],
) -> Result<(), Box<dyn Error>> {
    let images = features.rows - variants;
    let started = Instant::now();
    let mut near = NearDuplicates::default();
    while near.advance(features, BUDGET) == Progress::Working {}
    let millis = started.elapsed().as_secs_f64() * 1e3;
    let order = |images: &[usize]| -> Vec<Ranked> {
        let ranked = |&index: &usize| Ranked { index, score: 0.0 };
        images.iter().map(ranked).collect()
    };
    let is_folded = |(variant, original): (usize, &usize)| {
        let mut pair = order(&[*original, images + variant]);
        near.fold(&mut pair);
        pair.len() == 1
    };
    let folded = originals.iter().enumerate();
    let folded = folded.filter(|it| is_folded(*it)).count();
    let share = match variants {
        0 => String::new(),
        all => format!("{:.1} %", 100.0 * folded as f64 / all as f64),
    };
    let mut all = order(&(0..images).collect::<Vec<usize>>());
    let groups = near.fold(&mut all);
    let unequal = groups.values().filter(|group| !group.equal);
    let others: usize = unequal.map(|group| group.count - 1).sum();
    println!(
        "| {kind} | {share} | {others} of {images} ({:.2} %) | {millis:.0} |",
        100.0 * others as f64 / images.max(1) as f64
    );
    Ok(())
}

/// The name of an image without folders and ending.
fn stem(id: &str) -> &str {
    let name = id.rsplit(['/', '\\']).next().unwrap_or(id);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}
