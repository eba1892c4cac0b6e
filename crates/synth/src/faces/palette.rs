//! Colours: natural for people, quiet for the rest.

use rand::Rng;

use crate::random::{between, pick};

/// A named class of hair colours, as far as the official attributes tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HairColour {
    Black,
    Brown,
    Blond,
    Gray,
    /// Auburn and copper: surely not black, blond or gray, and a matter of opinion whether brown.
    Red,
}

/// The lightness of a skin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    /// Pale beyond doubt.
    Pale,
    /// Between: people would disagree, so the label is unknown.
    Light,
    /// Tanned, brown or dark: not pale.
    Deep,
}

const BLACK: [Rgb; 3] = [
    Rgb(0x1c, 0x1a, 0x1c),
    Rgb(0x24, 0x1f, 0x22),
    Rgb(0x16, 0x18, 0x1e),
];
const BROWN: [Rgb; 4] = [
    Rgb(0x6b, 0x40, 0x25),
    Rgb(0x7a, 0x4a, 0x2a),
    Rgb(0x5f, 0x38, 0x22),
    Rgb(0x85, 0x54, 0x33),
];
const BLOND: [Rgb; 4] = [
    Rgb(0xe2, 0xbd, 0x68),
    Rgb(0xea, 0xcb, 0x7d),
    Rgb(0xd9, 0xad, 0x55),
    Rgb(0xef, 0xd8, 0x98),
];
const GRAY: [Rgb; 3] = [
    Rgb(0xa4, 0xa8, 0xae),
    Rgb(0xbc, 0xbf, 0xc4),
    Rgb(0x8f, 0x94, 0x9b),
];
const RED: [Rgb; 2] = [Rgb(0xb4, 0x51, 0x2a), Rgb(0x9c, 0x3f, 0x26)];
const PALE: [Rgb; 3] = [
    Rgb(0xf9, 0xe0, 0xd3),
    Rgb(0xf8, 0xdc, 0xd0),
    Rgb(0xfa, 0xe2, 0xce),
];
const LIGHT: [Rgb; 2] = [Rgb(0xf3, 0xcd, 0xa8), Rgb(0xee, 0xc3, 0x9c)];
const DEEP: [Rgb; 5] = [
    Rgb(0xd9, 0x9f, 0x70),
    Rgb(0xc6, 0x88, 0x59),
    Rgb(0xa9, 0x6d, 0x45),
    Rgb(0x8a, 0x57, 0x39),
    Rgb(0x73, 0x49, 0x33),
];
const BACKGROUND: [Rgb; 16] = [
    Rgb(0xdc, 0xe6, 0xec),
    Rgb(0xea, 0xe0, 0xd0),
    Rgb(0xcb, 0xd8, 0xdd),
    Rgb(0xd8, 0xe4, 0xd3),
    Rgb(0xe8, 0xd3, 0xcd),
    Rgb(0xc6, 0xd4, 0xe8),
    Rgb(0xf0, 0xe6, 0xc6),
    Rgb(0xb4, 0xc8, 0xc4),
    Rgb(0xa5, 0xb9, 0xcd),
    Rgb(0xd8, 0xcc, 0xe2),
    Rgb(0x8d, 0xa9, 0xa9),
    Rgb(0xec, 0xe8, 0xe0),
    Rgb(0x74, 0x8b, 0xa0),
    Rgb(0xc9, 0xb5, 0x9b),
    Rgb(0xe5, 0xb8, 0xa3),
    Rgb(0x9f, 0xb0, 0x8a),
];
const CLOTH: [Rgb; 12] = [
    Rgb(0x4a, 0x6f, 0xa5),
    Rgb(0x2f, 0x4b, 0x5c),
    Rgb(0x7a, 0x9e, 0x7e),
    Rgb(0xc7, 0x6b, 0x5a),
    Rgb(0xe0, 0xa4, 0x58),
    Rgb(0x6d, 0x5a, 0x8c),
    Rgb(0xf2, 0xee, 0xe6),
    Rgb(0x3d, 0x40, 0x48),
    Rgb(0x5b, 0xa8, 0xa0),
    Rgb(0xb5, 0x7a, 0x9a),
    Rgb(0x9a, 0xb6, 0xd3),
    Rgb(0x8a, 0x5a, 0x44),
];
const ACCENT: [Rgb; 8] = [
    Rgb(0xb0, 0x2e, 0x3a),
    Rgb(0x1f, 0x3f, 0x7a),
    Rgb(0x1c, 0x6b, 0x5a),
    Rgb(0x7a, 0x2f, 0x6b),
    Rgb(0xd0, 0x7a, 0x1e),
    Rgb(0x2a, 0x2d, 0x36),
    Rgb(0x2f, 0x7f, 0xb0),
    Rgb(0xc0, 0x4f, 0x7a),
];
const FRAME: [Rgb; 6] = [
    Rgb(0x1a, 0x1a, 0x1e),
    Rgb(0x2a, 0x24, 0x22),
    Rgb(0x1d, 0x33, 0x55),
    Rgb(0x5a, 0x2a, 0x1e),
    Rgb(0x7a, 0x1f, 0x2e),
    Rgb(0x14, 0x4a, 0x45),
];
const METAL: [Rgb; 4] = [
    Rgb(0xf2, 0xc1, 0x2e),
    Rgb(0xe8, 0xee, 0xf4),
    Rgb(0x22, 0xa6, 0xb3),
    Rgb(0xd6, 0x33, 0x6c),
];

/// A colour, 8 bits per channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rgb(pub(super) u8, pub(super) u8, pub(super) u8);

impl Rgb {
    /// `#rrggbb`.
    pub(super) fn hex(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }

    /// This colour moved towards another; `share` 0 is this one, 1 the other.
    pub(super) fn mix(self, other: Self, share: f32) -> Self {
        let one =
            |a: u8, b: u8| (f32::from(a) + (f32::from(b) - f32::from(a)) * share).round() as u8;
        Self(
            one(self.0, other.0),
            one(self.1, other.1),
            one(self.2, other.2),
        )
    }

    /// Darker by a share.
    pub(super) fn shade(self, share: f32) -> Self {
        self.mix(Self(0, 0, 0), share)
    }

    /// The distance of two colours, 0..441.
    pub(super) fn distance(self, other: Self) -> f32 {
        let square = |a: u8, b: u8| (f32::from(a) - f32::from(b)).powi(2);
        (square(self.0, other.0) + square(self.1, other.1) + square(self.2, other.2)).sqrt()
    }

    /// Perceived brightness, 0..255.
    pub(super) fn luma(self) -> f32 {
        0.299 * f32::from(self.0) + 0.587 * f32::from(self.1) + 0.114 * f32::from(self.2)
    }
}

/// One of the colours, a little lighter or darker.
fn near(rng: &mut impl Rng, colours: &[Rgb]) -> Rgb {
    let colour = pick(rng, colours).copied().unwrap_or(Rgb(128, 128, 128));
    let share = between(rng, -0.05, 0.05);
    colour.mix(
        if share < 0.0 {
            Rgb(0, 0, 0)
        } else {
            Rgb(255, 255, 255)
        },
        share.abs(),
    )
}

/// A hair colour of a class.
pub(super) fn hair(rng: &mut impl Rng, class: HairColour) -> Rgb {
    match class {
        HairColour::Black => near(rng, &BLACK),
        HairColour::Brown => near(rng, &BROWN),
        HairColour::Blond => near(rng, &BLOND),
        HairColour::Gray => near(rng, &GRAY),
        HairColour::Red => near(rng, &RED),
    }
}

/// A skin colour of a tone.
pub(super) fn skin(rng: &mut impl Rng, tone: Tone) -> Rgb {
    match tone {
        Tone::Pale => pick(rng, &PALE).copied().unwrap_or(PALE[0]),
        Tone::Light => near(rng, &LIGHT),
        Tone::Deep => near(rng, &DEEP),
    }
}

/// A wall, a sky, a room.
pub(super) fn background(rng: &mut impl Rng) -> Rgb {
    near(rng, &BACKGROUND)
}

/// Cloth of a shirt.
pub(super) fn cloth(rng: &mut impl Rng) -> Rgb {
    near(rng, &CLOTH)
}

/// Something that should stand out: a tie, a hat.
pub(super) fn accent(rng: &mut impl Rng) -> Rgb {
    near(rng, &ACCENT)
}

/// A spectacle frame.
pub(super) fn frame(rng: &mut impl Rng) -> Rgb {
    near(rng, &FRAME)
}

/// An earring.
pub(super) fn metal(rng: &mut impl Rng) -> Rgb {
    near(rng, &METAL)
}
