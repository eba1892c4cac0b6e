//! A convolution over maps whose channels lie last.
//!
//! Eight outputs of four pixels are summed at once: eight of the sixteen registers that processors have for vectors of
//! four. With six pixels all sixteen would be in use, and compiled WebAssembly then moves sums to memory and back: two
//! thirds of the speed. Unrolling the loop over the inputs has the same effect (a sixth slower), though native code
//! gains a little. A window's row is one run of `kernel x channels` numbers, since the map has its zeros around it.

use std::ops::Range;

use wide::f32x8;

use crate::maps::Maps;
use crate::simd::{LANES, activate, gather, load, store};
use crate::{Activation, Layer};

/// Pixels summed at once.
const PIXELS: usize = 4;
/// Weights that are used for all pixels before the next are: they stay in the second-level cache.
const CACHED: usize = 1 << 15;

/// A convolution of every output with every input.
#[derive(Clone, Debug)]
pub(crate) struct Conv {
    inputs: usize,
    outputs: usize,
    kernel: usize,
    stride: usize,
    /// `[top, left, bottom, right]`.
    pad: [usize; 4],
    activation: Activation,
    /// Eight outputs after eight outputs: `[outputs / 8, kernel, kernel, inputs]`.
    panels: Vec<f32x8>,
    /// `[outputs / 8]`.
    bias: Vec<f32x8>,
}

impl Conv {
    /// The layer's weights in order; there are as many as its shape says.
    pub(crate) fn new(layer: &Layer<'_>, inputs: usize, pad: [usize; 4]) -> Self {
        let outputs = layer.bias.len();
        let taps = layer.kernel * layer.kernel;
        let mut panels = Vec::with_capacity(outputs.div_ceil(LANES) * taps * inputs);
        let mut bias = Vec::with_capacity(outputs.div_ceil(LANES));
        for first in (0..outputs).step_by(LANES) {
            bias.push(gather(first, outputs, |output| layer.bias[output]));
            for tap in 0..taps {
                for input in 0..inputs {
                    panels.push(gather(first, outputs, |output| {
                        layer.weight[(output * inputs + input) * taps + tap]
                    }));
                }
            }
        }
        Self {
            inputs,
            outputs,
            kernel: layer.kernel,
            stride: layer.stride,
            pad,
            activation: layer.activation,
            panels,
            bias,
        }
    }

    /// The convolution of maps, with others added to their first channels before the activation.
    pub(crate) fn apply(&self, x: &Maps, add: Option<&Maps>, out: &mut Maps) {
        let weights = self.kernel * self.kernel * self.inputs * LANES;
        let at_once = (CACHED / weights.max(1)).max(1);
        let (images, side) = (out.images, out.side);
        for first in (0..self.bias.len()).step_by(at_once) {
            let panels = first..(first + at_once).min(self.bias.len());
            let mut places = [Place::default(); PIXELS];
            let mut count = 0;
            for pixel in Maps::pixels(images, side) {
                let (image, row, column) = pixel;
                places[count] = Place {
                    from: x.window(pixel, self.stride, self.pad),
                    to: out.at(image, row, column),
                    add: add.map_or(0, |add| add.at(image, row, column)),
                };
                count += 1;
                if count == PIXELS {
                    self.block(panels.clone(), &places, x, add, out);
                    count = 0;
                }
            }
            match (places, count) {
                ([a, ..], 1) => self.block(panels, &[a], x, add, out),
                ([a, b, ..], 2) => self.block(panels, &[a, b], x, add, out),
                ([a, b, c, _], 3) => self.block(panels, &[a, b, c], x, add, out),
                _ => {}
            }
        }
    }

    /// Some panels of outputs of a few pixels.
    ///
    /// A function of its own: as a part of a large one its sums do not stay in registers.
    #[inline(never)]
    fn block<const P: usize>(
        &self,
        panels: Range<usize>,
        places: &[Place; P],
        x: &Maps,
        add: Option<&Maps>,
        out: &mut Maps,
    ) {
        let run = self.kernel * self.inputs;
        let size = run * self.kernel;
        let row = x.row();
        let weights = self.panels[panels.start * size..panels.end * size].chunks_exact(size);
        let firsts = (panels.start * LANES..).step_by(LANES);
        for ((panel, &bias), first) in weights.zip(&self.bias[panels]).zip(firsts) {
            let mut sums = [bias; P];
            for tap in 0..self.kernel {
                let weights = &panel[tap * run..][..run];
                let mut rows = [[].as_slice(); P];
                for (values, place) in rows.iter_mut().zip(places) {
                    *values = &x.data[place.from + tap * row..][..weights.len()];
                }
                for (at, &weight) in weights.iter().enumerate() {
                    for (sum, values) in sums.iter_mut().zip(&rows) {
                        *sum += weight * f32x8::splat(values[at]);
                    }
                }
            }
            if let Some(add) = add.filter(|add| first < add.channels) {
                let count = LANES.min(add.channels - first);
                for (place, sum) in places.iter().zip(&mut sums) {
                    *sum += load(&add.data[place.add + first..][..count]);
                }
            }
            activate(&mut sums, self.activation);
            let count = LANES.min(self.outputs - first);
            for (place, &sum) in places.iter().zip(&sums) {
                store(sum, &mut out.data[place.to + first..][..count]);
            }
        }
    }
}

/// The offsets of a pixel's window, of its result, and of the values added to it.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    from: usize,
    to: usize,
    add: usize,
}
