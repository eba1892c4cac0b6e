//! The loop that reads every code of a table.

use wide::{f32x4, i16x8, i32x4};

use super::{BLOCK, Bounds, Words};

/// Lanes of a vector of sums.
const LANES: usize = 4;
/// Vectors of sums of a block.
const SUMS: usize = BLOCK / LANES;

/// What the rows are asked. All in steps of the query's whole numbers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ask<'a> {
    /// The query's numbers in pairs, each pair repeated over a whole vector.
    pub(super) pairs: &'a [i16x8],
    /// What a row's error counts for: the query's length.
    pub(super) reach: f32,
    /// A row whose bound is at most this is passed over. NaN passes over none.
    pub(super) limit: f32,
}

/// The first block at or after `from` with a row that cannot be passed over, and a bit for each such row.
///
/// A pair of numbers of four rows is a vector, so that one instruction makes the next two terms of four products, and
/// no sum is ever added up across a vector.
#[inline(never)]
pub(super) fn next(
    words: &[Words],
    bounds: &[Bounds],
    ask: Ask<'_>,
    from: usize,
) -> Option<(usize, u32)> {
    let pairs = ask.pairs.len().max(1);
    let words = words.get(from.checked_mul(pairs)?..)?;
    let bounds = bounds.get(from..)?;
    let (reach, limit) = (f32x4::splat(ask.reach), f32x4::splat(ask.limit));
    for (at, (block, bounds)) in words.chunks_exact(pairs).zip(bounds).enumerate() {
        let mut sums = [i32x4::ZERO; SUMS];
        for (pair, words) in ask.pairs.iter().zip(block) {
            let halves = sums.as_chunks_mut::<2>().0.iter_mut();
            for ([low, high], words) in halves.zip(words.as_chunks().0) {
                let words = i16x8::new(*words);
                *low += lower(words).dot(*pair);
                *high += upper(words).dot(*pair);
            }
        }
        let mut below = [f32x4::ZERO; SUMS];
        let scales = bounds.scales.as_chunks().0;
        let errors = bounds.errors.as_chunks().0;
        for (((below, sum), scale), error) in below.iter_mut().zip(sums).zip(scales).zip(errors) {
            let most = sum.round_float() * f32x4::new(*scale) + f32x4::new(*error) * reach;
            *below = most.simd_le(limit);
        }
        if !(below[0] & below[1] & below[2] & below[3]).all() {
            let bits = |(at, below): (usize, &f32x4)| (!below.to_bitmask() & 0xF) << (LANES * at);
            return Some((from + at, below.iter().enumerate().map(bits).sum()));
        }
    }
    None
}

/// The lower halves of words.
#[inline(always)]
fn lower(words: i16x8) -> i16x8 {
    if cfg!(target_feature = "simd128") {
        (words << 8_i32) >> 8_i32
    } else {
        upper(words * i16x8::splat(256))
    }
}

/// The upper halves of words. Natively by a product, since `wide` makes its shifts of a number in memory.
#[inline(always)]
fn upper(words: i16x8) -> i16x8 {
    if cfg!(target_feature = "simd128") {
        words >> 8_i32
    } else {
        words.mul_keep_high(i16x8::splat(256))
    }
}
