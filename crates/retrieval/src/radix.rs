//! Sorting many keys in a few passes over them, whatever their order.

/// Bits of a digit: three digits make up the 32 bits sorted by, and the counts of one fit the first-level cache.
const BITS: u32 = 11;
const DIGITS: usize = 3;
const BUCKETS: usize = 1 << BITS;
/// Keys below which comparing is faster than counting.
const FEW: usize = 2048;

/// Sorts keys whose lower halves ascend already (indices, say) by their upper halves: least digit first, and
/// stable, so that equal upper halves stay in the order of the lower ones. The result is that of `sort`.
pub(crate) fn sort_by_high_half(keys: &mut Vec<u64>) {
    if keys.len() < FEW {
        keys.sort_unstable();
        return;
    }
    // All digits are counted in one pass: moving keys does not change how often a digit occurs.
    let mut counts = vec![[0_usize; BUCKETS]; DIGITS];
    for &key in keys.iter() {
        for (digit, counts) in counts.iter_mut().enumerate() {
            counts[bucket(key, digit)] += 1;
        }
    }
    let mut moved = vec![0; keys.len()];
    for (digit, counts) in counts.iter_mut().enumerate() {
        // Scores of one range share their highest digit, often; such a pass would only copy.
        if counts.contains(&keys.len()) {
            continue;
        }
        let mut next = 0;
        for count in counts.iter_mut() {
            next += std::mem::replace(count, next);
        }
        for &key in keys.iter() {
            let place = &mut counts[bucket(key, digit)];
            moved[*place] = key;
            *place += 1;
        }
        std::mem::swap(keys, &mut moved);
    }
}

/// One digit of a key's upper half; the highest has the bits that are left.
fn bucket(key: u64, digit: usize) -> usize {
    (key >> (32 + BITS * digit as u32)) as usize & (BUCKETS - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Random;

    #[test]
    fn it_sorts_like_a_comparison() {
        let mut random = Random::new(4);
        let mut bits = || (random.below(1 << 16) << 16 | random.below(1 << 16)) as u32;
        let mut digits = |mask: u32| (0..40_000).map(|_| bits() & mask).collect();
        let cases: [Vec<u32>; 7] = [
            digits(u32::MAX),
            digits(0x7FF),
            digits(0x7FF << 11),
            digits(0xFFC0_0000),
            digits(1),
            digits(0),
            (0..40_000).rev().collect(),
        ];
        for highs in cases {
            for n in [0, 1, FEW - 1, FEW, 40_000] {
                let mut keys: Vec<u64> = (0_u64..)
                    .zip(&highs[..n])
                    .map(|(index, &high)| u64::from(high) << 32 | index)
                    .collect();
                let mut expected = keys.clone();
                expected.sort_unstable();
                sort_by_high_half(&mut keys);
                assert!(keys == expected, "{n} keys");
            }
        }
    }
}
