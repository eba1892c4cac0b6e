//! Batch norm, written for the CPU.
//!
//! The layer is Burn's; what differs is how it is computed. Burn 0.22's training path brings every activation into
//! another order to take its means, on one thread. Means over positions, then over the batch, read memory as it lies;
//! behind a convolution the CPU's own kernels do all of it, at inference too. Elsewhere, at inference, the norm is folded
//! into the convolution before it, so that it touches weights instead of activations.

use burn::module::Param;
use burn::nn::conv::Conv2d;
use burn::nn::{BatchNorm, PaddingConfig2d};
use burn::tensor::activation::relu;
use burn::tensor::module::conv2d;
use burn::tensor::ops::ConvOptions;
use burn::tensor::{Device, Tensor};

#[cfg(feature = "cpu-training")]
use crate::cpu;

/// Returns true if the layer uses the statistics of the batch, and updates the running ones.
fn trains(norm: &BatchNorm, device: &Device) -> bool {
    device.is_autodiff() && norm.training.is_enabled()
}

/// Returns true where maps are `[H, W, C, B]` from layer to layer.
pub(crate) fn is_batch_last(device: &Device) -> bool {
    #[cfg(feature = "cpu-training")]
    return cpu::runs_on(device);
    #[cfg(not(feature = "cpu-training"))]
    {
        let _ = device;
        false
    }
}

/// Maps `[B, C, H, W]`, which the CPU's own kernels have as `[H, W, C, B]` from layer to layer.
#[derive(Clone, Debug)]
pub(crate) struct Maps {
    x: Tensor<4>,
    batch_last: bool,
}

impl Maps {
    /// The maps `[B, C, H, W]` in the order that layers with such a norm work on.
    pub(crate) fn new(x: Tensor<4>, norm: &BatchNorm) -> Self {
        let device = x.device();
        // The kernels' gradient is that of a norm by the batch's statistics.
        let is_known = trains(norm, &device) || !device.is_autodiff();
        let batch_last = is_known && is_batch_last(&device);
        Self {
            x: match batch_last {
                true => x.permute([2, 3, 1, 0]),
                false => x,
            },
            batch_last,
        }
    }

    /// The maps `[B, C, H, W]`.
    pub(crate) fn into_tensor(self) -> Tensor<4> {
        match self.batch_last {
            true => self.x.permute([3, 2, 0, 1]),
            false => self.x,
        }
    }
}

/// The step after a norm.
#[derive(Debug)]
#[allow(
    clippy::large_enum_variant,
    reason = "one per layer, on the stack; without a backend it is not even large"
)]
pub(crate) enum Then {
    Nothing,
    Rectify,
    /// Adds the output of another way and rectifies the sum.
    AddAndRectify(Maps),
}

/// `bn(conv(x))` for a convolution without bias, and what follows.
pub(crate) fn conv_norm(conv: &Conv2d, norm: &BatchNorm, x: Maps, then: Then) -> Maps {
    #[cfg(feature = "cpu-training")]
    if x.batch_last {
        return Maps {
            x: batch_last(conv, norm, x.x, then),
            ..x
        };
    }
    let y = convolve_and_norm(conv, norm, x.x);
    let y = match then {
        Then::Nothing => y,
        Then::Rectify => relu(y),
        Then::AddAndRectify(shortcut) => relu(y + shortcut.x),
    };
    Maps {
        x: y,
        batch_last: false,
    }
}

/// The same by the CPU's own kernels, on maps `[H, W, C, B]`.
#[cfg(feature = "cpu-training")]
fn batch_last(conv: &Conv2d, norm: &BatchNorm, x: Tensor<4>, then: Then) -> Tensor<4> {
    let [padding, _] = padding(conv);
    let trains = trains(norm, &x.device());
    let x = cpu::convolution(x, conv.weight.val(), conv.stride[0], padding);
    let moments = if trains {
        let moments = cpu::moments(x.clone());
        let [mean, variance] = [0, 1].map(|row| moments.clone().narrow(0, row, 1).flatten(0, 1));
        follow(norm, mean, variance);
        moments
    } else {
        let running = [
            norm.running_mean.value_sync(),
            norm.running_var.value_sync(),
        ];
        Tensor::stack(running.to_vec(), 0)
    };
    let learned = [norm.gamma.val(), norm.beta.val()];
    let epsilon = norm.epsilon as f32;
    match then {
        Then::Nothing => cpu::norm(x, moments, learned, epsilon, false),
        Then::Rectify => cpu::norm(x, moments, learned, epsilon, true),
        Then::AddAndRectify(shortcut) => {
            cpu::norm_add_relu(x, moments, learned, epsilon, shortcut.x)
        }
    }
}

fn convolve_and_norm(conv: &Conv2d, norm: &BatchNorm, x: Tensor<4>) -> Tensor<4> {
    if trains(norm, &x.device()) {
        return normalise(norm, conv.forward(x));
    }
    let (scale, shift) = folded(norm);
    let [channels] = scale.dims();
    let options = ConvOptions::new(conv.stride, padding(conv), conv.dilation, conv.groups);
    let weight = conv.weight.val() * scale.reshape([channels, 1, 1, 1]);
    conv2d(x, weight, Some(shift), options)
}

/// Padding above and to the left, which is that below and to the right.
fn padding(conv: &Conv2d) -> [usize; 2] {
    match conv.padding {
        PaddingConfig2d::Explicit(top, left, ..) => [top, left],
        PaddingConfig2d::Valid => [0, 0],
        PaddingConfig2d::Same => conv.kernel_size.map(|side| side / 2),
    }
}

/// `bn(x)`.
///
/// # Shapes
/// x `[B, C, ...]`; the result is like it.
pub(crate) fn normalise<const D: usize>(norm: &BatchNorm, x: Tensor<D>) -> Tensor<D> {
    if !trains(norm, &x.device()) {
        return norm.forward(x);
    }
    let shape = x.dims();
    let [channels] = norm.gamma.dims();
    let per_channel = |param: &Param<Tensor<1>>| param.val().reshape([1, channels, 1]);
    let x = x.reshape([shape[0] as i64, channels as i64, -1]);
    let mean = over_batch(x.clone());
    let centred = x - mean.clone();
    let variance = over_batch(centred.clone() * centred.clone());
    let flat = |values: &Tensor<3>| values.clone().flatten(0, 2);
    follow(norm, flat(&mean), flat(&variance));
    let scale = per_channel(&norm.gamma) / variance.add_scalar(norm.epsilon).sqrt();
    (centred * scale + per_channel(&norm.beta)).reshape(shape)
}

/// The mean of each channel, `[B, C, P]` to `[1, C, 1]`.
fn over_batch(x: Tensor<3>) -> Tensor<3> {
    x.mean_dim(2).mean_dim(0)
}

/// Moves the running statistics towards those of a batch, as [`BatchNorm`] itself does.
fn follow(norm: &BatchNorm, mean: Tensor<1>, variance: Tensor<1>) {
    for (running, batch) in [(&norm.running_mean, mean), (&norm.running_var, variance)] {
        let batch = batch.detach().mul_scalar(norm.momentum);
        let before = running.value_sync().to_device(&batch.device());
        running.update((before.mul_scalar(1.0 - norm.momentum) + batch).detach());
        // An update counts for its own thread alone until then, and the next step may run on another one.
        running.value_sync();
    }
}

/// The norm with its running statistics as a scale and a shift per channel, `[C]` each.
pub(crate) fn folded(norm: &BatchNorm) -> (Tensor<1>, Tensor<1>) {
    let device = norm.gamma.val().device();
    let mean = norm.running_mean.value_sync().to_device(&device);
    let variance = norm.running_var.value_sync().to_device(&device);
    let scale = norm.gamma.val() / variance.add_scalar(norm.epsilon).sqrt();
    let shift = norm.beta.val() - mean * scale.clone();
    (scale, shift)
}

#[cfg(test)]
mod tests {
    use burn::module::Module as _;
    use burn::nn::BatchNormConfig;
    use burn::nn::conv::Conv2dConfig;
    use burn::tensor::{Distribution, Tolerance};

    use super::*;

    fn random<const D: usize>(shape: [usize; D], device: &Device) -> Tensor<D> {
        Tensor::random(shape, Distribution::Normal(0.7, 2.0), device)
    }

    /// Burn's own layer is the reference, running statistics and gradients included.
    #[test]
    fn trains_as_burns_layer_does() {
        let device = Device::flex().autodiff();
        let mut reference = BatchNormConfig::new(3).init(&device);
        reference.gamma = Param::from_tensor(random([3], &device));
        reference.beta = Param::from_tensor(random([3], &device));
        let ours = reference.clone().valid().train();
        let input = random([5, 3, 4, 2], &device);
        let target = random([5, 3, 4, 2], &device);

        let run = |norm: &BatchNorm, ours: bool| {
            let x = Param::from_tensor(input.clone());
            let y = if ours {
                normalise(norm, x.val())
            } else {
                norm.forward(x.val())
            };
            let gradients = (y.clone() * target.clone()).sum().backward();
            [
                y.into_data(),
                x.val().grad(&gradients).expect("x").into_data(),
                norm.gamma
                    .val()
                    .grad(&gradients)
                    .expect("gamma")
                    .into_data(),
                norm.beta.val().grad(&gradients).expect("beta").into_data(),
                norm.running_mean.value_sync().into_data(),
                norm.running_var.value_sync().into_data(),
            ]
        };
        for (found, expected) in run(&ours, true).iter().zip(run(&reference, false)) {
            found.assert_approx_eq::<f32>(&expected, Tolerance::rel_abs(1e-3, 1e-4));
        }
    }

    /// By the kernels of the CPU too, and with the running statistics.
    #[test]
    fn a_convolution_and_its_norm_train_as_burns_layers_do() {
        let device = Device::flex().autodiff();
        let conv = Conv2dConfig::new([3, 4], [3, 3])
            .with_stride([2, 2])
            .with_padding(PaddingConfig2d::Explicit(1, 1, 1, 1))
            .with_bias(false)
            .init(&device);
        let reference = BatchNormConfig::new(4).init(&device);
        let ours = reference.clone().valid().train();
        let input = random([18, 3, 7, 6], &device);
        let more = random([18, 4, 4, 3], &device);
        let run = |norm: &BatchNorm, ours: bool| {
            let x = Param::from_tensor(input.clone());
            let shortcut = Param::from_tensor(more.clone());
            let y = if ours {
                let [x, shortcut] = [x.val(), shortcut.val()].map(|x| Maps::new(x, norm));
                assert_eq!(x.batch_last, cfg!(feature = "cpu-training"));
                conv_norm(&conv, norm, x, Then::AddAndRectify(shortcut)).into_tensor()
            } else {
                relu(norm.forward(conv.forward(x.val())) + shortcut.val())
            };
            let gradients = (y.clone() * y.clone()).sum().backward();
            [
                y.into_data(),
                x.val().grad(&gradients).expect("x").into_data(),
                shortcut.val().grad(&gradients).expect("more").into_data(),
                norm.running_mean.value_sync().into_data(),
                norm.running_var.value_sync().into_data(),
            ]
        };
        for (found, expected) in run(&ours, true).iter().zip(run(&reference, false)) {
            found.assert_approx_eq::<f32>(&expected, Tolerance::rel_abs(1e-3, 1e-4));
        }
    }

    #[test]
    fn statistics_of_a_step_count_for_every_thread() {
        let device = Device::flex().autodiff();
        let norm = BatchNormConfig::new(2).init(&device);
        let numbers = |values: [f32; 2]| Tensor::<1>::from_floats(values, &device);
        std::thread::scope(|scope| {
            scope.spawn(|| follow(&norm, numbers([1.0, 2.0]), numbers([3.0, 4.0])));
        });
        let found = norm.running_mean.value().into_data();
        let expected = numbers([0.1, 0.2]).into_data();
        found.assert_approx_eq::<f32>(&expected, Tolerance::rel_abs(1e-5, 1e-6));
    }

    #[test]
    fn folds_into_the_convolution() {
        let device = Device::flex();
        for (stride, padding) in [(1, 0), (2, 1)] {
            let conv = Conv2dConfig::new([2, 3], [3, 3])
                .with_stride([stride, stride])
                .with_padding(PaddingConfig2d::Explicit(
                    padding, padding, padding, padding,
                ))
                .with_bias(false)
                .init(&device);
            // One step of training moves every statistic from its start.
            let training = BatchNormConfig::new(3).init(&device.clone().autodiff());
            normalise(&training, random([4, 3, 2, 2], &device.clone().autodiff()));
            let norm = training.valid();
            let x = random([2, 2, 6, 6], &device);
            let expected = norm.forward(conv.forward(x.clone())).into_data();
            let found = conv_norm(&conv, &norm, Maps::new(x, &norm), Then::Nothing);
            let found = found.into_tensor().into_data();
            found.assert_approx_eq::<f32>(&expected, Tolerance::rel_abs(1e-4, 1e-5));
        }
    }
}
