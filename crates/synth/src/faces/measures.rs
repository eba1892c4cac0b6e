//! The numbers behind the labels: `measurements.csv`.
//!
//! A style draws each part in a few variants, so a size belongs to a variant: the pixels in which a drawing with the
//! part differs from one without it, on an upright head at a picture's mean scale. No random number of a picture is used.

use rayon::prelude::*;
use resvg::tiny_skia::{Pixmap, Transform};

use super::labels::{has_changed, person_layer, without_mouth};
use super::palette::Rgb;
use super::person::{Look, Person};
use super::scene::{HEIGHT, WIDTH};
use super::style::Style;
use super::styles::{TABLES, Table};
use crate::SynthError;
use crate::random::generator;

/// The columns, in the order of [`Sizes::of`].
pub(super) const COLUMNS: [&str; 7] = [
    "mouth_width_px",
    "mouth_height_px",
    "beard_height_px",
    "glasses_width_px",
    "hair_area_percent",
    "hair_lightness_percent",
    "skin_lightness_percent",
];

/// The numbers of one picture; `None` where there is nothing to measure.
pub(super) type Measures = [Option<f32>; COLUMNS.len()];

/// The sizes of all variants of a style's parts, by their places in its table.
#[derive(Clone, Debug)]
pub(super) struct Sizes {
    /// Width and height in pixels.
    mouths: Vec<[f32; 2]>,
    /// Heights in pixels.
    beards: Vec<f32>,
    /// Widths in pixels.
    glasses: Vec<f32>,
    /// Shares of the picture in percent.
    hairs: Vec<f32>,
}

impl Sizes {
    /// Measures every variant of the style at a place in [`TABLES`].
    ///
    /// # Errors
    /// A variant that cannot be drawn.
    pub(super) fn measure(style: &Style, index: usize) -> Result<Self, SynthError> {
        let sitter = Sitter::new(style, index);
        let table = sitter.person.table();
        let plain = sitter.see(&sitter.look)?;
        let measured = |count: usize, of: &(dyn Fn(usize) -> Result<Area, SynthError> + Sync)| {
            (0..count)
                .into_par_iter()
                .map(of)
                .collect::<Result<Vec<_>, _>>()
        };
        let mouths = measured(table.mouths.len(), &|mouth| {
            let look = Look {
                mouth,
                ..sitter.look.clone()
            };
            let without = sitter.draw(&without_mouth(&sitter.person, &look))?;
            Ok(Area::of(
                &sitter.see(&look)?,
                &without,
                &mouth_window(table),
            ))
        })?;
        let beards = measured(table.beards.len(), &|beard| {
            let look = Look {
                beard: Some(beard),
                ..sitter.look.clone()
            };
            Ok(Area::of(&sitter.see(&look)?, &plain, &WHOLE))
        })?;
        let glasses = measured(table.glasses.len(), &|glasses| {
            let look = Look {
                glasses: Some(glasses),
                ..sitter.look.clone()
            };
            Ok(Area::of(&sitter.see(&look)?, &plain, &WHOLE))
        })?;
        let hairs = measured(table.hairs.len(), &|hairdo| {
            let person = sitter.person.with_hairdo(Some(hairdo));
            let [green, violet] = [Rgb(0, 255, 0), Rgb(255, 0, 255)]
                .map(|hair| sitter.draw(&person.recoloured(hair).drawing(&sitter.look)));
            Ok(Area::of(&green?, &violet?, &WHOLE))
        })?;
        let picture = (WIDTH * HEIGHT) as f32;
        Ok(Self {
            mouths: mouths
                .iter()
                .map(|area| [area.width, area.height])
                .collect(),
            beards: beards.iter().map(|area| area.height).collect(),
            glasses: glasses.iter().map(|area| area.width).collect(),
            hairs: hairs
                .iter()
                .map(|area| 100.0 * area.pixels as f32 / picture)
                .collect(),
        })
    }

    /// The numbers of a person with a look; what is not worn measures 0.
    pub(super) fn of(&self, person: &Person, look: &Look) -> Measures {
        let worn = |sizes: &[f32], place: Option<usize>| match place {
            Some(place) => sizes.get(place).copied(),
            None => Some(0.0),
        };
        let mouth = self.mouths.get(look.mouth);
        let lightness = |colour: Rgb| colour.luma() / 2.55;
        [
            mouth.map(|size| size[0]),
            mouth.map(|size| size[1]),
            worn(&self.beards, look.beard),
            worn(&self.glasses, look.glasses),
            // A hat hides some of it, and in some styles takes its place.
            match look.hat {
                Some(_) => None,
                None => worn(&self.hairs, person.hairdo),
            },
            person.hairdo.map(|_| lightness(person.hair)),
            Some(lightness(person.skin)),
        ]
    }
}

/// A bald head without anything on, upright in the middle of the picture.
struct Sitter<'a> {
    style: &'a Style,
    person: Person,
    look: Look,
    place: Transform,
}

impl<'a> Sitter<'a> {
    fn new(style: &'a Style, index: usize) -> Self {
        let rng = &mut generator(0, "face measures", index as u64);
        let mut person = Person::draw(rng);
        while person.style != index {
            person = Person::draw(rng);
        }
        // Colours that every part is told from.
        (person.skin, person.lips) = (Rgb(0xf2, 0xd3, 0xbc), Rgb(0xa8, 0x2b, 0x38));
        let person = person.with_hairdo(None).recoloured(Rgb(0, 90, 0));
        let look = Look {
            beard: None,
            glasses: None,
            hat: None,
            earrings: None,
            blush: false,
            frame: Rgb(0x10, 0x10, 0x10),
            ..Look::draw(rng, &person)
        };
        Self {
            style,
            place: upright(&TABLES[index]),
            person,
            look,
        }
    }

    fn see(&self, look: &Look) -> Result<Pixmap, SynthError> {
        self.draw(&self.person.drawing(look))
    }

    fn draw(&self, drawing: &super::style::Drawing) -> Result<Pixmap, SynthError> {
        person_layer(self.style, drawing, self.place, WIDTH, HEIGHT)
    }
}

/// Canvas units to pixels of a picture without turn, shift or zoom.
fn upright(table: &Table) -> Transform {
    let [x, y] = table.centre;
    Transform::from_translate(-x, -y)
        .post_scale(table.scale, table.scale)
        .post_translate(WIDTH as f32 / 2.0, HEIGHT as f32 / 2.0)
}

/// Left, top, right and bottom edge in pixels.
type Window = [f32; 4];

/// The whole picture.
const WHOLE: Window = [0.0, 0.0, WIDTH as f32, HEIGHT as f32];

/// The surroundings of the mouth: some styles draw it together with the eyes.
fn mouth_window(table: &Table) -> Window {
    let pixel = |[x, y]: [f32; 2]| {
        [
            (x - table.centre[0]) * table.scale + WIDTH as f32 / 2.0,
            (y - table.centre[1]) * table.scale + HEIGHT as f32 / 2.0,
        ]
    };
    let [nose, left, right] = [2, 3, 4].map(|place| pixel(table.landmarks[place]));
    let (middle, below) = ((left[1] + right[1]) / 2.0, HEIGHT as f32);
    let width = right[0] - left[0];
    // Halfway to the nose.
    let top = middle - (middle - nose[1]) / 2.0;
    [
        left[0] - width,
        top,
        right[0] + width,
        (middle + 1.2 * width).min(below),
    ]
}

/// The pixels in which two drawings differ.
struct Area {
    pixels: usize,
    width: f32,
    height: f32,
}

impl Area {
    /// Measures the difference within a window.
    fn of(a: &Pixmap, b: &Pixmap, window: &Window) -> Self {
        let [left, top, right, bottom] = *window;
        let (mut pixels, mut low, mut high) = (0, [u32::MAX; 2], [0; 2]);
        for (index, (one, two)) in a.pixels().iter().zip(b.pixels()).enumerate() {
            let place = [index as u32 % WIDTH, index as u32 / WIDTH];
            let [x, y] = place.map(|side| side as f32);
            let within = x >= left && x < right && y >= top && y < bottom;
            if within && has_changed(*one, *two) {
                pixels += 1;
                for side in 0..2 {
                    low[side] = low[side].min(place[side]);
                    high[side] = high[side].max(place[side] + 1);
                }
            }
        }
        let length = |side: usize| high[side].saturating_sub(low[side]) as f32;
        Self {
            pixels,
            width: length(0),
            height: length(1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faces::styles::Beard;

    #[test]
    fn every_variant_has_a_size_and_sizes_follow_the_labels() {
        for (index, table) in TABLES.iter().enumerate() {
            let style = Style::load(table.style).unwrap();
            let sizes = Sizes::measure(&style, index).unwrap();
            assert!(sizes.glasses.iter().all(|&width| width > 20.0));
            assert!(sizes.hairs.iter().all(|&share| share > 1.0 && share < 80.0));
            assert!(
                sizes
                    .mouths
                    .iter()
                    .all(|[width, height]| *width > 3.0 && *height > 0.0)
            );
            let height = |wanted: &dyn Fn(Beard) -> bool| {
                let all = table.beards.iter().zip(&sizes.beards);
                let of_kind = all.filter(|((kind, _), _)| wanted(*kind));
                of_kind.map(|(_, &height)| height).fold(0.0, f32::max)
            };
            let (full, mustache) = (
                height(&|kind| kind == Beard::Full),
                height(&|kind| kind == Beard::Mustache),
            );
            assert!(
                mustache > 0.0 && (full == 0.0 || full > mustache),
                "{}",
                table.style
            );
            let mean = |open: bool| {
                let all = table.mouths.iter().zip(&sizes.mouths);
                let heights = all.filter(|(mouth, _)| mouth.open == Some(open));
                let heights: Vec<f32> = heights.map(|(_, size)| size[1]).collect();
                heights.iter().sum::<f32>() / heights.len() as f32
            };
            assert!(mean(true) > mean(false), "{}", table.style);
        }
    }
}
