//! Changes that photographs of real life differ by: size and rotation, colour, blur, compression.

use jpeg_encoder::{ColorType, Encoder};
use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;

use crate::config::AugmentConfig;

/// The geometry of an augmented image: every pixel of the result is looked up around the middle of the original.
#[derive(Clone, Copy, Debug)]
pub(super) struct Warp {
    /// Pixels of the original per pixel of the result.
    pub(super) step: f32,
    /// Rotation in radians.
    pub(super) angle: f32,
    /// Shift of the original, in pixels.
    pub(super) shift: [f32; 2],
    /// True for the mirror image.
    pub(super) mirror: bool,
}

impl Warp {
    /// Writes the warped image `[size, size, 3]`; edges are repeated.
    pub(super) fn apply(self, from: &[u8], size: usize, to: &mut [u8]) {
        let middle = (size as f32 - 1.0) / 2.0;
        let (sin, cos) = self.angle.sin_cos();
        let last = size as f32 - 1.0;
        for (y, row) in to.chunks_exact_mut(3 * size).enumerate() {
            for (x, pixel) in row.as_chunks_mut::<3>().0.iter_mut().enumerate() {
                let across = (x as f32 - middle) * if self.mirror { -1.0 } else { 1.0 };
                let down = y as f32 - middle;
                let from_x = middle + self.step * (cos * across - sin * down) + self.shift[0];
                let from_y = middle + self.step * (sin * across + cos * down) + self.shift[1];
                *pixel = between(from, size, from_x.clamp(0.0, last), from_y.clamp(0.0, last));
            }
        }
    }
}

/// The colour at a place between four pixels, by their distances.
fn between(image: &[u8], size: usize, x: f32, y: f32) -> [u8; 3] {
    let (left, top) = (x as usize, y as usize);
    let (right, bottom) = ((left + 1).min(size - 1), (top + 1).min(size - 1));
    let (dx, dy) = (x - left as f32, y - top as f32);
    let at = |x: usize, y: usize, channel| f32::from(image[3 * (y * size + x) + channel]);
    std::array::from_fn(|channel| {
        let upper = at(left, top, channel) * (1.0 - dx) + at(right, top, channel) * dx;
        let lower = at(left, bottom, channel) * (1.0 - dx) + at(right, bottom, channel) * dx;
        (upper * (1.0 - dy) + lower * dy).round() as u8
    })
}

/// Tints an image `[size, size, 3]`, takes its colour, blurs it or compresses it, each as often as configured.
pub(super) fn wear(image: &mut [u8], size: usize, config: &AugmentConfig, rng: &mut ChaCha8Rng) {
    if config.colour > 0.0 {
        let gains: [f32; 3] =
            std::array::from_fn(|_| 1.0 + config.colour * rng.random_range(-1.0..=1.0_f32));
        for pixel in image.as_chunks_mut::<3>().0 {
            for (value, gain) in pixel.iter_mut().zip(gains) {
                *value = (f32::from(*value) * gain).round() as u8;
            }
        }
    }
    if happens(config.grey, rng) {
        for pixel in image.as_chunks_mut::<3>().0 {
            let [red, green, blue] = pixel.map(u32::from);
            // The weights of ITU-R BT.601, in thousandths.
            *pixel = [((299 * red + 587 * green + 114 * blue + 500) / 1000) as u8; 3];
        }
    }
    if happens(config.blur, rng) {
        for _ in 0..rng.random_range(1..=2) {
            blur(image, size);
        }
    }
    if happens(config.jpeg, rng) {
        compress(image, size, rng.random_range(25..=75));
    }
}

/// Decides an event of some probability; draws nothing where it never happens.
fn happens(share: f32, rng: &mut ChaCha8Rng) -> bool {
    share > 0.0 && rng.random_bool(f64::from(share))
}

/// The mean of 3x3 pixels; edges are repeated.
fn blur(image: &mut [u8], size: usize) {
    let from = image.to_vec();
    for y in 0..size {
        for x in 0..size {
            for channel in 0..3 {
                let mut sum = 4;
                for near_y in [y.saturating_sub(1), y, (y + 1).min(size - 1)] {
                    for near_x in [x.saturating_sub(1), x, (x + 1).min(size - 1)] {
                        sum += u32::from(from[3 * (near_y * size + near_x) + channel]);
                    }
                }
                image[3 * (y * size + x) + channel] = (sum / 9) as u8;
            }
        }
    }
}

/// Writes an image as JPEG of a quality from 1 to 100, and reads it again. An image that JPEG cannot hold stays.
fn compress(image: &mut [u8], size: usize, quality: u8) {
    let Ok(side) = u16::try_from(size) else {
        return;
    };
    let mut bytes = Vec::new();
    if Encoder::new(&mut bytes, quality)
        .encode(image, side, side, ColorType::Rgb)
        .is_err()
    {
        return;
    }
    if let Ok(read) = modulens_dataset::decode(&bytes)
        && read.as_raw().len() == image.len()
    {
        image.copy_from_slice(read.as_raw());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::sampler::generator;

    const SIZE: usize = 16;

    fn ramp() -> Vec<u8> {
        (0..SIZE * SIZE)
            .flat_map(|at| [(at % SIZE * 15) as u8, (at / SIZE * 15) as u8, 90])
            .collect()
    }

    fn warped(warp: Warp) -> Vec<u8> {
        let mut to = vec![0; 3 * SIZE * SIZE];
        warp.apply(&ramp(), SIZE, &mut to);
        to
    }

    const STILL: Warp = Warp {
        step: 1.0,
        angle: 0.0,
        shift: [0.0; 2],
        mirror: false,
    };

    #[test]
    fn a_warp_that_changes_nothing_gives_the_image() {
        assert_eq!(warped(STILL), ramp());
    }

    #[test]
    fn mirror_rotation_and_size_move_pixels_as_they_should() {
        let mirrored = warped(Warp {
            mirror: true,
            ..STILL
        });
        let half = warped(Warp {
            angle: std::f32::consts::PI,
            ..STILL
        });
        let near = warped(Warp { step: 0.5, ..STILL });
        let red = |image: &[u8], x: usize, y: usize| image[3 * (y * SIZE + x)];
        let green = |image: &[u8], x: usize, y: usize| image[3 * (y * SIZE + x) + 1];
        assert_eq!(red(&mirrored, 0, 3), red(&ramp(), SIZE - 1, 3));
        assert_eq!(green(&mirrored, 0, 3), green(&ramp(), 0, 3));
        assert_eq!(green(&half, 2, 0), green(&ramp(), 2, SIZE - 1));
        // Twice as near: the first column is a quarter of the way in.
        assert!(red(&near, 0, 0).abs_diff(56) <= 1, "{}", red(&near, 0, 0));
    }

    #[test]
    fn wear_does_what_is_asked_for_and_no_more() {
        let with = |change: fn(&mut AugmentConfig)| {
            let mut config = AugmentConfig::default();
            change(&mut config);
            let mut image = ramp();
            wear(&mut image, SIZE, &config, &mut generator(1, 2, 3));
            image
        };
        assert_eq!(with(|_| {}), ramp());
        let grey = with(|config| config.grey = 1.0);
        assert!(
            grey.as_chunks::<3>()
                .0
                .iter()
                .all(|[r, g, b]| r == g && g == b)
        );
        for change in [
            (|config| config.blur = 1.0) as fn(&mut AugmentConfig),
            |config| config.jpeg = 1.0,
            |config| config.colour = 0.3,
        ] {
            let image = with(change);
            assert_ne!(image, ramp());
            let furthest = image.iter().zip(ramp()).map(|(&a, b)| a.abs_diff(b)).max();
            assert!(furthest < Some(100), "{furthest:?}");
        }
    }
}
