//! Equal images: those whose features are the same, bit for bit.

use std::collections::HashMap;

use modulens_schema::Features;

use crate::Ranked;

/// The images of a gallery that are equal to others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Copies {
    /// For each image the first one that is equal to it.
    first: Vec<usize>,
    /// The first images of different features, by the hash of these.
    by_hash: HashMap<u64, Vec<usize>>,
}

impl Copies {
    /// Takes in the images that were added since the last call. The features before must be the same as then.
    pub fn extend(&mut self, features: &Features) {
        self.first.truncate(features.rows);
        for image in self.first.len()..features.rows {
            let row = features.row(image);
            let firsts = self.by_hash.entry(hash(row)).or_default();
            let equal = |first: &&usize| bits(features.row(**first)).eq(bits(row));
            let first = firsts.iter().find(equal).copied();
            if first.is_none() {
                firsts.push(image);
            }
            self.first.push(first.unwrap_or(image));
        }
    }

    /// Keeps the first of equal images in an order. Returns the number of equal ones for each image that stands for
    /// several.
    pub fn fold(&self, order: &mut Vec<Ranked>) -> HashMap<usize, usize> {
        let mut stands: Vec<Option<usize>> = vec![None; self.first.len()];
        let mut counts = HashMap::new();
        order.retain(|ranked| {
            let Some(place) = self
                .first
                .get(ranked.index)
                .and_then(|&first| stands.get_mut(first))
            else {
                // An image that is not taken in yet stands for itself.
                return true;
            };
            match *place {
                Some(stands) => {
                    *counts.entry(stands).or_insert(1) += 1;
                    false
                }
                None => {
                    *place = Some(ranked.index);
                    true
                }
            }
        });
        counts
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

    fn features(rows: &[[f32; 2]]) -> Features {
        Features::new(rows.len(), 2, rows.concat()).expect("two values each")
    }

    fn order(images: &[usize]) -> Vec<Ranked> {
        let ranked = |&index: &usize| Ranked { index, score: 0.5 };
        images.iter().map(ranked).collect()
    }

    #[test]
    fn the_first_of_equal_images_stands_for_them_all() {
        let rows = [[1.0, 2.0], [3.0, 4.0], [1.0, 2.0], [0.0, 0.0], [1.0, 2.0]];
        let mut copies = Copies::default();
        copies.extend(&features(&rows[..2]));
        copies.extend(&features(&rows));
        let mut ranked = order(&[4, 3, 0, 1, 2]);
        let counts = copies.fold(&mut ranked);
        assert_eq!(
            ranked,
            order(&[4, 3, 1]),
            "the first in the order, not in the gallery"
        );
        assert_eq!(counts, HashMap::from([(4, 3)]));
        // Only results count.
        let mut ranked = order(&[2, 1]);
        assert!(copies.fold(&mut ranked).is_empty());
        assert_eq!(ranked, order(&[2, 1]));
    }

    #[test]
    fn equal_means_bit_for_bit() {
        let mut copies = Copies::default();
        copies.extend(&features(&[[0.0, 1.0], [-0.0, 1.0], [0.0, 1.000_000_1]]));
        let mut ranked = order(&[0, 1, 2, 9]);
        assert!(copies.fold(&mut ranked).is_empty());
        assert_eq!(ranked.len(), 4);
    }
}
