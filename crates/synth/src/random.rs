//! Randomness that depends on a seed, a purpose and an index, never on the order of work.

use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A generator of its own for one thing (`index`) drawn for one purpose (`stream`) of one gallery (`seed`).
pub(crate) fn generator(seed: u64, stream: &str, index: u64) -> ChaCha8Rng {
    // FNV-1a: short, documented and the same on every platform.
    let purpose = stream
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
    let mut key = [0; 32];
    key[..8].copy_from_slice(&seed.to_le_bytes());
    key[8..16].copy_from_slice(&purpose.to_le_bytes());
    key[16..24].copy_from_slice(&index.to_le_bytes());
    ChaCha8Rng::from_seed(key)
}

/// True with the given probability.
pub(crate) fn chance(rng: &mut impl Rng, probability: f32) -> bool {
    unit(rng) < probability
}

/// Uniform in `0..1`.
pub(crate) fn unit(rng: &mut impl Rng) -> f32 {
    rng.random::<f32>()
}

/// Uniform in `low..high`.
pub(crate) fn between(rng: &mut impl Rng, low: f32, high: f32) -> f32 {
    low + (high - low) * unit(rng)
}

/// A uniform index below `count`; 0 when there is nothing to choose from.
pub(crate) fn below(rng: &mut impl Rng, count: usize) -> usize {
    if count == 0 {
        0
    } else {
        rng.random_range(0..count)
    }
}

/// One of the items, uniformly. `None` for an empty list.
pub(crate) fn pick<'a, T>(rng: &mut impl Rng, items: &'a [T]) -> Option<&'a T> {
    items.get(below(rng, items.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_apart_and_repeatable() {
        let draw = |seed, stream, index| unit(&mut generator(seed, stream, index));
        assert_eq!(draw(1, "a", 2), draw(1, "a", 2));
        assert_ne!(draw(1, "a", 2), draw(1, "b", 2));
        assert_ne!(draw(1, "a", 2), draw(1, "a", 3));
        assert_ne!(draw(1, "a", 2), draw(2, "a", 2));
    }
}
