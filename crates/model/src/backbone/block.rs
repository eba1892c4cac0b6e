//! The basic residual block, named as in torchvision.

use burn::module::Module;
use burn::nn::BatchNorm;
use burn::nn::conv::Conv2d;
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor};

use super::{conv, conv_norm_relu, norm};
use crate::norm::conv_norm;

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
    pub(crate) fn new(input: usize, output: usize, stride: usize, device: &Device) -> Self {
        let downsample = (stride != 1 || input != output).then(|| Downsample {
            conv: conv([input, output], 1, stride, device),
            bn: norm(output, device),
        });
        Self {
            conv1: conv([input, output], 3, stride, device),
            bn1: norm(output, device),
            conv2: conv([output, output], 3, 1, device),
            bn2: norm(output, device),
            downsample,
        }
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
