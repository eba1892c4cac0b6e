//! The last: bends a shoe designed flat onto its heel.
//!
//! Every upper is designed once, flat, in *design centimetres*: x from the toe (0) to the heel (27), y above the sole.
//! The last maps that to real centimetres above the ground: scaled to the shoe's length, the heel lifted, the arch
//! bent between, a shaft kept upright.

use super::curve::{Pt, smoothstep};
use crate::shoes::design::Design;

/// Length of the design, in design centimetres.
pub(super) const LENGTH: f32 = 27.0;

/// The beginning and end of the arch, as fractions of the length.
const ARCH: (f32, f32) = (0.25, 0.90);

/// The map from the flat design to the standing shoe.
#[derive(Clone, Copy, Debug)]
pub(super) struct Last {
    /// Real per design centimetre along the sole.
    along: f32,
    /// Real per design centimetre above the sole.
    above: f32,
    fore: f32,
    rise: f32,
    shrink: f32,
    spring: f32,
}

impl Last {
    /// The last of a product.
    pub(super) fn new(design: &Design) -> Self {
        let rise = design.heel_cm - design.fore_cm;
        let span = (ARCH.1 - ARCH.0) * design.length;
        // The arch keeps its length when it rises, so its shadow on the ground gets shorter.
        let ground = (span * span - rise * rise).max(0.3 * span * span).sqrt();
        Self {
            along: design.length / LENGTH,
            above: design.length / LENGTH * design.chunk,
            fore: design.fore_cm,
            rise,
            shrink: span - ground,
            spring: design.spring,
        }
    }

    /// The progress of a position along the rise, 0 at the ball and 1 at the heel.
    pub(super) fn climb(x: f32) -> f32 {
        smoothstep(ARCH.0, ARCH.1, x / LENGTH)
    }

    /// The height by which the toe's spring lifts a position above the ground, cm.
    pub(super) fn toe_spring(self, x: f32) -> f32 {
        let t = (0.24 - x / LENGTH).max(0.0) / 0.24;
        self.spring * t * t
    }

    /// A point of the design on the standing shoe, in cm above the ground.
    pub(super) fn at(self, (x, y): Pt) -> Pt {
        // Above the ankle everything moves as one piece, so that the shaft stands upright.
        let shaft = smoothstep(4.0, 12.0, y) * smoothstep(9.0, 15.0, x);
        let own = Self::climb(x);
        let climb = own + (Self::climb(21.5) - own) * shaft;
        (
            x * self.along - self.shrink * climb,
            self.fore + self.toe_spring(x) + self.rise * climb + y * self.above,
        )
    }

    /// A curve of the design on the standing shoe.
    pub(super) fn map(self, curve: &[Pt]) -> Vec<Pt> {
        curve.iter().map(|&point| self.at(point)).collect()
    }

    /// Real per design centimetre above the sole, for widths of lines.
    pub(super) fn above(self) -> f32 {
        self.above
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shoes::dice::Dice;
    use crate::shoes::vocabulary::{Category, Closure, Gender, HeelHeight};

    #[test]
    fn the_back_edge_stands_at_the_heels_height() {
        for &heel in HeelHeight::ALL {
            let mut dice = Dice::new(3, "last", 0);
            let design = Design::with_labels(
                Category::Shoes,
                Closure::Buckle,
                Gender::Women,
                heel,
                &mut dice,
            );
            let (_, y) = Last::new(&design).at((LENGTH, 0.0));
            assert!((y - design.heel_cm).abs() < 1e-3);
            assert_eq!(HeelHeight::of(y), heel);
        }
    }
}
