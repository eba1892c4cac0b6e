//! The trunk without Burn, for the processor: a convolution that a picture alone or a few pictures keep busy.
//!
//! Burn's flex backend brings every layer's input into another order, copies each window out of it, multiplies, and
//! brings the result back; around layers as small as ours that takes longer than the multiplication. Here maps stay in
//! one order (channels last) from the picture to the average, windows are read where they lie, and bias, rectifier and
//! shortcut are applied to sums that are still in registers. Batch norms are folded into the convolutions. The results
//! are those of [`Network::trunk`](crate::Network::trunk) but for the order of additions.
//!
//! To be deleted once Burn's flex backend computes these networks as fast.

mod conv;
mod maps;

use burn::tensor::{ExecutionError, Tensor};
use thiserror::Error;

pub(crate) use conv::Conv;
use maps::Maps;

/// Numbers that all pictures' largest map may take together: what is computed at once should stay in the cache.
const AT_ONCE: usize = 1 << 18;
/// The most pictures at once.
const MOST: usize = 8;

/// Weights that cannot be read back from their device.
#[derive(Debug, Error)]
#[error("the weights cannot be read back from the device: {0}")]
pub struct PlainError(String);

/// A part of a trunk.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// A convolution.
    Conv(Conv),
    /// `relu(second(first(x)) + shortcut(x))`, where no shortcut is the map itself.
    Block {
        first: Conv,
        second: Conv,
        shortcut: Option<Conv>,
    },
    /// The largest of each 3x3 window, stride 2, with zeros around the map: for maps that are rectified.
    Pool,
}

/// A trunk that ends in an average, ready to run on the processor.
#[derive(Clone, Debug)]
pub struct PlainTrunk {
    side: usize,
    steps: Vec<Step>,
    channels: usize,
    group: usize,
}

impl PlainTrunk {
    pub(crate) fn new(side: usize, channels: usize, steps: Vec<Step>) -> Self {
        let mut trunk = Self {
            side,
            steps,
            channels,
            group: 1,
        };
        // What one picture takes says how many fit.
        let largest = trunk.largest();
        trunk.group = (AT_ONCE / largest.max(1)).clamp(1, MOST);
        trunk
    }

    /// Length of a picture's features.
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// The features of pictures.
    ///
    /// A picture's features do not depend on those it is computed with, bit for bit.
    ///
    /// # Shapes
    /// pictures `[B, 3, S, S]`; the result is `[B, C]`. What is left of the last picture when it is not whole is
    /// not looked at.
    pub fn features(&self, pictures: &[f32]) -> Vec<f32> {
        let one = 3 * self.side * self.side;
        let whole = &pictures[..pictures.len() / one * one];
        let mut features = Vec::with_capacity(whole.len() / one * self.channels);
        for group in whole.chunks(one * self.group) {
            let input = Maps::from_planes(group, self.side, self.border(0));
            let maps = (0..self.steps.len()).fold(input, |maps, at| self.step(at, &maps));
            maps.averages(&mut features);
        }
        features
    }

    fn step(&self, at: usize, x: &Maps) -> Maps {
        let border = self.border(at + 1);
        match &self.steps[at] {
            Step::Conv(conv) => conv.apply(x, None, border),
            Step::Pool => x.pooled(border),
            Step::Block {
                first,
                second,
                shortcut,
            } => {
                let inner = first.apply(x, None, second.pad());
                match shortcut {
                    Some(shortcut) => {
                        let side = shortcut.apply(x, None, 0);
                        second.apply(&inner, Some(&side), border)
                    }
                    None => second.apply(&inner, Some(x), border),
                }
            }
        }
    }

    /// Zeros that a step wants around its input.
    fn border(&self, at: usize) -> usize {
        match self.steps.get(at) {
            Some(Step::Conv(conv) | Step::Block { first: conv, .. }) => conv.pad(),
            Some(Step::Pool) => 1,
            None => 0,
        }
    }

    /// Numbers of the largest map of one picture.
    fn largest(&self) -> usize {
        let (mut side, mut largest) = (self.side, 0);
        for step in &self.steps {
            let channels = match step {
                Step::Conv(conv) => {
                    side = conv.side(side);
                    conv.outputs()
                }
                Step::Block { first, second, .. } => {
                    side = second.side(first.side(side));
                    second.outputs()
                }
                Step::Pool => {
                    side = side.div_ceil(2);
                    0
                }
            };
            largest = largest.max(side * side * channels);
        }
        largest
    }
}

/// A tensor's numbers, without a conversion.
#[expect(
    deprecated,
    reason = "the converting kind brings a conversion for every pair of types along (0.3 MB)"
)]
pub(crate) fn numbers<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f32>, PlainError> {
    let data = tensor
        .try_into_data()
        .map_err(|error: ExecutionError| PlainError(error.to_string()))?;
    data.into_vec::<f32>()
        .map_err(|error| PlainError(error.to_string()))
}
