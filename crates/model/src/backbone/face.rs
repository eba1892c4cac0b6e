//! The face network of the paper's release (`single_net_attention_res4`), in `PyTorch`'s layout.
//!
//! Two things differ from the released `TensorFlow` code and change no result after training: batch norms keep
//! their scale (1,632 more parameters), and the last stage is flattened as channels, rows, columns.

use burn::module::Module;
use burn::nn::BatchNorm;
use burn::nn::conv::Conv2d;
use burn::nn::pool::{MaxPool2d, MaxPool2dConfig};
use burn::tensor::Tensor;

use super::{conv, conv_norm_relu, frozen_first};
use crate::start::{Follow, Start};

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
pub(crate) const FOLLOW: Follow = Follow {
    epsilon: 1e-3,
    momentum: 0.005,
};

fn norm(channels: usize, start: Start<'_>) -> BatchNorm {
    start.batch_norm(channels, FOLLOW)
}

fn valid(channels: [usize; 2], start: Start<'_>) -> Conv2d {
    start.conv(channels, 3, 1, 0)
}

impl Face {
    pub(crate) fn new(start: Start<'_>) -> Self {
        let block = |(input, output)| Block {
            conv1: valid([input, output], start),
            bn1: norm(output, start),
            pool: MaxPool2dConfig::new([2, 2]).with_strides([2, 2]).init(),
            conv2: conv([output, output], 3, 1, start),
            bn2: norm(output, start),
            conv3: conv([output, output], 3, 1, start),
            bn3: norm(output, start),
        };
        Self {
            conv1: valid([3, 32], start),
            bn1: norm(32, start),
            layers: [(32, 64), (64, 128), (128, 128), (128, 128)]
                .map(block)
                .into(),
        }
    }

    pub(crate) fn frozen(self, stages: usize) -> Self {
        Self {
            conv1: self.conv1.no_grad(),
            bn1: self.bn1.no_grad(),
            layers: frozen_first(self.layers, stages),
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
