//! A convolution over maps whose channels lie last.
//!
//! Eight outputs of four pixels are summed at once: eight of the sixteen registers that processors have for vectors of
//! four. With six pixels all sixteen would be in use, and compiled WebAssembly then moves sums to memory and back: two
//! thirds of the speed. A window's row is one run of `kernel x channels` numbers, since the map has its zeros around
//! it.

use burn::nn::conv::Conv2d;
use burn::nn::{BatchNorm, PaddingConfig2d};
use wide::f32x8;

use super::maps::Maps;
use super::{PlainError, numbers};
use crate::norm;

const LANES: usize = 8;
/// Pixels summed at once.
const PIXELS: usize = 4;

/// A convolution with its batch norm folded in.
#[derive(Clone, Debug)]
pub(crate) struct Conv {
    inputs: usize,
    outputs: usize,
    kernel: usize,
    stride: usize,
    pad: usize,
    rectified: bool,
    /// Eight outputs after eight outputs: `[outputs / 8, kernel, kernel, inputs]`.
    panels: Vec<f32x8>,
    /// `[outputs / 8]`.
    bias: Vec<f32x8>,
}

impl Conv {
    /// `norm(conv(x))`, and a rectifier behind it or behind the shortcut that is added.
    pub(crate) fn new(
        conv: &Conv2d,
        norm: &BatchNorm,
        rectified: bool,
    ) -> Result<Self, PlainError> {
        let (scale, shift) = norm::folded(norm);
        let weight = conv.weight.val();
        let [outputs, inputs, kernel, _] = weight.dims();
        let weight = numbers(weight * scale.reshape([outputs, 1, 1, 1]))?;
        let shift = numbers(shift)?;
        let lanes = |first: usize, value: &dyn Fn(usize) -> f32| {
            f32x8::new(std::array::from_fn(|lane| {
                let output = first + lane;
                if output < outputs { value(output) } else { 0.0 }
            }))
        };
        let mut panels = Vec::with_capacity(outputs.div_ceil(LANES) * kernel * kernel * inputs);
        let mut bias = Vec::with_capacity(outputs.div_ceil(LANES));
        for first in (0..outputs).step_by(LANES) {
            bias.push(lanes(first, &|output| shift[output]));
            for tap in 0..kernel * kernel {
                for input in 0..inputs {
                    panels.push(lanes(first, &|output| {
                        weight[(output * inputs + input) * kernel * kernel + tap]
                    }));
                }
            }
        }
        Ok(Self {
            inputs,
            outputs,
            kernel,
            stride: conv.stride[0],
            pad: match conv.padding {
                PaddingConfig2d::Explicit(top, ..) => top,
                PaddingConfig2d::Valid => 0,
                PaddingConfig2d::Same => kernel / 2,
            },
            rectified,
            panels,
            bias,
        })
    }

    /// Zeros needed around the input.
    pub(super) fn pad(&self) -> usize {
        self.pad
    }

    pub(super) fn outputs(&self) -> usize {
        self.outputs
    }

    /// Side of the output for an input of this side.
    pub(super) fn side(&self, input: usize) -> usize {
        (input + 2 * self.pad).saturating_sub(self.kernel) / self.stride + 1
    }

    /// The convolution of maps, with others added before the rectifier, into maps with so many zeros around them.
    pub(super) fn apply(&self, x: &Maps, add: Option<&Maps>, border: usize) -> Maps {
        let mut out = Maps::zeros(x.images, self.side(x.side), self.outputs, border);
        let inset = (x.row() + x.channels) * self.pad;
        let places: Vec<Place> = Maps::pixels(out.images, out.side)
            .map(|(image, row, column)| Place {
                from: x.at(image, row * self.stride, column * self.stride) - inset,
                to: out.at(image, row, column),
                add: add.map_or(0, |add| add.at(image, row, column)),
            })
            .collect();
        let add = add.map_or::<&[f32], _>(&[], |add| &add.data);
        let (blocks, rest) = places.as_chunks::<PIXELS>();
        for block in blocks {
            self.block(block, x, add, &mut out.data);
        }
        match *rest {
            [a] => self.block(&[a], x, add, &mut out.data),
            [a, b] => self.block(&[a, b], x, add, &mut out.data),
            [a, b, c] => self.block(&[a, b, c], x, add, &mut out.data),
            _ => {}
        }
        out
    }

    /// All outputs of a few pixels.
    ///
    /// A function of its own: as a part of a large one its sums do not stay in registers.
    #[inline(never)]
    fn block<const P: usize>(&self, places: &[Place; P], x: &Maps, add: &[f32], out: &mut [f32]) {
        let run = self.kernel * self.inputs;
        let panels = self.panels.chunks_exact(run * self.kernel);
        for ((panel, &bias), first) in panels.zip(&self.bias).zip((0..).step_by(LANES)) {
            let mut sums = [bias; P];
            for (tap, weights) in panel.chunks_exact(run).enumerate() {
                let skip = tap * x.row();
                let rows = places
                    .each_ref()
                    .map(|place| &x.data[place.from + skip..][..weights.len()]);
                // By index: the compiler then sees that no row ends before the weights do.
                for at in 0..weights.len() {
                    let weight = weights[at];
                    let values = rows.map(|row| f32x8::splat(row[at]));
                    for (sum, value) in sums.iter_mut().zip(values) {
                        *sum += weight * value;
                    }
                }
            }
            let count = LANES.min(self.outputs - first);
            for (place, mut sum) in places.iter().zip(sums) {
                if let Some(add) = add.get(place.add + first..place.add + first + count) {
                    sum += load(add);
                }
                if self.rectified {
                    sum = sum.fast_max(f32x8::ZERO);
                }
                store(sum, &mut out[place.to + first..place.to + first + count]);
            }
        }
    }
}

/// Up to eight numbers, and zeros.
fn load(values: &[f32]) -> f32x8 {
    f32x8::new(values.first_chunk().copied().unwrap_or_else(|| {
        let mut lanes = [0.0; LANES];
        lanes[..values.len()].copy_from_slice(values);
        lanes
    }))
}

/// As many as there is room for.
fn store(lanes: f32x8, out: &mut [f32]) {
    let lanes = lanes.to_array();
    match out.first_chunk_mut() {
        Some(whole) => *whole = lanes,
        None => out.copy_from_slice(&lanes[..out.len()]),
    }
}

/// The offsets of a pixel's window, of its result, and of the values added to it.
#[derive(Clone, Copy, Debug)]
struct Place {
    from: usize,
    to: usize,
    add: usize,
}
