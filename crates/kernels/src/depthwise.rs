//! A convolution of each channel alone.
//!
//! Eight channels of four neighbouring pixels are summed at once, so that a vector of weights is read once for four.

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
        for image in 0..out.images {
            for y in 0..out.side {
                for column in (0..out.side).step_by(PIXELS) {
                    let from = x.window((image, y, column), self.stride, self.pad);
                    let to = out.at(image, y, column);
                    match out.side - column {
                        1 => self.block::<1>(from, to, x, &mut out.data),
                        2 => self.block::<2>(from, to, x, &mut out.data),
                        3 => self.block::<3>(from, to, x, &mut out.data),
                        _ => self.block::<PIXELS>(from, to, x, &mut out.data),
                    }
                }
            }
        }
    }

    /// All channels of a few pixels of a row.
    #[inline(never)]
    fn block<const P: usize>(&self, from: usize, to: usize, x: &Maps, out: &mut [f32]) {
        let (channels, kernel) = (self.channels, self.kernel);
        let (row, step) = (x.row(), self.stride * channels);
        let panels = self.weights.chunks_exact(kernel * kernel);
        for ((panel, &bias), first) in panels.zip(&self.bias).zip((0..).step_by(LANES)) {
            let mut sums = [bias; P];
            for (weights, y) in panel.chunks_exact(kernel).zip(0..) {
                for (&weight, column) in weights.iter().zip(0..) {
                    let at = from + first + y * row + column * channels;
                    for (sum, pixel) in sums.iter_mut().zip(0..) {
                        // Behind the last channel lie other numbers, whose sums are not kept.
                        *sum += weight * whole(&x.data, at + pixel * step);
                    }
                }
            }
            let count = LANES.min(channels - first);
            for (sum, pixel) in sums.into_iter().zip(0..) {
                let to = to + first + pixel * channels;
                store(activate(sum, self.activation), &mut out[to..to + count]);
            }
        }
    }
}

/// Eight numbers.
#[inline(always)]
fn whole(data: &[f32], at: usize) -> f32x8 {
    load(&data[at..at + LANES])
}
