//! The loops behind the operations, one channel per task of the thread pool.

use burn::backend::{Flex, TensorMetadata as _, tensor::FloatTensor};
use burn::tensor::{Shape, TensorData};
use rayon::prelude::*;

use crate::geometry::same_padding;

type Values = FloatTensor<Flex>;

/// Images summed at once: four vectors of the least processor.
const LANES: usize = 16;
const TOP: f32 = 6.0;

/// `min(max(x + bias, 0), 6)` over rows, in place where nothing else holds the values.
pub(super) fn bias_relu6(x: Values, bias: &Values) -> Values {
    let bias = bias.to_contiguous();
    let columns = columns(&x.shape());
    let mut x = alone(x);
    let bias = contents(&bias);
    x.storage_mut::<f32>()
        .par_chunks_mut(columns)
        .zip(bias)
        .for_each(|(row, &bias)| {
            for value in row {
                *value = (*value + bias).clamp(0.0, TOP);
            }
        });
    x
}

/// The gradients of x and bias from the result and its gradient.
pub(super) fn bias_relu6_backward(y: &Values, grad: Values) -> (Values, Values) {
    let mut grad = alone(grad);
    let columns = columns(&y.shape());
    let sums: Vec<f32> = grad
        .storage_mut::<f32>()
        .par_chunks_mut(columns)
        .zip(contents(y).par_chunks(columns))
        .map(|(grad, y)| {
            let mut sum = 0.0;
            for (grad, y) in grad.chunks_mut(LANES).zip(y.chunks(LANES)) {
                for (grad, &y) in grad.iter_mut().zip(y) {
                    *grad = masked(*grad, y);
                }
                sum += grad.iter().sum::<f32>();
            }
            sum
        })
        .collect();
    let rows = sums.len();
    (grad, tensor(sums, &[rows]))
}

/// A depthwise convolution, its bias and its rectifier.
pub(super) fn depthwise_relu6(x: &Values, weight: &Values, bias: &Values, stride: usize) -> Values {
    let (x, weight, bias) = (
        x.to_contiguous(),
        weight.to_contiguous(),
        bias.to_contiguous(),
    );
    let map = Map::new(&x.shape(), &weight.shape(), stride);
    let mut y = vec![0.0_f32; map.channels * map.output()];
    y.par_chunks_mut(map.output())
        .zip(contents(&x).par_chunks(map.input()))
        .zip(contents(&weight).par_chunks(map.taps()))
        .zip(contents(&bias))
        .for_each(|(((y, x), weight), &bias)| map.forward(x, weight, bias, y));
    tensor(y, &[map.channels, map.out[0], map.out[1], map.batch])
}

/// The gradients of x, weight and bias.
pub(super) fn depthwise_relu6_backward(
    x: &Values,
    weight: &Values,
    y: &Values,
    grad: &Values,
    stride: usize,
) -> [Values; 3] {
    let (x, weight, grad) = (
        x.to_contiguous(),
        weight.to_contiguous(),
        grad.to_contiguous(),
    );
    let map = Map::new(&x.shape(), &weight.shape(), stride);
    let mut grad_x = vec![0.0_f32; map.channels * map.input()];
    let mut grad_weight = vec![0.0_f32; map.channels * map.taps()];
    let mut grad_bias = vec![0.0_f32; map.channels];
    grad_x
        .par_chunks_mut(map.input())
        .zip(grad_weight.par_chunks_mut(map.taps()))
        .zip(&mut grad_bias)
        .zip(contents(&x).par_chunks(map.input()))
        .zip(contents(&weight).par_chunks(map.taps()))
        .zip(contents(y).par_chunks(map.output()))
        .zip(contents(&grad).par_chunks(map.output()))
        .for_each(
            |((((((grad_x, grad_weight), grad_bias), x), weight), y), grad)| {
                *grad_bias = map.backward(x, weight, (y, grad), grad_x, grad_weight);
            },
        );
    [
        tensor(
            grad_x,
            &[map.channels, map.sides[0], map.sides[1], map.batch],
        ),
        tensor(grad_weight, &[map.channels, map.taps()]),
        tensor(grad_bias, &[map.channels]),
    ]
}

/// The shapes of a depthwise convolution.
struct Map {
    channels: usize,
    sides: [usize; 2],
    batch: usize,
    out: [usize; 2],
    kernel: usize,
    stride: usize,
    /// Padding above and to the left.
    before: [usize; 2],
}

impl Map {
    fn new(x: &Shape, weight: &Shape, stride: usize) -> Self {
        let [channels, height, width, batch] = x.dims();
        let sides = [height, width];
        let kernel = weight[1].isqrt();
        Self {
            channels,
            sides,
            batch,
            out: sides.map(|side| side.div_ceil(stride)),
            kernel,
            stride,
            before: sides.map(|side| same_padding(side, kernel, stride).0),
        }
    }

    fn input(&self) -> usize {
        self.sides[0] * self.sides[1] * self.batch
    }

    fn output(&self) -> usize {
        self.out[0] * self.out[1] * self.batch
    }

    fn taps(&self) -> usize {
        self.kernel * self.kernel
    }

    /// The weights that meet the image for an output pixel, and the offsets of the pixels they meet.
    fn window(&self, y: usize, x: usize, taps: &mut Vec<(usize, usize)>) {
        taps.clear();
        for dy in 0..self.kernel {
            let Some(row) = self.inside(0, y, dy) else {
                continue;
            };
            for dx in 0..self.kernel {
                if let Some(column) = self.inside(1, x, dx) {
                    let pixel = row * self.sides[1] + column;
                    taps.push((dy * self.kernel + dx, pixel * self.batch));
                }
            }
        }
    }

    fn inside(&self, axis: usize, output: usize, tap: usize) -> Option<usize> {
        (output * self.stride + tap)
            .checked_sub(self.before[axis])
            .filter(|&at| at < self.sides[axis])
    }

    fn pixels(&self) -> impl Iterator<Item = (usize, usize)> + use<> {
        let [height, width] = self.out;
        (0..height).flat_map(move |y| (0..width).map(move |x| (y, x)))
    }

    fn forward(&self, x: &[f32], weight: &[f32], bias: f32, out: &mut [f32]) {
        let mut taps = Vec::with_capacity(self.taps());
        for ((row, column), out) in self.pixels().zip(out.chunks_exact_mut(self.batch)) {
            self.window(row, column, &mut taps);
            let (whole, rest) = out.as_chunks_mut::<LANES>();
            let mut first = 0;
            for out in whole {
                let mut sums = [bias; LANES];
                for &(tap, at) in &taps {
                    let (weight, x) = (weight[tap], &x[at + first..at + first + LANES]);
                    for (sum, &x) in sums.iter_mut().zip(x) {
                        *sum += weight * x;
                    }
                }
                *out = sums.map(|sum| sum.clamp(0.0, TOP));
                first += LANES;
            }
            for (index, out) in rest.iter_mut().enumerate() {
                let terms = taps
                    .iter()
                    .map(|&(tap, at)| weight[tap] * x[at + first + index]);
                *out = terms.fold(bias, |sum, term| sum + term).clamp(0.0, TOP);
            }
        }
    }

    /// Adds to the gradients of a channel's input and weights; returns that of its bias.
    fn backward(
        &self,
        x: &[f32],
        weight: &[f32],
        (y, grad): (&[f32], &[f32]),
        grad_x: &mut [f32],
        grad_weight: &mut [f32],
    ) -> f32 {
        let mut taps = Vec::with_capacity(self.taps());
        // Sums in lanes, since additions of floats are not put in another order for speed.
        let mut lanes = vec![[0.0_f32; LANES]; self.taps()];
        let mut bias = 0.0;
        let mut local = vec![0.0_f32; self.batch];
        let pairs = y
            .chunks_exact(self.batch)
            .zip(grad.chunks_exact(self.batch));
        for ((row, column), (y, grad)) in self.pixels().zip(pairs) {
            for ((local, &grad), &y) in local.iter_mut().zip(grad).zip(y) {
                *local = masked(grad, y);
            }
            bias += local.iter().sum::<f32>();
            self.window(row, column, &mut taps);
            for &(tap, at) in &taps {
                let weight = weight[tap];
                let sums = &mut lanes[tap];
                let x = &x[at..at + self.batch];
                let grad_x = &mut grad_x[at..at + self.batch];
                let (x, x_rest) = x.as_chunks::<LANES>();
                let (to, to_rest) = grad_x.as_chunks_mut::<LANES>();
                let (from, from_rest) = local.as_chunks::<LANES>();
                for ((to, from), x) in to.iter_mut().zip(from).zip(x) {
                    for lane in 0..LANES {
                        to[lane] += weight * from[lane];
                        sums[lane] += from[lane] * x[lane];
                    }
                }
                for ((to, &from), &x) in to_rest.iter_mut().zip(from_rest).zip(x_rest) {
                    *to += weight * from;
                    sums[0] += from * x;
                }
            }
        }
        for (grad, lanes) in grad_weight.iter_mut().zip(&lanes) {
            *grad = lanes.iter().sum();
        }
        bias
    }
}

/// The gradient before the rectifier.
fn masked(grad: f32, y: f32) -> f32 {
    if y > 0.0 && y < TOP { grad } else { 0.0 }
}

/// Length of a row of a tensor whose first axis is the channels; never 0.
fn columns(shape: &Shape) -> usize {
    shape.iter().skip(1).product::<usize>().max(1)
}

/// The values of a tensor that `to_contiguous` gave.
pub(super) fn contents(values: &Values) -> &[f32] {
    values.storage()
}

/// A contiguous tensor that shares its memory with no copy of the handle made here.
pub(super) fn alone(values: Values) -> Values {
    let contiguous = values.to_contiguous();
    drop(values);
    contiguous
}

pub(super) fn tensor(values: Vec<f32>, shape: &[usize]) -> Values {
    Values::from_data(TensorData::new(values, shape.to_vec()))
}
