//! Drawings of flat areas told from photographs by their pixels.
//!
//! The measure is the share of pixels, the background left out, that equal their right neighbours exactly. Measured on
//! 120 images of each kind (medians, and the highest):
//!
//! | images | median | highest |
//! | --- | --- | --- |
//! | photographs of people, whole | 0.19 | 0.50 |
//! | portraits cut out of them | 0.18 | 0.44 |
//! | clothes photographed at home | 0.09 | 0.27 |
//! | this project's drawn faces, which have grain and shading | 0.12 | 0.28 |
//! | this project's drawn shoes | 0.03 | 0.14 |
//!
//! So no photograph is taken for a drawing, but drawings with grain are taken for photographs. Differences of up to 4,
//! palettes, plateaus beside edges, brightness and hue were no better at telling those from portraits.

/// The share from which an image is a drawing: above every photograph measured.
pub const FLAT: f32 = 0.6;

/// The share of pixels, of those that are not the background, that equal their right neighbours.
///
/// The background is the colour that most pixels have, coarsely: catalogues have photographs on plain white.
pub fn flatness(pixels: &[u8], width: u32) -> f32 {
    let (pixels, _) = pixels.as_chunks::<3>();
    let width = (width as usize).max(1);
    let coarse = |pixel: &[u8; 3]| {
        let [r, g, b] = pixel.map(|value| usize::from(value >> 4));
        r << 8 | g << 4 | b
    };
    let mut counts = vec![0_usize; 1 << 12];
    for pixel in pixels {
        counts[coarse(pixel)] += 1;
    }
    let most = counts.iter().enumerate().max_by_key(|(_, count)| **count);
    let background = most.map_or(0, |(colour, _)| colour);
    let (mut equal, mut all) = (0_usize, 0_usize);
    for row in pixels.chunks(width) {
        for pair in row.windows(2) {
            let [left, right] = pair else { continue };
            if coarse(left) != background {
                all += 1;
                equal += usize::from(left == right);
            }
        }
    }
    // Nothing but background is as flat as can be.
    if all == 0 {
        1.0
    } else {
        equal as f32 / all as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIDE: u32 = 64;

    fn image(colour: impl Fn(u32, u32) -> [u8; 3]) -> Vec<u8> {
        (0..SIDE * SIDE)
            .flat_map(|at| colour(at % SIDE, at / SIDE))
            .collect()
    }

    #[test]
    fn flat_areas_are_a_drawing_and_grain_is_not() {
        let disc = |x: u32, y: u32| (x.abs_diff(32).pow(2) + y.abs_diff(32).pow(2)) < 400;
        let drawn = image(|x, y| if disc(x, y) { [200, 30, 30] } else { [255; 3] });
        assert!(flatness(&drawn, SIDE) > FLAT);
        let grain = |x: u32, y: u32| (x.wrapping_mul(7919) ^ y.wrapping_mul(104_729)) as u8 % 7;
        let photograph = image(|x, y| match disc(x, y) {
            true => [120 + grain(x, y), 90, 60 + x as u8],
            false => [255; 3],
        });
        let measured = flatness(&photograph, SIDE);
        assert!(measured < FLAT, "on plain white: {measured}");
    }

    #[test]
    fn images_of_nothing_are_measured() {
        assert_eq!(flatness(&[], 0), 1.0);
        assert_eq!(flatness(&[1, 2, 3], 1), 1.0);
        assert_eq!(flatness(&image(|_, _| [9; 3]), SIDE), 1.0);
    }
}
