//! Soles and heels: everything between the upper and the ground.

use super::canvas::Ink;
use super::curve::{Pt, line, spline};
use super::last::{LENGTH, Last};
use super::scene::{Scene, sheen};
use crate::shoes::colour::Rgb;
use crate::shoes::design::{Cut, HeelShape};
use crate::shoes::vocabulary::{Gender, Material};

/// Draws the sole of a shoe whose toe's tip is at `toe` (design cm).
pub(super) fn draw(scene: &mut Scene<'_>, toe: Pt) {
    match scene.design.heel_shape {
        HeelShape::Cup | HeelShape::Lug => full(scene, toe),
        HeelShape::Wedge => wedge(scene, toe),
        HeelShape::Block | HeelShape::Cone | HeelShape::Stiletto => {
            heel(scene);
            thin(scene, toe);
        }
    }
}

/// The line where the upper meets the sole, toe to heel, in real centimetres.
fn feather(last: Last, from: f32, to: f32, up: f32) -> Vec<Pt> {
    (0..=40)
        .map(|step| {
            let (x, y) = last.at((from + (to - from) * step as f32 / 40.0, 0.0));
            (x, y + up)
        })
        .collect()
}

/// The line on the ground, heel to toe, with the toe's spring, a slightly rounded heel and a notch under the arch.
fn ground(last: Last, from: f32, to: f32, notch: f32) -> Vec<Pt> {
    (0..=40)
        .map(|step| {
            let x = to + (from - to) * step as f32 / 40.0;
            let round = (x - (LENGTH - 1.2)).max(0.0) * 0.16;
            let arch = ((x - 10.5) / 8.0).clamp(0.0, 1.0) * std::f32::consts::PI;
            let y = last.toe_spring(x) * 0.9 + round + notch * arch.sin().powi(2);
            (last.at((x, 0.0)).0, y)
        })
        .collect()
}

/// A rubber sole from toe to heel.
fn full(scene: &mut Scene<'_>, toe: Pt) {
    let last = scene.last;
    let colours = scene.look.colours.clone();
    let design = scene.design;
    let wall = match design.gender {
        Gender::Boys | Gender::Girls => 0.55,
        Gender::Men => 0.45,
        Gender::Women => 0.3,
    };
    let (from, to) = (toe.0 - 0.35, LENGTH + 0.35);
    let mut shape = feather(last, from, to, wall);
    let notch = (design.heel_cm * 0.16 - 0.4).clamp(0.0, 1.3);
    let bottom = ground(last, from + 0.3, to - 0.1, notch);
    shape.extend(&bottom);
    scene.canvas.fill(&shape, sheen(&shape, colours.sole), None);
    let clip = scene.canvas.mask(&shape);
    let clip = clip.as_ref();
    // The outsole is the darker layer on the ground.
    let thick = (design.fore_cm * 0.35).clamp(0.2, 1.1);
    let mut layer = bottom.clone();
    layer.extend(bottom.iter().rev().map(|&(x, y)| (x, y + thick)));
    scene.canvas.fill(&layer, colours.heel, clip);
    if design.heel_cm > 1.2 && design.cut == Cut::Sneaker {
        let stripe = feather(last, from, to, wall - 0.35 - design.fore_cm * 0.12);
        let ink = if design.gender == Gender::Girls {
            colours.main
        } else {
            colours.second
        };
        scene
            .canvas
            .stroke(&stripe, 0.3, Ink::Flat(ink, 0.85), false, clip);
    }
    if design.heel_shape == HeelShape::Lug {
        lugs(scene, from, to);
    }
    let edge = colours.sole.darker(0.7);
    scene
        .canvas
        .stroke(&shape, 0.14, Ink::Flat(edge, 0.6), true, None);
    let seam = feather(last, from, to, wall);
    scene
        .canvas
        .stroke(&seam, 0.16, Ink::Flat(Rgb::BLACK, 0.3), false, None);
}

/// Deep treads: white gaps cut into the sole's lower edge.
fn lugs(scene: &mut Scene<'_>, from: f32, to: f32) {
    let last = scene.last;
    let deep = (scene.design.heel_cm * 0.22).clamp(0.25, 0.75);
    let count = 9;
    for index in 1..count {
        let x = from + (to - from) * index as f32 / count as f32;
        let (centre, _) = last.at((x, 0.0));
        let low = last.toe_spring(x) * 0.9;
        let notch = [
            (centre - 0.42, low - 0.3),
            (centre - 0.24, low + deep),
            (centre + 0.24, low + deep),
            (centre + 0.42, low - 0.3),
        ];
        scene.canvas.fill(&notch, Rgb::hex(0xf1_ef_ed), None);
    }
}

/// A sole that fills the arch.
fn wedge(scene: &mut Scene<'_>, toe: Pt) {
    let last = scene.last;
    let colours = scene.look.colours.clone();
    let (from, to) = (toe.0 - 0.15, LENGTH + 0.1);
    let mut shape = feather(last, from, to, 0.1);
    shape.extend(ground(last, from + 0.2, to - 0.5, 0.0));
    scene.canvas.fill(&shape, sheen(&shape, colours.sole), None);
    let clip = scene.canvas.mask(&shape);
    if let Some(mask) = &clip {
        if scene.design.whim[1] > 0.45 {
            // Wound rope, layer over layer.
            let layers = (scene.design.heel_cm / 0.75) as usize;
            for layer in 1..=layers {
                let row = feather(last, from, to, -0.75 * layer as f32);
                scene.canvas.stroke(
                    &row,
                    0.14,
                    Ink::Flat(colours.sole.darker(0.6), 0.55),
                    false,
                    clip.as_ref(),
                );
            }
        } else {
            let grain = scene.look.grain;
            scene.canvas.texture(mask, |x, y| {
                1.0 + 0.16 * (super::texture::speckle(x * 2.6, y * 2.6, grain) - 0.5)
            });
        }
    }
    let rim = feather(last, from, to, -0.1);
    scene
        .canvas
        .stroke(&rim, 0.4, colours.heel.darker(0.2), false, clip.as_ref());
    scene.canvas.stroke(
        &shape,
        0.13,
        Ink::Flat(colours.sole.darker(0.75), 0.6),
        true,
        None,
    );
}

/// A thin leather sole, or a platform under the ball of the foot, that follows the arch.
fn thin(scene: &mut Scene<'_>, toe: Pt) {
    let last = scene.last;
    let colours = scene.look.colours.clone();
    let fore = scene.design.fore_cm;
    let waist = if scene.design.gender == Gender::Women {
        0.32
    } else {
        0.5
    };
    let thick = |x: f32| {
        let climb = (Last::climb(x) * 2.2).min(1.0);
        (fore + (waist - fore) * climb).min(fore.max(0.3))
    };
    let lip = if scene.design.gender == Gender::Men {
        0.4
    } else {
        0.1
    };
    let (from, to) = (toe.0 - lip, LENGTH + 0.05);
    let top = feather(last, from, to, 0.08);
    let mut shape = top.clone();
    shape.extend((0..=40).map(|step| {
        let x = to + (from - to) * step as f32 / 40.0;
        let (px, py) = last.at((x, 0.0));
        (px, py - thick(x))
    }));
    scene.canvas.fill(&shape, sheen(&shape, colours.sole), None);
    scene.canvas.stroke(
        &shape,
        0.12,
        Ink::Flat(colours.sole.darker(0.7), 0.7),
        true,
        None,
    );
    if scene.design.gender == Gender::Men && scene.design.cut != Cut::Slide {
        // The welt is a man's rule of the drawing: a light seam on the sole's edge.
        let seam = feather(last, from, 20.0, -0.05);
        let thread = colours
            .sole
            .contrasting(&[Rgb::hex(0xd8_be_90), Rgb::hex(0x3a_2c_20)]);
        scene.canvas.stitch(&seam, Ink::Flat(thread, 0.95), None);
    }
}

/// A heel under the back of the foot.
fn heel(scene: &mut Scene<'_>) {
    let last = scene.last;
    let design = scene.design;
    let colour = scene.look.colours.heel;
    let height = design.heel_cm;
    let (back, _) = last.at((LENGTH - 0.1, 0.0));
    let shape = match design.heel_shape {
        HeelShape::Stiletto => {
            let seat = feather(last, 20.2, LENGTH - 0.1, -0.15);
            let tip = back - 1.5 - 0.05 * height;
            let mut shape = seat;
            shape.extend(spline(&[
                (back, height * 0.9),
                (back - 0.5, height * 0.55),
                (tip + 0.75, 0.5),
                (tip + 0.55, 0.0),
            ]));
            shape.extend(spline(&[
                (tip - 0.35, 0.0),
                (tip - 0.5, height * 0.4),
                (tip - 1.3, height * 0.68),
                last.at((20.2, 0.0)),
            ]));
            shape
        }
        HeelShape::Cone => {
            let seat = feather(last, 20.4, LENGTH - 0.1, -0.15);
            let mut shape = seat;
            shape.extend(spline(&[
                (back, height * 0.9),
                (back - 0.6, height * 0.5),
                (back - 0.9, 0.0),
            ]));
            shape.extend(spline(&[
                (back - 2.7, 0.0),
                (back - 3.1, height * 0.5),
                last.at((20.4, 0.0)),
            ]));
            shape
        }
        _ => {
            let start = if design.gender == Gender::Men {
                19.0
            } else {
                20.0
            };
            let mut shape = feather(last, start, LENGTH - 0.1, -0.1);
            let (front, _) = last.at((start, 0.0));
            let lean = (height * 0.08).min(0.8);
            shape.extend(line((back, height * 0.9), (back - lean, 0.0)));
            shape.extend(line((front + lean * 0.8 + 0.1, 0.0), last.at((start, 0.0))));
            shape
        }
    };
    let (x0, _, x1, _) = super::curve::bounds(&shape);
    let ink = Ink::Linear(
        (x0, 0.0),
        (x1, 0.0),
        vec![
            (0.0, colour.darker(0.45), 1.0),
            (0.55, colour.lighter(0.12), 1.0),
            (1.0, colour.darker(0.3), 1.0),
        ],
    );
    scene.canvas.fill(&shape, ink, None);
    let clip = scene.canvas.mask(&shape);
    if design.heel_shape == HeelShape::Block && design.material != Material::Patent {
        let layers = (height / 0.9) as usize;
        for layer in 1..=layers {
            let y = layer as f32 * 0.9;
            scene.canvas.stroke(
                &line((x0, y), (x1, y)),
                0.09,
                Ink::Flat(colour.darker(0.8), 0.5),
                false,
                clip.as_ref(),
            );
        }
    }
    let lift = [
        (x0 - 0.2, 0.32),
        (x1 + 0.2, 0.32),
        (x1 + 0.2, -0.2),
        (x0 - 0.2, -0.2),
    ];
    scene
        .canvas
        .fill(&lift, Rgb::hex(0x1c_1a_1a), clip.as_ref());
    scene
        .canvas
        .stroke(&shape, 0.12, Ink::Flat(colour.darker(0.8), 0.6), true, None);
}
