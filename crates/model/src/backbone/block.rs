//! The basic residual block, named as in torchvision.

use burn::module::Module;
use burn::nn::BatchNorm;
use burn::nn::conv::Conv2d;
use burn::tensor::Tensor;
use modulens_kernels::{Activation, Builder, Node};

use super::{conv, norm};
use crate::norm::{Maps, Then, conv_norm};
use crate::plain::{self, PlainError};
use crate::start::Start;

/// `relu(bn(conv(relu(bn(conv(x))))) + shortcut(x))`.
#[derive(Module, Debug)]
pub(crate) struct BasicBlock {
    conv1: Conv2d,
    bn1: BatchNorm,
    conv2: Conv2d,
    bn2: BatchNorm,
    downsample: Option<Downsample>,
}

/// The shortcut of a block that changes the shape: a 1x1 convolution.
#[derive(Module, Debug)]
pub(crate) struct Downsample {
    conv: Conv2d,
    bn: BatchNorm,
}

impl BasicBlock {
    pub(crate) fn new(input: usize, output: usize, stride: usize, start: Start<'_>) -> Self {
        let downsample = (stride != 1 || input != output).then(|| Downsample {
            conv: conv([input, output], 1, stride, start),
            bn: norm(output, start),
        });
        Self {
            conv1: conv([input, output], 3, stride, start),
            bn1: norm(output, start),
            conv2: conv([output, output], 3, 1, start),
            bn2: norm(output, start),
            downsample,
        }
    }

    /// The same without Burn.
    pub(crate) fn plain(&self, network: &mut Builder, x: Node) -> Result<Node, PlainError> {
        let shortcut = match &self.downsample {
            Some(side) => {
                let layer = plain::layer(&side.conv, &side.bn, Activation::None)?;
                network.conv(x, &layer.view(), None)?
            }
            None => x,
        };
        let first = plain::layer(&self.conv1, &self.bn1, Activation::Relu)?;
        let inner = network.conv(x, &first.view(), None)?;
        let second = plain::layer(&self.conv2, &self.bn2, Activation::Relu)?;
        Ok(network.conv(inner, &second.view(), Some(shortcut))?)
    }

    pub(crate) fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let x = Maps::new(x, &self.bn1);
        let shortcut = match &self.downsample {
            Some(side) => conv_norm(&side.conv, &side.bn, x.clone(), Then::Nothing),
            None => x.clone(),
        };
        let x = conv_norm(&self.conv1, &self.bn1, x, Then::Rectify);
        conv_norm(&self.conv2, &self.bn2, x, Then::AddAndRectify(shortcut)).into_tensor()
    }
}
