//! The layers as plain loops over maps whose channels lie together.

use crate::weights::Layer;

/// A square map of `[side, side, channels]` values.
#[derive(Debug)]
pub(super) struct Map {
    pub(super) side: usize,
    pub(super) channels: usize,
    pub(super) values: Vec<f32>,
}

impl Map {
    fn filled(side: usize, layer: &Layer) -> Self {
        let channels = layer.bias.len();
        Self {
            side,
            channels,
            values: layer.bias.repeat(side * side),
        }
    }

    fn at(&self, row: usize, column: usize) -> &[f32] {
        let from = (row * self.side + column) * self.channels;
        &self.values[from..from + self.channels]
    }
}

/// Rows or columns that a window covers inside the map: the place in the window, and the place in the map. The border
/// is TensorFlow's "same".
fn window(
    side: usize,
    kernel: usize,
    stride: usize,
    at: usize,
) -> impl Iterator<Item = (usize, usize)> + Clone {
    let before = ((side.div_ceil(stride) - 1) * stride + kernel).saturating_sub(side) / 2;
    (0..kernel).filter_map(move |offset| {
        let place = (at * stride + offset).checked_sub(before)?;
        (place < side).then_some((offset, place))
    })
}

/// A convolution with a `[outputs, kernel, kernel, inputs]` kernel and a stride of 2.
pub(super) fn convolve(map: &Map, layer: &Layer, kernel: usize) -> Map {
    let mut out = Map::filled(map.side.div_ceil(2), layer);
    let inputs = map.channels;
    let each = kernel * kernel * inputs;
    for (cell, values) in out.values.chunks_exact_mut(out.channels).enumerate() {
        let (row, column) = (cell / out.side, cell % out.side);
        for (i, y) in window(map.side, kernel, 2, row) {
            for (j, x) in window(map.side, kernel, 2, column) {
                let pixel = map.at(y, x);
                let weights = layer.kernel.chunks_exact(each);
                for (value, weights) in values.iter_mut().zip(weights) {
                    let from = (i * kernel + j) * inputs;
                    *value += dot(pixel, &weights[from..from + inputs]);
                }
            }
        }
    }
    out
}

/// A depthwise convolution with a `[3, 3, channels]` kernel.
pub(super) fn depthwise(map: &Map, layer: &Layer, stride: usize) -> Map {
    let mut out = Map::filled(map.side.div_ceil(stride), layer);
    let (side, channels) = (out.side, out.channels);
    for (cell, values) in out.values.chunks_exact_mut(channels).enumerate() {
        for (i, y) in window(map.side, 3, stride, cell / side) {
            for (j, x) in window(map.side, 3, stride, cell % side) {
                let weights = &layer.kernel[(i * 3 + j) * channels..];
                for ((value, pixel), weight) in values.iter_mut().zip(map.at(y, x)).zip(weights) {
                    *value += pixel * weight;
                }
            }
        }
    }
    out
}

/// A pointwise convolution with a `[outputs, inputs]` kernel.
pub(super) fn pointwise(map: &Map, layer: &Layer) -> Map {
    let mut out = Map::filled(map.side, layer);
    let (inputs, outputs) = (map.channels, out.channels);
    let mut turned = vec![0.0; inputs * outputs];
    for (output, row) in layer.kernel.chunks_exact(inputs).enumerate() {
        for (input, weight) in row.iter().enumerate() {
            turned[input * outputs + output] = *weight;
        }
    }
    let cells = map.values.chunks_exact(inputs);
    for (values, pixel) in out.values.chunks_exact_mut(outputs).zip(cells) {
        for (pixel, weights) in pixel.iter().zip(turned.chunks_exact(outputs)) {
            for (value, weight) in values.iter_mut().zip(weights) {
                *value += pixel * weight;
            }
        }
    }
    out
}

/// Adds the shortcut: the block's input, with a stride of 2 the maximum of each 2 x 2 cells, and zeros for the channels that
/// it lacks.
pub(super) fn add_shortcut(out: &mut Map, input: &Map, stride: usize) {
    let (side, channels) = (out.side, out.channels);
    for (cell, values) in out.values.chunks_exact_mut(channels).enumerate() {
        let (row, column) = (cell / side * stride, cell % side * stride);
        for (channel, value) in values.iter_mut().enumerate().take(input.channels) {
            let mut most = f32::NEG_INFINITY;
            for y in row..row + stride {
                for x in column..column + stride {
                    most = most.max(input.at(y, x)[channel]);
                }
            }
            *value += most;
        }
    }
}

/// Sets what is negative to zero.
pub(super) fn relu(map: &mut Map) {
    for value in &mut map.values {
        *value = value.max(0.0);
    }
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
