//! Colours as linear-free sRGB triples in 0..1, and the few operations the drawing needs.

use super::dice::Dice;

/// An sRGB colour, each channel in 0..1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rgb(pub(super) f32, pub(super) f32, pub(super) f32);

impl Rgb {
    /// White.
    pub(super) const WHITE: Self = Self(1.0, 1.0, 1.0);
    /// Black.
    pub(super) const BLACK: Self = Self(0.0, 0.0, 0.0);

    /// From `0xRRGGBB`.
    pub(super) const fn hex(value: u32) -> Self {
        Self(
            ((value >> 16) & 255) as f32 / 255.0,
            ((value >> 8) & 255) as f32 / 255.0,
            (value & 255) as f32 / 255.0,
        )
    }

    /// Towards another colour by `t` in 0..1.
    pub(super) fn mix(self, other: Self, t: f32) -> Self {
        Self(
            self.0 + (other.0 - self.0) * t,
            self.1 + (other.1 - self.1) * t,
            self.2 + (other.2 - self.2) * t,
        )
    }

    /// Towards white.
    pub(super) fn lighter(self, t: f32) -> Self {
        self.mix(Self::WHITE, t)
    }

    /// Towards black, keeping some of the hue.
    pub(super) fn darker(self, t: f32) -> Self {
        self.mix(Self(self.0 * 0.16, self.1 * 0.13, self.2 * 0.15), t)
    }

    /// Perceived lightness in 0..1 (Rec. 601 weights).
    pub(super) fn luma(self) -> f32 {
        0.299 * self.0 + 0.587 * self.1 + 0.114 * self.2
    }

    /// The distance of two colours, 0..about 1.7.
    pub(super) fn distance(self, other: Self) -> f32 {
        ((self.0 - other.0).powi(2) + (self.1 - other.1).powi(2) + (self.2 - other.2).powi(2))
            .sqrt()
    }

    /// The same colour with every channel moved a little.
    pub(super) fn jitter(self, dice: &mut Dice, by: f32) -> Self {
        let all = dice.range(-by, by);
        let mut move_one =
            |channel: f32| (channel + all + dice.range(-by, by) * 0.5).clamp(0.0, 1.0);
        Self(move_one(self.0), move_one(self.1), move_one(self.2))
    }

    /// The first of `wanted` whose lightness differs enough from this colour to be seen on it, else the one
    /// that differs most.
    pub(super) fn contrasting(self, wanted: &[Self]) -> Self {
        let gap = |colour: &Self| (colour.luma() - self.luma()).abs();
        wanted
            .iter()
            .find(|colour| gap(colour) > 0.3)
            .or_else(|| wanted.iter().max_by(|a, b| gap(a).total_cmp(&gap(b))))
            .copied()
            .unwrap_or(if self.luma() > 0.5 {
                Self::BLACK
            } else {
                Self::WHITE
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_found() {
        let dark = Rgb::hex(0x20_20_20);
        let light = Rgb::hex(0xf0_f0_f0);
        assert_eq!(dark.contrasting(&[Rgb::hex(0x30_30_30), light]), light);
        assert_eq!(light.contrasting(&[]), Rgb::BLACK);
    }
}
