//! Kernels for training on the CPU, with the batch innermost: a pixel's values of all images lie side by side, so that
//! every loop runs over whole vectors whatever the size of a map.
//!
//! The layers of residual blocks are convolutions and batch norms of maps `[H, W, C, B]`: all that a pixel of a result
//! is summed from lies together. Burn brings maps into another order for every convolution and every mean. A modulation
//! makes maps `[H, W, C, T * B]` of them, one task after the other.
//!
//! For the wide layers of inverted residuals Burn computes a depthwise convolution's gradient one channel at a time, and
//! each bias and rectifier in several passes over memory; for `EfficientNet` that is nearly all of a training step. Here
//! maps are `[C, H, W, B]`, so that a pointwise convolution is one product of matrices. A depthwise convolution, its
//! bias and its rectifier are one operation, forward and backward.
//!
//! They are extensions of Burn's `flex` backend; every other device takes Burn's own convolutions.

mod conv;
mod kernels;
mod modulate;
mod norm;
mod residual;
mod simd;
mod tasks;

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Dispatch, Flex, backend_extension};
use burn::tensor::{Device, Tensor};

pub(crate) use modulate::modulate;
pub(crate) use residual::{convolution, moments, norm, norm_add_relu};

/// Tensors of the CPU backend.
type Values = FloatTensor<Flex>;

/// Returns true on a device that has these kernels.
pub(crate) fn runs_on(device: &Device) -> bool {
    let flex = Device::flex();
    *device == flex || *device == flex.autodiff()
}

/// `min(max(x + bias, 0), 6)`.
///
/// # Shapes
/// x `[C, N]`, bias `[C]`; the result is `[C, N]`.
pub(crate) fn bias_relu6(x: Tensor<2>, bias: Tensor<1>) -> Tensor<2> {
    let y = <Dispatch as BatchInnermost>::bias_relu6(x.into_dispatch(), bias.into_dispatch());
    Tensor::from_dispatch(y)
}

/// A depthwise convolution with `TensorFlow`'s "same" padding, then `min(max(x + bias, 0), 6)`.
///
/// # Shapes
/// x `[C, H, W, B]`, weight `[C, K * K]`, bias `[C]`; the result is `[C, ceil(H / stride), ceil(W / stride), B]`.
pub(crate) fn depthwise_relu6(
    x: Tensor<4>,
    weight: Tensor<2>,
    bias: Tensor<1>,
    stride: usize,
) -> Tensor<4> {
    let y = <Dispatch as BatchInnermost>::depthwise_relu6(
        x.into_dispatch(),
        weight.into_dispatch(),
        bias.into_dispatch(),
        stride,
    );
    Tensor::from_dispatch(y)
}

/// The operations of this module, on backends.
#[backend_extension(Flex, Autodiff)]
trait BatchInnermost: Backend {
    fn bias_relu6(x: FloatTensor<Self>, bias: FloatTensor<Self>) -> FloatTensor<Self>;

    fn depthwise_relu6(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        stride: usize,
    ) -> FloatTensor<Self>;
}

impl BatchInnermost for Flex {
    fn bias_relu6(x: Values, bias: Values) -> Values {
        kernels::bias_relu6(x, &bias)
    }

    fn depthwise_relu6(x: Values, weight: Values, bias: Values, stride: usize) -> Values {
        kernels::depthwise_relu6(&x, &weight, &bias, stride)
    }
}

impl<C: CheckpointStrategy> BatchInnermost for Autodiff<Flex, C> {
    fn bias_relu6(x: FloatTensor<Self>, bias: FloatTensor<Self>) -> FloatTensor<Self> {
        let nodes = [x.node(), bias.node()];
        let y = kernels::bias_relu6(x.into_primitive(), &bias.into_primitive());
        match BiasRelu6.prepare::<C>(nodes).compute_bound().stateful() {
            OpsKind::Tracked(prep) => prep.finish(y.clone(), y),
            OpsKind::UnTracked(prep) => prep.finish(y),
        }
    }

    fn depthwise_relu6(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        stride: usize,
    ) -> FloatTensor<Self> {
        let nodes = [x.node(), weight.node(), bias.node()];
        let (x, weight) = (x.into_primitive(), weight.into_primitive());
        let y = kernels::depthwise_relu6(&x, &weight, &bias.into_primitive(), stride);
        match DepthwiseRelu6
            .prepare::<C>(nodes)
            .compute_bound()
            .stateful()
        {
            OpsKind::Tracked(prep) => {
                let state = Depthwise {
                    x,
                    weight,
                    y: y.clone(),
                    stride,
                };
                prep.finish(state, y)
            }
            OpsKind::UnTracked(prep) => prep.finish(y),
        }
    }
}

/// The backward pass of [`bias_relu6`].
#[derive(Debug)]
struct BiasRelu6;

impl Backward<Flex, 2> for BiasRelu6 {
    type State = Values;

    fn backward(
        self,
        ops: Ops<Self::State, 2>,
        grads: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let [x, bias] = ops.parents;
        let grad = grads.consume::<Flex>(&ops.node);
        let (grad_x, grad_bias) = kernels::bias_relu6_backward(&ops.state, grad);
        if let Some(node) = x {
            grads.register::<Flex>(node.id, grad_x);
        }
        if let Some(node) = bias {
            grads.register::<Flex>(node.id, grad_bias);
        }
    }
}

/// Values that the gradient of a depthwise convolution is made of.
#[derive(Clone, Debug)]
struct Depthwise {
    x: Values,
    weight: Values,
    y: Values,
    stride: usize,
}

/// The backward pass of [`depthwise_relu6`].
#[derive(Debug)]
struct DepthwiseRelu6;

impl Backward<Flex, 3> for DepthwiseRelu6 {
    type State = Depthwise;

    fn backward(
        self,
        ops: Ops<Self::State, 3>,
        grads: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let [x, weight, bias] = ops.parents;
        let grad = grads.consume::<Flex>(&ops.node);
        let state = &ops.state;
        let [grad_x, grad_weight, grad_bias] = kernels::depthwise_relu6_backward(
            &state.x,
            &state.weight,
            &state.y,
            &grad,
            state.stride,
        );
        for (node, grad) in [(x, grad_x), (weight, grad_weight), (bias, grad_bias)] {
            if let Some(node) = node {
                grads.register::<Flex>(node.id, grad);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use burn::module::Param;
    use burn::tensor::activation::relu;
    use burn::tensor::module::conv2d;
    use burn::tensor::ops::ConvOptions;
    use burn::tensor::{Distribution, Tolerance};

    use super::*;
    use crate::geometry::same_padding;

    fn random<const D: usize>(shape: [usize; D], device: &Device) -> Tensor<D> {
        Tensor::random(shape, Distribution::Normal(0.3, 1.5), device)
    }

    /// Burn's own convolution, one image at a time in its usual order.
    fn reference(x: Tensor<4>, weight: Tensor<2>, bias: Tensor<1>, stride: usize) -> Tensor<4> {
        let [channels, height, width, _] = x.dims();
        let kernel = weight.dims()[1].isqrt();
        let padding = [height, width].map(|side| same_padding(side, kernel, stride));
        let options = ConvOptions::new_with_padding([stride; 2], padding, [1, 1], channels);
        let weight = weight.reshape([channels, 1, kernel, kernel]);
        let y = conv2d(x.permute([3, 0, 1, 2]), weight, Some(bias), options);
        relu(y).clamp_max(6.0).permute([1, 2, 3, 0])
    }

    #[test]
    fn depthwise_is_burns_with_its_gradients() {
        let device = Device::flex().autodiff();
        for (kernel, stride, height, width, batch) in [
            (3, 1, 5, 4, 3),
            (3, 2, 6, 6, 17),
            (5, 1, 3, 3, 32),
            (5, 2, 8, 7, 20),
            (3, 2, 7, 1, 1),
        ] {
            let x = random([4, height, width, batch], &device);
            let weight = random([4, kernel * kernel], &device);
            let bias = random([4], &device);
            let run = |ours: bool| {
                let x = Param::from_tensor(x.clone());
                let weight = Param::from_tensor(weight.clone());
                let bias = Param::from_tensor(bias.clone());
                let layer = if ours { depthwise_relu6 } else { reference };
                let y = layer(x.val(), weight.val(), bias.val(), stride);
                // A gradient that differs from value to value.
                let gradients = (y.clone() * y.clone()).sum().backward();
                [
                    y.into_data(),
                    x.val().grad(&gradients).expect("x").into_data(),
                    weight.val().grad(&gradients).expect("weight").into_data(),
                    bias.val().grad(&gradients).expect("bias").into_data(),
                ]
            };
            for (found, expected) in run(true).iter().zip(run(false)) {
                found.assert_approx_eq::<f32>(&expected, Tolerance::rel_abs(1e-4, 1e-3));
            }
        }
    }

    #[test]
    fn bias_and_rectifier_are_burns_with_their_gradients() {
        let device = Device::flex().autodiff();
        let x = random([5, 37], &device) * 4.0;
        let bias = random([5], &device);
        let run = |ours: bool| {
            let x = Param::from_tensor(x.clone());
            let bias = Param::from_tensor(bias.clone());
            let y = if ours {
                bias_relu6(x.val(), bias.val())
            } else {
                relu(x.val() + bias.val().unsqueeze_dim(1)).clamp_max(6.0)
            };
            let gradients = (y.clone() * y.clone()).sum().backward();
            [
                y.into_data(),
                x.val().grad(&gradients).expect("x").into_data(),
                bias.val().grad(&gradients).expect("bias").into_data(),
            ]
        };
        for (found, expected) in run(true).iter().zip(run(false)) {
            found.assert_approx_eq::<f32>(&expected, Tolerance::rel_abs(1e-4, 1e-3));
        }
    }

    #[test]
    fn only_the_cpu_backend_has_them() {
        assert!(runs_on(&Device::flex()));
        assert!(runs_on(&Device::flex().autodiff()));
    }
}
