//! Convolutions of maps `[H, W, C, B]`, one group of pixels per task of the thread pool.

use pulp::{Simd, WithSimd};
use rayon::prelude::*;

use super::simd::{self, load, store};

/// Channels of a result that are summed at once: with two vectors of images each they fill the registers of AVX2.
const CHANNELS: usize = 6;

/// Weights whose gradients are summed at once, by output and input channel.
const WEIGHTS: [usize; 2] = [4, 3];

/// Pixels after which sums of gradients make room for those of other channels, so that the maps stay in the cache.
const PIXELS: usize = 16;

/// Groups of pixels that a map is shared out in.
const GROUPS: usize = 32;

/// A convolution: its shapes and its steps.
#[derive(Clone, Copy, Debug)]
pub(super) struct Convolution {
    /// Height and width of the input.
    pub(super) sides: [usize; 2],
    /// Channels of the input and of the output.
    pub(super) channels: [usize; 2],
    pub(super) batch: usize,
    /// Side of the kernel.
    pub(super) kernel: usize,
    pub(super) stride: usize,
    /// Padding on every side.
    pub(super) padding: usize,
}

impl Convolution {
    /// Height and width of the output.
    pub(super) fn out(&self) -> [usize; 2] {
        self.sides
            .map(|side| (side + 2 * self.padding - self.kernel) / self.stride + 1)
    }

    /// The result `[H', W', O, B]` for x `[H, W, I, B]` and weights `[O, I, K, K]`.
    pub(super) fn forward(&self, x: &[f32], weight: &[f32]) -> Vec<f32> {
        let [inputs, outputs] = self.channels;
        let taps = self.taps();
        let packed = packed(outputs, inputs, taps, |output, input, tap| {
            weight[(output * inputs + input) * taps + tap]
        });
        self.gather(x, [inputs, outputs], &packed, self.out(), |to, window| {
            self.sources(to, window);
        })
    }

    /// The gradient of x `[H, W, I, B]` for that of the result.
    pub(super) fn backward_input(&self, grad: &[f32], weight: &[f32]) -> Vec<f32> {
        let [inputs, outputs] = self.channels;
        let taps = self.taps();
        let packed = packed(inputs, outputs, taps, |input, output, tap| {
            weight[(output * inputs + input) * taps + tap]
        });
        let channels = [outputs, inputs];
        self.gather(grad, channels, &packed, self.sides, |to, window| {
            self.targets(to, window);
        })
    }

    /// The gradient of the weights `[O, I, K, K]` for that of the result.
    pub(super) fn backward_weight(&self, x: &[f32], grad: &[f32]) -> Vec<f32> {
        let [inputs, outputs] = self.channels;
        let taps = self.taps();
        let mut pairs = vec![Vec::new(); taps];
        let mut window = Vec::with_capacity(taps);
        let [height, width] = self.out();
        for (to, at) in pixels(height, width).enumerate() {
            self.sources(at, &mut window);
            for &(tap, from) in &window {
                pairs[tap].push((from, to));
            }
        }
        let blocks = outputs.div_ceil(WEIGHTS[0]);
        let found: Vec<Vec<f32>> = (0..blocks * taps)
            .into_par_iter()
            .map(|index| {
                simd::run(Products {
                    x,
                    grad,
                    channels: self.channels,
                    batch: self.batch,
                    first: index / taps * WEIGHTS[0],
                    pairs: &pairs[index % taps],
                })
            })
            .collect();
        let mut result = vec![0.0; outputs * inputs * taps];
        for (index, found) in found.iter().enumerate() {
            let (first, tap) = (index / taps * WEIGHTS[0], index % taps);
            for (at, &value) in found.iter().enumerate() {
                result[(first * inputs + at) * taps + tap] = value;
            }
        }
        result
    }

    fn taps(&self) -> usize {
        self.kernel * self.kernel
    }

    /// The weights that an output pixel is summed with, and the input pixels they meet.
    fn sources(&self, [row, column]: [usize; 2], window: &mut Vec<(usize, usize)>) {
        window.clear();
        let inside = |to: usize, tap: usize, side: usize| {
            let from = (to * self.stride + tap).checked_sub(self.padding)?;
            (from < side).then_some(from)
        };
        for dy in 0..self.kernel {
            let Some(y) = inside(row, dy, self.sides[0]) else {
                continue;
            };
            for dx in 0..self.kernel {
                if let Some(x) = inside(column, dx, self.sides[1]) {
                    window.push((dy * self.kernel + dx, y * self.sides[1] + x));
                }
            }
        }
    }

    /// The weights that an input pixel is multiplied with, and the output pixels they lead to.
    fn targets(&self, [row, column]: [usize; 2], window: &mut Vec<(usize, usize)>) {
        window.clear();
        let out = self.out();
        let inside = |from: usize, tap: usize, side: usize| {
            let to = (from + self.padding).checked_sub(tap)?;
            (to.is_multiple_of(self.stride) && to / self.stride < side).then_some(to / self.stride)
        };
        for dy in 0..self.kernel {
            let Some(y) = inside(row, dy, out[0]) else {
                continue;
            };
            for dx in 0..self.kernel {
                if let Some(x) = inside(column, dx, out[1]) {
                    window.push((dy * self.kernel + dx, y * out[1] + x));
                }
            }
        }
    }

    /// Sums each pixel of a result from pixels of a source, `channels` of the source and of the result.
    fn gather(
        &self,
        source: &[f32],
        channels: [usize; 2],
        weights: &[f32],
        [height, width]: [usize; 2],
        look: impl Fn([usize; 2], &mut Vec<(usize, usize)>) + Sync,
    ) -> Vec<f32> {
        let pixel = channels[1] * self.batch;
        let group = (height * width).div_ceil(GROUPS).max(1);
        let mut result = vec![0.0; height * width * pixel];
        result
            .par_chunks_mut((group * pixel).max(1))
            .enumerate()
            .for_each(|(index, result)| {
                let mut window = Vec::with_capacity(self.taps());
                let first = index * group;
                let windows: Vec<_> = (first..first + result.len() / pixel)
                    .map(|at| {
                        look([at / width, at % width], &mut window);
                        window.clone()
                    })
                    .collect();
                simd::run(Gather {
                    source,
                    channels,
                    batch: self.batch,
                    taps: self.taps(),
                    weights,
                    windows: &windows,
                    result,
                });
            });
        result
    }
}

/// Rows and columns of pixels in their order.
fn pixels(height: usize, width: usize) -> impl Iterator<Item = [usize; 2]> {
    (0..height).flat_map(move |row| (0..width).map(move |column| [row, column]))
}

/// Weights in the order they are read in: block of result channels, tap, source channel, result channel.
fn packed(
    results: usize,
    sources: usize,
    taps: usize,
    weight: impl Fn(usize, usize, usize) -> f32,
) -> Vec<f32> {
    let mut packed = vec![0.0; results.div_ceil(CHANNELS) * taps * sources * CHANNELS];
    let places = packed.chunks_exact_mut(CHANNELS);
    for (index, places) in places.enumerate() {
        let (block, rest) = (index / (taps * sources), index % (taps * sources));
        let first = block * CHANNELS;
        for (result, place) in (first..results).zip(places) {
            *place = weight(result, rest % sources, rest / sources);
        }
    }
    packed
}

/// A group of pixels, each the sum of products of weights and pixels of a source.
struct Gather<'a> {
    source: &'a [f32],
    /// Of the source and of the result.
    channels: [usize; 2],
    batch: usize,
    taps: usize,
    weights: &'a [f32],
    windows: &'a [Vec<(usize, usize)>],
    result: &'a mut [f32],
}

impl WithSimd for Gather<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self {
            source,
            channels: [sources, results],
            batch,
            ..
        } = self;
        let pixel = results * batch;
        let blocks = self.weights.chunks_exact(self.taps * sources * CHANNELS);
        for (block, weights) in blocks.enumerate() {
            let first = block * CHANNELS * batch;
            let last = pixel.min(first + CHANNELS * batch);
            let result = self.result.chunks_exact_mut(pixel);
            for (window, result) in self.windows.iter().zip(result) {
                let source = Source {
                    values: source,
                    channels: sources,
                    batch,
                    weights,
                    window,
                };
                let result = &mut result[first..last];
                let mut image = 0;
                while image + 2 * S::F32_LANES <= batch {
                    source.sum::<S, 2, true>(simd, image, result);
                    image += 2 * S::F32_LANES;
                }
                while image + S::F32_LANES <= batch {
                    source.sum::<S, 1, true>(simd, image, result);
                    image += S::F32_LANES;
                }
                if image < batch {
                    source.sum::<S, 1, false>(simd, image, result);
                }
            }
        }
    }
}

/// All that a block of channels of a pixel is summed from.
struct Source<'a> {
    values: &'a [f32],
    channels: usize,
    batch: usize,
    weights: &'a [f32],
    window: &'a [(usize, usize)],
}

impl Source<'_> {
    /// Sums `V` vectors of images from `image` on.
    #[inline(always)]
    fn sum<S: Simd, const V: usize, const WHOLE: bool>(
        &self,
        simd: S,
        image: usize,
        result: &mut [f32],
    ) {
        let end = self.batch.min(image + V * S::F32_LANES);
        let mut sums = [[simd.splat_f32s(0.0); V]; CHANNELS];
        for &(tap, pixel) in self.window {
            let weights = &self.weights[tap * self.channels * CHANNELS..];
            let (weights, _) = weights[..self.channels * CHANNELS].as_chunks::<CHANNELS>();
            let length = self.channels * self.batch;
            let values = &self.values[pixel * length..(pixel + 1) * length];
            for (weights, values) in weights.iter().zip(values.chunks_exact(self.batch)) {
                let values = load::<S, V, WHOLE>(simd, &values[image..end]);
                for (sums, &weight) in sums.iter_mut().zip(weights) {
                    let weight = simd.splat_f32s(weight);
                    for (sum, &value) in sums.iter_mut().zip(&values) {
                        *sum = simd.mul_add_e_f32s(weight, value, *sum);
                    }
                }
            }
        }
        for (sums, result) in sums.iter().zip(result.chunks_exact_mut(self.batch)) {
            store(simd, &mut result[image..end], sums);
        }
    }
}

/// The gradients of the weights of some output channels and of one tap: products of pairs of pixels, summed over
/// images.
struct Products<'a> {
    x: &'a [f32],
    grad: &'a [f32],
    channels: [usize; 2],
    batch: usize,
    /// The first output channel.
    first: usize,
    /// Pixels of x and of the gradient.
    pairs: &'a [(usize, usize)],
}

impl WithSimd for Products<'_> {
    type Output = Vec<f32>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Vec<f32> {
        let [inputs, outputs] = self.channels;
        let [rows, columns] = WEIGHTS;
        let mut sums =
            vec![[[simd.splat_f32s(0.0); WEIGHTS[1]]; WEIGHTS[0]]; inputs.div_ceil(columns)];
        let to = std::array::from_fn(|row| outputs.min(self.first + row + 1) - 1);
        for pairs in self.pairs.chunks(PIXELS) {
            for (block, sums) in sums.iter_mut().enumerate() {
                let from =
                    std::array::from_fn(|column| inputs.min(block * columns + column + 1) - 1);
                let mut image = 0;
                while image + S::F32_LANES <= self.batch {
                    self.add::<S, true>(simd, pairs, image, (from, to), sums);
                    image += S::F32_LANES;
                }
                if image < self.batch {
                    self.add::<S, false>(simd, pairs, image, (from, to), sums);
                }
            }
        }
        let mut result = Vec::with_capacity(rows * inputs);
        for row in 0..rows.min(outputs - self.first) {
            for input in 0..inputs {
                let block = &sums[input / columns];
                result.push(simd.reduce_sum_f32s(block[row][input % columns]));
            }
        }
        result
    }
}

impl Products<'_> {
    /// Adds the products of one vector of images.
    #[inline(always)]
    fn add<S: Simd, const WHOLE: bool>(
        &self,
        simd: S,
        pairs: &[(usize, usize)],
        image: usize,
        (from, to): ([usize; WEIGHTS[1]], [usize; WEIGHTS[0]]),
        sums: &mut [[S::f32s; WEIGHTS[1]]; WEIGHTS[0]],
    ) {
        let [inputs, outputs] = self.channels;
        let batch = self.batch;
        let length = S::F32_LANES.min(batch - image);
        let (from, to) = (
            from.map(|at| at * batch + image),
            to.map(|at| at * batch + image),
        );
        let mut local = *sums;
        for &(x, grad) in pairs {
            let x = &self.x[x * inputs * batch..(x + 1) * inputs * batch];
            let grad = &self.grad[grad * outputs * batch..(grad + 1) * outputs * batch];
            let mut values = [simd.splat_f32s(0.0); WEIGHTS[1]];
            for (value, at) in values.iter_mut().zip(from) {
                [*value] = load::<S, 1, WHOLE>(simd, &x[at..at + length]);
            }
            for (sums, at) in local.iter_mut().zip(to) {
                let [grad] = load::<S, 1, WHOLE>(simd, &grad[at..at + length]);
                for (sum, &value) in sums.iter_mut().zip(&values) {
                    *sum = simd.mul_add_e_f32s(grad, value, *sum);
                }
            }
        }
        *sums = local;
    }
}
