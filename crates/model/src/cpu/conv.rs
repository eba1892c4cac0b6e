//! Convolutions of maps `[H, W, C, B]`, one group of pixels per task of the thread pool.

mod weights;

use pulp::{Simd, WithSimd};
use rayon::prelude::*;

use super::simd::{self, FEW_REGISTERS, load, store};

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
        let block = block(outputs);
        let packed = packed([outputs, inputs], taps, block, |output, input, tap| {
            weight[(output * inputs + input) * taps + tap]
        });
        let look = |to, window: &mut _| self.sources(to, window);
        self.gather(x, self.channels, (&packed, block), self.out(), look)
    }

    /// The gradient of x `[H, W, I, B]` for that of the result.
    pub(super) fn backward_input(&self, grad: &[f32], weight: &[f32]) -> Vec<f32> {
        let [inputs, outputs] = self.channels;
        let taps = self.taps();
        let block = block(inputs);
        // From the last weight to the first: so pixels that follow each other meet weights that do.
        let packed = packed([inputs, outputs], taps, block, |input, output, tap| {
            weight[(output * inputs + input + 1) * taps - 1 - tap]
        });
        let look = |to, window: &mut _| self.targets(to, window);
        let channels = [outputs, inputs];
        self.gather(grad, channels, (&packed, block), self.sides, look)
    }

    fn taps(&self) -> usize {
        self.kernel * self.kernel
    }

    /// The input pixel of a row or column that a weight meets for an output pixel, if it is on the map.
    fn source(&self, to: usize, tap: usize, side: usize) -> Option<usize> {
        let from = (to * self.stride + tap).checked_sub(self.padding)?;
        (from < side).then_some(from)
    }

    /// Adds the weights that an output pixel is summed with, and the input pixels they meet.
    fn sources(&self, [row, column]: [usize; 2], window: &mut Vec<(usize, usize)>) {
        let [height, width] = self.sides;
        for dy in 0..self.kernel {
            let Some(y) = self.source(row, dy, height) else {
                continue;
            };
            for dx in 0..self.kernel {
                if let Some(x) = self.source(column, dx, width) {
                    window.push((dy * self.kernel + dx, y * width + x));
                }
            }
        }
    }

    /// Adds the weights that an input pixel is multiplied with, counted from the last, and the output pixels they lead to.
    fn targets(&self, [row, column]: [usize; 2], window: &mut Vec<(usize, usize)>) {
        let out = self.out();
        let inside = |from: usize, tap: usize, side: usize| {
            let to = (from + self.padding).checked_sub(self.kernel - 1 - tap)?;
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
        (weights, block): (&[f32], usize),
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
                let first = index * group;
                let mut window = Vec::with_capacity(self.taps());
                let mut runs = Vec::new();
                let ends: Vec<usize> = (first..first + result.len() / pixel)
                    .map(|at| {
                        window.clear();
                        look([at / width, at % width], &mut window);
                        add_runs(&window, &mut runs);
                        runs.len()
                    })
                    .collect();
                simd::run(Gather {
                    source,
                    channels,
                    batch: self.batch,
                    taps: self.taps(),
                    weights,
                    block,
                    windows: (&runs, &ends),
                    result,
                });
            });
        result
    }
}

/// Weights and pixels that follow each other.
#[derive(Clone, Copy, Debug)]
struct Run {
    tap: usize,
    pixel: usize,
    count: usize,
}

/// Adds the runs of weights and pixels.
fn add_runs(window: &[(usize, usize)], runs: &mut Vec<Run>) {
    let first = runs.len();
    for &(tap, pixel) in window {
        match runs[first..].last_mut() {
            Some(run) if (run.tap + run.count, run.pixel + run.count) == (tap, pixel) => {
                run.count += 1;
            }
            _ => runs.push(Run {
                tap,
                pixel,
                count: 1,
            }),
        }
    }
}

/// Channels of a result that are summed at once: with two vectors of images each they fill the registers.
fn block(results: usize) -> usize {
    match simd::has_many_registers() {
        false => 6,
        // The larger block, unless more of it stays empty.
        true if results.next_multiple_of(12) > results.next_multiple_of(8) => 8,
        true => 12,
    }
}

/// Weights in the order they are read in: block of result channels, tap, source channel, result channel.
fn packed(
    [results, sources]: [usize; 2],
    taps: usize,
    block: usize,
    weight: impl Fn(usize, usize, usize) -> f32,
) -> Vec<f32> {
    let mut packed = vec![0.0; results.next_multiple_of(block) * taps * sources];
    for (index, places) in packed.chunks_exact_mut(block).enumerate() {
        let (first, rest) = (index / (taps * sources) * block, index % (taps * sources));
        let (tap, source) = (rest / sources, rest % sources);
        for (result, place) in (first..results).zip(places) {
            *place = weight(result, source, tap);
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
    /// Channels that are summed at once.
    block: usize,
    /// Runs of weights and pixels of the source, and the end of those of every pixel of the result.
    windows: (&'a [Run], &'a [usize]),
    result: &'a mut [f32],
}

impl WithSimd for Gather<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        match self.block {
            12 if S::REGISTER_COUNT > FEW_REGISTERS => self.blocks::<S, 12>(simd),
            8 if S::REGISTER_COUNT > FEW_REGISTERS => self.blocks::<S, 8>(simd),
            _ => self.blocks::<S, 6>(simd),
        }
    }
}

impl Gather<'_> {
    #[inline(always)]
    fn blocks<S: Simd, const C: usize>(self, simd: S) {
        let Self {
            source,
            channels: [sources, results],
            batch,
            windows: (runs, ends),
            ..
        } = self;
        let pixel = results * batch;
        let blocks = self.weights.chunks_exact(self.taps * sources * C);
        for (block, weights) in blocks.enumerate() {
            let first = block * C * batch;
            let last = pixel.min(first + C * batch);
            let result = self.result.chunks_exact_mut(pixel);
            let starts = std::iter::once(&0).chain(ends);
            for ((&start, &end), result) in starts.zip(ends).zip(result) {
                let source = Source::<C> {
                    values: source,
                    channels: sources,
                    batch,
                    weights,
                    window: &runs[start..end],
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

/// All that a block of `C` channels of a pixel is summed from.
struct Source<'a, const C: usize> {
    values: &'a [f32],
    channels: usize,
    batch: usize,
    weights: &'a [f32],
    window: &'a [Run],
}

impl<const C: usize> Source<'_, C> {
    /// Sums `V` vectors of images from `image` on.
    #[inline(always)]
    fn sum<S: Simd, const V: usize, const WHOLE: bool>(
        &self,
        simd: S,
        image: usize,
        result: &mut [f32],
    ) {
        let end = self.batch.min(image + V * S::F32_LANES);
        let mut sums = [[simd.splat_f32s(0.0); V]; C];
        for run in self.window {
            let rows = run.count * self.channels;
            let weights = &self.weights[run.tap * self.channels * C..];
            let (weights, _) = weights[..rows * C].as_chunks::<C>();
            let values = &self.values[run.pixel * self.channels * self.batch..];
            let values = &values[..rows * self.batch];
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
