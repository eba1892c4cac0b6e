//! A row in codes, and how far these are from it.

use std::ops::RangeInclusive;

use wide::{bytemuck, f32x8, i16x8, i32x8};

use crate::kernel::LANES;

/// The greatest code.
pub(super) const GREATEST: f32 = 127.0;
/// The greatest number of what can be coded: unit vectors, and far from where floats overflow or run out of bits.
pub(super) const CODED: RangeInclusive<f32> = 1e-12..=1e12;
/// What one operation may round, as a part of its result; twice that, which leaves room for products of such parts.
pub(super) const ROUNDING: f64 = f32::EPSILON as f64;
/// A float so small that its square is none.
const LOST: f64 = 1e-22;
/// Added to a number of a few thousand at most, this leaves the nearest whole one in the last bits of the sum.
const WHOLE: f32 = 12_582_912.0;

/// What is known of a row `x` beside its codes `c`: `|x - scale c| <= error`, and neither `x` nor `scale c` is longer
/// than `length`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Row {
    pub(super) scale: f32,
    pub(super) error: f32,
    pub(super) length: f32,
}

/// Codes a row of finite numbers that is filled up with zeros to whole vectors.
///
/// A row that cannot be coded gets an infinite error, so that it is never passed over.
#[inline(never)]
pub(super) fn encode(row: &[f32], codes: &mut [i16]) -> Row {
    let row = row.as_chunks::<LANES>().0;
    let greatest = greatest(row);
    if !CODED.contains(&greatest) {
        codes.fill(0);
        return Row {
            scale: 0.0,
            error: if greatest == 0.0 { 0.0 } else { f32::INFINITY },
            length: 0.0,
        };
    }
    let (steps, whole) = (f32x8::splat(GREATEST / greatest), f32x8::splat(WHOLE));
    let bits_of_whole = i32x8::splat(WHOLE.to_bits() as i32);
    let (mut along, mut squares, mut length) = (f32x8::ZERO, f32x8::ZERO, f32x8::ZERO);
    for (x, codes) in row.iter().zip(codes.as_chunks_mut().0) {
        let x = f32x8::new(*x);
        let sum = x * steps + whole;
        let bits: i32x8 = bytemuck::cast(sum);
        *codes = i16x8::from_i32x8_saturate(bits - bits_of_whole).to_array();
        let code = sum - whole;
        along += x * code;
        squares += code * code;
        length += x * x;
    }
    // Not one over `steps`, but what brings the codes nearest to the row.
    let scale = along.reduce_add() / squares.reduce_add();
    let mut missed = f32x8::ZERO;
    for x in row {
        let x = f32x8::new(*x);
        let code = x * steps + whole - whole;
        let miss = x - code * f32x8::splat(scale);
        missed += miss * miss;
    }
    // The sums round once per addition, and a number missed is off by a part of the row's own number.
    let numbers = (LANES * row.len()) as f64;
    let sums = 1.0 + (numbers + 16.0) * ROUNDING;
    let root = |squares: f32x8| f64::from(squares.reduce_add()).sqrt() * sums + numbers * LOST;
    let length = root(length);
    let error = root(missed) + 4.0 * ROUNDING * length;
    Row {
        scale,
        error: upwards(error),
        length: upwards(length + error),
    }
}

fn greatest(row: &[[f32; LANES]]) -> f32 {
    let greatest = row.iter().fold(f32x8::ZERO, |greatest, x| {
        greatest.fast_max(f32x8::new(*x).abs())
    });
    // Not `f32::max`, which is a call into a library in WebAssembly.
    let larger = |a, b| if b > a { b } else { a };
    greatest.to_array().into_iter().fold(0.0, larger)
}

/// The nearest float that is not below.
pub(super) fn upwards(value: f64) -> f32 {
    let nearest = value as f32;
    if f64::from(nearest) < value {
        nearest.next_up()
    } else {
        nearest
    }
}

/// The nearest float that is not above.
pub(super) fn downwards(value: f64) -> f32 {
    -upwards(-value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Random;

    fn norm(values: impl Iterator<Item = f64>) -> f64 {
        values.map(|x| x * x).sum::<f64>().sqrt()
    }

    /// The row's codes, and what is known of it held against the same worked out in f64.
    fn check(row: &[f32]) -> (Vec<i16>, Row) {
        let mut codes = vec![i16::MAX; row.len()];
        let known = encode(row, &mut codes);
        let coded = |code: i16| f64::from(known.scale) * f64::from(code);
        if known.error < f32::INFINITY {
            let missed = row
                .iter()
                .zip(&codes)
                .map(|(&x, &c)| f64::from(x) - coded(c));
            assert!(norm(missed) <= f64::from(known.error), "{row:?}");
            let length = f64::from(known.length);
            assert!(norm(row.iter().map(|&x| f64::from(x))) <= length);
            assert!(norm(codes.iter().map(|&c| coded(c))) <= length);
        }
        assert!(codes.iter().all(|code| (-127..=127).contains(code)));
        (codes, known)
    }

    #[test]
    fn the_error_is_a_bound_and_a_tight_one() {
        let mut random = Random::new(8);
        for width in [8, 64, 128, 1000] {
            for scale in [1.0, 1e-3, 1e-10, 1e9] {
                let row: Vec<f32> = (0..width).map(|_| (random.unit() - 0.5) * scale).collect();
                let (codes, known) = check(&row);
                let missed = norm(
                    row.iter()
                        .zip(&codes)
                        .map(|(&x, &c)| f64::from(x) - f64::from(known.scale) * f64::from(c)),
                );
                assert!(f64::from(known.error) < 1.05 * missed, "{width} {scale}");
                // A step is 1/127 of the greatest, and a number misses by half of it at most.
                let most = f64::from(scale) / 508.0 * (width as f64).sqrt();
                assert!(f64::from(known.error) < most, "{width} {scale}");
            }
        }
    }

    #[test]
    fn any_finite_row_has_a_bound() {
        let mut spike = vec![1e-7; 16];
        spike[3] = -1.0;
        check(&spike);
        check(&[1.0; 8]);
        check(&[1e-12, 1e-20, -1e-38, 1e-45, 0.0, -0.0, 1e-13, -1e-12]);
        check(&[1e12, -1e-12, 1.0, 3.0, 0.0, 0.0, 0.0, 0.0]);
        let nothing = [0.0; 8];
        let (codes, known) = check(&nothing);
        assert_eq!((codes, known.error, known.scale), (vec![0; 8], 0.0, 0.0));
        for one in [1e-13, -1e-45, 1e13, f32::MAX, f32::MIN] {
            let (codes, known) = check(&[one, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
            assert_eq!((codes, known.error), (vec![0; 8], f32::INFINITY));
        }
    }

    #[test]
    fn rounding_has_a_direction() {
        for value in [0.1, 1.0, -0.1, 1e-50, -1e-50, 1e300, -1e300, 0.0] {
            assert!(f64::from(upwards(value)) >= value);
            assert!(f64::from(downwards(value)) <= value);
        }
        assert_eq!((upwards(0.5), downwards(0.5)), (0.5, 0.5));
        assert!(upwards(f64::NAN).is_nan() && downwards(f64::NAN).is_nan());
    }
}
