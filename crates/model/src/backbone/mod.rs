//! The convolutional parts: a stem and numbered stages.

mod block;
mod face;
mod resnet18;
mod small;

use burn::module::Module;
use burn::nn::BatchNorm;
use burn::nn::conv::Conv2d;
use burn::tensor::Tensor;
use burn::tensor::activation::relu;
use modulens_kernels::{Builder, Node};

use crate::norm::conv_norm;
use crate::plain::PlainError;
use crate::start::{Follow, Start};
use crate::{Backbone, NetworkConfig};
pub(crate) use face::FOLLOW as FACE_FOLLOW;
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
    pub(crate) fn new(config: &NetworkConfig, start: Start<'_>) -> Self {
        match &config.backbone {
            Backbone::Small { widths, stem, .. } => Self::Small(Small::new(widths, *stem, start)),
            Backbone::Face => Self::Face(Face::new(start)),
            Backbone::Resnet18 => Self::Resnet18(Resnet18::new(start)),
        }
    }

    /// Stem and stages without Burn; `None` where they are not made of residual blocks.
    pub(crate) fn plain(&self, network: &mut Builder) -> Result<Option<Node>, PlainError> {
        match self {
            Self::Small(body) => body.plain(network).map(Some),
            Self::Face(_) => Ok(None),
            Self::Resnet18(body) => body.plain(network).map(Some),
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

/// A convolution that keeps the size, but for its stride.
fn conv(channels: [usize; 2], kernel: usize, stride: usize, start: Start<'_>) -> Conv2d {
    start.conv(channels, kernel, stride, kernel / 2)
}

fn norm(channels: usize, start: Start<'_>) -> BatchNorm {
    start.batch_norm(channels, Follow::USUAL)
}

fn conv_norm_relu(conv: &Conv2d, norm: &BatchNorm, x: Tensor<4>) -> Tensor<4> {
    relu(conv_norm(conv, norm, x))
}
