//! The average of the last map, weighted for every task by a softmax over its positions.
//!
//! Channel modulation acts alike at every position. Here a task also chooses where to look (soft attention, as in
//! Ma et al., "Fine-Grained Fashion Similarity Learning by Attribute-Specific Embedding Network", AAAI 2020): position `p`
//! of a map `x` counts `softmax_p(q_t . x_p / sqrt(C))`. A query `q_t` starts at zero, where all positions count alike.

use burn::module::{Module, Param};
use burn::tensor::activation::softmax;
use burn::tensor::{Device, Tensor, TensorData};

use crate::norm;

/// The queries of all tasks, `[T, C]`.
#[derive(Module, Debug)]
pub(crate) struct Attention {
    pub(crate) query: Param<Tensor<2>>,
}

impl Attention {
    /// Queries that are zero.
    pub(crate) fn new(tasks: usize, channels: usize, device: &Device) -> Self {
        let zeros = TensorData::new(vec![0.0_f32; tasks * channels], [tasks, channels]);
        Self {
            query: Param::from_data(zeros, device),
        }
    }

    /// The weighted average of every row's map.
    ///
    /// # Shapes
    /// x `[R, C, H, W]`, queries `[R, C]`; the result is `[R, C, 1, 1]`.
    pub(crate) fn pool(x: Tensor<4>, queries: Tensor<2>) -> Tensor<4> {
        let [rows, channels, height, width] = x.dims();
        let positions = height * width;
        let scale = (channels as f32).sqrt().recip();
        if norm::is_batch_last(&x.device()) {
            let x: Tensor<3> = x.permute([2, 3, 1, 0]).reshape([positions, channels, rows]);
            let queries = queries.swap_dims(0, 1).reshape([1, channels, rows]);
            let scores = (x.clone() * queries).sum_dim(1) * scale;
            let pooled: Tensor<2> = (x * softmax(scores, 0))
                .sum_dim(0)
                .reshape([channels, rows]);
            return pooled.swap_dims(0, 1).reshape([rows, channels, 1, 1]);
        }
        let x: Tensor<3> = x.reshape([rows, channels, positions]);
        let scores = (x.clone() * queries.reshape([rows, channels, 1])).sum_dim(1) * scale;
        (x * softmax(scores, 2))
            .sum_dim(2)
            .reshape([rows, channels, 1, 1])
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::{TensorData, Tolerance};

    use super::*;

    #[test]
    fn without_a_query_it_is_the_average_and_a_strong_one_picks_a_position() {
        let device = Device::flex();
        // No two values of a map are near each other, so that one position is picked.
        let x = (0..24).map(|place| (7 * place % 24) as f32 / 24.0);
        let x = TensorData::new(x.collect::<Vec<f32>>(), [2, 3, 2, 2]);
        let x = Tensor::<4>::from_data(x, &device);
        let mean = x.clone().mean_dim(3).mean_dim(2);
        let none = Attention::new(2, 3, &device).query.val();
        Attention::pool(x.clone(), none)
            .into_data()
            .assert_approx_eq::<f32>(&mean.into_data(), Tolerance::default());

        let strong = Tensor::<2>::from_data([[900.0, 0.0, 0.0], [0.0, 900.0, 0.0]], &device);
        let values: Vec<f32> = x.to_data().try_to_vec().expect("floats");
        let found = Attention::pool(x, strong).into_data().try_to_vec::<f32>();
        let found = found.expect("floats");
        for (row, channel) in [(0, 0), (1, 1)] {
            let map = |channel: usize| &values[(row * 3 + channel) * 4..][..4];
            let best = (0..4).max_by(|&a, &b| map(channel)[a].total_cmp(&map(channel)[b]));
            for (other, found) in found[row * 3..][..3].iter().enumerate() {
                let expected = map(other)[best.expect("four positions")];
                assert!((found - expected).abs() < 1e-2, "{found} for {expected}");
            }
        }
    }
}
