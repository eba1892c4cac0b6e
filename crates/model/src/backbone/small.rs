//! The demo's network: fast enough to train on two CPU cores.

use burn::module::Module;
use burn::nn::BatchNorm;
use burn::nn::conv::Conv2d;
use burn::tensor::Tensor;

use super::block::BasicBlock;
use super::{conv, conv_norm_relu, norm};
use crate::Stem;
use crate::plain::{Conv, PlainError, Step};
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

    /// All of it without Burn.
    pub(crate) fn plain(&self) -> Result<Vec<Step>, PlainError> {
        let stem = Conv::new(&self.conv1, &self.bn1, true).map(Step::Conv);
        let blocks = self.layers.iter().map(BasicBlock::plain);
        std::iter::once(stem).chain(blocks).collect()
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
