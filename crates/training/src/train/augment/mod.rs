//! Random changes to training pictures that no label depends on.

mod life;

use life::Warp;
use modulens_schema::InputSpec;
use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;

use crate::config::AugmentConfig;

/// Changes pixels `[n, size, size, 3]` in place.
pub(crate) fn augment(
    pixels: &mut [u8],
    spec: &InputSpec,
    config: &AugmentConfig,
    rng: &mut ChaCha8Rng,
) {
    let size = spec.size as usize;
    let mut scratch = vec![0_u8; 3 * size * size];
    for image in pixels.chunks_exact_mut(3 * size * size) {
        let largest = config.shift.min(spec.size.saturating_sub(1)) as i32;
        let dx = rng.random_range(-largest..=largest);
        let dy = rng.random_range(-largest..=largest);
        let mirror = config.mirror && rng.random_bool(0.5);
        let gain = 1.0 + config.light * rng.random_range(-1.0..=1.0_f32);
        let lift = 255.0 * config.light * rng.random_range(-1.0..=1.0_f32);
        let light: [u8; 256] = std::array::from_fn(|value| {
            // Contrast about mid-grey, then brightness; `as` saturates.
            ((value as f32 - 127.5) * gain + 127.5 + lift).round() as u8
        });
        scratch.copy_from_slice(image);
        if config.scale > 0.0 || config.turn > 0.0 {
            let step = (1.0 + config.scale).powf(rng.random_range(-1.0..=1.0_f32));
            let angle = config.turn.to_radians() * rng.random_range(-1.0..=1.0_f32);
            let warp = Warp {
                step,
                angle,
                shift: [dx as f32, dy as f32],
                mirror,
            };
            warp.apply(&scratch, size, image);
            for value in image.iter_mut() {
                *value = light[usize::from(*value)];
            }
            life::wear(image, size, config, rng);
            continue;
        }
        for y in 0..size {
            let from_y = (y as i32 + dy).clamp(0, size as i32 - 1) as usize;
            for x in 0..size {
                let seen_x = if mirror { size - 1 - x } else { x };
                let from_x = (seen_x as i32 + dx).clamp(0, size as i32 - 1) as usize;
                let from = 3 * (from_y * size + from_x);
                let to = 3 * (y * size + x);
                for channel in 0..3 {
                    image[to + channel] = light[usize::from(scratch[from + channel])];
                }
            }
        }
        life::wear(image, size, config, rng);
    }
}

#[cfg(test)]
mod tests {
    use modulens_schema::Fit;

    use super::*;
    use crate::train::sampler::generator;

    fn ramp(size: usize) -> Vec<u8> {
        (0..3 * size * size).map(|at| (at % 251) as u8).collect()
    }

    #[test]
    fn nothing_asked_for_changes_nothing() {
        let config = AugmentConfig {
            shift: 0,
            mirror: false,
            light: 0.0,
            ..AugmentConfig::default()
        };
        let mut pixels = ramp(8);
        augment(
            &mut pixels,
            &InputSpec::centred(8, Fit::Crop),
            &config,
            &mut generator(1, 1, 1),
        );
        assert_eq!(pixels, ramp(8));
    }

    #[test]
    fn mirroring_twice_is_the_picture_again() {
        let config = AugmentConfig {
            shift: 0,
            mirror: true,
            light: 0.0,
            ..AugmentConfig::default()
        };
        let spec = InputSpec::centred(8, Fit::Crop);
        let mut seen = std::collections::HashSet::new();
        for seed in 0..20 {
            let mut pixels = ramp(8);
            augment(&mut pixels, &spec, &config, &mut generator(seed, 0, 1));
            seen.insert(pixels);
        }
        assert_eq!(seen.len(), 2, "the picture and its mirror image");
    }
}
