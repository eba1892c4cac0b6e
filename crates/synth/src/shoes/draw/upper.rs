//! Closed uppers: body, lining, light, panels and seams.

use tiny_skia::Mask;

use super::anatomy::Anatomy;
use super::canvas::Ink;
use super::curve::{Pt, along, ellipse, join, line, offset, part, spline};
use super::scene::Scene;
use super::texture;
use crate::shoes::colour::Rgb;
use crate::shoes::design::{Cut, Decor};
use crate::shoes::vocabulary::{Closure, Gender};

/// Draws the upper without its closure; answers its inside, to draw the closure on.
pub(super) fn draw(scene: &mut Scene<'_>, anatomy: &Anatomy) -> Option<Mask> {
    opening(scene, anatomy);
    let colours = scene.look.colours.clone();
    scene.fill(&anatomy.outline, colours.main, None);
    let mask = scene.mask(&anatomy.outline)?;
    let real = scene.last.map(&anatomy.outline);
    scene
        .canvas
        .fill(&real, super::scene::sheen(&real, colours.main), None);
    panels(scene, &mask);
    texture::apply(scene, &mask);
    light(scene, anatomy, &mask);
    scene.edge(
        &anatomy.outline,
        0.15,
        Ink::Flat(colours.main.darker(0.8), 0.6),
        None,
    );
    collar(scene, anatomy);
    Some(mask)
}

/// The visible part of the inside: the far edge of the opening and, in a laced shoe, the tongue.
fn opening(scene: &mut Scene<'_>, anatomy: &Anatomy) {
    let design = scene.design;
    let colours = scene.look.colours.clone();
    let (Some(&front), Some(&back)) = (anatomy.collar.first(), anatomy.collar.last()) else {
        return;
    };
    let bulge = match design.cut {
        Cut::Boot | Cut::SlipperBoot => 0.7,
        Cut::Pump => 0.5,
        _ => 0.9,
    };
    let far: Vec<Pt> = anatomy
        .collar
        .iter()
        .map(|&(x, y)| {
            let t = ((x - front.0) / (back.0 - front.0)).clamp(0.0, 1.0);
            (x, y + bulge * 4.0 * t * (1.0 - t))
        })
        .collect();
    let mut hole = far.clone();
    hole.extend(anatomy.collar.iter().rev());
    scene.fill(&hole, colours.lining.darker(0.25), None);
    scene.stroke(&far, 0.22, colours.main.darker(0.3), None);
    if design.closure == Closure::LaceUp && design.cut != Cut::Pump {
        let tip = along(&anatomy.ridge, 1.0).0;
        let tongue = spline(&[
            (tip.0 - 2.2, tip.1 - 2.6),
            (tip.0 - 0.9, tip.1 + 0.5),
            (tip.0 + 0.1, tip.1 + 1.5),
            (tip.0 + 1.5, tip.1 + 1.2),
            (tip.0 + 1.9, tip.1 - 1.0),
        ]);
        scene.piece(&tongue, colours.second.mix(colours.lining, 0.35), None);
    }
}

/// Light from the upper left, and darkness towards the sole and the back.
fn light(scene: &mut Scene<'_>, anatomy: &Anatomy, mask: &Mask) {
    let design = scene.design;
    let clip = Some(mask);
    let gloss = texture::gloss(design.material);
    let last = scene.last;
    let over = last.above();
    // The toe's round highlight.
    let toe = last.at((3.4 - design.point, 2.4));
    let strength = 0.12 + 0.6 * gloss;
    scene.canvas.fill(
        &last.map(&ellipse((3.4 - design.point, 2.4), 5.0, 3.4)),
        Ink::Round(
            toe,
            2.6 * over,
            vec![
                (0.0, Rgb::WHITE, strength),
                (0.45, Rgb::WHITE, strength * 0.35),
                (1.0, Rgb::WHITE, 0.0),
            ],
        ),
        clip,
    );
    // A long reflection below the front edge.
    let rail = offset(&anatomy.ridge, -1.3);
    for (width, opacity) in [(2.2, 0.10), (1.2, 0.12), (0.5, 0.18)] {
        scene.stroke(
            &rail,
            width * over,
            Ink::Flat(Rgb::WHITE, opacity * (0.35 + 1.3 * gloss)),
            clip,
        );
    }
    // The heel's cup turns away from the light.
    let (x1, _) = last.at((27.4, 4.0));
    let (x0, _) = last.at((21.5, 4.0));
    let shade = |a: f32| {
        vec![
            (0.0, Rgb::BLACK, 0.0),
            (0.6, Rgb::BLACK, a * 0.35),
            (1.0, Rgb::BLACK, a),
        ]
    };
    let outline = last.map(&anatomy.outline);
    scene.canvas.fill(
        &outline,
        Ink::Linear((x0, 0.0), (x1, 0.0), shade(0.42)),
        clip,
    );
    if design.shaft > 0.0 {
        // A shaft is a cylinder: dark at the front edge, light a third of the way.
        let column = [
            (14.0, 8.0),
            (28.0, 8.0),
            (28.0, design.shaft + 2.0),
            (14.0, design.shaft + 2.0),
        ];
        let (a, b) = (last.at((15.0, 12.0)), last.at((26.0, 12.0)));
        let bright = 0.06 + 0.3 * gloss;
        let stops = vec![
            (0.0, Rgb::BLACK, 0.22),
            (0.16, Rgb::BLACK, 0.0),
            (0.2, Rgb::WHITE, 0.0),
            (0.33, Rgb::WHITE, bright),
            (0.5, Rgb::WHITE, 0.0),
            (1.0, Rgb::WHITE, 0.0),
        ];
        scene.fill(&column, Ink::Linear(a, b, stops), clip);
        let crease = spline(&[(14.2, 8.8), (17.5, 8.2), (20.5, 9.0)]);
        scene.stroke(&crease, 0.5, Ink::Flat(Rgb::BLACK, 0.13), clip);
    }
    // The dark line where the upper meets the sole.
    let bottom = line((anatomy.toe.0, 0.0), (27.0, 0.0));
    for (width, opacity) in [(2.6, 0.10), (1.3, 0.16)] {
        scene.stroke(&bottom, width * over, Ink::Flat(Rgb::BLACK, opacity), clip);
    }
}

/// Panels, caps, seams and stripes.
fn panels(scene: &mut Scene<'_>, mask: &Mask) {
    let design = scene.design;
    let clip = Some(mask);
    let colours = scene.look.colours.clone();
    let w = design.whim;
    match design.decor {
        Decor::Plain => {
            if !matches!(design.cut, Cut::Pump) {
                let seam = spline(&[(9.6, 6.2), (11.0, 3.4), (12.0 + 2.0 * w[0], 0.0)]);
                scene.stitch(&seam, clip);
            }
        }
        Decor::Stripes => {
            let count = 2 + (w[0] * 2.0) as usize;
            for index in 0..count {
                let x = 12.6 + index as f32 * 2.1;
                let lean = 2.4 + w[1];
                let stripe = [
                    (x, 0.2),
                    (x + 1.15, 0.2),
                    (x + 1.15 + lean, 7.6),
                    (x + lean, 7.6),
                ];
                scene.fill(&stripe, colours.second, clip);
                scene.edge(&stripe, 0.1, Ink::Flat(colours.main.darker(0.7), 0.4), clip);
            }
        }
        Decor::Logo => {
            let centre = (17.6, 3.6);
            let shape = match (w[0] * 4.0) as usize {
                0 => ellipse(centre, 1.7, 1.6),
                1 => spline(&[
                    (12.0, 2.0),
                    (15.0, 1.7),
                    (19.0, 3.3),
                    (23.0, 6.2),
                    (19.0, 2.1),
                    (15.5, 0.8),
                    (12.0, 2.0),
                ]),
                2 => vec![(14.6, 2.2), (20.8, 3.8), (20.8, 5.0), (14.6, 3.4)],
                _ => vec![(15.8, 2.0), (19.4, 3.6), (16.4, 5.4)],
            };
            scene.fill(&shape, colours.second, clip);
        }
        Decor::ToeCap => {
            let cap = join(&[
                &spline(&[(-4.0, -0.5), (-4.0, 6.0), (5.6, 6.0)]),
                &spline(&[(5.6, 6.0), (6.4, 3.4), (6.0, 0.0)]),
            ]);
            let colour = if design.cut == Cut::Sneaker {
                colours.sole
            } else {
                colours.second
            };
            scene.piece(&cap, colour, clip);
            scene.stitch(&spline(&[(6.0, 6.0), (6.9, 3.4), (6.5, 0.0)]), clip);
        }
        Decor::Wingtip => {
            let edge = [(7.8, 6.2), (6.7, 4.4), (7.9, 3.0), (10.5, 1.9), (13.2, 0.0)];
            let mut wing = vec![(-4.0, -0.5), (-4.0, 6.2)];
            wing.extend(spline(&edge));
            scene.piece(&wing, colours.second, clip);
            let holes = offset(&spline(&edge), -0.75);
            for index in 1..9 {
                let (at, _) = along(&holes, index as f32 / 9.0);
                scene.fill(&ellipse(at, 0.24, 0.24), colours.second.darker(0.7), clip);
            }
        }
        Decor::Moc => {
            let seam = spline(&[(0.4, 1.7), (2.6, 2.5), (6.0, 2.9), (9.6, 3.9), (11.6, 6.0)]);
            scene.stroke(&seam, 0.32, Ink::Flat(colours.main.darker(0.6), 0.75), clip);
            scene.stitch(&offset(&seam, 0.45), clip);
        }
        Decor::Counter => {
            let mut counter = spline(&[(21.0, 0.0), (21.6, 3.4), (23.6, 5.6), (24.6, 9.0)]);
            counter.extend([(29.0, 9.0), (29.0, -0.5)]);
            scene.piece(&counter, colours.second, clip);
        }
    }
    if matches!(design.cut, Cut::Sneaker | Cut::Dress | Cut::Boot) && design.decor != Decor::Counter
    {
        // The quarter's seam at the back.
        scene.stitch(
            &spline(&[(22.6, 0.0), (22.9, 3.0), (24.4, 5.4), (25.0, 9.5)]),
            clip,
        );
    }
    if design.cut == Cut::SlipperBoot || (design.cut == Cut::Slipper && w[2] > 0.5) {
        for index in 0..7 {
            // Quilting.
            let x = 2.0 + index as f32 * 3.8;
            for lean in [4.0, -4.0] {
                let seam = line((x, 0.0), (x + lean, design.shaft.max(9.0)));
                scene.stroke(&seam, 0.16, Ink::Flat(colours.main.darker(0.6), 0.4), clip);
            }
        }
    }
}

/// The collar: fleece on slippers, padding on sneakers, gilt piping on women's shoes.
fn collar(scene: &mut Scene<'_>, anatomy: &Anatomy) {
    let design = scene.design;
    let colours = scene.look.colours.clone();
    match design.cut {
        Cut::Slipper | Cut::SlipperBoot => {
            let fleece = fleece(colours.main);
            fluff(scene, &anatomy.collar, fleece, 1.25);
        }
        Cut::Sneaker => {
            let rim = part(&offset(&anatomy.collar, -0.55), 0.1, 1.0);
            scene.stroke(
                &rim,
                1.0 * scene.last.above(),
                colours.second.mix(colours.lining, 0.3),
                None,
            );
        }
        _ => {}
    }
    if design.gender == Gender::Women && !matches!(design.cut, Cut::Slipper | Cut::SlipperBoot) {
        scene.stroke(&anatomy.collar, 0.34, Rgb::hex(0xd9_ae_52), None);
    }
}

/// The colour of fleece that shows on a slipper.
pub(super) fn fleece(main: Rgb) -> Rgb {
    if main.luma() > 0.8 {
        Rgb::hex(0xb9_a0_86)
    } else {
        Rgb::hex(0xf3_ec_df)
    }
}

/// A row of curls along a line.
pub(super) fn fluff(scene: &mut Scene<'_>, rail: &[Pt], colour: Rgb, radius: f32) {
    let length: f32 = rail
        .windows(2)
        .map(|pair| super::curve::distance(pair[0], pair[1]))
        .sum();
    let count = (length / (radius * 0.85)) as usize + 1;
    for index in 0..=count {
        let (at, _) = along(rail, index as f32 / count as f32);
        let wobble = texture::speckle(index as f32 * 1.7, 0.3, scene.look.grain);
        let size = radius * (0.85 + 0.35 * wobble);
        let curl = ellipse((at.0, at.1 + 0.3 * (wobble - 0.5)), size, size);
        let centre = scene.last.at((at.0 - 0.35 * size, at.1 + 0.4 * size));
        let reach = size * 1.35 * scene.last.above();
        let ink = Ink::Round(
            centre,
            reach,
            vec![
                (0.0, colour.lighter(0.5), 1.0),
                (0.6, colour, 1.0),
                (1.0, colour.darker(0.25), 1.0),
            ],
        );
        scene.fill(&curl, ink, None);
    }
}
