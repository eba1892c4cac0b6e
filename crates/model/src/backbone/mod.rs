//! The convolutional parts: a stem and numbered stages.

mod block;
pub(crate) mod efficientnet;
mod face;
mod resnet18;
mod small;

use burn::module::Module;
use burn::nn::BatchNorm;
use burn::nn::conv::Conv2d;
use burn::tensor::Tensor;
use modulens_kernels::{Builder, Output};

use crate::norm::{Maps, Then, conv_norm};
use crate::plain::PlainError;
use crate::start::{Follow, Start};
use crate::{Backbone, NetworkConfig, Pooling};
use efficientnet::EfficientNet;
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
    EfficientNet(EfficientNet),
}

impl Body {
    pub(crate) fn new(config: &NetworkConfig, start: Start<'_>) -> Self {
        match &config.backbone {
            Backbone::Small { widths, stem, .. } => Self::Small(Small::new(widths, *stem, start)),
            Backbone::Face => Self::Face(Face::new(start)),
            Backbone::Resnet18 => Self::Resnet18(Resnet18::new(start)),
            Backbone::EfficientNetLite0 { .. } => Self::EfficientNet(EfficientNet::new(start)),
        }
    }

    /// The backbone with a stem and so many stages whose values have no gradient: nothing is kept for one either.
    pub(crate) fn frozen(self, stages: usize) -> Self {
        match self {
            Self::Small(body) => Self::Small(body.frozen(stages)),
            Self::Face(body) => Self::Face(body.frozen(stages)),
            Self::Resnet18(body) => Self::Resnet18(body.frozen(stages)),
            Self::EfficientNet(body) => Self::EfficientNet(body.frozen(stages)),
        }
    }

    /// Stem and stages without Burn, up to the maps whose averages are the features; none where they are not made of
    /// residual blocks.
    pub(crate) fn plain(
        &self,
        pooled: &[Pooling],
        network: &mut Builder,
    ) -> Result<Vec<Output>, PlainError> {
        match self {
            Self::Small(body) => Ok(vec![body.plain(network)?.into()]),
            Self::Face(_) => Ok(Vec::new()),
            Self::Resnet18(body) => Ok(vec![body.plain(network)?.into()]),
            Self::EfficientNet(body) => body.plain(pooled, network),
        }
    }

    /// Everything before the first stage.
    pub(crate) fn stem(&self, images: Tensor<4>) -> Tensor<4> {
        match self {
            Self::Small(body) => body.stem(images),
            Self::Face(body) => body.stem(images),
            Self::Resnet18(body) => body.stem(images),
            Self::EfficientNet(body) => body.stem(images),
        }
    }

    /// One stage, counted from 1. A number that is no stage changes nothing.
    pub(crate) fn stage(&self, number: usize, x: Tensor<4>) -> Tensor<4> {
        match self {
            Self::Small(body) => body.stage(number, x),
            Self::Face(body) => body.stage(number, x),
            Self::Resnet18(body) => body.stage(number, x),
            Self::EfficientNet(body) => body.stage(number, x),
        }
    }
}

/// The modules of which the first so many have no gradient.
fn frozen_first<M: Module>(modules: Vec<M>, count: usize) -> Vec<M> {
    let modules = modules.into_iter().enumerate();
    modules
        .map(|(index, module)| {
            if index < count {
                module.no_grad()
            } else {
                module
            }
        })
        .collect()
}

/// A convolution that keeps the size, but for its stride.
fn conv(channels: [usize; 2], kernel: usize, stride: usize, start: Start<'_>) -> Conv2d {
    start.conv(channels, kernel, stride, kernel / 2)
}

fn norm(channels: usize, start: Start<'_>) -> BatchNorm {
    start.batch_norm(channels, Follow::USUAL)
}

fn conv_norm_relu(conv: &Conv2d, norm: &BatchNorm, x: Tensor<4>) -> Tensor<4> {
    conv_norm(conv, norm, Maps::new(x, norm), Then::Rectify).into_tensor()
}
