//! The devices that close a shoe. Each is large and stands out in colour, so that it is seen in a thumbnail.

use tiny_skia::Mask;

use super::anatomy::Anatomy;
use super::canvas::Ink;
use super::curve::{Pt, along, band, ellipse, join, line, mix, offset, part, spline};
use super::scene::Scene;
use crate::shoes::colour::Rgb;
use crate::shoes::design::Cut;
use crate::shoes::vocabulary::Closure;

/// Draws the closure of a closed upper whose inside is `mask`.
pub(super) fn draw(scene: &mut Scene<'_>, anatomy: &Anatomy, mask: &Mask) {
    let design = scene.design;
    let clip = Some(mask);
    match (design.closure, design.cut) {
        (Closure::LaceUp, _) => {
            let end = if design.shaft > 16.0 { 0.93 } else { 0.97 };
            let rail = part(&anatomy.ridge, 0.28, end);
            let rows = if design.shaft > 16.0 {
                design.rows + 3
            } else {
                design.rows
            };
            laces(scene, &rail, rows, clip);
        }
        (Closure::SlipOn, Cut::Boot | Cut::SlipperBoot) => {
            let top = design.shaft - 0.1;
            let gore = join(&[
                &spline(&[(17.2, top + 0.5), (17.9, top * 0.7), (19.0, 5.6)]),
                &spline(&[(22.4, 5.6), (23.4, top * 0.7), (24.0, top + 0.5)]),
            ]);
            elastic(scene, &gore, clip);
        }
        (Closure::SlipOn, Cut::Dress | Cut::Sneaker) => {
            let at = along(&anatomy.ridge, 0.97).0;
            let gore = spline(&[
                (at.0 - 0.1, at.1 + 0.8),
                (at.0 - 1.0, at.1 - 2.6),
                (at.0 - 1.2, at.1 - 5.2),
                (at.0 + 1.2, at.1 - 5.6),
                (at.0 + 2.9, at.1 - 3.8),
                (at.0 + 4.2, at.1 - 1.4),
                (at.0 + 3.6, at.1 + 0.8),
            ]);
            elastic(scene, &gore, clip);
        }
        (Closure::SlipOn, _) => {}
        (Closure::Zipper, Cut::Boot | Cut::SlipperBoot) => {
            let x = 20.3;
            zip(
                scene,
                &spline(&[(x, 1.6), (x - 0.2, 6.0), (x + 0.2, design.shaft - 0.4)]),
                clip,
            );
        }
        (Closure::Zipper, _) => {
            let at = along(&anatomy.ridge, 0.98).0;
            zip(
                scene,
                &spline(&[
                    (at.0 - 4.4, 1.0),
                    (at.0 - 2.2, 3.3),
                    (at.0 + 1.9, at.1 - 1.4),
                ]),
                clip,
            );
        }
        (Closure::HookAndLoop, _) => {
            let at: &[f32] = match design.cut {
                Cut::Boot if design.shaft > 20.0 => &[0.36, 0.62, 0.88],
                Cut::Boot => &[0.45, 0.84],
                _ => &[0.46, 0.86],
            };
            for &fraction in at {
                let (start, direction) = along(&anatomy.ridge, fraction);
                let reach = if start.1 > 10.0 { 7.2 } else { 6.2 };
                let down = if start.1 > 10.0 { 0.15 } else { 0.55 };
                let from = (start.0 - 0.3 * direction.1, start.1 + 0.2);
                tab(scene, from, (from.0 + reach, from.1 - reach * down), 2.3);
            }
        }
        (Closure::Buckle, Cut::Boot | Cut::SlipperBoot) => {
            buckled(
                scene,
                &spline(&[(13.6, 9.3), (18.0, 7.6), (22.0, 7.8), (26.4, 8.6)]),
                1.9,
                0.45,
            );
            let y = design.shaft - 2.2;
            let front = super::curve::bounds(&part(&anatomy.ridge, 0.9, 1.0)).0;
            buckled(scene, &line((front, y), (26.1, y)), 1.9, 0.5);
        }
        (Closure::Buckle, Cut::Pump) => {
            let far = spline(&[(13.3, 7.3), (12.4, 5.4), (12.0, 2.2)]);
            scene.stroke(&far, 1.0, scene.look.colours.lining.darker(0.3), None);
            buckled(
                scene,
                &spline(&[(12.9, 7.2), (14.6, 6.6), (16.6, 4.6), (17.6, 1.6)]),
                1.7,
                0.5,
            );
        }
        (Closure::Buckle, Cut::Clog) => {
            let strap = spline(&[
                (17.0, 4.6),
                (20.0, 6.6),
                (24.0, 7.4),
                (27.2, 7.0),
                (26.6, 6.2),
                (23.8, 6.5),
            ]);
            buckled(scene, &part(&strap, 0.0, 0.72), 1.5, 0.16);
        }
        (Closure::Buckle, _) => {
            let (start, _) = along(&anatomy.ridge, 0.82);
            let strap = spline(&[
                (start.0 - 0.4, start.1 + 0.2),
                (start.0 + 2.6, start.1 - 1.5),
                (start.0 + 5.6, start.1 - 4.6),
                (start.0 + 6.6, start.1 - 7.0),
            ]);
            buckled(scene, &strap, 2.1, 0.42);
        }
        (Closure::PullOn, _) => {
            let (Some(&front), Some(&back)) = (anatomy.collar.first(), anatomy.collar.last())
            else {
                return;
            };
            if design.shaft > 0.0 {
                pull_loop(scene, (back.0 - 1.7, back.1), 0.95);
                pull_loop(scene, (front.0 + 2.6, front.1 - 0.2), 0.95);
            } else {
                pull_loop(scene, (back.0 - 1.2, back.1 - 0.1), 0.85);
                pull_loop(scene, (front.0 + 0.5, front.1 - 0.4), 0.75);
            }
        }
    }
}

/// Laces through eyelets along the front edge, with a bow at the top.
pub(super) fn laces(scene: &mut Scene<'_>, rail: &[Pt], rows: usize, clip: Option<&Mask>) {
    let colours = scene.look.colours.clone();
    let mut facing = rail.to_vec();
    let mut inner = offset(rail, -2.7);
    facing.extend(inner.iter().rev());
    scene.piece(
        &facing,
        colours.main.mix(colours.second, 0.55).darker(0.18),
        clip,
    );
    inner = offset(rail, -2.35);
    scene.stitch(&inner, clip);
    let lace = facing_contrast(scene);
    let eyelets = offset(rail, -1.75);
    for row in 0..rows {
        let t = (row as f32 + 0.5) / rows as f32;
        let (eye, _) = along(&eyelets, t);
        let (edge, _) = along(rail, (t + 0.10).min(1.0));
        let (cross, _) = along(rail, (t - 0.06).max(0.0));
        let ring = ellipse(eye, 0.52, 0.52);
        scene.fill(&ring, colours.metal, None);
        scene.edge(&ring, 0.14, Ink::Flat(Rgb::BLACK, 0.6), None);
        for end in [edge, cross] {
            let run = line(mix(eye, end, -0.06), mix(eye, end, 1.12));
            scene.stroke(&run, 0.86, Ink::Flat(lace.darker(0.75), 0.85), None);
            scene.stroke(&run, 0.56, lace, None);
        }
    }
    bow(scene, along(rail, 0.99).0, lace);
}

/// A bow knot with two loops and two ends.
fn bow(scene: &mut Scene<'_>, (x, y): Pt, lace: Rgb) {
    let loops = [
        spline(&[
            (x, y),
            (x - 1.6, y + 1.7),
            (x - 2.7, y + 1.2),
            (x - 2.1, y + 0.1),
            (x, y),
        ]),
        spline(&[
            (x, y),
            (x + 1.4, y + 0.7),
            (x + 2.6, y - 0.2),
            (x + 1.6, y - 1.0),
            (x, y),
        ]),
        spline(&[(x, y), (x + 0.9, y - 1.4), (x + 1.0, y - 3.0)]),
        spline(&[(x, y), (x - 1.0, y - 0.9), (x - 1.9, y - 1.2)]),
    ];
    for curve in &loops {
        scene.stroke(curve, 0.68, Ink::Flat(lace.darker(0.75), 0.85), None);
    }
    for curve in &loops {
        scene.stroke(curve, 0.44, lace, None);
    }
}

/// The laces' colour: seen against the facing below them.
fn facing_contrast(scene: &Scene<'_>) -> Rgb {
    let colours = &scene.look.colours;
    let facing = colours.main.mix(colours.second, 0.55).darker(0.18);
    facing.contrasting(&[colours.accent, Rgb::hex(0xf4_f1_ea), Rgb::hex(0x20_1e_1e)])
}

/// An elastic panel with ribs.
fn elastic(scene: &mut Scene<'_>, gore: &[Pt], clip: Option<&Mask>) {
    let main = scene.look.colours.main;
    let colour = if main.luma() > 0.33 {
        Rgb::hex(0x2c_2b_2e)
    } else {
        Rgb::hex(0x9a_98_96)
    };
    scene.piece(gore, colour, clip);
    let real = scene.last.map(gore);
    let Some(inside) = scene.canvas.mask_within(&real, clip) else {
        return;
    };
    let (x0, y0, x1, y1) = super::curve::bounds(gore);
    let mut x = x0;
    while x < x1 {
        scene.stroke(
            &line((x, y0), (x, y1)),
            0.16,
            Ink::Flat(colour.lighter(0.35), 0.8),
            Some(&inside),
        );
        x += 0.62;
    }
    scene.edge(gore, 0.2, Ink::Flat(main.darker(0.6), 0.9), clip);
}

/// A zip: dark tape, metal teeth, a slider with a long puller at the rail's end.
pub(super) fn zip(scene: &mut Scene<'_>, rail: &[Pt], clip: Option<&Mask>) {
    let colours = scene.look.colours.clone();
    let tape = if colours.main.luma() > 0.3 {
        Rgb::hex(0x24_23_25)
    } else {
        Rgb::hex(0x0e_0e_10)
    };
    let metal = if colours.main.distance(colours.metal) < 0.3 {
        Rgb::hex(0xf4_f4_f6)
    } else {
        colours.metal.lighter(0.2)
    };
    scene.fill(&band(rail, 1.9), tape, clip);
    for side in [0.95, -0.95] {
        scene.stroke(
            &offset(rail, side),
            0.13,
            Ink::Flat(colours.thread, 0.7),
            clip,
        );
    }
    let count = 2
        + (rail
            .windows(2)
            .map(|pair| super::curve::distance(pair[0], pair[1]))
            .sum::<f32>()
            / 0.55) as usize;
    for index in 0..count {
        let (at, direction) = along(rail, index as f32 / count as f32);
        let normal = (-direction.1 * 0.42, direction.0 * 0.42);
        let tooth = line(
            (at.0 - normal.0, at.1 - normal.1),
            (at.0 + normal.0, at.1 + normal.1),
        );
        scene.stroke(&tooth, 0.25, metal, clip);
    }
    let (top, _) = along(rail, 0.96);
    let slider = ellipse(top, 0.75, 0.95);
    scene.fill(&slider, metal, None);
    scene.edge(&slider, 0.14, Ink::Flat(Rgb::BLACK, 0.6), None);
    let puller = band(
        &line((top.0 + 0.2, top.1 - 0.7), (top.0 + 0.75, top.1 - 3.6)),
        0.95,
    );
    scene.fill(&puller, colours.accent, None);
    scene.edge(&puller, 0.14, Ink::Flat(Rgb::BLACK, 0.55), None);
}

/// A broad hook-and-loop tab with rounded end and a stitched box.
pub(super) fn tab(scene: &mut Scene<'_>, from: Pt, to: Pt, width: f32) {
    let colours = scene.look.colours.clone();
    let colour = match scene.design.cut {
        Cut::Sandal => bold(scene),
        _ => colours.main.contrasting(&[colours.accent, colours.second]),
    };
    let rail = line(from, to);
    let shape = join(&[&band(&rail, width)]);
    let shadow: Vec<Pt> = shape.iter().map(|&(x, y)| (x + 0.2, y - 0.3)).collect();
    scene.fill(&shadow, Ink::Flat(Rgb::BLACK, 0.28), None);
    let tip = ellipse(to, width * 0.5, width * 0.5);
    scene.fill(&tip, colour.darker(0.15), None);
    scene.piece(&shape, colour, None);
    scene.stroke(
        &line(mix(from, to, 0.62), to),
        width * 0.62 * scene.last.above(),
        colour.darker(0.22),
        None,
    );
    for side in [0.36, -0.36] {
        scene.canvas.stitch(
            &scene.last.map(&offset(&rail, width * side)),
            Ink::Flat(colour.contrasting(&[colours.main, colours.thread]), 0.85),
            None,
        );
    }
}

/// A strap along a rail with a metal buckle at a fraction of it.
pub(super) fn buckled(scene: &mut Scene<'_>, rail: &[Pt], width: f32, at: f32) {
    let colours = scene.look.colours.clone();
    let colour = if colours.main.distance(colours.second) > 0.25 {
        colours.second
    } else {
        colours
            .main
            .contrasting(&[colours.main.darker(0.45), colours.main.lighter(0.4)])
    };
    let strap = band(rail, width);
    let shadow: Vec<Pt> = strap.iter().map(|&(x, y)| (x + 0.15, y - 0.3)).collect();
    scene.fill(&shadow, Ink::Flat(Rgb::BLACK, 0.22), None);
    scene.piece(&strap, colour, None);
    buckle(scene, rail, width, at, colour);
}

/// A metal frame with its prong, and holes beyond it.
pub(super) fn buckle(scene: &mut Scene<'_>, rail: &[Pt], width: f32, at: f32, strap: Rgb) {
    let metal = if strap.distance(scene.look.colours.metal) < 0.35 {
        Rgb::hex(0xfa_f6_ea)
    } else {
        scene.look.colours.metal
    };
    let (centre, (dx, dy)) = along(rail, at);
    let (half, wide) = (width * 0.78, width * 0.72);
    let corner = |a: f32, b: f32| (centre.0 + dx * a - dy * b, centre.1 + dy * a + dx * b);
    let frame = [
        corner(-wide, -half),
        corner(wide, -half),
        corner(wide, half),
        corner(-wide, half),
    ];
    scene.edge(&frame, 0.86, Ink::Flat(Rgb::hex(0x2a_22_18), 0.75), None);
    scene.edge(&frame, 0.56, metal, None);
    let prong = line(corner(-wide, 0.0), corner(wide, 0.0));
    scene.stroke(&prong, 0.34, metal.lighter(0.2), None);
    for step in [1.6, 2.5] {
        scene.fill(
            &ellipse(corner(wide * step, 0.0), 0.2, 0.2),
            Ink::Flat(Rgb::BLACK, 0.6),
            None,
        );
    }
}

/// The colour of what stands out against the white paper and should stand out against the upper as well.
fn bold(scene: &Scene<'_>) -> Rgb {
    let colours = &scene.look.colours;
    let inks = [
        colours.accent,
        colours.second,
        Rgb::hex(0xd9_93_2a),
        Rgb::hex(0x24_22_24),
    ];
    let seen: Vec<Rgb> = inks.into_iter().filter(|ink| ink.luma() < 0.78).collect();
    colours.main.contrasting(&seen)
}

/// A loop of tape that stands above the edge.
pub(super) fn pull_loop(scene: &mut Scene<'_>, (x, y): Pt, size: f32) {
    let colour = bold(scene);
    let dark = colour.darker(0.55);
    let arch = spline(&[
        (x - 1.0 * size, y - 2.9 * size),
        (x - 1.0 * size, y + 0.6 * size),
        (x - 0.75 * size, y + 2.3 * size),
        (x + 0.1, y + 2.9 * size),
        (x + 0.95 * size, y + 2.3 * size),
        (x + 1.2 * size, y + 0.6 * size),
        (x + 1.2 * size, y - 2.9 * size),
    ]);
    scene.stroke(&arch, 1.12 * size, Ink::Flat(dark, 0.9), None);
    scene.stroke(&arch, 0.86 * size, colour, None);
    let foot = line(
        (x - 1.3 * size, y - 2.9 * size),
        (x + 1.5 * size, y - 2.9 * size),
    );
    scene.stroke(&foot, 0.7 * size, dark, None);
}
