//! ResNet-18 cut after its third layer, with torchvision's names.

use burn::module::Module;
use burn::nn::BatchNorm;
use burn::nn::PaddingConfig2d;
use burn::nn::conv::Conv2d;
use burn::nn::pool::{MaxPool2d, MaxPool2dConfig};
use burn::tensor::Tensor;
use modulens_kernels::{Activation, Builder, Node, Padding};

use super::block::BasicBlock;
use super::{conv, conv_norm_relu, frozen_first, norm};
use crate::plain::{self, PlainError};
use crate::start::Start;

/// 112x112 -> 56 (7x7 stem) -> 28 (max pooling) -> 28, 14, 7 (layers of two blocks).
#[derive(Module, Debug)]
pub(crate) struct Resnet18 {
    conv1: Conv2d,
    bn1: BatchNorm,
    pool: MaxPool2d,
    layer1: Vec<BasicBlock>,
    layer2: Vec<BasicBlock>,
    layer3: Vec<BasicBlock>,
}

impl Resnet18 {
    pub(crate) fn new(start: Start<'_>) -> Self {
        let layer = |input, output, stride| {
            vec![
                BasicBlock::new(input, output, stride, start),
                BasicBlock::new(output, output, 1, start),
            ]
        };
        Self {
            conv1: conv([3, 64], 7, 2, start),
            bn1: norm(64, start),
            pool: MaxPool2dConfig::new([3, 3])
                .with_strides([2, 2])
                .with_padding(PaddingConfig2d::Explicit(1, 1, 1, 1))
                .init(),
            layer1: layer(64, 64, 1),
            layer2: layer(64, 128, 2),
            layer3: layer(128, 256, 2),
        }
    }

    pub(crate) fn frozen(self, stages: usize) -> Self {
        let layer =
            |layer, number| frozen_first(layer, if number <= stages { usize::MAX } else { 0 });
        Self {
            conv1: self.conv1.no_grad(),
            bn1: self.bn1.no_grad(),
            layer1: layer(self.layer1, 1),
            layer2: layer(self.layer2, 2),
            layer3: layer(self.layer3, 3),
            ..self
        }
    }

    /// All of it without Burn.
    pub(crate) fn plain(&self, network: &mut Builder) -> Result<Node, PlainError> {
        let stem = plain::layer(&self.conv1, &self.bn1, Activation::Relu)?;
        let stem = network.conv(network.image(), &stem.view(), None)?;
        let pooled = network.max_pool(stem, 3, 2, Padding::all(1))?;
        let layers = [&self.layer1, &self.layer2, &self.layer3];
        let mut blocks = layers.into_iter().flatten();
        blocks.try_fold(pooled, |x, block| block.plain(network, x))
    }

    pub(crate) fn stem(&self, images: Tensor<4>) -> Tensor<4> {
        self.pool
            .forward(conv_norm_relu(&self.conv1, &self.bn1, images))
    }

    pub(crate) fn stage(&self, number: usize, x: Tensor<4>) -> Tensor<4> {
        let layer: &[BasicBlock] = match number {
            1 => &self.layer1,
            2 => &self.layer2,
            3 => &self.layer3,
            _ => &[],
        };
        layer.iter().fold(x, |x, block| block.forward(x))
    }
}
