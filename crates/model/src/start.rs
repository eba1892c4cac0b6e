//! Layers before anything is learned or read.
//!
//! The layers are Burn's; they are put together here because Burn's own constructors carry every way to draw a first
//! value, an orthogonal one with its decomposition and products among them, into a program that only ever reads
//! weights.

use burn::module::{Param, ParamId, RunningState};
use burn::nn::conv::Conv2d;
use burn::nn::{BatchNorm, Linear, PaddingConfig2d};
use burn::tensor::{Device, Distribution, Shape, Tensor};

/// `count` values between `-bound` and `bound`, `[count]`.
type Draw = fn(count: usize, bound: f64, &Device) -> Tensor<1>;

/// The device of new layers and the source of their initial values.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Start<'a> {
    device: &'a Device,
    draw: Draw,
}

/// The epsilon and the momentum of a batch norm.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Follow {
    /// Added to the variance.
    pub(crate) epsilon: f64,
    /// The share of a batch in the running statistics.
    pub(crate) momentum: f64,
}

impl Follow {
    /// As in `PyTorch` and Burn.
    pub(crate) const USUAL: Self = Self {
        epsilon: 1e-5,
        momentum: 0.1,
    };
}

impl<'a> Start<'a> {
    /// Values to train from: uniform with a variance of a third of `1 / inputs`, as in `PyTorch`. They are drawn when
    /// they are first looked at.
    pub(crate) fn drawn(device: &'a Device) -> Self {
        let draw: Draw = |count, bound, device| {
            Tensor::random([count], Distribution::Uniform(-bound, bound), device)
        };
        Self { device, draw }
    }

    /// Zeros, for a network whose weights are read next.
    pub(crate) fn blank(device: &'a Device) -> Self {
        let draw: Draw = |count, _, device| Tensor::zeros([count], device);
        Self { device, draw }
    }

    pub(crate) fn device(self) -> &'a Device {
        self.device
    }

    /// A convolution without bias: batch norm follows each of them.
    pub(crate) fn conv(
        self,
        [input, output]: [usize; 2],
        kernel: usize,
        stride: usize,
        padding: usize,
    ) -> Conv2d {
        Conv2d {
            weight: self.weights([output, input, kernel, kernel], input * kernel * kernel),
            bias: None,
            stride: [stride, stride],
            kernel_size: [kernel, kernel],
            dilation: [1, 1],
            groups: 1,
            padding: PaddingConfig2d::Explicit(padding, padding, padding, padding),
        }
    }

    /// A convolution of each channel by itself, without bias and padding.
    pub(crate) fn depthwise(self, channels: usize, kernel: usize, stride: usize) -> Conv2d {
        Conv2d {
            groups: channels,
            ..self.conv([1, channels], kernel, stride, 0)
        }
    }

    /// A linear layer, `x W + b`.
    pub(crate) fn linear(self, [input, output]: [usize; 2], bias: bool) -> Linear {
        Linear {
            weight: self.weights([input, output], input),
            bias: bias.then(|| self.weights([output], input)),
        }
    }

    /// A batch norm that changes nothing yet.
    pub(crate) fn batch_norm(self, channels: usize, follow: Follow) -> BatchNorm {
        let zeros = move |device: &Device| Tensor::zeros([channels], device);
        let ones = move |device: &Device| Tensor::ones([channels], device);
        BatchNorm {
            gamma: self.param([channels], ones),
            beta: self.param([channels], zeros),
            training: Param::from_bool(true),
            running_mean: RunningState::new(zeros(self.device)),
            running_var: RunningState::new(ones(self.device)),
            momentum: follow.momentum,
            epsilon: follow.epsilon,
        }
    }

    fn weights<const D: usize>(self, shape: [usize; D], inputs: usize) -> Param<Tensor<D>> {
        let bound = 1.0 / (inputs as f64).sqrt();
        let draw = self.draw;
        self.param(shape, move |device| {
            draw(shape.iter().product(), bound, device).reshape(shape)
        })
    }

    /// A learned value that is not made before it is needed: most are read from a file, not started from.
    fn param<const D: usize>(
        self,
        shape: [usize; D],
        make: impl Fn(&Device) -> Tensor<D> + Clone + Send + Sync + 'static,
    ) -> Param<Tensor<D>> {
        let make = move |device: &Device, learns: bool| {
            let make = make.clone();
            device.memory_persistent_allocations((), move |()| {
                let tensor = make(device);
                if learns {
                    tensor.require_grad()
                } else {
                    tensor
                }
            })
        };
        let shape = Shape::from(shape);
        Param::uninitialized(ParamId::new(), make, self.device.clone(), true, shape)
    }
}

#[cfg(test)]
mod tests {
    use burn::nn::LinearConfig;
    use burn::nn::conv::Conv2dConfig;

    use super::*;

    /// Burn's constructors are the reference: the same seed draws the same values.
    #[test]
    fn draws_what_burn_draws() {
        let device = Device::flex();
        let drawn = |conv: Conv2d, linear: Linear| {
            let bias = linear.bias.map(|bias| bias.val().into_data());
            let weights = [conv.weight.val(), linear.weight.val().unsqueeze()];
            (weights.map(Tensor::into_data), bias)
        };
        let start = Start::drawn(&device);
        let same = || {
            device.seed(7);
            let ours = drawn(start.conv([3, 4], 5, 2, 2), start.linear([6, 2], true));
            device.seed(7);
            let conv = Conv2dConfig::new([3, 4], [5, 5]).init(&device);
            ours == drawn(conv, LinearConfig::new(6, 2).init(&device))
        };
        // Tests that run beside this one draw from the same generator, now and then in between.
        assert!((0..100).any(|_| same()));
    }

    #[test]
    fn learns_on_a_device_that_does() {
        let device = Device::flex().autodiff();
        let linear = Start::drawn(&device).linear([2, 3], false);
        let loss = Tensor::<2>::ones([1, 2], &device)
            .matmul(linear.weight.val())
            .sum();
        let gradients = loss.backward();
        assert!(linear.weight.val().grad(&gradients).is_some());
    }

    #[test]
    fn a_blank_start_draws_nothing() {
        let device = Device::flex();
        let conv = Start::blank(&device).conv([2, 2], 3, 1, 1);
        let values = conv
            .weight
            .val()
            .into_data()
            .try_to_vec::<f32>()
            .expect("floats");
        assert!(values.iter().all(|&value| value == 0.0));
    }
}
