//! The drawn person (fixed) and their look (different in every image).

use rand::Rng;

use super::attributes::Attribute;
use super::palette::{self, HairColour, Rgb, Tone};
use super::style::Drawing;
use super::styles::{Beard, Fill, TABLES, Table, Texture};
use crate::random::{between, chance, pick};

/// The properties that stay the same in all images of one identity.
#[derive(Clone, Debug)]
pub(super) struct Person {
    /// Place in [`TABLES`].
    pub(super) style: usize,
    pub(super) tone: Tone,
    pub(super) skin: Rgb,
    pub(super) hair_class: HairColour,
    pub(super) hair: Rgb,
    pub(super) brows: Rgb,
    pub(super) lips: Rgb,
    /// Place in the table's hairs; `None` is bald.
    pub(super) hairdo: Option<usize>,
    features: Vec<Fill>,
}

/// The properties that change from image to image. Indices are positions in the style's table.
#[derive(Clone, Debug)]
pub(super) struct Look {
    pub(super) mouth: usize,
    pub(super) beard: Option<usize>,
    pub(super) glasses: Option<usize>,
    pub(super) hat: Option<usize>,
    pub(super) earrings: Option<usize>,
    pub(super) blush: bool,
    pub(super) collar: bool,
    pub(super) tie: bool,
    pub(super) outfit: usize,
    pub(super) cloth: Rgb,
    pub(super) accent: Rgb,
    pub(super) hat_colour: Rgb,
    pub(super) frame: Rgb,
    pub(super) metal: Rgb,
}

/// Least distance between the colours of hair and skin.
const CONTRAST: f32 = 85.0;

/// An index into a list, `None` for an empty one.
fn index(rng: &mut impl Rng, length: usize) -> Option<usize> {
    let all: Vec<usize> = (0..length).collect();
    pick(rng, &all).copied()
}

/// An index among the entries that satisfy a condition.
fn index_where<T>(rng: &mut impl Rng, items: &[T], wanted: impl Fn(&T) -> bool) -> Option<usize> {
    let fitting: Vec<usize> = items
        .iter()
        .enumerate()
        .filter(|(_, item)| wanted(item))
        .map(|(index, _)| index)
        .collect();
    pick(rng, &fitting).copied()
}

impl Person {
    /// Someone new.
    pub(super) fn draw(rng: &mut impl Rng) -> Self {
        let style = index(rng, TABLES.len()).unwrap_or(0);
        let table = &TABLES[style];
        let tone = match between(rng, 0.0, 1.0) {
            x if x < 0.34 => Tone::Pale,
            x if x < 0.46 => Tone::Light,
            _ => Tone::Deep,
        };
        let classes = [
            HairColour::Black,
            HairColour::Brown,
            HairColour::Blond,
            HairColour::Gray,
        ];
        let hair_class = if chance(rng, 0.06) {
            HairColour::Red
        } else {
            pick(rng, &classes).copied().unwrap_or(HairColour::Brown)
        };
        let hair = palette::hair(rng, hair_class);
        // Hair that is nearly the skin's colour could not be told from it: look for a skin that differs.
        let mut skin = palette::skin(rng, tone);
        for _ in 0..12 {
            if skin.distance(hair) >= CONTRAST {
                break;
            }
            skin = palette::skin(rng, tone);
        }
        // Half of the heads with hair are chosen by texture and fringe, so that both are common enough to be learned.
        let hairdo = if chance(rng, 0.2) {
            None
        } else {
            let wanted = [Texture::Wavy, Texture::Straight, Texture::Untold];
            let texture = pick(rng, &wanted).copied().unwrap_or(Texture::Untold);
            let bangs = chance(rng, 0.5);
            index_where(rng, table.hairs, |hair| {
                hair.texture == texture && hair.bangs == Some(bangs)
            })
            .or_else(|| index_where(rng, table.hairs, |hair| hair.texture == texture))
        };
        let features = table
            .person
            .iter()
            .filter_map(|(slot, variants)| pick(rng, variants).map(|v| Fill::Variant(slot, v)))
            .collect();
        // Lips stand out from the skin: darker than a light one, lighter than a dark one.
        let lips = if skin.luma() > 118.0 {
            skin.mix(Rgb(0xa8, 0x2b, 0x38), 0.72).shade(0.14)
        } else {
            Rgb(0xe0, 0x6e, 0x72)
        };
        Self {
            style,
            tone,
            skin,
            hair_class,
            hair,
            brows: hair.shade(0.45),
            lips,
            hairdo,
            features,
        }
    }

    /// The table of the drawings that this person's style offers.
    pub(super) fn table(&self) -> &'static Table {
        &TABLES[self.style]
    }

    /// The same person with hair of another colour (to see where the hair is).
    pub(super) fn recoloured(&self, hair: Rgb) -> Self {
        Self {
            hair,
            ..self.clone()
        }
    }

    /// The same person with other hair, or none.
    pub(super) fn with_hairdo(&self, hairdo: Option<usize>) -> Self {
        Self {
            hairdo,
            ..self.clone()
        }
    }

    /// The drawing of this person with a look.
    pub(super) fn drawing(&self, look: &Look) -> Drawing {
        let table = self.table();
        let mut drawing = Drawing {
            enlarge: table.enlarge.iter().copied().collect(),
            colours: (table.colours)(self, look).into_iter().collect(),
            ..Drawing::default()
        };
        let mut add = |fill: Fill| self.fill(&mut drawing, table, look, fill);
        self.features.iter().copied().for_each(&mut add);
        table
            .outfits
            .get(look.outfit)
            .into_iter()
            .copied()
            .flatten()
            .copied()
            .for_each(&mut add);
        match self.hairdo.and_then(|hairdo| table.hairs.get(hairdo)) {
            Some(hair) if look.hat.is_some() => add(hair.under_hat.unwrap_or(hair.fill)),
            Some(hair) => {
                add(hair.fill);
                hair.fringe.into_iter().for_each(&mut add);
            }
            None => table.bald.iter().copied().for_each(&mut add),
        }
        if look.blush {
            add(table.blush);
        }
        if let Some((_, fill)) = look.beard.and_then(|beard| table.beards.get(beard)) {
            add(*fill);
        }
        table
            .mouths
            .get(look.mouth)
            .into_iter()
            .for_each(|mouth| add(mouth.fill));
        look.earrings
            .and_then(|i| table.earrings.get(i))
            .copied()
            .into_iter()
            .for_each(&mut add);
        look.glasses
            .and_then(|i| table.glasses.get(i))
            .copied()
            .into_iter()
            .for_each(&mut add);
        if look.collar {
            add(table.collar);
        }
        if look.tie {
            add(table.tie);
        }
        // Last: in some styles a hat takes the place of the hair.
        look.hat
            .and_then(|i| table.hats.get(i))
            .copied()
            .into_iter()
            .for_each(&mut add);
        drawing
    }

    fn fill(&self, drawing: &mut Drawing, table: &Table, look: &Look, fill: Fill) {
        match fill {
            Fill::Variant(slot, variant) => {
                drawing.variants.insert(slot, variant);
            }
            Fill::Own(slot, svg) => {
                let [x, y] = table
                    .frames
                    .iter()
                    .find(|(name, _)| *name == slot)
                    .map_or([0.0; 2], |(_, offset)| *offset);
                // Deeper skins need a stronger blush to be told from plain ones.
                let (blush, share) = match self.skin.luma() {
                    luma if luma > 205.0 => (Rgb(0xf0, 0x6a, 0x70), 0.62),
                    luma if luma > 140.0 => (Rgb(0xee, 0x58, 0x62), 0.82),
                    _ => (Rgb(0xe0, 0x40, 0x4a), 0.78),
                };
                let svg = svg
                    .replace("{hair}", &self.hair.hex())
                    .replace("{skin}", &self.skin.hex())
                    .replace(
                        "{shadow}",
                        &self.skin.mix(Rgb(0x16, 0x18, 0x20), 0.88).hex(),
                    )
                    .replace("{blush}", &self.skin.mix(blush, share).hex())
                    .replace("{mouth}", &self.lips.hex())
                    .replace("{cloth}", &look.cloth.hex())
                    .replace("{collar}", &look.cloth.mix(Rgb(255, 255, 255), 0.75).hex())
                    .replace("{accent}", &look.accent.hex())
                    .replace("{hat}", &look.hat_colour.hex())
                    .replace("{metal}", &look.metal.hex());
                let out = drawing.before.entry(slot).or_default();
                out.push_str(&format!(
                    "<g transform=\"translate({} {})\">{svg}</g>",
                    -x, -y
                ));
            }
        }
    }
}

impl Look {
    /// A look for one picture.
    pub(super) fn draw(rng: &mut impl Rng, person: &Person) -> Self {
        let table = person.table();
        let (smiling, open) = (chance(rng, 0.5), chance(rng, 0.45));
        let ear = person
            .hairdo
            .is_none_or(|i| table.hairs.get(i).is_some_and(|hair| hair.ear));
        let tie = chance(rng, 0.4);
        let cloth = palette::cloth(rng);
        let hat = if chance(rng, 0.25) {
            hat(rng, person)
        } else {
            None
        };
        let earrings = if ear && chance(rng, 0.45) {
            index(rng, table.earrings.len())
        } else {
            None
        };
        Self {
            mouth: mouth(rng, table, smiling, open).unwrap_or(0),
            beard: beard(rng, table),
            glasses: if chance(rng, 0.4) {
                index(rng, table.glasses.len())
            } else {
                None
            },
            hat,
            earrings,
            blush: chance(rng, 0.38),
            collar: tie || chance(rng, 0.35),
            tie,
            outfit: index(rng, table.outfits.len()).unwrap_or(0),
            cloth,
            accent: palette::accent(rng),
            hat_colour: palette::accent(rng).mix(Rgb(255, 255, 255), between(rng, 0.0, 0.35)),
            frame: palette::frame(rng),
            metal: palette::metal(rng),
        }
    }

    /// The same look with one attribute turned, where that can be drawn.
    pub(super) fn turned(
        &self,
        rng: &mut impl Rng,
        person: &Person,
        attribute: Attribute,
    ) -> Option<Self> {
        let table = person.table();
        let mut look = self.clone();
        let now = table.mouths.get(self.mouth)?;
        match attribute {
            Attribute::Smiling => look.mouth = mouth(rng, table, !now.smiling?, now.open?)?,
            Attribute::MouthOpen => look.mouth = mouth(rng, table, now.smiling?, !now.open?)?,
            Attribute::Eyeglasses => look.glasses = turn(rng, self.glasses, table.glasses.len()),
            Attribute::Hat => {
                look.hat = if self.hat.is_some() {
                    None
                } else {
                    Some(hat(rng, person)?)
                };
            }
            Attribute::Earrings => {
                look.earrings = turn(rng, self.earrings, table.earrings.len());
            }
            Attribute::RosyCheeks => look.blush = !self.blush,
            Attribute::Necktie => {
                look.tie = !self.tie;
                // Both pictures wear the collar, or the collar would be a second difference.
                look.collar = self.collar;
            }
            Attribute::Mustache => look.beard = shave(rng, table, self.beard, Beard::Mustache)?,
            Attribute::Shadow => look.beard = shave(rng, table, self.beard, Beard::Stubble)?,
            Attribute::NoBeard => look.beard = shave(rng, table, self.beard, Beard::Full)?,
            _ => return None,
        }
        Some(look)
    }
}

/// Takes off what is worn, or puts something on.
fn turn(rng: &mut impl Rng, worn: Option<usize>, count: usize) -> Option<usize> {
    match worn {
        Some(_) => None,
        None => index(rng, count),
    }
}

/// Shaves a beard of this kind off, or lets one grow on a shaven face; `None` where another kind grows.
fn shave(
    rng: &mut impl Rng,
    table: &Table,
    worn: Option<usize>,
    kind: Beard,
) -> Option<Option<usize>> {
    match worn.and_then(|beard| table.beards.get(beard)) {
        None => index_where(rng, table.beards, |(other, _)| *other == kind).map(Some),
        Some((other, _)) if *other == kind => Some(None),
        Some(_) => None,
    }
}

/// A hat this person can wear.
fn hat(rng: &mut impl Rng, person: &Person) -> Option<usize> {
    let table = person.table();
    match person.hairdo {
        Some(_) => index(rng, table.hats.len()),
        None => pick(rng, table.bald_hats).copied(),
    }
}

/// A mouth of a kind.
fn mouth(rng: &mut impl Rng, table: &Table, smiling: bool, open: bool) -> Option<usize> {
    // Now and then a mouth whose smile people would not agree on: it stays unknown.
    if chance(rng, 0.02) {
        return index_where(rng, table.mouths, |mouth| mouth.smiling.is_none())
            .or_else(|| mouth(rng, table, smiling, open));
    }
    index_where(rng, table.mouths, |mouth| {
        mouth.smiling == Some(smiling) && mouth.open == Some(open)
    })
}

/// A beard, or none.
fn beard(rng: &mut impl Rng, table: &Table) -> Option<usize> {
    let kind = match between(rng, 0.0, 1.0) {
        x if x < 0.36 => return None,
        x if x < 0.55 => Beard::Mustache,
        x if x < 0.73 => Beard::Goatee(true),
        x if x < 0.90 => Beard::Stubble,
        _ => Beard::Full,
    };
    index_where(rng, table.beards, |(other, _)| {
        *other == kind || matches!((other, kind), (Beard::Goatee(_), Beard::Goatee(_)))
    })
}
