//! Scales and shifts of channels for every task, on maps `[H, W, C, B]`.

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Dispatch, Flex, TensorMetadata as _, backend_extension};
use burn::tensor::Tensor;

use super::Values;
use super::kernels::{contents, tensor};
use super::residual::in_order;
use super::tasks::ForTasks;

/// `x * scale + shift` for every task.
///
/// # Shapes
/// x `[H, W, C, B]` or `[H, W, C, T * B]`, task after task; scales and shifts `[T, C]`; the result is `[H, W, C, T * B]`.
pub(crate) fn modulate(
    x: Tensor<4>,
    scales: Tensor<2>,
    shifts: Tensor<2>,
    images: usize,
) -> Tensor<4> {
    Tensor::from_dispatch(<Dispatch as Modulate>::modulate(
        x.into_dispatch(),
        scales.into_dispatch(),
        shifts.into_dispatch(),
        images,
    ))
}

/// The operation of this module, on backends.
#[backend_extension(Flex, Autodiff)]
trait Modulate: Backend {
    fn modulate(
        x: FloatTensor<Self>,
        scales: FloatTensor<Self>,
        shifts: FloatTensor<Self>,
        images: usize,
    ) -> FloatTensor<Self>;
}

impl Modulate for Flex {
    fn modulate(x: Values, scales: Values, shifts: Values, images: usize) -> Values {
        let x = in_order(&x);
        let [height, width, channels, _] = x.shape().dims();
        let (scales, shifts) = (scales.to_contiguous(), shifts.to_contiguous());
        let tasks = for_tasks(&x, &scales, images);
        let y = tasks.forward(contents(&x), contents(&scales), contents(&shifts));
        tensor(y, &[height, width, channels, tasks.tasks * images])
    }
}

impl<C: CheckpointStrategy> Modulate for Autodiff<Flex, C> {
    fn modulate(
        x: FloatTensor<Self>,
        scales: FloatTensor<Self>,
        shifts: FloatTensor<Self>,
        images: usize,
    ) -> FloatTensor<Self> {
        let nodes = [x.node(), scales.node(), shifts.node()];
        let x = in_order(&x.into_primitive());
        let scales = scales.into_primitive().to_contiguous();
        let y = Flex::modulate(x.clone(), scales.clone(), shifts.into_primitive(), images);
        match Modulated.prepare::<C>(nodes).compute_bound().stateful() {
            OpsKind::Tracked(prep) => prep.finish((x, scales, images), y),
            OpsKind::UnTracked(prep) => prep.finish(y),
        }
    }
}

/// The backward pass of [`modulate`].
#[derive(Debug)]
struct Modulated;

impl Backward<Flex, 3> for Modulated {
    type State = (Values, Values, usize);

    fn backward(
        self,
        ops: Ops<Self::State, 3>,
        grads: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let grad = in_order(&grads.consume::<Flex>(&ops.node));
        let (x, scales, images) = ops.state;
        let tasks = for_tasks(&x, &scales, images);
        let (grad_x, of_tasks) = tasks.backward(contents(&x), contents(&scales), contents(&grad));
        let of_tasks = of_tasks.map(|values| tensor(values, &scales.shape()));
        let found = [tensor(grad_x, &x.shape())].into_iter().chain(of_tasks);
        for (node, grad) in ops.parents.into_iter().zip(found) {
            if let Some(node) = node {
                grads.register::<Flex>(node.id, grad);
            }
        }
    }
}

fn for_tasks(x: &Values, scales: &Values, images: usize) -> ForTasks {
    let [height, width, channels, rows] = x.shape().dims();
    ForTasks {
        pixels: height * width,
        channels,
        images,
        copies: rows / images.max(1),
        tasks: scales.shape()[0],
    }
}

#[cfg(test)]
mod tests {
    use burn::module::Param;
    use burn::tensor::{Device, Distribution, Tolerance};

    use super::*;

    #[test]
    fn modulation_is_burns_with_its_gradients() {
        let device = Device::flex().autodiff();
        let random = |shape| Tensor::<4>::random(shape, Distribution::Normal(0.3, 1.5), &device);
        for (copies, images) in [(1, 5), (3, 16), (1, 37), (3, 1)] {
            let x = random([2, 3, 4, copies * images]);
            let [scales, shifts] = [0, 1].map(|_| random([1, 1, 3, 4]).reshape([3, 4]));
            let run = |ours: bool| {
                let x = Param::from_tensor(x.clone());
                let [scales, shifts] = [&scales, &shifts].map(|of| Param::from_tensor(of.clone()));
                let y = if ours {
                    modulate(x.val(), scales.val(), shifts.val(), images)
                } else {
                    let of_tasks = |of: Tensor<2>| of.swap_dims(0, 1).reshape([1, 4, 3, 1]);
                    let x = x.val().reshape([6, 4, copies, images]);
                    let y = x * of_tasks(scales.val()) + of_tasks(shifts.val());
                    y.reshape([2, 3, 4, 3 * images])
                };
                // A gradient that differs from value to value.
                let gradients = (y.clone() * y.clone()).mean().backward();
                [
                    y.into_data(),
                    x.val().grad(&gradients).expect("x").into_data(),
                    scales.val().grad(&gradients).expect("scales").into_data(),
                    shifts.val().grad(&gradients).expect("shifts").into_data(),
                ]
            };
            for (found, expected) in run(true).iter().zip(run(false)) {
                found.assert_approx_eq::<f32>(&expected, Tolerance::rel_abs(1e-4, 1e-4));
            }
        }
    }
}
