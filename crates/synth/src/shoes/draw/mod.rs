//! Draws one picture of one product.

mod anatomy;
mod canvas;
mod closure;
mod curve;
mod last;
mod marks;
mod scene;
mod sole;
mod straps;
mod texture;
mod upper;

use self::anatomy::Anatomy;
use self::canvas::{Canvas, Place};
use self::last::Last;
use self::scene::Scene;
use super::colour::Rgb;
use super::design::{Cut, Design};
use super::dice::Dice;
use super::look::Look;

/// Side of a picture in pixels, as in the square tree of the data set.
pub(super) const SIDE: usize = 136;

/// Drawn this many times larger, then averaged.
const OVER: usize = 2;

/// Pixels per centimetre of the finished picture: a man's shoe fills four fifths of the frame, a child's half of it.
const SCALE: f32 = 3.95;

/// Draws a product: RGB, row-major, [`SIDE`] x [`SIDE`]. `None` when a canvas cannot be made.
pub(super) fn render(design: &Design, look: &Look) -> Option<Vec<u8>> {
    let last = Last::new(design);
    let anatomy = Anatomy::new(design);
    let strapped = matches!(design.cut, Cut::Sandal | Cut::Slide);
    let toe = if strapped {
        straps::toe(design.point)
    } else {
        anatomy.toe
    };
    let (x0, _, x1, y1) = curve::bounds(&last.map(&anatomy.outline));
    let side = (SIDE * OVER) as f32;
    // A tall boot is photographed from further away, so that it fits.
    let fit = (side * 0.92 / (y1 + 1.5)).min(SCALE * OVER as f32 * look.zoom);
    let place = Place {
        scale_x: fit * look.squeeze,
        scale_y: fit,
        turn: look.turn.to_radians(),
        origin: ((x0 + x1) / 2.0, y1 / 2.0),
        centre: (
            side * (0.5 + look.shift.0),
            side * (0.5 + look.shift.1 * 0.6),
        ),
    };
    let canvas = Canvas::new(SIDE as u32 * OVER as u32, Rgb::WHITE, place)?;
    let mut scene = Scene {
        canvas,
        last,
        design,
        look,
    };
    marks::shadow(&mut scene.canvas, x0, x1, look.shadow);
    if strapped {
        sole::draw(&mut scene, toe);
        straps::draw(&mut scene);
    } else {
        let mask = upper::draw(&mut scene, &anatomy)?;
        sole::draw(&mut scene, toe);
        closure::draw(&mut scene, &anatomy, &mask);
    }
    marks::patch(&mut scene);
    Some(develop(&scene.canvas.into_pixels(), look))
}

/// Averages the supersampled picture, applies the exposure and adds the sensor's noise.
fn develop(rgba: &[u8], look: &Look) -> Vec<u8> {
    let wide = SIDE * OVER;
    let mut noise = Dice::new(u64::from(look.grain), "shoes: noise", 0);
    let mut rgb = Vec::with_capacity(SIDE * SIDE * 3);
    for y in 0..SIDE {
        for x in 0..SIDE {
            let shake = (noise.unit() + noise.unit() + noise.unit() - 1.5) * 2.0 * look.noise;
            for channel in 0..3 {
                let mut sum = 0u32;
                for dy in 0..OVER {
                    for dx in 0..OVER {
                        let at = ((y * OVER + dy) * wide + x * OVER + dx) * 4 + channel;
                        sum += u32::from(rgba.get(at).copied().unwrap_or(255));
                    }
                }
                let mean = sum as f32 / (OVER * OVER) as f32;
                // The paper stays white; only the shoe is exposed differently.
                let lit = if mean > 252.0 {
                    mean
                } else {
                    mean * look.exposure
                };
                rgb.push((lit + shake).round().clamp(0.0, 255.0) as u8);
            }
        }
    }
    rgb
}
