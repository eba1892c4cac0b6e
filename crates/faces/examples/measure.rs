//! Makes the figures of `docs/faces.md`.
//!
//!     cargo run -p modulens-faces --example measure -- DIR [PORTRAITS]
//!
//! Counts the images of `DIR` with a face and tells the place of the largest one. With `PORTRAITS`, a folder of
//! training portraits with the same file names, it also cuts the largest face of each image and compares crop and
//! portrait.

use std::error::Error;
use std::fs::read;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use modulens_dataset::decode;
use modulens_faces::{CropBox, Detector, Face, RgbView, WEIGHTS, cut};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Width and height of the training portraits.
const PORTRAIT: (u32, u32) = (178, 218);

fn main() -> Outcome<()> {
    let mut folders = std::env::args_os().skip(1).map(PathBuf::from);
    let folder = folders.next().ok_or("usage: measure DIR [PORTRAITS]")?;
    let portraits = folders.next();
    let detector = Detector::new(WEIGHTS)?;
    let mut files = Vec::new();
    for entry in std::fs::read_dir(&folder)? {
        files.push(entry?.path());
    }
    files.sort();
    let mut counts = [0_usize; 3];
    let mut found = 0;
    let mut places = Vec::new();
    let mut pairs = Vec::new();
    let mut times = Vec::new();
    for file in &files {
        let image = decode(&read(file)?)?;
        let view = RgbView::new(&image, image.width(), image.height())?;
        let start = Instant::now();
        let faces = detector.detect(&view);
        times.push(start.elapsed());
        counts[faces.len().min(2)] += 1;
        found += faces.len();
        let Some(face) = faces.first() else { continue };
        places.push(Place::of(face, view.width(), view.height()));
        if let (Some(folder), Some(name)) = (&portraits, file.file_name()) {
            pairs.extend(pair(&detector, &view, face.crop_box(), &folder.join(name))?);
        }
    }
    let all = files.len().max(1) as f64;
    let [none, one, more] = counts;
    println!(
        "{} images: {none} without a face, {one} with one, {more} with more",
        files.len()
    );
    println!(
        "a face in {:.1} %, {found} faces in all",
        (one + more) as f64 / all * 100.0
    );
    println!("{}", milliseconds(&mut times));
    print("largest face in the image", &places);
    if portraits.is_some() {
        let (crops, trained): (Vec<Place>, Vec<Place>) = pairs.iter().copied().unzip();
        println!("{} pairs of a crop and a training portrait", pairs.len());
        print("face in the crop", &crops);
        print("face in the training portrait", &trained);
        let ratios: Vec<f64> = pairs
            .iter()
            .map(|(crop, trained)| crop.width / trained.width)
            .collect();
        let near = ratios
            .iter()
            .filter(|ratio| (**ratio - 1.0).abs() <= 0.1)
            .count();
        let (mean, spread) = moments(&ratios);
        println!(
            "width in the crop over width in the portrait: {mean:.3} +- {spread:.3}, within 10 %: {:.1} %",
            near as f64 / ratios.len().max(1) as f64 * 100.0
        );
    }
    Ok(())
}

/// The face of a photograph's crop, and that of its training portrait.
fn pair(
    detector: &Detector,
    image: &RgbView<'_>,
    frame: CropBox,
    portrait: &Path,
) -> Outcome<Option<(Place, Place)>> {
    let (width, height) = PORTRAIT;
    let crop = cut(image, frame, PORTRAIT);
    let crop = detector.detect(&RgbView::new(&crop, width, height)?);
    let portrait = decode(&read(portrait)?)?;
    let (own_width, own_height) = portrait.dimensions();
    let trained = detector.detect(&RgbView::new(&portrait, own_width, own_height)?);
    let both = crop.first().zip(trained.first());
    Ok(both.map(|(crop, trained)| {
        let trained = Place::of(trained, own_width, own_height);
        (Place::of(crop, width, height), trained)
    }))
}

/// A face's box, in widths and heights of its image.
#[derive(Clone, Copy)]
struct Place {
    x: f64,
    y: f64,
    width: f64,
}

impl Place {
    fn of(face: &Face, width: u32, height: u32) -> Self {
        let centre = face.bounds.centre();
        Self {
            x: f64::from(centre.x) / f64::from(width),
            y: f64::from(centre.y) / f64::from(height),
            width: f64::from(face.bounds.width) / f64::from(width),
        }
    }
}

/// A coordinate of a place.
type Part = fn(&Place) -> f64;

fn print(what: &str, places: &[Place]) {
    let parts: [(&str, Part); 3] = [
        ("centre x", |place| place.x),
        ("centre y", |place| place.y),
        ("width", |place| place.width),
    ];
    let parts = parts.map(|(name, value)| {
        let (mean, spread) = moments(&places.iter().map(value).collect::<Vec<_>>());
        format!("{name} {mean:.3} +- {spread:.3}")
    });
    println!("{what}: {}", parts.join(", "));
}

/// Mean and standard deviation.
fn moments(values: &[f64]) -> (f64, f64) {
    let count = values.len().max(1) as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (mean, (squares / count).sqrt())
}

fn milliseconds(times: &mut [Duration]) -> String {
    times.sort();
    let at = |part: f64| {
        let index = (times.len().saturating_sub(1) as f64 * part) as usize;
        times.get(index).copied().unwrap_or_default().as_secs_f64() * 1000.0
    };
    format!(
        "milliseconds per image: median {:.1}, slowest {:.1}",
        at(0.5),
        at(1.0)
    )
}
