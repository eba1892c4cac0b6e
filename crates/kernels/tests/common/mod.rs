//! Random layers, and naive loops to compare with.
#![allow(dead_code, reason = "every test binary uses its own part")]

use modulens_kernels::{Activation, Layer, Padding};

/// Numbers from -1 to 1 (a linear congruential generator).
pub(crate) struct Lcg(pub(crate) u64);

impl Lcg {
    pub(crate) fn number(&mut self) -> f32 {
        self.0 = self
            .0
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (self.0 >> 40) as f32 / (1 << 23) as f32 - 1.0
    }

    pub(crate) fn numbers(&mut self, count: usize) -> Vec<f32> {
        (0..count).map(|_| self.number()).collect()
    }
}

/// A layer with weights of its own.
#[derive(Clone, Debug)]
pub(crate) struct Owned {
    pub(crate) weight: Vec<f32>,
    pub(crate) bias: Vec<f32>,
    pub(crate) kernel: usize,
    pub(crate) stride: usize,
    pub(crate) padding: Padding,
    pub(crate) activation: Activation,
}

impl Owned {
    /// Random weights whose sums neither grow nor vanish; `inputs` is 1 for a depthwise convolution.
    pub(crate) fn random(
        random: &mut Lcg,
        [inputs, outputs]: [usize; 2],
        [kernel, stride]: [usize; 2],
        padding: Padding,
        activation: Activation,
    ) -> Self {
        let taps = inputs * kernel * kernel;
        let scale = (3.0 / taps as f32).sqrt();
        Self {
            weight: random
                .numbers(outputs * taps)
                .iter()
                .map(|w| w * scale)
                .collect(),
            bias: random.numbers(outputs),
            kernel,
            stride,
            padding,
            activation,
        }
    }

    pub(crate) fn view(&self) -> Layer<'_> {
        Layer {
            weight: &self.weight,
            bias: &self.bias,
            kernel: self.kernel,
            stride: self.stride,
            padding: self.padding,
            activation: self.activation,
        }
    }

    /// The convolution of one map, by definition.
    pub(crate) fn naive(&self, x: &Map, depthwise: bool) -> Map {
        let inputs = if depthwise { 1 } else { x.channels };
        let (before, side) = place(self.kernel, self.stride, self.padding, x.side);
        let mut out = Map::zeros(side, self.bias.len());
        for (y, column, output) in out.places() {
            let mut sum = f64::from(self.bias[output]);
            for input in 0..inputs {
                let channel = if depthwise { output } else { input };
                for dy in 0..self.kernel {
                    for dx in 0..self.kernel {
                        let tap = (output * inputs + input) * self.kernel + dy;
                        let weight = self.weight[tap * self.kernel + dx];
                        let at = |at: usize, d: usize| (at * self.stride + d).checked_sub(before);
                        let value = x.get(at(y, dy), at(column, dx), channel).unwrap_or(0.0);
                        sum += f64::from(weight) * f64::from(value);
                    }
                }
            }
            out.set(y, column, output, sum as f32);
        }
        out
    }
}

/// The zeros before, and the side of the result.
fn place(kernel: usize, stride: usize, padding: Padding, side: usize) -> (usize, usize) {
    match padding {
        Padding::Sides([top, left, bottom, right]) => {
            assert_eq!((top, bottom), (left, right), "tests with square padding");
            (top, (side + top + bottom - kernel) / stride + 1)
        }
        Padding::Same => {
            let out = side.div_ceil(stride);
            (((out - 1) * stride + kernel).saturating_sub(side) / 2, out)
        }
    }
}

/// `[side, side, channels]`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Map {
    pub(crate) side: usize,
    pub(crate) channels: usize,
    pub(crate) data: Vec<f32>,
}

impl Map {
    pub(crate) fn zeros(side: usize, channels: usize) -> Self {
        Self {
            side,
            channels,
            data: vec![0.0; side * side * channels],
        }
    }

    /// From `[3, side, side]`.
    pub(crate) fn of_image(planes: &[f32], side: usize) -> Self {
        let mut map = Self::zeros(side, 3);
        for (y, x, channel) in map.places() {
            map.set(y, x, channel, planes[(channel * side + y) * side + x]);
        }
        map
    }

    pub(crate) fn places(&self) -> impl Iterator<Item = (usize, usize, usize)> + use<> {
        let (side, channels) = (self.side, self.channels);
        (0..side * side * channels)
            .map(move |at| (at / channels / side, at / channels % side, at % channels))
    }

    fn get(&self, y: Option<usize>, x: Option<usize>, channel: usize) -> Option<f32> {
        let (y, x) = (y?, x?);
        let inside = y < self.side && x < self.side;
        inside.then(|| self.data[(y * self.side + x) * self.channels + channel])
    }

    fn set(&mut self, y: usize, x: usize, channel: usize, value: f32) {
        self.data[(y * self.side + x) * self.channels + channel] = value;
    }

    /// Adds a map to the first channels.
    pub(crate) fn plus(mut self, other: &Self) -> Self {
        assert_eq!(self.side, other.side);
        for (y, x, channel) in other.places() {
            let at = (y * self.side + x) * self.channels + channel;
            self.data[at] += other.data[(y * self.side + x) * other.channels + channel];
        }
        self
    }

    pub(crate) fn activated(mut self, activation: Activation) -> Self {
        for value in &mut self.data {
            *value = match activation {
                Activation::None => *value,
                Activation::Relu => value.max(0.0),
                Activation::Relu6 => value.clamp(0.0, 6.0),
            };
        }
        self
    }

    pub(crate) fn max_pool(&self, kernel: usize, stride: usize, padding: Padding) -> Self {
        let (before, side) = place(kernel, stride, padding, self.side);
        let mut out = Self::zeros(side, self.channels);
        for (y, x, channel) in out.places() {
            let taps = (0..kernel * kernel).filter_map(|tap| {
                let at = |at: usize, d: usize| (at * stride + d).checked_sub(before);
                self.get(at(y, tap / kernel), at(x, tap % kernel), channel)
            });
            out.set(y, x, channel, taps.fold(f32::NEG_INFINITY, f32::max));
        }
        out
    }

    pub(crate) fn cell_averages(&self, cells: usize) -> Vec<f32> {
        let mut sums = vec![(0.0_f64, 0.0_f64); self.channels * cells * cells];
        for (at, pixel) in self.data.chunks_exact(self.channels).enumerate() {
            let [row, column] = [at / self.side, at % self.side].map(|at| at * cells / self.side);
            for (channel, &value) in pixel.iter().enumerate() {
                let sum = &mut sums[(channel * cells + row) * cells + column];
                *sum = (sum.0 + f64::from(value), sum.1 + 1.0);
            }
        }
        sums.iter()
            .map(|(sum, count)| (sum / count) as f32)
            .collect()
    }

    pub(crate) fn averages(&self) -> Vec<f32> {
        let mut sums = vec![0.0_f64; self.channels];
        for pixel in self.data.chunks_exact(self.channels) {
            sums.iter_mut()
                .zip(pixel)
                .for_each(|(sum, &value)| *sum += f64::from(value));
        }
        let pixels = (self.side * self.side) as f64;
        sums.iter().map(|sum| (sum / pixels) as f32).collect()
    }
}

#[track_caller]
pub(crate) fn assert_close(found: &[f32], expected: &[f32]) {
    assert_eq!(found.len(), expected.len(), "length");
    let largest = expected
        .iter()
        .fold(1.0_f32, |largest, value| largest.max(value.abs()));
    for (at, (found, expected)) in found.iter().zip(expected).enumerate() {
        let close = (found - expected).abs() <= 2e-5 * largest;
        assert!(close, "number {at}: {found}, expected {expected}");
    }
}
