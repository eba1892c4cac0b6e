//! Exact ranking with deterministic ties.

use crate::radix;

/// One image of a ranking.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ranked {
    /// Index of the image.
    pub index: usize,
    /// Its score.
    pub score: f32,
}

/// A number that is smaller the higher a score is. NaN has the greatest, and -0 equals 0.
pub(crate) fn descending(score: f32) -> u32 {
    // The bits of a float, made to sort like the float itself: higher score, higher number.
    let ascending = if score.is_nan() {
        0
    } else {
        let bits = (score + 0.0).to_bits();
        if bits >> 31 == 0 {
            bits | 1 << 31
        } else {
            !bits
        }
    };
    !ascending
}

/// A number that is smaller the earlier an image ranks: by score from high to low, then by index from low to high.
pub(crate) fn order_key(score: f32, index: u32) -> u64 {
    u64::from(descending(score)) << 32 | u64::from(index)
}

/// The index in a key.
pub(crate) fn key_index(key: u64) -> usize {
    (key & u64::from(u32::MAX)) as usize
}

/// The `k` highest scores, best first; equal scores in the order of their indices, NaN last.
///
/// Exactly the first `k` of [`rank_all`], in one pass. Only the first 2^32 scores are looked at.
pub fn top_k(scores: &[f32], k: usize) -> Vec<Ranked> {
    top_k_where(scores, k, |_| true)
}

/// [`top_k`] of the images that `keep` says yes to.
pub fn top_k_where(scores: &[f32], k: usize, keep: impl Fn(usize) -> bool) -> Vec<Ranked> {
    let mut best = Best::new(k, scores.len());
    for (index, &score) in (0..=u32::MAX).zip(scores) {
        let index = index as usize;
        if best.admits(score, index) && keep(index) {
            best.offer(score, index);
        }
    }
    best.finish(|index| scores[index])
}

/// The best `k` of what is offered, in one pass.
///
/// Candidates collect until there are twice as many as wanted, then the worse half goes. What is worse than the
/// worst one kept never gets in, so that almost every score costs one comparison.
#[derive(Clone, Debug)]
struct Best {
    k: usize,
    room: usize,
    keys: Vec<u64>,
    /// Only keys below may still be among the best.
    limit: u64,
}

impl Best {
    /// Nothing yet, of at most `images` to come.
    fn new(k: usize, images: usize) -> Self {
        let room = k.saturating_mul(2).max(64).min(images);
        Self {
            k,
            room,
            keys: Vec::with_capacity(if k == 0 { 0 } else { room }),
            limit: if k == 0 { 0 } else { u64::MAX },
        }
    }

    /// True if an image may still be among the best.
    #[inline]
    fn admits(&self, score: f32, index: usize) -> bool {
        order_key(score, index as u32) < self.limit
    }

    /// Takes an image that may be among the best, and forgets the worse half where there are too many.
    #[inline]
    fn offer(&mut self, score: f32, index: usize) {
        let key = order_key(score, index as u32);
        if key >= self.limit {
            return;
        }
        self.keys.push(key);
        if self.keys.len() >= self.room && self.keys.len() > self.k {
            self.keys.select_nth_unstable(self.k - 1);
            self.keys.truncate(self.k);
            self.limit = self.keys[self.k - 1];
        }
    }

    /// The best `k`, best first.
    fn finish(mut self, score: impl Fn(usize) -> f32) -> Vec<Ranked> {
        self.keys.sort_unstable();
        self.keys.truncate(self.k);
        ranked(&self.keys, score)
    }
}

/// All images from the highest score to the lowest; equal scores in the order of their indices, NaN last.
pub fn rank_all(scores: &[f32]) -> Vec<Ranked> {
    let mut keys: Vec<u64> = (0..=u32::MAX)
        .zip(scores)
        .map(|(index, &score)| order_key(score, index))
        .collect();
    radix::sort_by_high_half(&mut keys);
    ranked(&keys, |index| scores[index])
}

fn ranked(keys: &[u64], score: impl Fn(usize) -> f32) -> Vec<Ranked> {
    let ranked = |&key: &u64| Ranked {
        index: key_index(key),
        score: score(key_index(key)),
    };
    keys.iter().map(ranked).collect()
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering;

    use super::*;
    use crate::Random;

    /// The definition, by a plain stable sort.
    fn reference(scores: &[f32]) -> Vec<usize> {
        let mut order: Vec<usize> = (0..scores.len()).collect();
        order.sort_by(|&a, &b| match (scores[a].is_nan(), scores[b].is_nan()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) => scores[b].partial_cmp(&scores[a]).expect("no NaN"),
        });
        order
    }

    fn indices(ranked: &[Ranked]) -> Vec<usize> {
        ranked.iter().map(|ranked| ranked.index).collect()
    }

    /// Scores of several kinds, many of them equal or odd.
    fn cases() -> Vec<Vec<f32>> {
        let odd = [
            f32::NAN,
            -f32::NAN,
            f32::INFINITY,
            f32::NEG_INFINITY,
            0.0,
            -0.0,
            1e-40,
            -1e-40,
            1.0,
            -1.0,
        ];
        let mut random = Random::new(11);
        let mut cases = vec![vec![], vec![f32::NAN], vec![0.5; 300], odd.to_vec()];
        for n in [1, 2, 63, 64, 65, 500, 3000, 20_000] {
            cases.push((0..n).map(|_| random.unit() - 0.5).collect());
            cases.push((0..n).map(|_| random.below(7) as f32).collect());
            cases.push((0..n).map(|_| odd[random.below(odd.len())]).collect());
            cases.push((0..n).map(|i| i as f32).collect());
            cases.push((0..n).map(|i| -(i as f32)).collect());
        }
        cases
    }

    #[test]
    fn the_full_ranking_is_a_stable_sort() {
        for scores in cases() {
            assert_eq!(indices(&rank_all(&scores)), reference(&scores));
        }
    }

    #[test]
    fn the_top_k_are_the_first_k_of_the_sort() {
        for scores in cases() {
            let reference = reference(&scores);
            for k in [0, 1, 2, 10, 31, 32, 33, 64, 100, 4000, usize::MAX] {
                let expected = &reference[..k.min(scores.len())];
                assert_eq!(
                    indices(&top_k(&scores, k)),
                    expected,
                    "k = {k} of {}",
                    scores.len()
                );
            }
        }
    }

    #[test]
    fn only_what_is_kept_is_ranked() {
        for scores in cases() {
            let kept: Vec<usize> = reference(&scores)
                .into_iter()
                .filter(|i| i % 3 == 1)
                .collect();
            for k in [1, 10, 70, 4000] {
                let found = indices(&top_k_where(&scores, k, |index| index % 3 == 1));
                assert_eq!(found, kept[..k.min(kept.len())]);
            }
        }
    }

    #[test]
    fn scores_come_along_unchanged() {
        let ranked = top_k(&[0.25, -0.0, 0.75], 3);
        assert_eq!(
            ranked[0],
            Ranked {
                index: 2,
                score: 0.75
            }
        );
        assert_eq!(ranked[2].score.to_bits(), (-0.0_f32).to_bits());
    }
}
