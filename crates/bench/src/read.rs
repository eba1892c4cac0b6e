//! The least that any exact search has to do: read every number once.

use wide::f32x8;

/// Numbers per vector.
const LANES: usize = 8;
/// Sums that do not wait for each other.
const SUMS: usize = 4;

/// The sum of all numbers, with vectors as wide as the search has and enough sums that only memory holds it up.
pub(crate) fn sum(values: &[f32]) -> f32 {
    let (vectors, rest) = values.as_chunks::<LANES>();
    let (blocks, left) = vectors.as_chunks::<SUMS>();
    let mut sums = [f32x8::ZERO; SUMS];
    for block in blocks {
        for (sum, vector) in sums.iter_mut().zip(block) {
            *sum += f32x8::new(*vector);
        }
    }
    let all = left
        .iter()
        .fold((sums[0] + sums[1]) + (sums[2] + sums[3]), |all, vector| {
            all + f32x8::new(*vector)
        });
    all.reduce_add() + rest.iter().sum::<f32>()
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_number_counts_once() {
        for count in [0, 1, 7, 8, 31, 32, 33, 100] {
            let values: Vec<f32> = (1..=count).map(|value| value as f32).collect();
            assert_eq!(super::sum(&values), (count * (count + 1) / 2) as f32);
        }
    }
}
