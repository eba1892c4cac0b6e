//! The basic residual block, named as in torchvision.

use burn::module::Module;
use burn::nn::BatchNorm;
use burn::nn::conv::Conv2d;
use burn::tensor::Tensor;
use burn::tensor::activation::relu;

use super::{conv, conv_norm_relu, norm};
use crate::norm::conv_norm;
use crate::plain::{Conv, PlainError, Step};
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
    pub(crate) fn plain(&self) -> Result<Step, PlainError> {
        Ok(Step::Block {
            first: Conv::new(&self.conv1, &self.bn1, true)?,
            second: Conv::new(&self.conv2, &self.bn2, true)?,
            shortcut: match &self.downsample {
                Some(side) => Some(Conv::new(&side.conv, &side.bn, false)?),
                None => None,
            },
        })
    }

    pub(crate) fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let shortcut = match &self.downsample {
            Some(side) => conv_norm(&side.conv, &side.bn, x.clone()),
            None => x.clone(),
        };
        let x = conv_norm_relu(&self.conv1, &self.bn1, x);
        let x = conv_norm(&self.conv2, &self.bn2, x);
        relu(x + shortcut)
    }
}
