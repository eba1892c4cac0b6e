//! Triplets: is an image nearer to one of the same value than to one of another?
//!
//! Triplets come from a generator, not from lists: a seed and the labels say which they are, on every
//! machine. An anchor's value is drawn first, all values being equally likely, then the anchor among the
//! images of that value; so both polarities of an attribute are anchors equally often, however rare one is.
//! The positive is another image of the same value. The negative is any image of another value, all images
//! being equally likely.

use crate::{Embeddings, Random, kernel};

/// Three images by index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Triplet {
    /// The image looked from.
    pub anchor: u32,
    /// Another image of the same value.
    pub positive: u32,
    /// An image of another value.
    pub negative: u32,
}

/// An endless, seeded stream of triplets of one task.
#[derive(Clone, Debug)]
pub struct TripletGenerator {
    /// The images with a known value, grouped by value.
    images: Vec<u32>,
    /// For every value that can be an anchor's, where its group lies: start and length.
    anchors: Vec<(usize, usize)>,
    random: Random,
}

impl TripletGenerator {
    /// The triplets of a task whose images have these labels; `None` where there are none to draw: no value
    /// has two images, or all images have the same one.
    ///
    /// `purpose` tells streams of the same seed apart; see [`Random::stream`].
    pub fn new(labels: &[Option<u8>], seed: u64, purpose: u64) -> Option<Self> {
        let mut known: Vec<(u8, u32)> = (0_u32..)
            .zip(labels)
            .filter_map(|(image, label)| Some(((*label)?, image)))
            .collect();
        known.sort_unstable();
        let mut anchors = Vec::new();
        let mut start = 0;
        for group in known.chunk_by(|a, b| a.0 == b.0) {
            if group.len() >= 2 && group.len() < known.len() {
                anchors.push((start, group.len()));
            }
            start += group.len();
        }
        (!anchors.is_empty()).then(|| Self {
            images: known.into_iter().map(|(_, image)| image).collect(),
            anchors,
            random: Random::stream(seed, purpose),
        })
    }
}

impl Iterator for TripletGenerator {
    type Item = Triplet;

    fn next(&mut self) -> Option<Triplet> {
        let (start, len) = self.anchors[self.random.below(self.anchors.len())];
        let anchor = self.random.below(len);
        // One of the other `len - 1`: skip the anchor's place.
        let positive = self.random.below(len - 1);
        let positive = positive + usize::from(positive >= anchor);
        // One of the images outside the group: skip the group's places.
        let negative = self.random.below(self.images.len() - len);
        let negative = if negative < start {
            negative
        } else {
            negative + len
        };
        Some(Triplet {
            anchor: self.images[start + anchor],
            positive: self.images[start + positive],
            negative: self.images[negative],
        })
    }
}

/// The triplets that are right: the anchor is strictly nearer to the positive than to the negative. A tie is
/// wrong, so that embeddings that are all the same score nothing.
pub fn correct(embeddings: &Embeddings, triplets: &[Triplet]) -> Vec<bool> {
    let row = |image: u32| embeddings.row(image as usize);
    triplets
        .iter()
        .map(|triplet| {
            // Nearer in squared distance is higher in cosine, for vectors of unit length.
            let anchor = row(triplet.anchor);
            kernel::dot(anchor, row(triplet.positive)) > kernel::dot(anchor, row(triplet.negative))
        })
        .collect()
}

/// Share of the triplets that are right; 0 where there are none.
pub fn triplet_accuracy(embeddings: &Embeddings, triplets: &[Triplet]) -> f64 {
    let right = correct(embeddings, triplets)
        .iter()
        .filter(|&&right| right)
        .count();
    right as f64 / triplets.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels() -> Vec<Option<u8>> {
        // 90 of value 0, 8 of value 1, one of value 2, the rest unknown.
        let mut labels = vec![Some(0); 90];
        labels.extend([Some(1); 8]);
        labels.push(Some(2));
        labels.extend([None; 20]);
        labels
    }

    #[test]
    fn triplets_keep_their_rules() {
        let labels = labels();
        let mut anchors = [0_usize; 3];
        let mut negatives = [0_usize; 3];
        for triplet in TripletGenerator::new(&labels, 1, 2)
            .expect("enough")
            .take(20_000)
        {
            let value = |image: u32| labels[image as usize].expect("never unknown");
            assert_ne!(triplet.anchor, triplet.positive);
            assert_eq!(value(triplet.anchor), value(triplet.positive));
            assert_ne!(value(triplet.anchor), value(triplet.negative));
            anchors[usize::from(value(triplet.anchor))] += 1;
            negatives[usize::from(value(triplet.negative))] += 1;
        }
        assert!(anchors[0].abs_diff(10_000) < 400, "balanced: {anchors:?}");
        assert_eq!(anchors[2], 0, "a single image has no positive");
        assert!(negatives[2] > 0, "but it can be a negative");
    }

    #[test]
    fn every_allowed_triplet_can_be_drawn() {
        let labels = [Some(0), Some(0), Some(1), Some(1), None];
        let mut seen: Vec<Triplet> = TripletGenerator::new(&labels, 3, 0)
            .expect("enough")
            .take(500)
            .collect();
        seen.sort_by_key(|triplet| (triplet.anchor, triplet.positive, triplet.negative));
        seen.dedup();
        assert_eq!(seen.len(), 4 * 2);
    }

    #[test]
    fn seeds_and_purposes_decide() {
        let draw = |seed, purpose| -> Vec<Triplet> {
            TripletGenerator::new(&labels(), seed, purpose)
                .expect("enough")
                .take(50)
                .collect()
        };
        assert_eq!(draw(1, 1), draw(1, 1));
        assert_ne!(draw(1, 1), draw(2, 1));
        assert_ne!(draw(1, 1), draw(1, 2));
    }

    #[test]
    fn nothing_to_draw_is_noticed() {
        for labels in [
            vec![],
            vec![None; 5],
            vec![Some(1); 5],
            vec![Some(0), Some(1)],
        ] {
            assert!(TripletGenerator::new(&labels, 1, 1).is_none(), "{labels:?}");
        }
    }

    #[test]
    fn accuracy_counts_what_is_strictly_nearer() {
        let embeddings =
            Embeddings::from_unit_rows(3, 2, vec![1.0, 0.0, 0.8, 0.6, 0.0, 1.0]).expect("3 x 2");
        let right = Triplet {
            anchor: 0,
            positive: 1,
            negative: 2,
        };
        let wrong = Triplet {
            anchor: 0,
            positive: 2,
            negative: 1,
        };
        let tie = Triplet {
            anchor: 0,
            positive: 1,
            negative: 1,
        };
        assert_eq!(
            triplet_accuracy(&embeddings, &[right, wrong, tie, right]),
            0.5
        );
        assert_eq!(triplet_accuracy(&embeddings, &[]), 0.0);
    }
}
