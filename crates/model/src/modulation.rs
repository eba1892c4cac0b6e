//! The modulation module: what a task does to the channels at one site.

use burn::module::{Module, Param};
use burn::tensor::activation::relu;
use burn::tensor::{Device, Int, Tensor, TensorData};

use crate::product::product;
use crate::{MaskStart, Modulation};

/// The learned modulation of all tasks at one site.
#[derive(Module, Debug)]
pub(crate) enum Modulator {
    Vector(Scales),
    Matrix(Matrices),
}

/// Channel scales `[T, C]`, rectified before use.
#[derive(Module, Debug)]
pub(crate) struct Scales {
    pub(crate) scale: Param<Tensor<2>>,
}

/// Channel matrices `[T, C, C]`; rows of channels are multiplied from the left, `x W_t`.
#[derive(Module, Debug)]
pub(crate) struct Matrices {
    matrix: Param<Tensor<3>>,
}

impl Modulator {
    /// A modulator that starts as `start` says, or nothing where there is no modulation.
    pub(crate) fn new(
        kind: Modulation,
        [tasks, channels]: [usize; 2],
        start: MaskStart,
        device: &Device,
    ) -> Option<Self> {
        let scales = starting_scales(tasks, channels, start);
        match kind {
            Modulation::None => None,
            Modulation::Vector => {
                let data = TensorData::new(scales, [tasks, channels]);
                Some(Self::Vector(Scales {
                    scale: Param::from_data(data, device),
                }))
            }
            Modulation::Matrix => {
                let mut diagonals = vec![0.0; tasks * channels * channels];
                for (cell, scale) in scales.into_iter().enumerate() {
                    diagonals[cell * channels + cell % channels] = scale;
                }
                let data = TensorData::new(diagonals, [tasks, channels, channels]);
                Some(Self::Matrix(Matrices {
                    matrix: Param::from_data(data, device),
                }))
            }
        }
    }

    /// Modulates each row for its own task.
    ///
    /// # Shapes
    /// x `[B, C, H, W]`, tasks `[B]`; the result is like x.
    pub(crate) fn each(&self, x: Tensor<4>, tasks: &Tensor<1, Int>) -> Tensor<4> {
        let [rows, channels, height, width] = x.dims();
        match self {
            Self::Vector(table) => {
                let scale = relu(table.scale.val()).select(0, tasks.clone());
                x * scale.reshape([rows, channels, 1, 1])
            }
            Self::Matrix(table) => {
                // W_t^T [C, C] times the positions as columns [C, H W].
                let matrix = table.matrix.val().select(0, tasks.clone()).swap_dims(1, 2);
                let columns = x.reshape([rows, channels, height * width]);
                product(matrix, columns).reshape([rows, channels, height, width])
            }
        }
    }

    /// Modulates every row for every task.
    ///
    /// # Shapes
    /// x `[B, 1, C, P]` (task-free) or `[B, T, C, P]`; the result is `[B, T, C, P]`.
    pub(crate) fn all(&self, x: Tensor<4>) -> Tensor<4> {
        let [rows, copies, channels, positions] = x.dims();
        match self {
            Self::Vector(table) => {
                let [tasks, _] = table.scale.dims();
                x * relu(table.scale.val()).reshape([1, tasks, channels, 1])
            }
            Self::Matrix(table) => {
                // One product per task over all rows and positions.
                let matrix = table.matrix.val();
                let [tasks, ..] = matrix.dims();
                let x = x
                    .permute([1, 0, 3, 2])
                    .reshape([copies, rows * positions, channels]);
                let x = product(x.expand([tasks, rows * positions, channels]), matrix);
                x.reshape([tasks, rows, positions, channels])
                    .permute([1, 0, 3, 2])
            }
        }
    }
}

fn starting_scales(tasks: usize, channels: usize, start: MaskStart) -> Vec<f32> {
    let MaskStart::Disjoint { rest } = start else {
        return vec![1.0; tasks * channels];
    };
    let mut scales = vec![rest; tasks * channels];
    for task in 0..tasks {
        // With more tasks than channels some share a channel.
        let from = task * channels / tasks;
        let to = ((task + 1) * channels / tasks).max(from + 1);
        scales[task * channels + from..task * channels + to].fill(1.0);
    }
    scales
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn disjoint_shares_cover_the_embedding_once() {
        let scales = starting_scales(3, 8, MaskStart::Disjoint { rest: 0.25 });
        for channel in 0..8 {
            let owners = (0..3)
                .filter(|task| scales[task * 8 + channel] == 1.0)
                .count();
            assert_eq!(owners, 1, "channel {channel}");
        }
        assert_eq!(scales.iter().filter(|&&scale| scale == 0.25).count(), 16);
    }

    #[test]
    fn every_task_owns_a_channel_even_when_there_are_few() {
        let scales = starting_scales(5, 2, MaskStart::Disjoint { rest: 0.0 });
        assert_eq!(scales, [1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 1.0]);
    }
}
