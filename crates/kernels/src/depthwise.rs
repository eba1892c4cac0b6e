//! A convolution of each channel alone.
//!
//! Eight channels of four neighbouring pixels are summed at once, so that weights and columns of the windows are read
//! once for several sums. With four channels at a time neither native nor compiled WebAssembly is faster.

use wide::f32x8;

use crate::maps::Maps;
use crate::simd::{LANES, activate, gather, load, store};
use crate::{Activation, Layer};

/// Pixels summed at once.
const PIXELS: usize = 4;

/// A depthwise convolution.
#[derive(Clone, Debug)]
pub(crate) struct Depthwise {
    channels: usize,
    kernel: usize,
    stride: usize,
    /// `[top, left, bottom, right]`.
    pad: [usize; 4],
    activation: Activation,
    /// Eight channels after eight channels: `[channels / 8, kernel, kernel]`.
    weights: Vec<f32x8>,
    /// `[channels / 8]`.
    bias: Vec<f32x8>,
}

impl Depthwise {
    /// The layer's weights in order; there are as many as its shape says.
    pub(crate) fn new(layer: &Layer<'_>, pad: [usize; 4]) -> Self {
        let channels = layer.bias.len();
        let taps = layer.kernel * layer.kernel;
        let firsts = || (0..channels).step_by(LANES);
        let weight = |first, tap| gather(first, channels, |at| layer.weight[at * taps + tap]);
        Self {
            channels,
            kernel: layer.kernel,
            stride: layer.stride,
            pad,
            activation: layer.activation,
            weights: firsts()
                .flat_map(|first| (0..taps).map(move |tap| weight(first, tap)))
                .collect(),
            bias: firsts()
                .map(|first| gather(first, channels, |at| layer.bias[at]))
                .collect(),
        }
    }

    pub(crate) fn apply(&self, x: &Maps, out: &mut Maps) {
        let side = out.side;
        let pixels = side.min(PIXELS);
        for image in 0..out.images {
            for y in 0..side {
                for column in (0..side).step_by(PIXELS) {
                    // The last few pixels of a row together with some that are done already.
                    let column = column.min(side - pixels);
                    let from = x.window((image, y, column), self.stride, self.pad);
                    let to = out.at(image, y, column);
                    let out = &mut out.data;
                    match (pixels, self.kernel, self.stride) {
                        (PIXELS, 3, 1) => self.block::<3, 1>(from, to, x, out),
                        (PIXELS, 3, 2) => self.block::<3, 2>(from, to, x, out),
                        (PIXELS, 5, 1) => self.block::<5, 1>(from, to, x, out),
                        (PIXELS, 5, 2) => self.block::<5, 2>(from, to, x, out),
                        _ => (0..pixels).for_each(|pixel| {
                            let step = pixel * self.channels;
                            self.pixel(from + self.stride * step, to + step, x, out);
                        }),
                    }
                }
            }
        }
    }

    /// All channels of four pixels of a row.
    ///
    /// Column after column of the windows: a pixel of the input is read once for all windows that it lies in.
    #[inline(never)]
    fn block<const K: usize, const S: usize>(
        &self,
        from: usize,
        to: usize,
        x: &Maps,
        out: &mut [f32],
    ) {
        let channels = self.channels;
        let row = x.row();
        let columns = (PIXELS - 1) * S + K;
        // Behind the last channel lie other numbers, whose sums are not kept.
        let span = (columns - 1) * channels + LANES;
        let panels = self.weights.chunks_exact(K * K);
        for ((panel, &bias), first) in panels.zip(&self.bias).zip((0..).step_by(LANES)) {
            let mut sums = [bias; PIXELS];
            let mut start = from + first;
            for weights in panel.as_chunks::<K>().0 {
                let values = &x.data[start..start + span];
                start += row;
                let mut at = 0;
                for column in 0..columns {
                    let value = load(&values[at..at + LANES]);
                    at += channels;
                    for (pixel, sum) in sums.iter_mut().enumerate() {
                        if (pixel * S..pixel * S + K).contains(&column) {
                            *sum += weights[column - pixel * S] * value;
                        }
                    }
                }
            }
            activate(&mut sums, self.activation);
            let count = LANES.min(channels - first);
            let mut to = to + first;
            for &sum in &sums {
                store(sum, &mut out[to..to + count]);
                to += channels;
            }
        }
    }

    /// All channels of a pixel, with any window.
    fn pixel(&self, from: usize, to: usize, x: &Maps, out: &mut [f32]) {
        let (channels, kernel) = (self.channels, self.kernel);
        let panels = self.weights.chunks_exact(kernel * kernel);
        for ((panel, &bias), first) in panels.zip(&self.bias).zip((0..).step_by(LANES)) {
            let mut sums = [bias];
            for (weights, y) in panel.chunks_exact(kernel).zip(0..) {
                for (&weight, column) in weights.iter().zip(0..) {
                    let at = from + first + y * x.row() + column * channels;
                    sums[0] += weight * load(&x.data[at..at + LANES]);
                }
            }
            activate(&mut sums, self.activation);
            let count = LANES.min(channels - first);
            store(sums[0], &mut out[to + first..][..count]);
        }
    }
}
