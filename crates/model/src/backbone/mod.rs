//! The convolutional parts: a stem and numbered stages.

mod block;
mod face;
mod resnet18;
mod small;

use burn::module::Module;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::{BatchNorm, BatchNormConfig, PaddingConfig2d};
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor};

use crate::norm::conv_norm;
use crate::{Backbone, NetworkConfig};
use face::Face;
use resnet18::Resnet18;
use small::Small;

/// A backbone with its weights.
#[derive(Module, Debug)]
pub(crate) enum Body {
    Small(Small),
    Face(Face),
    Resnet18(Resnet18),
}

impl Body {
    pub(crate) fn new(config: &NetworkConfig, device: &Device) -> Self {
        match &config.backbone {
            Backbone::Small { widths, stem, .. } => Self::Small(Small::new(widths, *stem, device)),
            Backbone::Face => Self::Face(Face::new(device)),
            Backbone::Resnet18 => Self::Resnet18(Resnet18::new(device)),
        }
    }

    /// Everything before the first stage.
    pub(crate) fn stem(&self, images: Tensor<4>) -> Tensor<4> {
        match self {
            Self::Small(body) => body.stem(images),
            Self::Face(body) => body.stem(images),
            Self::Resnet18(body) => body.stem(images),
        }
    }

    /// One stage, counted from 1. A number that is no stage changes nothing.
    pub(crate) fn stage(&self, number: usize, x: Tensor<4>) -> Tensor<4> {
        match self {
            Self::Small(body) => body.stage(number, x),
            Self::Face(body) => body.stage(number, x),
            Self::Resnet18(body) => body.stage(number, x),
        }
    }
}

/// A convolution without bias: batch norm follows each of them.
fn conv(channels: [usize; 2], kernel: usize, stride: usize, device: &Device) -> Conv2d {
    let padding = kernel / 2;
    Conv2dConfig::new(channels, [kernel, kernel])
        .with_stride([stride, stride])
        .with_padding(PaddingConfig2d::Explicit(
            padding, padding, padding, padding,
        ))
        .with_bias(false)
        .init(device)
}

fn norm(channels: usize, device: &Device) -> BatchNorm {
    BatchNormConfig::new(channels).init(device)
}

fn conv_norm_relu(conv: &Conv2d, norm: &BatchNorm, x: Tensor<4>) -> Tensor<4> {
    relu(conv_norm(conv, norm, x))
}
