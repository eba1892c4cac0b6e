//! The layers of residual blocks, on maps `[H, W, C, B]`: convolutions, and batch norms in training with what follows.

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{
    Autodiff, AutodiffBackend, Backend, Dispatch, Flex, TensorMetadata as _, backend_extension,
};
use burn::tensor::Tensor;

use super::conv::Convolution;
use super::kernels::{alone, contents, tensor};
use super::norm::{Maps, Norm};

type Values = FloatTensor<Flex>;

/// A convolution with padding on every side.
///
/// # Shapes
/// x `[H, W, I, B]`, weight `[O, I, K, K]`; the result is `[H', W', O, B]`.
pub(crate) fn convolution(
    x: Tensor<4>,
    weight: Tensor<4>,
    stride: usize,
    padding: usize,
) -> Tensor<4> {
    let (x, weight) = (x.into_dispatch(), weight.into_dispatch());
    Tensor::from_dispatch(<Dispatch as Residual>::convolution(
        x, weight, stride, padding,
    ))
}

/// The mean and the variance of every channel; they have no gradient.
///
/// # Shapes
/// x `[H, W, C, B]`; the result is `[2, C]`.
pub(crate) fn moments(x: Tensor<4>) -> Tensor<2> {
    Tensor::from_dispatch(<Dispatch as Residual>::moments(x.into_dispatch()))
}

/// `(x - mean) / sqrt(variance + epsilon) * gamma + beta`, rectified where asked. The gradient of x is that of the mean
/// and the variance too, which [`moments`] gives.
///
/// # Shapes
/// x `[H, W, C, B]`, moments `[2, C]`, gamma and beta `[C]`; the result is like x.
pub(crate) fn norm(
    x: Tensor<4>,
    moments: Tensor<2>,
    [gamma, beta]: [Tensor<1>; 2],
    epsilon: f32,
    rectify: bool,
) -> Tensor<4> {
    Tensor::from_dispatch(<Dispatch as Residual>::norm(
        x.into_dispatch(),
        moments.into_dispatch(),
        gamma.into_dispatch(),
        beta.into_dispatch(),
        epsilon,
        rectify,
    ))
}

/// The same with a shortcut `[H, W, C, B]` that is added before the sum is rectified.
pub(crate) fn norm_add_relu(
    x: Tensor<4>,
    moments: Tensor<2>,
    [gamma, beta]: [Tensor<1>; 2],
    epsilon: f32,
    shortcut: Tensor<4>,
) -> Tensor<4> {
    Tensor::from_dispatch(<Dispatch as Residual>::norm_add_relu(
        x.into_dispatch(),
        moments.into_dispatch(),
        gamma.into_dispatch(),
        beta.into_dispatch(),
        shortcut.into_dispatch(),
        epsilon,
    ))
}

/// The operations of this module, on backends.
#[backend_extension(Flex, Autodiff)]
trait Residual: Backend {
    fn convolution(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        stride: usize,
        padding: usize,
    ) -> FloatTensor<Self>;

    fn moments(x: FloatTensor<Self>) -> FloatTensor<Self>;

    fn norm(
        x: FloatTensor<Self>,
        moments: FloatTensor<Self>,
        gamma: FloatTensor<Self>,
        beta: FloatTensor<Self>,
        epsilon: f32,
        rectify: bool,
    ) -> FloatTensor<Self>;

    fn norm_add_relu(
        x: FloatTensor<Self>,
        moments: FloatTensor<Self>,
        gamma: FloatTensor<Self>,
        beta: FloatTensor<Self>,
        shortcut: FloatTensor<Self>,
        epsilon: f32,
    ) -> FloatTensor<Self>;
}

impl Residual for Flex {
    fn convolution(x: Values, weight: Values, stride: usize, padding: usize) -> Values {
        let (x, weight) = (in_order(&x), weight.to_contiguous());
        let conv = shapes(&x, &weight, stride, padding);
        let y = conv.forward(contents(&x), contents(&weight));
        let ([height, width], [_, outputs]) = (conv.out(), conv.channels);
        tensor(y, &[height, width, outputs, conv.batch])
    }

    fn moments(x: Values) -> Values {
        let x = in_order(&x);
        let maps = maps(&x);
        tensor(maps.moments(contents(&x)), &[2, maps.channels])
    }

    fn norm(
        x: Values,
        moments: Values,
        gamma: Values,
        beta: Values,
        epsilon: f32,
        rectify: bool,
    ) -> Values {
        let state = State::new([&x, &moments, &gamma], epsilon, rectify);
        state.forward(&beta, None)
    }

    fn norm_add_relu(
        x: Values,
        moments: Values,
        gamma: Values,
        beta: Values,
        shortcut: Values,
        epsilon: f32,
    ) -> Values {
        let state = State::new([&x, &moments, &gamma], epsilon, true);
        state.forward(&beta, Some(shortcut))
    }
}

impl<C: CheckpointStrategy> Residual for Autodiff<Flex, C> {
    fn convolution(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        stride: usize,
        padding: usize,
    ) -> FloatTensor<Self> {
        let nodes = [x.node(), weight.node()];
        let x = in_order(&x.into_primitive());
        let weight = weight.into_primitive();
        let y = Flex::convolution(x.clone(), weight.clone(), stride, padding);
        match Convolve.prepare::<C>(nodes).compute_bound().stateful() {
            OpsKind::Tracked(prep) => prep.finish((x, weight, [stride, padding]), y),
            OpsKind::UnTracked(prep) => prep.finish(y),
        }
    }

    fn moments(x: FloatTensor<Self>) -> FloatTensor<Self> {
        Self::from_inner(Flex::moments(x.into_primitive()))
    }

    fn norm(
        x: FloatTensor<Self>,
        moments: FloatTensor<Self>,
        gamma: FloatTensor<Self>,
        beta: FloatTensor<Self>,
        epsilon: f32,
        rectify: bool,
    ) -> FloatTensor<Self> {
        let nodes = [x.node(), gamma.node(), beta.node()];
        let (x, moments) = (x.into_primitive(), moments.into_primitive());
        let state = State::new([&x, &moments, &gamma.into_primitive()], epsilon, rectify);
        let y = state.forward(&beta.into_primitive(), None);
        match Normalise.prepare::<C>(nodes).compute_bound().stateful() {
            OpsKind::Tracked(prep) => prep.finish((state, rectify.then(|| y.clone())), y),
            OpsKind::UnTracked(prep) => prep.finish(y),
        }
    }

    fn norm_add_relu(
        x: FloatTensor<Self>,
        moments: FloatTensor<Self>,
        gamma: FloatTensor<Self>,
        beta: FloatTensor<Self>,
        shortcut: FloatTensor<Self>,
        epsilon: f32,
    ) -> FloatTensor<Self> {
        let nodes = [x.node(), gamma.node(), beta.node(), shortcut.node()];
        let (x, moments) = (x.into_primitive(), moments.into_primitive());
        let state = State::new([&x, &moments, &gamma.into_primitive()], epsilon, true);
        let y = state.forward(&beta.into_primitive(), Some(shortcut.into_primitive()));
        match Normalise.prepare::<C>(nodes).compute_bound().stateful() {
            OpsKind::Tracked(prep) => prep.finish((state, Some(y.clone())), y),
            OpsKind::UnTracked(prep) => prep.finish(y),
        }
    }
}

/// The backward pass of [`convolution`].
#[derive(Debug)]
struct Convolve;

impl Backward<Flex, 2> for Convolve {
    type State = (Values, Values, [usize; 2]);

    fn backward(
        self,
        ops: Ops<Self::State, 2>,
        grads: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let [x_node, weight_node] = ops.parents;
        let grad = in_order(&grads.consume::<Flex>(&ops.node));
        let (x, weight, [stride, padding]) = ops.state;
        let conv = shapes(&x, &weight, stride, padding);
        if let Some(node) = x_node {
            let weight = weight.to_contiguous();
            let found = conv.backward_input(contents(&grad), contents(&weight));
            grads.register::<Flex>(node.id, tensor(found, &x.shape()));
        }
        if let Some(node) = weight_node {
            let found = conv.backward_weight(contents(&x), contents(&grad));
            grads.register::<Flex>(node.id, tensor(found, &weight.shape()));
        }
    }
}

/// A norm but for its shift.
#[derive(Clone, Debug)]
struct State {
    x: Values,
    moments: Values,
    gamma: Values,
    epsilon: f32,
    rectify: bool,
}

impl State {
    fn new([x, moments, gamma]: [&Values; 3], epsilon: f32, rectify: bool) -> Self {
        Self {
            x: in_order(x),
            moments: moments.to_contiguous(),
            gamma: gamma.to_contiguous(),
            epsilon,
            rectify,
        }
    }

    fn norm(&self) -> Norm<'_> {
        let gamma = contents(&self.gamma);
        let (mean, variance) = contents(&self.moments).split_at(gamma.len());
        Norm {
            mean,
            variance,
            gamma,
            epsilon: self.epsilon,
        }
    }

    fn forward(&self, beta: &Values, shortcut: Option<Values>) -> Values {
        let beta = beta.to_contiguous();
        let mut y = match shortcut {
            Some(shortcut) => ours(shortcut),
            None => tensor(vec![0.0; contents(&self.x).len()], &self.x.shape()),
        };
        maps(&self.x).forward(
            contents(&self.x),
            self.norm(),
            contents(&beta),
            self.rectify,
            y.storage_mut(),
        );
        y
    }
}

/// The backward pass of [`norm`] and [`norm_add_relu`]: the parents are x, gamma, beta and the shortcut if there is
/// one.
#[derive(Debug)]
struct Normalise;

impl<const N: usize> Backward<Flex, N> for Normalise {
    type State = (State, Option<Values>);

    fn backward(
        self,
        ops: Ops<Self::State, N>,
        grads: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let mut grad = ours(grads.consume::<Flex>(&ops.node));
        let (state, y) = ops.state;
        let (maps, x, norm) = (maps(&state.x), contents(&state.x), state.norm());
        let found = maps.backward(x, norm, y.as_ref().map(contents), grad.storage_mut());
        // The shortcut's is as it is.
        let shortcut = (N > 3).then(|| grad.clone());
        maps.backward_input(x, norm, [&found[0], &found[1]], grad.storage_mut());
        let [gamma, beta] = found.map(|found| tensor(found, &[maps.channels]));
        let found = [grad, gamma, beta].into_iter().chain(shortcut);
        for (node, grad) in ops.parents.into_iter().zip(found) {
            if let Some(node) = node {
                grads.register::<Flex>(node.id, grad);
            }
        }
    }
}

/// The values of maps in the order `[H, W, C, B]`, in place where nothing else holds them.
fn ours(x: Values) -> Values {
    match x.is_contiguous() {
        true => alone(x),
        false => in_order(&x),
    }
}

/// The values of maps in the order `[H, W, C, B]`. Those that lie in the order `[B, C, H, W]`, as images do, are brought
/// into it some pixels at a time; Burn would copy them value by value.
pub(super) fn in_order(x: &Values) -> Values {
    let image_first = x.permute(&[3, 2, 0, 1]);
    if x.is_contiguous() || !image_first.is_contiguous() {
        return x.to_contiguous();
    }
    let image_first = image_first.to_contiguous();
    let maps = maps(x);
    tensor(maps.in_own_order(contents(&image_first)), &x.shape())
}

fn shapes(x: &Values, weight: &Values, stride: usize, padding: usize) -> Convolution {
    let [height, width, inputs, batch] = x.shape().dims();
    let [outputs, _, kernel, _] = weight.shape().dims();
    Convolution {
        sides: [height, width],
        channels: [inputs, outputs],
        batch,
        kernel,
        stride,
        padding,
    }
}

fn maps(x: &Values) -> Maps {
    let [height, width, channels, batch] = x.shape().dims();
    Maps {
        pixels: height * width,
        channels,
        batch,
    }
}

#[cfg(test)]
mod tests;
