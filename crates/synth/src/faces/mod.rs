//! Faces in `CelebA`'s layout, drawn in four CC0 styles.
//!
//! An identity is a person: style, face, skin and hair stay the same in its 3 to 8 pictures, while expression, facial
//! hair, glasses, hat, earrings, clothes, pose, background, light and grain change. No identity is in two splits.
//! Labels say what can be seen (`labels.rs`); what cannot is listed in `Anno/list_attr_unknown.txt`. In the test
//! split, `counterfactuals.csv` lists pairs of pictures that differ in one attribute and in nothing else.
//! `measurements.csv` has the numbers behind the labels, such as the height of the mouth.

mod attributes;
mod files;
mod labels;
mod measures;
mod palette;
mod person;
mod plan;
mod raster;
mod scene;
mod style;
mod styles;

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use modulens_schema::Split;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use resvg::tiny_skia::Point;

pub use modulens_schema::noise::CELEBA as ATTRIBUTES;

use attributes::{Attribute, Marks};
use files::{Pair, Record};
use labels::Eye;
use measures::Sizes;
use person::{Look, Person};
use plan::Identity;
use scene::{HEIGHT, Scene, WIDTH};
use style::Style;
use styles::{TABLES, Table};

use crate::random::generator;
use crate::staging::Staging;
use crate::{Summary, SynthError, TaskCount};

/// The configuration of the faces to draw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacesConfig {
    /// Number of pictures, 20 to 999,999: file names have six digits, and every split needs an identity.
    pub images: usize,
    /// Everything drawn follows from this number.
    pub seed: u64,
}

impl Default for FacesConfig {
    fn default() -> Self {
        Self {
            images: 20_000,
            seed: 1,
        }
    }
}

/// The source of a style's images, and its licence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribution {
    /// The style and its source, in the words of its licence note.
    pub what: String,
    /// The creator.
    pub creator: String,
    /// The licence's name.
    pub licence: String,
    /// The address of the licence.
    pub url: String,
}

/// Source and licence of every style in use, from the styles' own descriptions.
///
/// # Errors
/// When a style definition cannot be read.
pub fn attributions() -> Result<Vec<Attribution>, SynthError> {
    let of = |style: &Style| Attribution {
        what: style.meta("/license/text").to_owned(),
        creator: style.meta("/creator/name").to_owned(),
        licence: style.meta("/license/name").to_owned(),
        url: style.meta("/license/url").to_owned(),
    };
    Ok(load_styles()?.iter().map(of).collect())
}

/// The attributes that counterfactual pairs turn, in the order in which test identities try them.
const TURNED: [Attribute; 10] = [
    Attribute::Smiling,
    Attribute::Eyeglasses,
    Attribute::Hat,
    Attribute::MouthOpen,
    Attribute::NoBeard,
    Attribute::Earrings,
    Attribute::Necktie,
    Attribute::RosyCheeks,
    Attribute::Mustache,
    Attribute::Shadow,
];

/// Draws a gallery into `dir`, which must not exist or be empty, and appears only when all of it is written.
///
/// `progress` is told the pictures done and the pictures in all; calls come from several threads.
///
/// # Errors
/// When `dir` holds something, the configuration cannot be drawn, or the disk refuses.
pub fn write(
    config: &FacesConfig,
    dir: &Path,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<Summary, SynthError> {
    if !(20..=999_999).contains(&config.images) {
        return Err(SynthError::Config {
            setting: "images",
            value: config.images.to_string(),
            why: "a gallery of faces has 20 to 999999 images".into(),
        });
    }
    let staging = Staging::new(dir)?;
    let styles = load_styles()?
        .into_iter()
        .enumerate()
        .map(|(index, style)| Ok((Sizes::measure(&style, index)?, style)))
        .collect::<Result<Vec<_>, SynthError>>()?;
    let identities = plan::identities(config);
    let done = AtomicUsize::new(0);
    let drawn: Vec<(Vec<Record>, Option<Pair>)> = identities
        .par_iter()
        .map(|identity| {
            let drawn = draw_identity(config, &styles, identity, &staging)?;
            let count = identity.pictures.len();
            progress(
                done.fetch_add(count, Ordering::Relaxed) + count,
                config.images,
            );
            Ok(drawn)
        })
        .collect::<Result<_, SynthError>>()?;
    let (records, pairs): (Vec<_>, Vec<_>) = drawn.into_iter().unzip();
    let mut records: Vec<Record> = records.into_iter().flatten().collect();
    records.sort_by_key(|record| record.number);
    let pairs: Vec<Pair> = pairs.into_iter().flatten().collect();
    files::write(&staging, &records, &pairs)?;
    staging.commit()?;
    Ok(summary(&records, identities.len(), pairs.len()))
}

fn load_styles() -> Result<Vec<Style>, SynthError> {
    TABLES
        .iter()
        .map(|table| Style::load(table.style))
        .collect()
}

/// Draws all pictures of one identity. In the test split the last one turns one attribute of the one before it.
fn draw_identity(
    config: &FacesConfig,
    styles: &[(Sizes, Style)],
    identity: &Identity,
    staging: &Staging,
) -> Result<(Vec<Record>, Option<Pair>), SynthError> {
    let person = Person::draw(&mut generator(
        config.seed,
        "face person",
        identity.number as u64,
    ));
    let (sizes, style) = styles
        .get(person.style)
        .ok_or_else(|| SynthError::draw("a face", "no such style"))?;
    let mut records = Vec::with_capacity(identity.pictures.len());
    let mut pair = None;
    let mut last: Option<(usize, Look, Marks)> = None;
    for (place, &number) in identity.pictures.iter().enumerate() {
        let rng = &mut generator(config.seed, "face look", number as u64);
        let twin = identity.split == Split::Test && place + 1 == identity.pictures.len();
        let turned = match (&last, twin) {
            (Some((other, look, marks)), true) => {
                let scene = Scene::draw(config.seed, *other as u64);
                turn(rng, style, &person, identity.number, &scene, look, marks)?
                    .map(|(look, marks, attribute)| (*other, scene, look, marks, attribute))
            }
            _ => None,
        };
        let (scene, look, marks) = match turned {
            Some((other, scene, look, marks, attribute)) => {
                pair = Some(Pair {
                    a: other,
                    b: number,
                    attribute: attribute.name(),
                });
                (scene, look, marks)
            }
            None => {
                let scene = Scene::draw(config.seed, number as u64);
                let look = Look::draw(rng, &person);
                let marks = labels::labels(&Eye::new(style, &person, &scene)?, &person, &look)?;
                (scene, look, marks)
            }
        };
        let place = scene.place(person.table());
        let layer = labels::person_layer(style, &person.drawing(&look), place, WIDTH, HEIGHT)?;
        let bytes = scene.encode(&scene.compose(&layer)?)?;
        staging.write(
            format!("Img/img_align_celeba/{}", files::name(number)),
            &bytes,
        )?;
        records.push(Record {
            number,
            identity: identity.number,
            split: identity.split,
            marks: marks.clone(),
            landmarks: landmarks(person.table(), &scene),
            measures: sizes.of(&person, &look),
        });
        last = Some((number, look, marks));
    }
    Ok((records, pair))
}

/// The look with one attribute turned, its labels, and the attribute: the first, from a place that differs from one
/// identity to the next, that can be drawn and whose turn shows in that label alone.
fn turn(
    rng: &mut ChaCha8Rng,
    style: &Style,
    person: &Person,
    identity: usize,
    scene: &Scene,
    look: &Look,
    marks: &Marks,
) -> Result<Option<(Look, Marks, Attribute)>, SynthError> {
    let eye = Eye::new(style, person, scene)?;
    for step in 0..TURNED.len() {
        let attribute = TURNED[(identity + step) % TURNED.len()];
        if marks.get(attribute).is_none() {
            continue;
        }
        if let Some(turned) = look.turned(rng, person, attribute) {
            let new = labels::labels(&eye, person, &turned)?;
            if marks.differ_only_in(&new, attribute) {
                return Ok(Some((turned, new, attribute)));
            }
        }
    }
    Ok(None)
}

/// The landmarks of a style in a scene. "Left" is left in the image, as in the official file.
fn landmarks(table: &Table, scene: &Scene) -> [[i32; 2]; 5] {
    let place = scene.place(table);
    let mut points = table.landmarks.map(|[x, y]| {
        let mut point = Point::from_xy(x, y);
        place.map_point(&mut point);
        [point.x.round() as i32, point.y.round() as i32]
    });
    if scene.flipped() {
        points.swap(0, 1);
        points.swap(3, 4);
    }
    points
}

/// Counts what was written.
fn summary(records: &[Record], groups: usize, counterfactuals: usize) -> Summary {
    let mut splits = [0; 3];
    for record in records {
        splits[record.split as usize] += 1;
    }
    let tasks = ATTRIBUTES
        .iter()
        .enumerate()
        .map(|(index, name)| {
            let count = |value: Option<bool>| {
                records
                    .iter()
                    .filter(|record| record.marks.all()[index] == value)
                    .count()
            };
            TaskCount {
                name: (*name).to_owned(),
                values: vec![
                    ("no".to_owned(), count(Some(false))),
                    ("yes".to_owned(), count(Some(true))),
                ],
                unknown: count(None),
            }
        })
        .filter(|task| task.values.iter().all(|(_, count)| *count > 0))
        .collect();
    Summary {
        images: records.len(),
        groups,
        splits,
        counterfactuals,
        tasks,
    }
}
