//! The silhouettes of closed uppers, in design centimetres (see [`super::last`]).

use super::curve::{Pt, join, line, spline};
use super::last::LENGTH;
use crate::shoes::design::{Cut, Design};
use crate::shoes::vocabulary::Gender;

/// The lines of an upper that the rest of the drawing hangs on.
#[derive(Clone, Debug)]
pub(super) struct Anatomy {
    /// The closed silhouette.
    pub(super) outline: Vec<Pt>,
    /// The front edge from over the toes up to the collar: laces and straps begin here.
    pub(super) ridge: Vec<Pt>,
    /// The opening's edge, front to back.
    pub(super) collar: Vec<Pt>,
    /// The point at which the toe's tip meets the sole.
    pub(super) toe: Pt,
}

/// Heights of the foot itself over its length: what straps lie on.
pub(super) fn foot(x: f32) -> f32 {
    let table = [
        (0.0, 1.4),
        (3.0, 2.9),
        (6.0, 3.8),
        (9.0, 5.0),
        (12.0, 6.9),
        (15.0, 9.3),
        (18.0, 11.0),
    ];
    let mut height = 1.4;
    for pair in table.windows(2) {
        if x >= pair[0].0 {
            let t = ((x - pair[0].0) / (pair[1].0 - pair[0].0)).min(1.0);
            height = pair[0].1 + (pair[1].1 - pair[0].1) * t;
        }
    }
    height
}

impl Anatomy {
    /// The lines of a design's upper.
    pub(super) fn new(design: &Design) -> Self {
        let p = design.point;
        let w = &design.whim;
        let kid = if design.gender.child() { 0.5 } else { 0.0 };
        let (top, ridge, collar, back): (f32, Vec<Pt>, Vec<Pt>, Vec<Pt>) = match design.cut {
            Cut::Sneaker => (
                4.6 + kid + 0.5 * w[0],
                vec![(8.0, 6.1), (11.2, 8.0), (14.2, 10.3 + w[1])],
                vec![
                    (14.2, 10.3 + w[1]),
                    (15.8, 9.5),
                    (18.5, 7.6),
                    (22.0, 7.1),
                    (24.6, 8.2),
                    (26.5, 9.8),
                ],
                vec![(26.5, 9.8), (26.8, 7.0), (27.2, 3.0), (26.9, 0.0)],
            ),
            Cut::Pump => (
                3.1 + kid - 0.4 * p,
                vec![(6.6 + 1.6 * w[1], 3.5 + kid)],
                vec![
                    (6.6 + 1.6 * w[1], 3.5 + kid),
                    (8.6 + w[1], 2.9),
                    (12.0, 2.4),
                    (16.0, 2.6),
                    (20.5, 3.9),
                    (24.5, 6.0),
                    (26.5, 7.4),
                ],
                vec![(26.5, 7.4), (27.1, 5.0), (27.1, 2.4), (26.7, 0.0)],
            ),
            Cut::Clog => (
                4.4 + kid,
                vec![(8.5, 5.8), (12.0, 7.6), (14.8, 9.0)],
                vec![
                    (14.8, 9.0),
                    (16.4, 8.0),
                    (18.2, 5.0),
                    (20.5, 2.2),
                    (24.0, 1.3),
                    (26.6, 1.6),
                ],
                vec![(26.6, 1.6), (27.1, 0.9), (26.9, 0.0)],
            ),
            Cut::Slipper => (
                5.0 + 0.5 * w[0],
                vec![(8.0, 6.4), (11.0, 7.7), (13.4, 8.4)],
                vec![
                    (13.4, 8.4),
                    (15.2, 7.5),
                    (18.5, 6.2),
                    (22.5, 6.1),
                    (26.3, 7.4),
                ],
                vec![(26.3, 7.4), (27.3, 5.4), (27.5, 2.4), (26.9, 0.0)],
            ),
            Cut::Boot | Cut::SlipperBoot => return Self::with_shaft(design),
            // A sandal has no upper of its own; this is the room its straps keep to.
            Cut::Dress | Cut::Sandal | Cut::Slide => (
                3.7 + kid - 0.5 * p,
                vec![(9.0, 5.2), (11.6, 6.9), (14.2, 9.2)],
                vec![
                    (14.2, 9.2),
                    (15.6, 8.5),
                    (18.4, 6.8),
                    (22.0, 6.1),
                    (24.8, 6.7),
                    (26.5, 8.0),
                ],
                vec![(26.5, 8.0), (27.0, 5.4), (27.2, 2.6), (26.8, 0.0)],
            ),
        };
        Self::assemble(&toe(p, top), ridge, &collar, &back)
    }

    fn with_shaft(design: &Design) -> Self {
        let p = design.point;
        let soft = design.cut == Cut::SlipperBoot;
        let slim = match design.gender {
            Gender::Women => 0.9,
            Gender::Girls => 0.3,
            _ => 0.0,
        };
        let flare = if soft { 0.6 } else { 0.4 * design.whim[2] };
        let (front, rear) = (15.3 + slim - flare, 26.0 - 0.5 * slim + flare);
        let top = if soft { 5.2 } else { 4.2 - 0.6 * p };
        let height = design.shaft;
        let mut ridge = vec![(9.0, top + 1.6), (12.0, 7.6), (14.3 + 0.5 * slim, 10.2)];
        ridge.push((15.4 + slim, 12.3));
        if height > 15.5 {
            ridge.push((15.5 + slim, (12.3 + height) / 2.0));
        }
        ridge.push((front, height));
        let dip = if soft { 0.2 } else { 0.7 * design.whim[3] };
        let collar = vec![
            (front, height),
            ((front + rear) / 2.0, height - dip),
            (rear, height + 0.1),
        ];
        let back = vec![
            (rear, height + 0.1),
            (25.7 - 0.3 * slim, (height * 0.7).max(11.0)),
            (26.0, 8.6),
            (27.0, 4.4),
            (26.9, 0.0),
        ];
        Self::assemble(&toe(p, top), ridge, &collar, &back)
    }

    fn assemble(toe: &[Pt], ridge: Vec<Pt>, collar: &[Pt], back: &[Pt]) -> Self {
        let mut front = toe.to_vec();
        let joint = toe.last().copied().unwrap_or_default();
        front.extend(&ridge);
        let bottom = toe.first().copied().unwrap_or_default();
        let mut rail = vec![joint];
        rail.extend(ridge);
        let collar = spline(collar);
        let outline = join(&[
            &spline(&front),
            &collar,
            &spline(back),
            &line((LENGTH - 0.1, 0.0), bottom),
        ]);
        Self {
            outline,
            ridge: spline(&rail),
            collar,
            toe: bottom,
        }
    }
}

/// The toe from its meeting with the sole up to over the toes: round at 0, pointed at 1.
fn toe(p: f32, top: f32) -> Vec<Pt> {
    vec![
        (0.35 - 2.0 * p, 0.0),
        (-0.3 - 2.2 * p, 1.0 - 0.45 * p),
        (0.35 - 1.4 * p, top * (0.62 - 0.27 * p)),
        (2.6 - 0.3 * p, top * (0.88 - 0.12 * p)),
        (5.4, top),
    ]
}
