//! The plan of identities: their number, images, splits, and numbering.

use modulens_schema::Split;

use super::FacesConfig;
use crate::random::{below, generator};

/// Fewest and most pictures of an identity.
pub(super) const PICTURES: std::ops::RangeInclusive<usize> = 3..=8;

/// One identity: its number from 1, its split, and the numbers of its pictures from 1.
#[derive(Clone, Debug)]
pub(super) struct Identity {
    pub(super) number: usize,
    pub(super) split: Split,
    pub(super) pictures: Vec<usize>,
}

/// Images of train, val and test: 77.5, 6.5 and 16 per cent.
pub(super) fn sizes(images: usize) -> [usize; 3] {
    let test = images * 16 / 100;
    let val = images * 65 / 1000;
    [images - test - val, val, test]
}

/// The identities of a gallery. A split's pictures are numbered consecutively, as in the official partition, but an
/// identity's are scattered within it.
pub(super) fn identities(config: &FacesConfig) -> Vec<Identity> {
    let mut all = Vec::new();
    let mut first = 1;
    let splits = [Split::Train, Split::Val, Split::Test];
    for (split, size) in splits.into_iter().zip(sizes(config.images)) {
        let mut rng = generator(config.seed, "face plan", first as u64);
        let mut numbers: Vec<usize> = (first..first + size).collect();
        first += size;
        for last in (1..numbers.len()).rev() {
            numbers.swap(last, below(&mut rng, last + 1));
        }
        let (fewest, most) = (*PICTURES.start(), *PICTURES.end());
        while !numbers.is_empty() {
            let left = numbers.len();
            let wanted = fewest + below(&mut rng, most - fewest + 1);
            // Never leave fewer than an identity needs.
            let count = if left <= most {
                left
            } else {
                wanted.min(left - fewest)
            };
            let pictures = numbers.split_off(left - count);
            all.push(Identity {
                number: all.len() + 1,
                split,
                pictures,
            });
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_picture_has_one_identity_and_every_identity_one_split() {
        for images in [20, 100, 1234] {
            let all = identities(&FacesConfig { images, seed: 3 });
            let mut numbers: Vec<usize> = all
                .iter()
                .flat_map(|identity| identity.pictures.clone())
                .collect();
            numbers.sort_unstable();
            assert_eq!(numbers, (1..=images).collect::<Vec<_>>());
            let [train, val, _] = sizes(images);
            for identity in &all {
                for &number in &identity.pictures {
                    let split = match number {
                        n if n <= train => Split::Train,
                        n if n <= train + val => Split::Val,
                        _ => Split::Test,
                    };
                    assert_eq!(split, identity.split);
                }
                assert!(images < 100 || PICTURES.contains(&identity.pictures.len()));
            }
        }
    }

    #[test]
    fn the_default_gallery_has_the_sizes_promised() {
        assert_eq!(sizes(20_000), [15_500, 1_300, 3_200]);
    }
}
