//! One more picture of a drawn face: cheaply, and never the same.

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::Failure;

const WIDTH: usize = 178;
const HEIGHT: usize = 218;
/// Pixels a face is shifted by at most, each way.
const SHIFT: usize = 6;
/// With the grain below, files of about 7 kB, as `CelebA`'s are.
const QUALITY: std::ops::RangeInclusive<u8> = 72..=84;

/// The file of a picture. `pixels` are the face's, `[218, 178, 3]`; `number` is the picture's own, and `round`
/// how many pictures of the face came before.
pub(super) fn encode(
    pixels: &[u8],
    seed: u64,
    number: usize,
    round: usize,
) -> Result<Vec<u8>, Failure> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(number as u64);
    let quality = rng.random_range(QUALITY);
    let mut bytes = Vec::with_capacity(1 << 14);
    let mut encoder = Encoder::new(&mut bytes, quality);
    encoder.set_sampling_factor(SamplingFactor::R_4_2_0);
    let picture = vary(pixels, &mut rng, round);
    encoder.encode(&picture, WIDTH as u16, HEIGHT as u16, ColorType::Rgb)?;
    Ok(bytes)
}

/// Shifts and mirrors by the round, no two alike in the first 338; light and grain by chance.
fn vary(pixels: &[u8], rng: &mut ChaCha8Rng, round: usize) -> Vec<u8> {
    let side = 2 * SHIFT + 1;
    // 45 has no factor in common with 13 x 13: a walk through all shifts that begins in their middle.
    let place = (round / 2 * 45 + side * side / 2) % (side * side);
    let (right, down) = (place % side, place / side);
    let mirrored = round % 2 == 1;
    let light = light(rng);
    let mut grain = vec![0; WIDTH * HEIGHT];
    rng.fill_bytes(&mut grain);
    let strength = rng.random_range(0.0..3.0_f32);
    let grains: [i16; 256] =
        std::array::from_fn(|byte| ((byte as f32 / 127.5 - 1.0) * strength).round() as i16);

    let mut out = Vec::with_capacity(WIDTH * HEIGHT * 3);
    for (y, grain) in grain.chunks_exact(WIDTH).enumerate() {
        // What a shift uncovers repeats the edge.
        let y = (y + down).saturating_sub(SHIFT).min(HEIGHT - 1);
        let row = &pixels[y * WIDTH * 3..][..WIDTH * 3];
        for (x, &grain) in grain.iter().enumerate() {
            let x = if mirrored { WIDTH - 1 - x } else { x };
            let x = (x + right).saturating_sub(SHIFT).min(WIDTH - 1);
            let grain = grains[usize::from(grain)];
            let pixel = row[x * 3..][..3].iter().zip(&light);
            out.extend(
                pixel
                    .map(|(&value, light)| (light[usize::from(value)] + grain).clamp(0, 255) as u8),
            );
        }
    }
    out
}

/// For red, green and blue what becomes of every value: contrast, brightness and tint.
fn light(rng: &mut ChaCha8Rng) -> [[i16; 256]; 3] {
    let contrast = rng.random_range(0.85..1.1_f32);
    let brightness = rng.random_range(-16.0..16.0_f32);
    [(); 3].map(|()| {
        let tint = rng.random_range(0.95..1.05_f32);
        std::array::from_fn(|value| {
            (((value as f32 - 128.0) * contrast + 128.0 + brightness) * tint).round() as i16
        })
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    /// A picture with its column in red and its row in green.
    fn ramp() -> Vec<u8> {
        let pixel = |at: usize| [(at % WIDTH) as u8, (at / WIDTH) as u8, 100];
        (0..WIDTH * HEIGHT).flat_map(pixel).collect()
    }

    #[test]
    fn rounds_differ_by_more_than_chance() {
        let pixels = ramp();
        let pictures: HashSet<Vec<u8>> = (0..338)
            .map(|round| vary(&pixels, &mut ChaCha8Rng::seed_from_u64(1), round))
            .collect();
        assert_eq!(pictures.len(), 338);
    }

    #[test]
    fn a_variation_still_shows_the_face() {
        let pixels = ramp();
        for round in 0..8 {
            let varied = vary(&pixels, &mut ChaCha8Rng::seed_from_u64(round as u64), round);
            let (left, right) = (varied[20 * 3], varied[(WIDTH - 20) * 3]);
            assert_eq!(left > right, round % 2 == 1, "mirrored every second time");
            let (top, bottom) = (varied[1], varied[(HEIGHT - 1) * WIDTH * 3 + 1]);
            assert!(top < bottom);
        }
    }
}
