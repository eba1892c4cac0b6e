//! The layers of residual blocks against Burn's own.

use burn::module::{Module as _, Param};
use burn::nn::{BatchNorm, BatchNormConfig};
use burn::tensor::activation::relu;
use burn::tensor::module::conv2d;
use burn::tensor::ops::ConvOptions;
use burn::tensor::{Device, Distribution, TensorData, Tolerance};

use super::*;

fn random<const D: usize>(shape: [usize; D], device: &Device) -> Tensor<D> {
    Tensor::random(shape, Distribution::Normal(0.3, 1.5), device)
}

fn compare(found: &[TensorData], expected: &[TensorData]) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        found.assert_approx_eq::<f32>(expected, Tolerance::rel_abs(1e-4, 1e-3));
    }
}

#[test]
fn convolution_is_burns_with_its_gradients() {
    let device = Device::flex().autodiff();
    for (kernel, stride, padding, channels, sides, batch) in [
        (3, 1, 1, [5, 7], [5, 4], 3),
        (3, 2, 1, [4, 6], [8, 8], 32),
        (3, 2, 1, [12, 13], [7, 5], 21),
        (1, 2, 0, [3, 8], [7, 6], 17),
        (1, 1, 0, [9, 2], [3, 3], 48),
        (5, 2, 2, [3, 12], [9, 10], 16),
        (7, 2, 3, [3, 4], [11, 11], 2),
        (3, 1, 0, [2, 3], [6, 7], 8),
        (3, 2, 1, [2, 2], [1, 1], 1),
    ] {
        let [inputs, outputs] = channels;
        let x = random([sides[0], sides[1], inputs, batch], &device);
        let weight = random([outputs, inputs, kernel, kernel], &device);
        let run = |ours: bool| {
            let x = Param::from_tensor(x.clone());
            let weight = Param::from_tensor(weight.clone());
            let y = if ours {
                convolution(x.val(), weight.val(), stride, padding)
            } else {
                let x = x.val().permute([3, 2, 0, 1]);
                let options = ConvOptions::new([stride; 2], [padding; 2], [1, 1], 1);
                conv2d(x, weight.val(), None, options).permute([2, 3, 1, 0])
            };
            // A gradient that differs from value to value.
            let gradients = (y.clone() * y.clone()).mean().backward();
            [
                y.into_data(),
                x.val().grad(&gradients).expect("x").into_data(),
                weight.val().grad(&gradients).expect("weight").into_data(),
            ]
        };
        compare(&run(true), &run(false));
    }
}

/// Burn's own layer, one image at a time in its usual order.
fn burns_norm(norm: &BatchNorm, x: Tensor<4>) -> Tensor<4> {
    norm.forward(x.permute([3, 2, 0, 1])).permute([2, 3, 1, 0])
}

#[test]
fn norm_is_burns_with_its_gradients() {
    let device = Device::flex().autodiff();
    for (sides, channels, batch) in [([5, 4], 3, 21), ([1, 2], 5, 32), ([9, 9], 2, 1)] {
        let shape = [sides[0], sides[1], channels, batch];
        let x = random(shape, &device);
        let more = random(shape, &device);
        let target = random(shape, &device);
        let mut reference = BatchNormConfig::new(channels).init(&device);
        reference.gamma = Param::from_tensor(random([channels], &device));
        reference.beta = Param::from_tensor(random([channels], &device));
        let run = |ours: bool, rectify: bool, add: bool| {
            let layer = reference.clone().valid().train();
            let x = Param::from_tensor(x.clone());
            let more = Param::from_tensor(more.clone());
            let epsilon = layer.epsilon as f32;
            let learned = [layer.gamma.val(), layer.beta.val()];
            let y = match (ours, add) {
                (true, false) => norm(x.val(), moments(x.val()), learned, epsilon, rectify),
                (true, true) => {
                    norm_add_relu(x.val(), moments(x.val()), learned, epsilon, more.val())
                }
                (false, false) if rectify => relu(burns_norm(&layer, x.val())),
                (false, false) => burns_norm(&layer, x.val()),
                (false, true) => relu(burns_norm(&layer, x.val()) + more.val()),
            };
            let gradients = (y.clone() * target.clone()).sum().backward();
            let mut found = vec![
                y.into_data(),
                x.val().grad(&gradients).expect("x").into_data(),
                layer
                    .gamma
                    .val()
                    .grad(&gradients)
                    .expect("gamma")
                    .into_data(),
                layer.beta.val().grad(&gradients).expect("beta").into_data(),
            ];
            found.extend(more.val().grad(&gradients).map(Tensor::into_data));
            found
        };
        for (rectify, add) in [(false, false), (true, false), (true, true)] {
            compare(&run(true, rectify, add), &run(false, rectify, add));
        }
    }
}

/// Sums are put together in one order, however many threads work on them.
#[test]
fn every_number_of_threads_gives_the_same_bits() {
    let device = Device::flex().autodiff();
    let x = random([6, 6, 5, 20], &device);
    let weight = random([7, 5, 3, 3], &device);
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.expect("threads").install(|| {
            let x = Param::from_tensor(x.clone());
            let weight = Param::from_tensor(weight.clone());
            let y = convolution(x.val(), weight.val(), 1, 1);
            let ones = || Tensor::ones([7], &device);
            let y = norm(y.clone(), moments(y), [ones(), ones()], 1e-5, true);
            let gradients = (y.clone() * y).sum().backward();
            [x.val().grad(&gradients), weight.val().grad(&gradients)]
                .map(|grad| grad.expect("a gradient").into_data())
        })
    };
    let [one, three] = [run(1), run(3)];
    assert!(one == three);
}
