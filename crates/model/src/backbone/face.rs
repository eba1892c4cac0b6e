//! The face network of the paper's release (`single_net_attention_res4`), in `PyTorch`'s layout.
//!
//! Two things differ from the released `TensorFlow` code and change no result after training: batch norms keep
//! their scale (1,632 more parameters), and the last stage is flattened as channels, rows, columns.

use burn::module::Module;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::pool::{MaxPool2d, MaxPool2dConfig};
use burn::nn::{BatchNorm, BatchNormConfig};
use burn::tensor::{Device, Tensor};

use super::{conv, conv_norm_relu};

/// 150x150 -> 148 (stem) -> 73, 35, 16, 7.
#[derive(Module, Debug)]
pub(crate) struct Face {
    conv1: Conv2d,
    bn1: BatchNorm,
    layers: Vec<Block>,
}

/// A valid 3x3 convolution and a 2x2 max pooling, then two 3x3 convolutions around which the pooled image
/// is added. Batch norm and a rectifier follow every convolution; nothing follows the sum.
#[derive(Module, Debug)]
pub(crate) struct Block {
    conv1: Conv2d,
    bn1: BatchNorm,
    pool: MaxPool2d,
    conv2: Conv2d,
    bn2: BatchNorm,
    conv3: Conv2d,
    bn3: BatchNorm,
}

/// The release's batch norm: a running average over about 200 steps.
fn norm(channels: usize, device: &Device) -> BatchNorm {
    BatchNormConfig::new(channels)
        .with_epsilon(1e-3)
        .with_momentum(0.005)
        .init(device)
}

fn valid(channels: [usize; 2], device: &Device) -> Conv2d {
    Conv2dConfig::new(channels, [3, 3])
        .with_bias(false)
        .init(device)
}

impl Face {
    pub(crate) fn new(device: &Device) -> Self {
        let block = |(input, output)| Block {
            conv1: valid([input, output], device),
            bn1: norm(output, device),
            pool: MaxPool2dConfig::new([2, 2]).with_strides([2, 2]).init(),
            conv2: conv([output, output], 3, 1, device),
            bn2: norm(output, device),
            conv3: conv([output, output], 3, 1, device),
            bn3: norm(output, device),
        };
        Self {
            conv1: valid([3, 32], device),
            bn1: norm(32, device),
            layers: [(32, 64), (64, 128), (128, 128), (128, 128)]
                .map(block)
                .into(),
        }
    }

    pub(crate) fn stem(&self, images: Tensor<4>) -> Tensor<4> {
        conv_norm_relu(&self.conv1, &self.bn1, images)
    }

    pub(crate) fn stage(&self, number: usize, x: Tensor<4>) -> Tensor<4> {
        let Some(block) = number
            .checked_sub(1)
            .and_then(|index| self.layers.get(index))
        else {
            return x;
        };
        let pooled = block
            .pool
            .forward(conv_norm_relu(&block.conv1, &block.bn1, x));
        let x = conv_norm_relu(&block.conv2, &block.bn2, pooled.clone());
        conv_norm_relu(&block.conv3, &block.bn3, x) + pooled
    }
}
