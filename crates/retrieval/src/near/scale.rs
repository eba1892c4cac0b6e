//! The threshold of near-duplicates, from the gallery's own distances.

use modulens_schema::Features;

use super::{Work, within};
use crate::Random;

/// Pairs of images that are looked at; all, where there are fewer.
const PAIRS: usize = 16_384;
/// The share of pairs that are nearer than the gallery's scale. Near-duplicates must be fewer pairs than that.
const SHARE: f32 = 0.01;
/// Images whose pairs with one another are let off: among few images, near-duplicates are many of all pairs.
const LET_OFF: f32 = 3.0;
/// The threshold as a share of the scale.
const THRESHOLD: f32 = 0.32;
/// The next lower threshold, as a share of one.
const STEP: f32 = 0.78;
/// Thresholds that are tried.
const STEPS: usize = 8;
/// Images whose nearest one is found to choose a threshold; all, where there are fewer.
const SAMPLE: usize = 4096;
/// The share of images whose nearest one may lie just above the threshold.
const ABOVE: f32 = 0.01;

/// The distances of pairs of images.
#[derive(Clone, Debug)]
pub(super) struct Pairs {
    images: usize,
    random: Random,
    /// The next pair, where all are looked at.
    next: (usize, usize),
    /// Squared.
    distances: Vec<f32>,
}

impl Pairs {
    pub(super) fn new(images: usize) -> Self {
        Self {
            images,
            random: Random::new(7),
            next: (0, 1),
            distances: Vec::new(),
        }
    }

    /// Looks at the next pair. Returns the greatest threshold once all are seen.
    pub(super) fn add(
        &mut self,
        features: &Features,
        distinct: &[usize],
        work: &mut Work,
    ) -> Option<f32> {
        let n = self.images;
        let (a, b) = if n.saturating_mul(n.saturating_sub(1)) / 2 <= PAIRS {
            let (a, b) = self.next;
            self.next = if b + 1 < n {
                (a, b + 1)
            } else {
                (a + 1, a + 2)
            };
            if b >= n {
                return Some(self.greatest());
            }
            (a, b)
        } else {
            if self.distances.len() == PAIRS {
                return Some(self.greatest());
            }
            let (a, b) = (self.random.below(n), self.random.below(n - 1));
            (a, b + usize::from(b >= a))
        };
        let (a, b) = (features.row(distinct[a]), features.row(distinct[b]));
        self.distances.extend(within(a, b, f32::INFINITY, work));
        None
    }

    fn greatest(&self) -> f32 {
        let Some(last) = self.distances.len().checked_sub(1) else {
            return 0.0;
        };
        let share = SHARE + LET_OFF / self.images as f32;
        let wanted = ((share * last as f32) as usize).min(last);
        // The number with so many below. Numbers from 0 on are in the order of their bits, which are found from the highest.
        let below = |bits: u32| {
            self.distances
                .iter()
                .filter(|it| it.to_bits() < bits)
                .count()
        };
        let with = |bits: u32, bit: u32| {
            let more = bits | 1 << bit;
            if below(more) <= wanted { more } else { bits }
        };
        let scale = f32::from_bits((0..31).rev().fold(0, with));
        match scale.is_finite() {
            true => THRESHOLD * scale.sqrt(),
            false => 0.0,
        }
    }
}

/// The choice of a threshold that falls into a gap: few images have their nearest one just above it.
///
/// In a gallery of series, images that differ in one thing only, the distances to the nearest image have no gap where those
/// of near-duplicates end. There the threshold is lowered until hardly any image is below it.
#[derive(Clone, Debug)]
pub(super) struct Threshold {
    images: usize,
    greatest: f32,
    /// Images seen.
    seen: usize,
    /// Images whose nearest one is within each threshold, from the one above the greatest on.
    within: [usize; STEPS + 1],
}

impl Threshold {
    pub(super) fn new(images: usize, greatest: f32) -> Self {
        Self {
            images,
            greatest,
            seen: 0,
            within: [0; STEPS + 1],
        }
    }

    /// The distance above which the nearest image does not matter.
    pub(super) fn widest(&self) -> f32 {
        self.at(0)
    }

    fn at(&self, step: usize) -> f32 {
        self.greatest * STEP.powi(step as i32 - 1)
    }

    /// The next image whose nearest one is to be found.
    pub(super) fn next(&self) -> Option<usize> {
        let count = self.images.min(SAMPLE);
        (self.seen < count).then(|| self.seen * self.images / count)
    }

    /// Takes in the squared distance of an image to its nearest one, if it is not too far away.
    pub(super) fn see(&mut self, nearest: Option<f32>) {
        self.seen += 1;
        let Some(nearest) = nearest else { return };
        for step in 0..self.within.len() {
            self.within[step] += usize::from(nearest <= self.at(step).powi(2));
        }
    }

    /// The greatest threshold in a gap; 0, which only equal images are within, if there is none.
    pub(super) fn choose(&self) -> f32 {
        let few = (ABOVE * self.seen as f32) as usize;
        let is_gap = |step: &usize| {
            let below = self.within[*step];
            self.within[step - 1] - below <= few.max(below / 2)
        };
        let step = (1..self.within.len()).find(is_gap);
        step.map_or(0.0, |step| self.at(step))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(nearest: &[(usize, f32)]) -> f32 {
        let images = nearest.iter().map(|(count, _)| count).sum();
        let mut threshold = Threshold::new(images, 1.0);
        for &(count, distance) in nearest {
            for _ in 0..count {
                assert!(threshold.next().is_some());
                threshold.see((distance <= threshold.widest()).then_some(distance.powi(2)));
            }
        }
        assert_eq!(threshold.next(), None);
        threshold.choose()
    }

    #[test]
    fn a_threshold_falls_into_a_gap() {
        assert_eq!(chosen(&[(1000, 3.0)]), 1.0, "no near-duplicates");
        assert_eq!(chosen(&[(100, 0.4), (890, 3.0), (10, 1.1)]), 1.0);
        assert_eq!(chosen(&[(1000, 0.4)]), 1.0, "nothing else");
        // Series: more just above than below.
        let series = [(20, 0.9), (60, 1.1), (15, 0.7), (905, 3.0)];
        assert!((chosen(&series) - STEP.powi(3)).abs() < 1e-6);
        // As distances spread in five dimensions: hardly any image may be below.
        let dense: Vec<f32> = (1..=1000)
            .map(|i| 2.0 * (i as f32 / 1000.0).powf(0.2))
            .collect();
        let found = chosen(&dense.iter().map(|&d| (1, d)).collect::<Vec<_>>());
        assert!(found > 0.0 && dense.iter().filter(|&&d| d <= found).count() <= 5);
    }

    #[test]
    fn pairs_of_few_images_are_all_looked_at() {
        let rows = [0.0, 0.1, 10.0, 20.0, 30.0];
        let features = Features::new(5, 1, rows.to_vec()).expect("one value each");
        let distinct: Vec<usize> = (0..5).collect();
        for images in 0..=5 {
            let mut pairs = Pairs::new(images);
            let found = loop {
                let found = pairs.add(&features, &distinct, &mut Work(0));
                if let Some(greatest) = found {
                    break greatest;
                }
            };
            assert_eq!(pairs.distances.len(), images * images.saturating_sub(1) / 2);
            if images == 5 {
                assert!((found - THRESHOLD * 19.9).abs() < 1e-3, "{found}");
            }
        }
    }
}
