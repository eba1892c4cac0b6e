//! What each style can draw, and which labels its variants carry.
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

/// What hair looks like when nothing is worn over it.
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
    /// Whether an ear can be seen, so that an earring can be worn visibly.
    pub(super) ear: bool,
    /// A fringe of our own, over hair that has none.
    pub(super) fringe: Option<Fill>,
}

/// A kind of facial hair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Beard {
    /// Moustache alone. Whether that is "No_Beard" is a matter of opinion: unknown.
    Mustache,
    /// Chin only; with a moustache joined to it when `true` (then Mustache is unknown).
    Goatee(bool),
    /// Stubble: 5_o_Clock_Shadow; "No_Beard" unknown.
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
    /// Where a slot's frame lies on the canvas, for `Fill::Own`.
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
    pub(super) hats: &'static [&'static [Fill]],
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
pub(super) const TABLES: [Table; 4] =
    [lorelei::TABLE, open_peeps::TABLE, voxel_art::TABLE, pixel_art::TABLE];

const fn mouth(fill: Fill, smiling: Mark, open: Mark) -> Mouth {
    Mouth { fill, smiling, open }
}

const fn hair(fill: Fill, bangs: Mark, texture: Texture, ear: bool) -> Hair {
    Hair { fill, bangs, texture, ear, fringe: None }
}
