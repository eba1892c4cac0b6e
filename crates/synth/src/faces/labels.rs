//! Labels from what can be seen.
//!
//! For every attribute the person is drawn twice, with and without the thing it is about, at half the picture's size
//! and in the very pose of the picture. The pixels that differ, inside the middle square that networks are shown and
//! not behind an occluder, are the thing's visible area. Too few of them, or too much of them behind the occluder, and
//! the attribute is unknown, whichever value the drawing was meant to have.

use resvg::tiny_skia::{Pixmap, Point, PremultipliedColorU8, Transform};

use super::attributes::{Attribute, Marks};
use super::palette::{HairColour, Rgb, Tone};
use super::person::{Look, Person};
use super::raster;
use super::scene::{HEIGHT, Scene, WIDTH};
use super::style::{Drawing, Style};
use super::styles::{Beard, Fill, Texture};
use crate::SynthError;

/// Side of the drawings compared, relative to the picture.
const ZOOM: f32 = 0.5;
/// A pixel has changed when one of its channels differs by more than this.
const CHANGE: u8 = 18;
/// The share of a thing's area that an occluder must leave open.
const OPEN: f32 = 0.7;
/// The share of the mouth that must show for its expression to be told.
const MOUTH: f32 = 0.6;

/// Draws one person's head in one pose, over and over.
pub(super) struct Eye<'a> {
    style: &'a Style,
    place: Transform,
    front: Option<Pixmap>,
}

impl<'a> Eye<'a> {
    /// Looks at a scene.
    pub(super) fn new(
        style: &'a Style,
        person: &Person,
        scene: &Scene,
    ) -> Result<Self, SynthError> {
        Ok(Self {
            style,
            place: scene.place(person.table()).post_scale(ZOOM, ZOOM),
            front: scene.front(ZOOM)?,
        })
    }

    fn see(&self, drawing: &Drawing) -> Result<Pixmap, SynthError> {
        let (width, height) = (WIDTH as f32 * ZOOM, HEIGHT as f32 * ZOOM);
        person_layer(self.style, drawing, self.place, width as u32, height as u32)
    }

    /// Returns true if the difference between two drawings is visible: at least `least` pixels of
    /// it.
    fn differs(&self, a: &Pixmap, b: &Pixmap, least: usize) -> bool {
        let (open, all) = self.changed(a, b, |_, _| true);
        open >= least && open as f32 >= OPEN * all as f32
    }

    /// The pixels in which two drawings differ, counted where `within(x, y)` holds: those in the open, and all.
    fn changed(
        &self,
        a: &Pixmap,
        b: &Pixmap,
        within: impl Fn(usize, usize) -> bool,
    ) -> (usize, usize) {
        let width = a.width() as usize;
        let margin = (a.height() as usize).saturating_sub(width) / 2;
        let square = margin * width..(margin + width) * width;
        let (mut open, mut all) = (0_usize, 0_usize);
        for index in square {
            let (Some(one), Some(two)) = (a.pixels().get(index), b.pixels().get(index)) else {
                continue;
            };
            if has_changed(*one, *two) && within(index % width, index / width) {
                all += 1;
                let hidden = self
                    .front
                    .as_ref()
                    .and_then(|front| front.pixels().get(index))
                    .is_some_and(|pixel| pixel.alpha() > 128);
                open += usize::from(!hidden);
            }
        }
        (open, all)
    }
}

/// Returns true if a pixel differs visibly between two drawings.
pub(super) fn has_changed(one: PremultipliedColorU8, two: PremultipliedColorU8) -> bool {
    one.red().abs_diff(two.red()) > CHANGE
        || one.green().abs_diff(two.green()) > CHANGE
        || one.blue().abs_diff(two.blue()) > CHANGE
        || one.alpha().abs_diff(two.alpha()) > CHANGE
}

/// The drawing of a look, but for the mouth.
pub(super) fn without_mouth(person: &Person, look: &Look) -> Drawing {
    let table = person.table();
    let mut drawing = person.drawing(look);
    drawing.variants.remove(table.mouth_slot);
    if let Some(Fill::Own(slot, _)) = table.mouths.get(look.mouth).map(|mouth| mouth.fill) {
        drawing.before.remove(slot);
    }
    drawing
}

/// The person alone, on nothing.
pub(super) fn person_layer(
    style: &Style,
    drawing: &Drawing,
    place: Transform,
    width: u32,
    height: u32,
) -> Result<Pixmap, SynthError> {
    let (w, h) = style.canvas();
    // A view box far wider than the canvas, so that nothing in the picture is cut off at the canvas's edge.
    let svg = style.svg(drawing, [-w, -h, 3.0 * w, 3.0 * h])?;
    raster::draw(&svg, place.pre_translate(-w, -h), width, height)
}

/// The labels of one picture.
pub(super) fn labels(eye: &Eye<'_>, person: &Person, look: &Look) -> Result<Marks, SynthError> {
    let table = person.table();
    let mut marks = Marks::unknown();
    let base = eye.see(&person.drawing(look))?;
    let seen = |other: &Look, least: usize| -> Result<bool, SynthError> {
        Ok(eye.differs(&base, &eye.see(&person.drawing(other))?, least))
    };
    let when = |visible: bool, value: Option<bool>| value.filter(|_| visible);

    let visible = mouth_visible(eye, person, look)?;
    let mouth = table.mouths.get(look.mouth);
    marks.set(
        Attribute::Smiling,
        when(visible, mouth.and_then(|mouth| mouth.smiling)),
    );
    marks.set(
        Attribute::MouthOpen,
        when(visible, mouth.and_then(|mouth| mouth.open)),
    );

    // Things that are worn or not.
    let other = Look {
        glasses: toggled(look.glasses),
        ..look.clone()
    };
    marks.set(
        Attribute::Eyeglasses,
        when(seen(&other, 40)?, Some(look.glasses.is_some())),
    );
    let other = Look {
        earrings: toggled(look.earrings),
        ..look.clone()
    };
    marks.set(
        Attribute::Earrings,
        when(seen(&other, 14)?, Some(look.earrings.is_some())),
    );
    let other = Look {
        blush: !look.blush,
        ..look.clone()
    };
    marks.set(
        Attribute::RosyCheeks,
        when(seen(&other, 40)?, Some(look.blush)),
    );
    let other = Look {
        tie: !look.tie,
        ..look.clone()
    };
    marks.set(Attribute::Necktie, when(seen(&other, 36)?, Some(look.tie)));
    let other = Look {
        hat: toggled(look.hat),
        ..look.clone()
    };
    marks.set(
        Attribute::Hat,
        when(seen(&other, 200)?, Some(look.hat.is_some())),
    );

    beard(&mut marks, person, look, &seen)?;
    hair(&mut marks, eye, person, look)?;
    let pale = match person.tone {
        Tone::Pale => Some(true),
        Tone::Light => None,
        Tone::Deep => Some(false),
    };
    marks.set(Attribute::PaleSkin, pale);
    Ok(marks)
}

/// Returns true if most of the mouth is visible: a moustache may cover part of it.
fn mouth_visible(eye: &Eye<'_>, person: &Person, look: &Look) -> Result<bool, SynthError> {
    let table = person.table();
    // Some styles draw eyes, nose and mouth as one part: only what lies about the mouth counts.
    let corners = [table.landmarks[3], table.landmarks[4]].map(|[x, y]| {
        let mut point = Point::from_xy(x, y);
        eye.place.map_point(&mut point);
        point
    });
    let middle = [
        (corners[0].x + corners[1].x) / 2.0,
        (corners[0].y + corners[1].y) / 2.0,
    ];
    let reach = 1.2 * (corners[0].x - corners[1].x).hypot(corners[0].y - corners[1].y);
    let near = |x: usize, y: usize| (x as f32 - middle[0]).hypot(y as f32 - middle[1]) <= reach;
    let area = |look: &Look| -> Result<(usize, usize), SynthError> {
        let with = eye.see(&person.drawing(look))?;
        let without = eye.see(&without_mouth(person, look))?;
        Ok(eye.changed(&with, &without, near))
    };
    let (open, _) = area(look)?;
    let (_, whole) = area(&Look {
        beard: None,
        ..look.clone()
    })?;
    Ok(open >= 10 && open as f32 >= MOUTH * whole as f32)
}

/// Off when on, on when off.
fn toggled(worn: Option<usize>) -> Option<usize> {
    if worn.is_some() { None } else { Some(0) }
}

/// Facial hair, or the shaven chin where some could be seen.
fn beard(
    marks: &mut Marks,
    person: &Person,
    look: &Look,
    seen: &dyn Fn(&Look, usize) -> Result<bool, SynthError>,
) -> Result<(), SynthError> {
    let table = person.table();
    let kind = look
        .beard
        .and_then(|beard| table.beards.get(beard))
        .map(|(kind, _)| *kind);
    let other = Look {
        // On a shaven face the moustache, first in every table, is the one that is most easily overlooked.
        beard: toggled(look.beard),
        ..look.clone()
    };
    if !seen(&other, 24)? {
        return Ok(());
    }
    let [shadow, mustache, goatee, shaven] = match kind {
        None => [Some(false), Some(false), Some(false), Some(true)],
        Some(Beard::Mustache) => [Some(false), Some(true), Some(false), None],
        Some(Beard::Goatee(joined)) => [
            Some(false),
            if joined { None } else { Some(false) },
            Some(true),
            Some(false),
        ],
        Some(Beard::Stubble) => [Some(true), Some(false), Some(false), None],
        Some(Beard::Full) => [Some(false), None, None, Some(false)],
    };
    marks.set(Attribute::Shadow, shadow);
    marks.set(Attribute::Mustache, mustache);
    marks.set(Attribute::Goatee, goatee);
    marks.set(Attribute::NoBeard, shaven);
    Ok(())
}

/// Hair: colour wherever enough of it shows, all else only on a bare head.
fn hair(marks: &mut Marks, eye: &Eye<'_>, person: &Person, look: &Look) -> Result<(), SynthError> {
    let table = person.table();
    let plain = Look {
        beard: None,
        ..look.clone()
    };
    if let Some(hairdo) = person.hairdo.and_then(|hairdo| table.hairs.get(hairdo)) {
        let green = person.recoloured(Rgb(0, 255, 0));
        let violet = person.recoloured(Rgb(255, 0, 255));
        let least = if look.hat.is_some() { 260 } else { 160 };
        let visible = eye.differs(
            &eye.see(&green.drawing(&plain))?,
            &eye.see(&violet.drawing(&plain))?,
            least,
        );
        if visible {
            colour(marks, person.hair_class);
            if look.hat.is_none() {
                marks.set(Attribute::Bald, Some(false));
                marks.set(Attribute::Bangs, hairdo.bangs);
                let (wavy, straight) = match hairdo.texture {
                    Texture::Wavy => (Some(true), Some(false)),
                    Texture::Straight => (Some(false), Some(true)),
                    Texture::Untold => (None, None),
                };
                marks.set(Attribute::WavyHair, wavy);
                marks.set(Attribute::StraightHair, straight);
            }
        }
    } else if look.hat.is_none() {
        let covered = person.with_hairdo(Some(0));
        let visible = eye.differs(
            &eye.see(&person.drawing(&plain))?,
            &eye.see(&covered.drawing(&plain))?,
            160,
        );
        if visible {
            marks.set(Attribute::Bald, Some(true));
            marks.set(Attribute::Bangs, Some(false));
        }
    }
    Ok(())
}

/// The four hair colours: one yes and three no, or what can be said of red hair.
fn colour(marks: &mut Marks, class: HairColour) {
    let all = [
        (Attribute::BlackHair, HairColour::Black),
        (Attribute::BrownHair, HairColour::Brown),
        (Attribute::BlondHair, HairColour::Blond),
        (Attribute::GrayHair, HairColour::Gray),
    ];
    for (attribute, own) in all {
        let unsure = class == HairColour::Red && own == HairColour::Brown;
        marks.set(attribute, if unsure { None } else { Some(class == own) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faces::styles::TABLES;
    use crate::random::generator;

    /// A moustache that hangs over the mouth hides the smile; a shaven face shows it.
    #[test]
    fn a_hidden_mouth_is_unknown() {
        let index = TABLES
            .iter()
            .position(|table| table.style == "open-peeps")
            .unwrap();
        let table = &TABLES[index];
        let style = Style::load(table.style).unwrap();
        let mut rng = generator(2, "test", 0);
        let person = std::iter::repeat_with(|| Person::draw(&mut rng))
            .find(|person| person.style == index)
            .unwrap();
        let smile = table
            .mouths
            .iter()
            .position(|mouth| matches!(mouth.fill, Fill::Variant(_, "smile")));
        let droop = table
            .beards
            .iter()
            .position(|(_, fill)| matches!(fill, Fill::Variant(_, "moustache2")));
        // A scene without an occluder.
        let scene = (0..)
            .map(|index| Scene::draw(2, index))
            .find(|scene| scene.front(ZOOM).unwrap().is_none())
            .unwrap();
        let eye = Eye::new(&style, &person, &scene).unwrap();
        let look = Look {
            mouth: smile.unwrap(),
            beard: None,
            glasses: None,
            ..Look::draw(&mut rng, &person)
        };
        let shaven = labels(&eye, &person, &look).unwrap();
        assert_eq!(shaven.get(Attribute::Smiling), Some(true));
        let look = Look {
            beard: droop,
            ..look
        };
        assert!(look.beard.is_some());
        let hidden = labels(&eye, &person, &look).unwrap();
        assert_eq!(hidden.get(Attribute::Smiling), None);
        assert_eq!(hidden.get(Attribute::Mustache), Some(true));
    }
}
