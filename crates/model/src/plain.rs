//! The trunk without Burn, for the processor: our layers with their batch norms folded in, as `modulens-kernels` takes
//! them. The results are those of [`Network::trunk`](crate::Network::trunk) but for the order of additions.
//!
//! To be deleted once Burn's flex backend computes these networks as fast.

use burn::nn::conv::Conv2d;
use burn::nn::{BatchNorm, PaddingConfig2d};
use burn::tensor::{ExecutionError, Tensor};
use modulens_kernels::{Activation, Layer, LayerError, Padding};
use thiserror::Error;

use crate::norm;

/// A trunk that ends in an average, ready to run on the processor.
pub use modulens_kernels::Trunk as PlainTrunk;

/// A trunk that cannot be run without Burn.
#[derive(Debug, Error)]
pub enum PlainError {
    /// Weights that cannot be read back from their device.
    #[error("the weights cannot be read back from the device: {0}")]
    Weights(String),
    /// A layer that does not fit the one before it.
    #[error(transparent)]
    Layer(#[from] LayerError),
}

/// A convolution with its batch norm folded in.
pub(crate) struct Folded {
    weight: Vec<f32>,
    bias: Vec<f32>,
    kernel: usize,
    stride: usize,
    padding: Padding,
    activation: Activation,
}

impl Folded {
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
}

/// `norm(conv(x))`, and an activation behind it or behind the shortcut that is added.
pub(crate) fn layer(
    conv: &Conv2d,
    norm: &BatchNorm,
    activation: Activation,
) -> Result<Folded, PlainError> {
    let (scale, shift) = norm::folded(norm);
    let weight = conv.weight.val();
    let [outputs, _, kernel, _] = weight.dims();
    Ok(Folded {
        weight: numbers(weight * scale.reshape([outputs, 1, 1, 1]))?,
        bias: numbers(shift)?,
        kernel,
        stride: conv.stride[0],
        padding: match conv.padding {
            PaddingConfig2d::Explicit(top, left, bottom, right) => {
                Padding::Sides([top, left, bottom, right])
            }
            PaddingConfig2d::Valid => Padding::NONE,
            PaddingConfig2d::Same => Padding::Same,
        },
        activation,
    })
}

/// A tensor's numbers, without a conversion.
#[expect(
    deprecated,
    reason = "the converting kind brings a conversion for every pair of types along (0.3 MB)"
)]
fn numbers<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f32>, PlainError> {
    let data = tensor
        .try_into_data()
        .map_err(|error: ExecutionError| PlainError::Weights(error.to_string()))?;
    data.into_vec::<f32>()
        .map_err(|error| PlainError::Weights(error.to_string()))
}
