//! The two loops everything here spends its time in.
//!
//! `wide` maps eight lanes to AVX, SSE, NEON or wasm's simd128, whichever the target has. Every output is
//! summed in the same order whether a row is computed alone or with others, so that a picture embedded by
//! itself equals the same picture embedded with its gallery, bit for bit.

use wide::f32x8;

/// Lanes of a vector.
pub(crate) const LANES: usize = 8;
/// Rows that share the loading of one column of weights.
const ROWS: usize = 4;

/// `length` rounded up to whole vectors.
pub(crate) fn padded(length: usize) -> usize {
    length.next_multiple_of(LANES)
}

/// Turns a row-major matrix `[outputs, inputs]` into panels: for every eight outputs (zeros after the last)
/// one vector per input.
pub(crate) fn panels(matrix: &[f32], outputs: usize, inputs: usize) -> Vec<f32x8> {
    let mut panels = Vec::with_capacity(outputs.div_ceil(LANES) * inputs);
    for first in (0..outputs).step_by(LANES) {
        for input in 0..inputs {
            let lane = |lane: usize| {
                let output = first + lane;
                if output < outputs {
                    matrix[output * inputs + input]
                } else {
                    0.0
                }
            };
            panels.push(f32x8::new(std::array::from_fn(lane)));
        }
    }
    panels
}

/// `out[row] = start + matrix rows[row]` for every row, where `panels` come from [`panels`].
///
/// `rows` is `[N, inputs]`; `start` and every row of `out` have `padded(outputs)` values; `inputs > 0`.
pub(crate) fn multiply(
    rows: &[f32],
    inputs: usize,
    panels: &[f32x8],
    start: &[f32],
    out: &mut [f32],
) {
    let width = start.len();
    let starts = start.as_chunks::<LANES>().0;
    let mut blocks = rows.chunks_exact(inputs * ROWS);
    let mut outs = out.chunks_exact_mut(width * ROWS);
    for (block, out) in blocks.by_ref().zip(outs.by_ref()) {
        let (a, rest) = block.split_at(inputs);
        let (b, rest) = rest.split_at(inputs);
        let (c, d) = rest.split_at(inputs);
        for ((panel, start), at) in panels
            .chunks_exact(inputs)
            .zip(starts)
            .zip((0..width).step_by(LANES))
        {
            let mut sums = [f32x8::new(*start); ROWS];
            for ((((&w, &a), &b), &c), &d) in panel.iter().zip(a).zip(b).zip(c).zip(d) {
                sums[0] += w * f32x8::splat(a);
                sums[1] += w * f32x8::splat(b);
                sums[2] += w * f32x8::splat(c);
                sums[3] += w * f32x8::splat(d);
            }
            for (row, sum) in sums.iter().enumerate() {
                let at = row * width + at;
                out[at..at + LANES].copy_from_slice(&sum.to_array());
            }
        }
    }
    let left_over = blocks.remainder().chunks_exact(inputs);
    for (row, out) in left_over.zip(outs.into_remainder().chunks_exact_mut(width)) {
        for ((panel, start), out) in panels
            .chunks_exact(inputs)
            .zip(starts)
            .zip(out.as_chunks_mut::<LANES>().0)
        {
            let mut sum = f32x8::new(*start);
            for (&w, &x) in panel.iter().zip(row) {
                sum += w * f32x8::splat(x);
            }
            *out = sum.to_array();
        }
    }
}

/// The inner product of two vectors of the same length.
///
/// Two sums run side by side: one alone waits for its own last addition, most of all in a page built for
/// size. With two, a scan of a gallery waits for memory. The order of all additions is written down here and
/// left to no target: `wide` reduces a vector in another order with AVX than without.
pub(crate) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let (pairs_a, rest_a) = a.as_chunks::<{ 2 * LANES }>();
    let (pairs_b, rest_b) = b.as_chunks::<{ 2 * LANES }>();
    let (mut even, mut odd) = (f32x8::ZERO, f32x8::ZERO);
    for (a, b) in pairs_a.iter().zip(pairs_b) {
        let ((a, c), (b, d)) = (halves(a), halves(b));
        even += a * b;
        odd += c * d;
    }
    let rest: f32 = rest_a.iter().zip(rest_b).map(|(a, b)| a * b).sum();
    let [a, b, c, d, e, f, g, h] = (even + odd).to_array();
    (((a + e) + (c + g)) + ((b + f) + (d + h))) + rest
}

/// The squared distance of two vectors of the same length; summed in the same order as [`dot`].
pub(crate) fn squared_distance(a: &[f32], b: &[f32]) -> f32 {
    let (pairs_a, rest_a) = a.as_chunks::<{ 2 * LANES }>();
    let (pairs_b, rest_b) = b.as_chunks::<{ 2 * LANES }>();
    let (mut even, mut odd) = (f32x8::ZERO, f32x8::ZERO);
    for (a, b) in pairs_a.iter().zip(pairs_b) {
        let ((a, c), (b, d)) = (halves(a), halves(b));
        let (first, second) = (a - b, c - d);
        even += first * first;
        odd += second * second;
    }
    let rest: f32 = rest_a
        .iter()
        .zip(rest_b)
        .map(|(a, b)| (a - b) * (a - b))
        .sum();
    let [a, b, c, d, e, f, g, h] = (even + odd).to_array();
    (((a + e) + (c + g)) + ((b + f) + (d + h))) + rest
}

/// True if every number is finite.
///
/// All are looked at, eight at a time, which takes less than half the time of stopping at the first that is not.
pub(crate) fn all_finite(values: &[f32]) -> bool {
    let (vectors, rest) = values.as_chunks::<LANES>();
    let greatest = f32x8::splat(f32::MAX);
    let all = vectors.iter().fold(greatest.simd_eq(greatest), |all, x| {
        all & f32x8::new(*x).abs().simd_le(greatest)
    });
    all.all() && rest.iter().all(|x| x.is_finite())
}

/// Two vectors from the numbers of both.
fn halves(pair: &[f32; 2 * LANES]) -> (f32x8, f32x8) {
    let &[a, b, c, d, e, f, g, h, ref rest @ ..] = pair;
    (f32x8::new([a, b, c, d, e, f, g, h]), f32x8::new(*rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Random;

    #[test]
    fn the_blocked_product_equals_the_plain_one() {
        let mut random = Random::new(3);
        for (rows, inputs, outputs) in [(1, 1, 1), (4, 7, 8), (9, 16, 10), (3, 33, 64)] {
            let mut draw = |n: usize| {
                (0..n)
                    .map(|_| random.unit() * 2.0 - 1.0)
                    .collect::<Vec<f32>>()
            };
            let (x, w, bias) = (draw(rows * inputs), draw(outputs * inputs), draw(outputs));
            let mut start = bias.clone();
            start.resize(padded(outputs), 0.0);
            let mut out = vec![f32::NAN; rows * padded(outputs)];
            multiply(&x, inputs, &panels(&w, outputs, inputs), &start, &mut out);
            for row in 0..rows {
                let x = &x[row * inputs..][..inputs];
                for output in 0..outputs {
                    let plain = x.iter().zip(&w[output * inputs..][..inputs]);
                    let plain = plain.fold(bias[output], |sum, (x, w)| sum + x * w);
                    let fast = out[row * padded(outputs) + output];
                    assert!(
                        (plain - fast).abs() < 1e-5,
                        "{rows} {inputs} {outputs}: {plain} {fast}"
                    );
                }
            }
        }
    }

    #[test]
    fn one_number_that_is_not_finite_is_found_wherever_it_is() {
        for n in 0..40 {
            let mut values: Vec<f32> = (0..n)
                .map(|i| [1.0, f32::MAX, f32::MIN, 0.0][i % 4])
                .collect();
            assert!(all_finite(&values));
            for at in 0..n {
                for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
                    let good = std::mem::replace(&mut values[at], bad);
                    assert!(!all_finite(&values), "{bad} at {at} of {n}");
                    values[at] = good;
                }
            }
        }
    }

    #[test]
    fn dot_takes_every_element_into_account() {
        for n in 0..40 {
            let a: Vec<f32> = (0..n).map(|i| i as f32).collect();
            let b = vec![2.0; n];
            assert_eq!(dot(&a, &b), (n * n.saturating_sub(1)) as f32);
        }
    }
}
