//! Sandals and slides: straps on a footbed.

use super::anatomy::foot;
use super::canvas::Ink;
use super::closure;
use super::curve::{Pt, along, band, join, line, offset, part, spline};
use super::scene::Scene;
use super::texture;
use super::upper;
use crate::shoes::colour::Rgb;
use crate::shoes::design::Cut;
use crate::shoes::vocabulary::{Category, Closure, Gender};

/// The point at which the footbed's toe meets the sole, design cm.
pub(super) fn toe(point: f32) -> Pt {
    (0.3 - 0.9 * point, 0.0)
}

/// Draws the straps, with their closures, over an already drawn sole.
pub(super) fn draw(scene: &mut Scene<'_>) {
    footbed(scene);
    let design = scene.design;
    let slim = design.gender == Gender::Women;
    if design.cut == Cut::Slide {
        slide(scene);
        return;
    }
    if scene.cork() {
        for (x0, x1, lean) in [(4.0, 9.8, 1.4), (10.4, 16.6, 1.5)] {
            let strap = dome(x0, x1, lean);
            cover(scene, &strap);
            let (top, _) = along(&strap.crest, 0.55);
            let rail = line((top.0, top.1 + 0.1), ((x0 + x1) / 2.0 + 1.0, 0.5));
            closure::buckled(scene, &rail, 2.1, 0.45);
        }
        return;
    }
    ankle_far(scene);
    toe_straps(scene);
    match design.closure {
        Closure::LaceUp => gladiator(scene),
        Closure::Zipper => {
            counter(scene, 10.6);
            instep(scene, 12.2, if slim { 14.4 } else { 16.2 });
            closure::zip(
                scene,
                &spline(&[(23.2, 0.8), (23.4, 5.0), (23.6, 10.2)]),
                None,
            );
        }
        Closure::HookAndLoop => {
            counter(scene, 8.4);
            ankle(scene, if slim { 1.7 } else { 2.3 });
            instep(scene, 8.6, 14.4);
            closure::tab(scene, (13.8, 9.5), (20.4, 7.5), 2.5);
            closure::tab(scene, (10.0, 5.7), (14.0, 1.7), 2.4);
        }
        Closure::PullOn => {
            counter(scene, 8.8);
            instep(scene, 12.4, 16.0);
            ankle(scene, if slim { 1.2 } else { 1.9 });
            closure::pull_loop(scene, (25.2, 9.2), 1.15);
        }
        _ => {
            counter(scene, 8.4);
            if design.whim[1] > 0.5 {
                instep(scene, 11.8, if slim { 13.3 } else { 14.6 });
            }
            let rail = ankle_rail();
            closure::buckled(scene, &rail, if slim { 1.5 } else { 2.1 }, 0.36);
        }
    }
}

/// The bed the foot lies on: a thin light layer over the sole.
fn footbed(scene: &mut Scene<'_>) {
    let colours = scene.look.colours.clone();
    let bed = if scene.design.category == Category::Slippers {
        upper::fleece(colours.main)
    } else {
        Rgb::hex(0xd8_b6_88).mix(colours.lining, 0.25)
    };
    let from = toe(scene.design.point).0 + 0.2;
    let shape = join(&[
        &line((from, 0.0), (26.9, 0.0)),
        &spline(&[
            (26.9, 0.0),
            (26.4, 1.3),
            (20.0, 0.75),
            (10.0, 0.65),
            (from + 0.8, 0.7),
            (from, 0.0),
        ]),
    ]);
    scene.piece(&shape, bed, None);
}

/// A strap across the foot, seen from the side.
struct Dome {
    shape: Vec<Pt>,
    front: Vec<Pt>,
    crest: Vec<Pt>,
    back: Vec<Pt>,
}

/// The strap that leaves the footbed between `x0` and `x1`. A broad one slopes back down behind its crest.
fn dome(x0: f32, x1: f32, lean: f32) -> Dome {
    let a = x0 + lean;
    let b = (x1 + lean * 0.5).min(x1 + 1.6 - 0.5 * (x1 - x0));
    let b = b.max(a + 1.0);
    // A strap is flatter than the instep it crosses, or its upper corner would look like a thorn.
    let low = foot(a).min(3.6 + 0.4 * foot(a));
    let high = low + 0.5 * (foot(b) - foot(a));
    let crest = spline(&[
        (a, low),
        ((a + b) / 2.0, (low + high) / 2.0 + 0.35),
        (b, high),
    ]);
    let front = spline(&[(x0, 0.0), (x0 + lean * 0.35, foot(a) * 0.55), (a, foot(a))]);
    let back = spline(&[(b, high), (b + (x1 - b) * 0.55, high * 0.55), (x1, 0.0)]);
    Dome {
        shape: join(&[&front, &crest, &back]),
        front,
        crest,
        back,
    }
}

/// Draws one strap's material, with the far side's inside behind it, texture, light and seams.
fn cover(scene: &mut Scene<'_>, dome: &Dome) {
    let (strap, crest) = (&dome.shape, &dome.crest);
    let colours = scene.look.colours.clone();
    let far: Vec<Pt> = strap.iter().map(|&(x, y)| (x - 0.9, y * 0.97)).collect();
    scene.fill(&far, colours.lining.darker(0.35), None);
    scene.piece(strap, colours.main, None);
    if let Some(mask) = scene.mask(strap) {
        texture::apply(scene, &mask);
        let gloss = texture::gloss(scene.design.material);
        let rail = offset(crest, -0.9);
        for (width, opacity) in [(1.8, 0.12), (0.8, 0.2)] {
            scene.stroke(
                &rail,
                width,
                Ink::Flat(Rgb::WHITE, opacity * (0.5 + 1.4 * gloss)),
                Some(&mask),
            );
        }
        scene.stroke(
            &line((0.0, 0.2), (27.0, 0.2)),
            1.2,
            Ink::Flat(Rgb::BLACK, 0.2),
            Some(&mask),
        );
        let seam: Vec<Pt> = strap.iter().map(|&(x, y)| (x + 0.45, y - 0.1)).collect();
        scene.stitch(&part(&seam, 0.0, 0.4), Some(&mask));
    }
    if scene.design.gender == Gender::Women {
        scene.stroke(crest, 0.34, Rgb::hex(0xd9_ae_52), None);
    }
}

fn toe_straps(scene: &mut Scene<'_>) {
    let slim = scene.design.gender == Gender::Women;
    let places: &[(f32, f32)] = match (slim, scene.design.whim[2] > 0.5) {
        (true, true) => &[(3.6, 5.4), (6.8, 8.6)],
        (true, false) => &[(4.0, 7.2)],
        (false, true) => &[(3.4, 6.6), (7.8, 11.0)],
        (false, false) => &[(3.8, 9.4)],
    };
    for &(x0, x1) in places {
        let strap = dome(x0, x1, 1.1);
        cover(scene, &strap);
    }
}

fn instep(scene: &mut Scene<'_>, x0: f32, x1: f32) {
    let strap = dome(x0, x1, 0.9);
    cover(scene, &strap);
}

/// The cup at the heel, up to a height.
fn counter(scene: &mut Scene<'_>, top: f32) {
    let shape = join(&[
        &spline(&[
            (20.2, 0.0),
            (21.4, top * 0.45),
            (23.4, top * 0.8),
            (24.8, top),
        ]),
        &spline(&[(24.8, top), (25.8, top + 0.2), (26.6, top)]),
        &spline(&[(26.6, top), (27.1, top * 0.5), (26.9, 0.0)]),
    ]);
    let crest = spline(&[(21.4, top * 0.45), (23.4, top * 0.8), (24.8, top)]);
    let colours = scene.look.colours.clone();
    scene.piece(&shape, colours.main, None);
    if let Some(mask) = scene.mask(&shape) {
        texture::apply(scene, &mask);
        let (a, b) = (scene.last.at((23.0, 3.0)), scene.last.at((27.2, 3.0)));
        scene.fill(
            &shape,
            Ink::Linear(a, b, vec![(0.0, Rgb::BLACK, 0.0), (1.0, Rgb::BLACK, 0.38)]),
            None,
        );
        scene.stitch(&offset(&crest, -0.6), Some(&mask));
    }
}

/// The strap around the ankle, near side, front to back.
fn ankle_rail() -> Vec<Pt> {
    spline(&[(14.2, 9.6), (17.6, 8.0), (21.6, 7.4), (26.5, 8.0)])
}

fn ankle(scene: &mut Scene<'_>, width: f32) {
    let main = scene.look.colours.main;
    scene.piece(&band(&ankle_rail(), width), main, None);
}

/// The far side of the ankle strap.
fn ankle_far(scene: &mut Scene<'_>) {
    let width = if scene.design.gender == Gender::Women {
        1.0
    } else {
        1.5
    };
    let far = spline(&[(14.2, 9.6), (17.6, 9.9), (21.6, 9.4), (26.5, 8.2)]);
    let ink = scene.look.colours.lining.darker(0.4);
    scene.fill(&band(&far, width), ink, None);
}

/// Laces over the instep, and twice around the ankle.
fn gladiator(scene: &mut Scene<'_>) {
    counter(scene, 8.0);
    let strap = dome(9.8, 16.2, 0.9);
    cover(scene, &strap);
    let ridge = spline(&[(9.2, 5.1), (11.6, 6.7), (14.6, 9.2)]);
    closure::laces(scene, &ridge, scene.design.rows, None);
    let colours = scene.look.colours.clone();
    let lace = colours.accent;
    for wrap in [
        spline(&[(14.8, 9.2), (18.0, 10.6), (22.0, 10.4), (26.2, 8.2)]),
        spline(&[(14.9, 10.6), (18.0, 9.2), (22.0, 8.2), (26.2, 7.6)]),
    ] {
        scene.stroke(&wrap, 0.8, Ink::Flat(lace.darker(0.7), 0.8), None);
        scene.stroke(&wrap, 0.5, lace, None);
    }
}

/// One broad band, open toe and back; a fleece edge when it is a slipper.
fn slide(scene: &mut Scene<'_>) {
    let w = scene.design.whim;
    let strap = dome(
        if scene.design.category == Category::Slippers {
            2.2
        } else {
            4.0 + w[0]
        },
        14.6 + 1.6 * w[1],
        1.6,
    );
    cover(scene, &strap);
    if scene.design.category == Category::Slippers {
        let colour = upper::fleece(scene.look.colours.main);
        upper::fluff(scene, &strap.back, colour, 1.1);
        upper::fluff(scene, &strap.front, colour, 0.7);
    } else {
        let second = scene.look.colours.second;
        if w[2] > 0.5 {
            let mask = scene.mask(&strap.shape);
            let stripe = band(
                &spline(&[(8.0 + w[0], 0.0), (9.2 + w[0], 2.6), (10.6 + w[0], 6.6)]),
                2.0,
            );
            scene.piece(&stripe, second, mask.as_ref());
        }
    }
}
