//! Seeded chance: one generator per product and one per image, so that nothing depends on the order of drawing.

use rand::Rng as _;
use rand_chacha::ChaCha8Rng;

use crate::random;

/// A generator whose stream is the same on every platform (`ChaCha` with 8 rounds).
#[derive(Debug)]
pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    /// The generator of one thing: the `index`-th drawn for a purpose.
    pub(super) fn new(seed: u64, purpose: &str, index: u64) -> Self {
        Self(random::generator(seed, purpose, index))
    }

    /// Uniform in `0..1`, with 24 bits.
    pub(super) fn unit(&mut self) -> f32 {
        (self.0.next_u32() >> 8) as f32 / (1u32 << 24) as f32
    }

    /// Uniform in `low..high`.
    pub(super) fn range(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    /// In `low..high`, rarely near the ends (mean of two uniform draws).
    pub(super) fn middle(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * 0.5 * (self.unit() + self.unit())
    }

    /// True with the probability given.
    pub(super) fn chance(&mut self, probability: f32) -> bool {
        self.unit() < probability
    }

    /// Uniform in `0..count`; 0 when `count` is 0.
    pub(super) fn below(&mut self, count: usize) -> usize {
        // The modulo bias is below 2^-40 for the counts used here.
        (self.0.next_u64() % (count.max(1) as u64)) as usize
    }

    /// One of the items, or `fallback` when there are none.
    pub(super) fn pick<T: Copy>(&mut self, items: &[T], fallback: T) -> T {
        items
            .get(self.below(items.len()))
            .copied()
            .unwrap_or(fallback)
    }

    /// One of the items with probability proportional to its weight, or `fallback` when all weigh nothing.
    pub(super) fn weighted<T: Copy>(&mut self, items: &[(T, f32)], fallback: T) -> T {
        let total: f32 = items.iter().map(|(_, weight)| weight).sum();
        let mut rest = self.unit() * total;
        for &(item, weight) in items {
            if rest < weight {
                return item;
            }
            rest -= weight;
        }
        items
            .iter()
            .rev()
            .find(|(_, weight)| *weight > 0.0)
            .map_or(fallback, |&(item, _)| item)
    }

    /// Puts the items in a random order (Fisher-Yates).
    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_differ_and_repeat() {
        let draw = |stream| {
            let mut dice = Dice::new(7, "test", stream);
            (0..8).map(|_| dice.below(1000)).collect::<Vec<_>>()
        };
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
    }

    #[test]
    fn weights_are_respected() {
        let mut dice = Dice::new(1, "test", 0);
        let ones = (0..4000)
            .filter(|_| dice.weighted(&[(1, 1.0), (2, 3.0)], 0) == 1)
            .count();
        assert!(
            (850..1150).contains(&ones),
            "{ones} of 4000 at weight 1 of 4"
        );
        assert_eq!(dice.weighted(&[(1, 0.0)], 9), 9, "nothing can be drawn");
    }
}
