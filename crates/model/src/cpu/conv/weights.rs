//! The gradient of a convolution's weights.

use pulp::{Simd, WithSimd};
use rayon::prelude::*;

use super::super::simd::{self, FEW_REGISTERS};
use super::Convolution;

/// Images, times pixels, whose products are summed for all weights before those of the next: they stay in the cache.
const PLACES: usize = 512;

impl Convolution {
    /// The gradient of the weights `[O, I, K, K]` for that of the result.
    pub(in super::super) fn backward_weight(&self, x: &[f32], grad: &[f32]) -> Vec<f32> {
        let [inputs, outputs] = self.channels;
        let taps = self.taps();
        let (pairs, ends) = self.pairs();
        let tile = tile(self.channels);
        let blocks = inputs.div_ceil(tile[1]);
        let first = |index: usize| [index / blocks * tile[0], index % blocks * tile[1]];
        let found: Vec<Vec<f32>> = (0..outputs.div_ceil(tile[0]) * blocks)
            .into_par_iter()
            .map(|index| {
                simd::run(Products {
                    maps: [grad, x],
                    channels: [outputs, inputs],
                    batch: self.batch,
                    taps,
                    tile,
                    first: first(index),
                    pairs: (&pairs, &ends),
                })
            })
            .collect();
        let mut result = vec![0.0; outputs * inputs * taps];
        for (index, found) in found.iter().enumerate() {
            let first = first(index);
            for (tap, found) in found.chunks_exact(tile[0] * tile[1]).enumerate() {
                for (output, found) in (first[0]..outputs).zip(found.chunks_exact(tile[1])) {
                    for (input, &value) in (first[1]..inputs).zip(found) {
                        result[(output * inputs + input) * taps + tap] = value;
                    }
                }
            }
        }
        result
    }

    /// Pixels of the result and of x that a weight brings together: those of each weight for some pixels of the result,
    /// then for the next, with the end of each.
    fn pairs(&self) -> (Vec<[usize; 2]>, Vec<usize>) {
        let [height, width] = self.out();
        let places: Vec<[usize; 2]> = (0..height)
            .flat_map(|row| (0..width).map(move |column| [row, column]))
            .collect();
        let some = (PLACES / self.batch.max(1)).max(1);
        let (mut pairs, mut ends) = (Vec::new(), Vec::new());
        for (index, places) in places.chunks(some).enumerate() {
            for dy in 0..self.kernel {
                for dx in 0..self.kernel {
                    for (to, &[row, column]) in (index * some..).zip(places) {
                        let y = self.source(row, dy, self.sides[0]);
                        let x = self.source(column, dx, self.sides[1]);
                        if let (Some(y), Some(x)) = (y, x) {
                            pairs.push([to, y * self.sides[1] + x]);
                        }
                    }
                    ends.push(pairs.len());
                }
            }
        }
        (pairs, ends)
    }
}

/// Weights whose gradients are summed at once, by output and input channel.
fn tile([inputs, outputs]: [usize; 2]) -> [usize; 2] {
    match simd::has_many_registers() {
        false => [4, 3],
        true if inputs <= 3 && !outputs.is_multiple_of(8) => [6, 3],
        true if inputs <= 3 || outputs.next_multiple_of(6) > outputs.next_multiple_of(8) => [8, 3],
        true => [6, 4],
    }
}

/// The gradients of the weights between some channels: products of pairs of pixels, summed over images.
struct Products<'a> {
    /// The gradient of the result, and x.
    maps: [&'a [f32]; 2],
    /// Those of the result, and of x.
    channels: [usize; 2],
    batch: usize,
    taps: usize,
    /// Output and input channels that are summed at once.
    tile: [usize; 2],
    /// The first of them.
    first: [usize; 2],
    pairs: (&'a [[usize; 2]], &'a [usize]),
}

impl WithSimd for Products<'_> {
    type Output = Vec<f32>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Vec<f32> {
        match self.tile {
            [8, _] if S::REGISTER_COUNT > FEW_REGISTERS => self.sum::<S, 8, 3>(simd),
            [6, 4] if S::REGISTER_COUNT > FEW_REGISTERS => self.sum::<S, 6, 4>(simd),
            [6, _] if S::REGISTER_COUNT > FEW_REGISTERS => self.sum::<S, 6, 3>(simd),
            _ => self.sum::<S, 4, 3>(simd),
        }
    }
}

impl Products<'_> {
    /// The sums by weight, output and input channel.
    #[inline(always)]
    fn sum<S: Simd, const O: usize, const I: usize>(&self, simd: S) -> Vec<f32> {
        let (pairs, ends) = self.pairs;
        let (to, from) = (self.places::<O>(0), self.places::<I>(1));
        let mut sums = vec![[[simd.splat_f32s(0.0); I]; O]; self.taps];
        let mut start = 0;
        for (index, &end) in ends.iter().enumerate() {
            let sums = &mut sums[index % self.taps];
            let mut local = *sums;
            for &[grad, x] in &pairs[start..end] {
                let (grad, grad_rest) = self.rows::<S, O>(0, grad, to);
                let (x, x_rest) = self.rows::<S, I>(1, x, from);
                for vector in 0..self.batch / S::F32_LANES {
                    let grad = vectors(simd, |row| grad[row][vector]);
                    let x = vectors(simd, |row| x[row][vector]);
                    add_products(simd, grad, x, &mut local);
                }
                if !self.batch.is_multiple_of(S::F32_LANES) {
                    let grad = vectors(simd, |row| simd.partial_load_f32s(grad_rest[row]));
                    let x = vectors(simd, |row| simd.partial_load_f32s(x_rest[row]));
                    add_products(simd, grad, x, &mut local);
                }
            }
            *sums = local;
            start = end;
        }
        let mut found = Vec::with_capacity(self.taps * O * I);
        for row in sums.iter().flatten() {
            for &sum in row {
                found.push(simd.reduce_sum_f32s(sum));
            }
        }
        found
    }

    /// The places of some channels of a map in its pixels; the last channel stands for those behind it.
    #[inline(always)]
    fn places<const N: usize>(&self, map: usize) -> [usize; N] {
        let last = self.channels[map] - 1;
        std::array::from_fn(|index| (self.first[map] + index).min(last) * self.batch)
    }

    /// The images of some channels of a pixel, as vectors and what is left of them.
    #[inline(always)]
    fn rows<S: Simd, const N: usize>(
        &self,
        map: usize,
        pixel: usize,
        places: [usize; N],
    ) -> ([&[S::f32s]; N], [&[f32]; N]) {
        let length = self.channels[map] * self.batch;
        let values = &self.maps[map][pixel * length..(pixel + 1) * length];
        let (mut whole, mut rest): ([&[S::f32s]; N], [&[f32]; N]) = ([&[]; N], [&[]; N]);
        for ((whole, rest), at) in whole.iter_mut().zip(&mut rest).zip(places) {
            (*whole, *rest) = S::as_simd_f32s(&values[at..at + self.batch]);
        }
        (whole, rest)
    }
}

/// So many vectors, each by its index.
#[inline(always)]
fn vectors<S: Simd, const N: usize>(simd: S, vector: impl Fn(usize) -> S::f32s) -> [S::f32s; N] {
    let mut vectors = [simd.splat_f32s(0.0); N];
    for (index, found) in vectors.iter_mut().enumerate() {
        *found = vector(index);
    }
    vectors
}

#[inline(always)]
fn add_products<S: Simd, const O: usize, const I: usize>(
    simd: S,
    grad: [S::f32s; O],
    x: [S::f32s; I],
    sums: &mut [[S::f32s; I]; O],
) {
    for (sums, grad) in sums.iter_mut().zip(grad) {
        for (sum, x) in sums.iter_mut().zip(x) {
            *sum = simd.mul_add_e_f32s(grad, x, *sum);
        }
    }
}
