//! The variants that each style can draw, with their labels.
//!
//! The tables were made by looking at every variant at the network's size. A variant that people would not agree on
//! carries `None` for that attribute, or is left out.

mod lorelei;
mod open_peeps;
mod pixel_art;
mod voxel_art;

use super::person::{Look, Person};

/// Yes, no, or not to be told from this variant.
pub(super) type Mark = Option<bool>;
/// Short for the tables.
const Y: Mark = Some(true);
/// Short for the tables.
const N: Mark = Some(false);
/// Short for the tables.
const U: Mark = None;

/// One part of a drawing.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fill {
    /// A slot and the style's own variant.
    Variant(&'static str, &'static str),
    /// SVG of our own in canvas units, drawn just before the slot's variant. `{hair}`, `{skin}`, `{shadow}`,
    /// `{blush}`, `{cloth}`, `{collar}`, `{accent}`, `{hat}`, `{metal}` and `{mouth}` stand for the picture's colours.
    Own(&'static str, &'static str),
}

/// A mouth, or a whole expression where the style draws them together.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mouth {
    pub(super) fill: Fill,
    pub(super) smiling: Mark,
    pub(super) open: Mark,
}

/// The texture of hair without headwear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Texture {
    Wavy,
    Straight,
    /// Too short, tied up or in between.
    Untold,
}

/// A hairdo.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hair {
    pub(super) fill: Fill,
    pub(super) bangs: Mark,
    pub(super) texture: Texture,
    /// True if an ear is visible, so that an earring can be worn visibly.
    pub(super) ear: bool,
    /// A fringe of our own, over hair that has none.
    pub(super) fringe: Option<Fill>,
    /// The part of it that shows under a hat, if the whole of it would stick out.
    pub(super) under_hat: Option<Fill>,
}

/// A kind of facial hair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Beard {
    /// Moustache alone. Whether that is `No_Beard` is a matter of opinion: unknown.
    Mustache,
    /// Chin only; with a moustache joined to it when `true` (then Mustache is unknown).
    Goatee(bool),
    /// Stubble: `5_o_Clock_Shadow`; `No_Beard` unknown.
    Stubble,
    /// A full beard; Mustache and Goatee are unknown, they are part of it or not.
    Full,
}

/// One style.
#[derive(Clone, Copy, Debug)]
pub(super) struct Table {
    pub(super) style: &'static str,
    /// Canvas point that lies in the middle of the picture.
    pub(super) centre: [f32; 2],
    /// Pixels per canvas unit in a 178x218 picture.
    pub(super) scale: f32,
    /// Image-left eye, image-right eye, nose, image-left and image-right mouth corner, in canvas units.
    pub(super) landmarks: [[f32; 2]; 5],
    /// The position of a slot's frame on the canvas, for `Fill::Own`.
    pub(super) frames: &'static [(&'static str, [f32; 2])],
    /// Slots drawn larger, so that they can be read in a small picture.
    pub(super) enlarge: &'static [(&'static str, f32)],
    /// Slots that belong to the person, with the variants to choose from.
    pub(super) person: &'static [(&'static str, &'static [&'static str])],
    pub(super) mouths: &'static [Mouth],
    /// The slot of the mouth, for the check that it can be seen.
    pub(super) mouth_slot: &'static str,
    pub(super) hairs: &'static [Hair],
    /// A head without hair.
    pub(super) bald: &'static [Fill],
    pub(super) hats: &'static [Fill],
    /// The hats, by place, that show no hair and so may sit on a bald head.
    pub(super) bald_hats: &'static [usize],
    pub(super) beards: &'static [(Beard, Fill)],
    pub(super) glasses: &'static [Fill],
    pub(super) earrings: &'static [Fill],
    pub(super) blush: Fill,
    pub(super) outfits: &'static [&'static [Fill]],
    pub(super) collar: Fill,
    pub(super) tie: Fill,
    /// The style's colours for a picture.
    pub(super) colours: fn(&Person, &Look) -> Vec<(&'static str, String)>,
}

/// The styles in use.
pub(super) const TABLES: [Table; 4] = [
    lorelei::TABLE,
    open_peeps::TABLE,
    voxel_art::TABLE,
    pixel_art::TABLE,
];

const fn mouth(fill: Fill, smiling: Mark, open: Mark) -> Mouth {
    Mouth {
        fill,
        smiling,
        open,
    }
}

const fn hair(fill: Fill, bangs: Mark, texture: Texture, ear: bool) -> Hair {
    Hair {
        fill,
        bangs,
        texture,
        ear,
        fringe: None,
        under_hat: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faces::labels::person_layer;
    use crate::faces::style::Style;
    use crate::random::generator;
    use resvg::tiny_skia::Transform;

    /// Everything the tables can draw is drawn once: a variant that the style lacks, a colour that is not given or
    /// SVG of ours that does not parse would be an error. And each part leaves a trace.
    #[test]
    fn every_variant_of_every_table_can_be_drawn() {
        for (index, table) in TABLES.iter().enumerate() {
            let style = Style::load(table.style).unwrap();
            let mut rng = generator(1, "test", 0);
            let person = std::iter::repeat_with(|| Person::draw(&mut rng))
                .find(|person| person.style == index)
                .unwrap();
            let look = Look {
                beard: None,
                glasses: None,
                hat: None,
                earrings: None,
                blush: false,
                collar: false,
                tie: false,
                ..Look::draw(&mut rng, &person)
            };
            let place = Transform::from_translate(-table.centre[0], -table.centre[1])
                .post_scale(table.scale * 0.5, table.scale * 0.5)
                .post_translate(45.0, 55.0);
            let draw = |person: &Person, look: &Look| {
                let drawing = person.drawing(look);
                assert!(
                    drawing.before.values().all(|svg| !svg.contains('{')),
                    "{drawing:?}"
                );
                person_layer(&style, &drawing, place, 90, 110).unwrap()
            };
            let bare = person.with_hairdo(None);
            let plain = draw(&bare, &look);
            let shows = |what: &str, i: usize, person: &Person, look: &Look| {
                let drawn = draw(person, look);
                let changed = drawn
                    .pixels()
                    .iter()
                    .zip(plain.pixels())
                    .filter(|(a, b)| a != b)
                    .count();
                assert!(changed >= 8, "{} {what} {i}: {changed} pixels", table.style);
            };
            for i in 0..table.hairs.len() {
                shows("hair", i, &person.with_hairdo(Some(i)), &look);
            }
            for i in (0..table.mouths.len()).filter(|&i| i != look.mouth) {
                shows(
                    "mouth",
                    i,
                    &bare,
                    &Look {
                        mouth: i,
                        ..look.clone()
                    },
                );
            }
            for i in 0..table.hats.len() {
                shows(
                    "hat",
                    i,
                    &bare,
                    &Look {
                        hat: Some(i),
                        ..look.clone()
                    },
                );
            }
            for i in 0..table.beards.len() {
                shows(
                    "beard",
                    i,
                    &bare,
                    &Look {
                        beard: Some(i),
                        ..look.clone()
                    },
                );
            }
            for i in 0..table.glasses.len() {
                shows(
                    "glasses",
                    i,
                    &bare,
                    &Look {
                        glasses: Some(i),
                        ..look.clone()
                    },
                );
            }
            for i in 0..table.earrings.len() {
                shows(
                    "earrings",
                    i,
                    &bare,
                    &Look {
                        earrings: Some(i),
                        ..look.clone()
                    },
                );
            }
            for i in (0..table.outfits.len()).filter(|&i| i != look.outfit) {
                draw(
                    &bare,
                    &Look {
                        outfit: i,
                        ..look.clone()
                    },
                );
            }
            shows(
                "blush",
                0,
                &bare,
                &Look {
                    blush: true,
                    ..look.clone()
                },
            );
            shows(
                "tie",
                0,
                &bare,
                &Look {
                    tie: true,
                    ..look.clone()
                },
            );
            shows(
                "collar",
                0,
                &bare,
                &Look {
                    collar: true,
                    ..look.clone()
                },
            );
            for (slot, variants) in table.person {
                for variant in *variants {
                    let mut drawing = bare.drawing(&look);
                    drawing.variants.insert(slot, variant);
                    person_layer(&style, &drawing, place, 90, 110).unwrap();
                }
            }
        }
    }

    /// Every style can smile or not, with the mouth open or shut, and grow every beard.
    #[test]
    fn every_style_can_express_the_balanced_attributes() {
        for table in TABLES {
            for smiling in [true, false] {
                for open in [true, false] {
                    assert!(
                        table
                            .mouths
                            .iter()
                            .any(|mouth| (mouth.smiling, mouth.open) == (Some(smiling), Some(open))),
                        "{}: smiling {smiling}, open {open}",
                        table.style
                    );
                }
            }
            let grows =
                |wanted: fn(Beard) -> bool| table.beards.iter().any(|(kind, _)| wanted(*kind));
            assert!(grows(|kind| matches!(kind, Beard::Goatee(_))));
            assert!(grows(|kind| kind == Beard::Stubble) && grows(|kind| kind == Beard::Full));
            assert_eq!(
                table.beards[0].0,
                Beard::Mustache,
                "labels rely on the moustache being first"
            );
            assert!(table.hairs.iter().any(|hair| hair.bangs == Y));
            assert!(table.hairs.iter().any(|hair| hair.bangs == N));
            assert!(table.bald_hats.iter().all(|&hat| hat < table.hats.len()));
        }
    }
}
