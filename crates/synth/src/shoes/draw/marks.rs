//! The patches that say for whom a child's shoe is made, and the ground shadow.

use super::canvas::{Canvas, Ink};
use super::curve::{Pt, ellipse, spline, star};
use super::scene::Scene;
use crate::shoes::colour::Rgb;
use crate::shoes::design::Cut;
use crate::shoes::vocabulary::Gender;

/// Boys' shoes carry a bolt or a star, girls' a heart or a flower, on the side of the heel.
pub(super) fn patch(scene: &mut Scene<'_>) {
    let design = scene.design;
    let other = design.whim[3] > 0.5;
    let centre: Pt = match design.cut {
        Cut::Slide => (9.0, 3.0),
        // Two straps and an open back.
        Cut::Sandal if scene.cork() => (6.6, 1.9),
        Cut::Sandal => (23.9, 3.4),
        Cut::Pump => (22.6, 2.3),
        Cut::Clog => (7.6, 2.9),
        _ => (22.8, 3.7),
    };
    let size = if matches!(design.cut, Cut::Pump | Cut::Sandal) {
        1.75
    } else {
        2.2
    };
    let shape = match (design.gender, other) {
        (Gender::Boys, false) => [
            (0.35, 1.3),
            (-0.75, -0.1),
            (-0.05, -0.1),
            (-0.4, -1.3),
            (0.8, 0.25),
            (0.1, 0.25),
        ]
        .iter()
        .map(|&(x, y)| (centre.0 + x * size, centre.1 + y * size))
        .collect(),
        (Gender::Boys, true) => star(centre, size * 1.1, 5, 0.45),
        (Gender::Girls, false) => heart(centre, size),
        (Gender::Girls, true) => spline(&closed(star(centre, size * 1.05, 5, 0.55))),
        (Gender::Men | Gender::Women, _) => return,
    };
    let main = scene.look.colours.main;
    let wanted = match design.gender {
        Gender::Boys => [
            Rgb::hex(0xff_d4_2a),
            Rgb::hex(0xf6_f6_f6),
            Rgb::hex(0x1a_2f_7a),
        ],
        _ => [
            Rgb::hex(0xfb_f4_f8),
            Rgb::hex(0xd0_2c_84),
            Rgb::hex(0x7a_35_a8),
        ],
    };
    let colour = main.contrasting(&wanted);
    scene.fill(&shape, colour, None);
    scene.edge(&shape, 0.16, Ink::Flat(colour.darker(0.6), 0.7), None);
    if design.gender == Gender::Girls && other {
        scene.fill(
            &ellipse(centre, size * 0.33, size * 0.33),
            Rgb::hex(0xff_d2_4a),
            None,
        );
    }
}

fn heart((x, y): Pt, size: f32) -> Vec<Pt> {
    (0..32)
        .map(|step| {
            let t = step as f32 / 32.0 * std::f32::consts::TAU;
            let across = 16.0 * t.sin().powi(3);
            let up =
                13.0 * t.cos() - 5.0 * (2.0 * t).cos() - 2.0 * (3.0 * t).cos() - (4.0 * t).cos();
            (x + across / 15.0 * size, y + up / 15.0 * size)
        })
        .collect()
}

fn closed(mut points: Vec<Pt>) -> Vec<Pt> {
    points.extend(points.first().copied());
    points
}

/// A soft shadow on the ground under a shoe from `x0` to `x1`, in real centimetres.
pub(super) fn shadow(canvas: &mut Canvas, x0: f32, x1: f32, opacity: f32) {
    let middle = (x0 + x1) / 2.0;
    let half = (x1 - x0) / 2.0;
    for step in 0..7 {
        let grow = 1.0 - step as f32 * 0.07;
        let shape = ellipse((middle + 0.4, -0.15), half * grow + 0.3, 1.25 * grow * grow);
        canvas.fill(&shape, Ink::Flat(Rgb::hex(0x30_2c_34), opacity / 5.5), None);
    }
}
