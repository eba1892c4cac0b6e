//! The demo's network: fast enough to train on two CPU cores.

use burn::module::Module;
use burn::nn::BatchNorm;
use burn::nn::conv::Conv2d;
use burn::tensor::Tensor;
use modulens_kernels::{Activation, Builder, Node};

use super::block::BasicBlock;
use super::{conv, conv_norm_relu, frozen_first, norm};
use crate::Stem;
use crate::plain::{self, PlainError};
use crate::start::Start;

/// A stem, then one residual block per stage, each with stride 2.
#[derive(Module, Debug)]
pub(crate) struct Small {
    conv1: Conv2d,
    bn1: BatchNorm,
    layers: Vec<BasicBlock>,
}

impl Small {
    pub(crate) fn new(widths: &[usize], stem: Stem, start: Start<'_>) -> Self {
        let first = widths.first().copied().unwrap_or(1);
        let inputs = std::iter::once(first).chain(widths.iter().copied());
        Self {
            conv1: conv([3, first], stem.kernel(), stem.stride(), start),
            bn1: norm(first, start),
            layers: inputs
                .zip(widths)
                .map(|(input, &output)| BasicBlock::new(input, output, 2, start))
                .collect(),
        }
    }

    pub(crate) fn frozen(self, stages: usize) -> Self {
        Self {
            conv1: self.conv1.no_grad(),
            bn1: self.bn1.no_grad(),
            layers: frozen_first(self.layers, stages),
        }
    }

    /// All of it without Burn.
    pub(crate) fn plain(&self, network: &mut Builder) -> Result<Node, PlainError> {
        let stem = plain::layer(&self.conv1, &self.bn1, Activation::Relu)?;
        let stem = network.conv(network.image(), &stem.view(), None)?;
        let mut blocks = self.layers.iter();
        blocks.try_fold(stem, |x, block| block.plain(network, x))
    }

    pub(crate) fn stem(&self, images: Tensor<4>) -> Tensor<4> {
        conv_norm_relu(&self.conv1, &self.bn1, images)
    }

    pub(crate) fn stage(&self, number: usize, x: Tensor<4>) -> Tensor<4> {
        match number
            .checked_sub(1)
            .and_then(|index| self.layers.get(index))
        {
            Some(block) => block.forward(x),
            None => x,
        }
    }
}
