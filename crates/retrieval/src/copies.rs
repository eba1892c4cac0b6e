//! Equal images: those whose features are the same, bit for bit.

use std::collections::HashMap;

use modulens_schema::Features;

/// The images of a gallery that are equal to others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Copies {
    /// For each image the first one that is equal to it.
    first: Vec<usize>,
    /// The first images of different features, by the hash of these.
    by_hash: HashMap<u64, Vec<usize>>,
}

impl Copies {
    /// Images that were taken in.
    pub(crate) fn images(&self) -> usize {
        self.first.len()
    }

    /// Takes in the next image. Returns true if it is equal to none before it.
    pub(crate) fn push(&mut self, features: &Features) -> bool {
        let image = self.first.len();
        let row = features.row(image);
        let firsts = self.by_hash.entry(hash(row)).or_default();
        let equal = |first: &&usize| bits(features.row(**first)).eq(bits(row));
        let first = firsts.iter().find(equal).copied();
        if first.is_none() {
            firsts.push(image);
        }
        self.first.push(first.unwrap_or(image));
        first.is_none()
    }

    /// The first image that is equal to an image; `None` where it was not taken in.
    pub(crate) fn first(&self, image: usize) -> Option<usize> {
        self.first.get(image).copied()
    }
}

fn bits(row: &[f32]) -> impl Iterator<Item = u32> + '_ {
    row.iter().map(|value| value.to_bits())
}

/// FNV-1a over the words of a row.
fn hash(row: &[f32]) -> u64 {
    bits(row).fold(0xcbf2_9ce4_8422_2325, |hash, bits| {
        (hash ^ u64::from(bits)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_means_bit_for_bit() {
        let rows = [[0.0, 1.0], [-0.0, 1.0], [0.0, 1.000_000_1], [0.0, 1.0]];
        let features = Features::new(4, 2, rows.concat()).expect("two values each");
        let mut copies = Copies::default();
        let is_new: Vec<bool> = (0..4).map(|_| copies.push(&features)).collect();
        assert_eq!(is_new, [true, true, true, false]);
        assert_eq!((copies.images(), copies.first(3)), (4, Some(0)));
        assert_eq!((copies.first(2), copies.first(4)), (Some(2), None));
    }
}
