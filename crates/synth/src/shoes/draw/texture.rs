//! Close-up textures of materials: factors that multiply the colour, from a position in
//! centimetres.

use super::scene::Scene;
use crate::shoes::vocabulary::Material;
use tiny_skia::Mask;

/// A number in 0..1 for a lattice point, from integers alone, so that it is the same everywhere.
fn lattice(x: i32, y: i32, seed: u32) -> f32 {
    let mut hash =
        seed ^ (x as u32).wrapping_mul(0x9e37_79b1) ^ (y as u32).wrapping_mul(0x85eb_ca77);
    hash = (hash ^ (hash >> 15)).wrapping_mul(0x2c1b_3c6d);
    hash = (hash ^ (hash >> 12)).wrapping_mul(0x297a_2d39);
    (hash ^ (hash >> 15)) as f32 / u32::MAX as f32
}

/// Smooth value noise in 0..1 with features of size 1.
pub(super) fn speckle(x: f32, y: f32, seed: u32) -> f32 {
    let (x0, y0) = (x.floor(), y.floor());
    let (tx, ty) = (x - x0, y - y0);
    let (tx, ty) = (tx * tx * (3.0 - 2.0 * tx), ty * ty * (3.0 - 2.0 * ty));
    let (xi, yi) = (x0 as i32, y0 as i32);
    let row = |y: i32| {
        let a = lattice(xi, y, seed);
        a + (lattice(xi + 1, y, seed) - a) * tx
    };
    let top = row(yi);
    top + (row(yi + 1) - top) * ty
}

/// The glossiness of the material, 0..1.
pub(super) fn gloss(material: Material) -> f32 {
    match material {
        Material::Patent => 0.85,
        Material::Satin => 0.5,
        Material::Leather | Material::FauxLeather | Material::Rubber => 0.4,
        Material::Synthetic | Material::Nylon => 0.26,
        Material::Velvet => 0.2,
        _ => 0.1,
    }
}

/// Puts the material's texture on everything under the mask.
pub(super) fn apply(scene: &mut Scene<'_>, mask: &Mask) {
    let seed = scene.look.grain;
    let canvas = &mut scene.canvas;
    match scene.design.material {
        Material::Canvas | Material::Cotton => canvas.texture(mask, |x, y| {
            let weave = (x * 13.0).sin() * (y * 13.0).sin();
            1.0 + 0.07 * weave + 0.06 * (speckle(x * 5.0, y * 5.0, seed) - 0.5)
        }),
        Material::Mesh => canvas.texture(mask, |x, y| {
            let (u, v) = ((x + y) * 6.5, (x - y) * 6.5);
            if u.sin() * v.sin() > 0.35 { 0.78 } else { 1.02 }
        }),
        Material::Nylon => canvas.texture(mask, |x, y| 1.0 + 0.06 * ((x + y) * 15.0).sin()),
        Material::Wool => canvas.texture(mask, |x, y| {
            // A knit's rows of small chevrons.
            let chevron = (x * 3.4).fract() - 0.5;
            1.0 + 0.11 * ((y * 9.0 + chevron.abs() * 6.0).sin())
        }),
        Material::Suede | Material::Nubuck | Material::Velvet => canvas.texture(mask, |x, y| {
            1.0 + 0.22 * (speckle(x * 0.8, y * 0.8, seed) - 0.5)
                + 0.12 * (speckle(x * 6.0, y * 6.0, seed ^ 1) - 0.5)
        }),
        Material::Fleece | Material::Felt | Material::Sheepskin => canvas.texture(mask, |x, y| {
            1.0 + 0.16 * (speckle(x * 3.2, y * 3.2, seed) - 0.5)
                + 0.12 * (speckle(x * 8.0, y * 8.0, seed ^ 1) - 0.5)
        }),
        Material::Leather | Material::FauxLeather | Material::Synthetic => {
            canvas.texture(mask, |x, y| {
                1.0 + 0.05 * (speckle(x * 7.0, y * 7.0, seed) - 0.5)
            });
        }
        Material::Patent | Material::Rubber | Material::Satin => {}
    }
}
