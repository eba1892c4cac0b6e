//! Products with a learned matrix.
//!
//! In a browser they run as 1 x 1 convolutions, one group per matrix. Burn's `matmul` for WebGPU carries every
//! blueprint of a tiled product, for every kind of matrix unit and every quantisation, and picks one when it runs: half
//! of an engine's module, for what is a small part of the work of these networks.

use burn::tensor::Tensor;
#[cfg(any(test, target_family = "wasm"))]
use burn::tensor::{module::conv2d, ops::ConvOptions};

/// `x W` for each of a batch of matrices.
///
/// # Shapes
/// x `[G, M, K]`, w `[G, K, N]`; the result is `[G, M, N]`.
pub(crate) fn product(x: Tensor<3>, w: Tensor<3>) -> Tensor<3> {
    #[cfg(target_family = "wasm")]
    return by_convolution(x, w);
    #[cfg(not(target_family = "wasm"))]
    x.matmul(w)
}

/// `x W` for one matrix.
///
/// # Shapes
/// x `[M, K]`, w `[K, N]`; the result is `[M, N]`.
pub(crate) fn matrix_product(x: Tensor<2>, w: Tensor<2>) -> Tensor<2> {
    product(x.unsqueeze(), w.unsqueeze()).squeeze_dim(0)
}

/// [`product`] without `matmul`: columns are channels, rows are positions.
#[cfg(any(test, target_family = "wasm"))]
fn by_convolution(x: Tensor<3>, w: Tensor<3>) -> Tensor<3> {
    let [groups, rows, inner] = x.dims();
    let [.., columns] = w.dims();
    let x = x.swap_dims(1, 2).reshape([1, groups * inner, rows, 1]);
    let w = w.swap_dims(1, 2).reshape([groups * columns, inner, 1, 1]);
    let options = ConvOptions::new([1, 1], [0, 0], [1, 1], groups);
    conv2d(x, w, None, options)
        .reshape([groups, columns, rows])
        .swap_dims(1, 2)
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, Distribution, Tolerance};

    use super::*;

    #[test]
    fn a_convolution_is_the_same_product() {
        let device = Device::flex();
        let random = |shape| Tensor::<3>::random(shape, Distribution::Normal(0.0, 1.0), &device);
        for [groups, rows, inner, columns] in
            [[1, 1, 1, 1], [1, 5, 7, 3], [4, 1, 3, 2], [3, 6, 2, 5]]
        {
            let (x, w) = (
                random([groups, rows, inner]),
                random([groups, inner, columns]),
            );
            let found = by_convolution(x.clone(), w.clone());
            assert_eq!(found.dims(), [groups, rows, columns]);
            let expected = x.matmul(w).into_data();
            found
                .into_data()
                .assert_approx_eq::<f32>(&expected, Tolerance::rel_abs(1e-5, 1e-6));
        }
    }
}
