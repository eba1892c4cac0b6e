//! The modulation module: what a task does to the channels at one site.

mod attention;
mod start;

pub(crate) use attention::Attention;

use burn::module::{Module, Param};
use burn::tensor::activation::relu;
use burn::tensor::{Device, Int, Tensor, TensorData};

#[cfg(feature = "cpu-training")]
use crate::cpu;
#[cfg(feature = "cpu-training")]
use crate::norm::is_batch_last;
use crate::product::{matrix_product, product};
use crate::{MaskStart, Modulation};

/// The modulation of all tasks at one site.
#[derive(Module, Debug)]
pub(crate) enum Modulator {
    Vector(Scales),
    Fixed(Scales),
    Film(Affine),
    Factorised(Basis),
    Matrix(Matrices),
}

/// Channel scales `[T, C]`, rectified before use.
#[derive(Module, Debug)]
pub(crate) struct Scales {
    pub(crate) scale: Param<Tensor<2>>,
}

/// Channel scales and shifts `[T, C]`, neither rectified.
#[derive(Module, Debug)]
pub(crate) struct Affine {
    scale: Param<Tensor<2>>,
    shift: Param<Tensor<2>>,
}

/// The basis `[R, C]` that task codes `[T, R]` are multiplied with; the product is rectified
/// scales.
#[derive(Module, Debug)]
pub(crate) struct Basis {
    basis: Param<Tensor<2>>,
}

/// Channel matrices `[T, C, C]`; rows of channels are multiplied from the left, `x W_t`.
#[derive(Module, Debug)]
pub(crate) struct Matrices {
    matrix: Param<Tensor<3>>,
}

/// A site of a network that is being built.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// Its number among the modulated sites, as an image meets them.
    pub(crate) index: usize,
    pub(crate) tasks: usize,
    pub(crate) channels: usize,
    pub(crate) start: MaskStart,
}

/// The codes that factorised modulation starts with, `[T, R]`; nothing for any other kind.
pub(crate) fn task_codes(
    kind: Modulation,
    tasks: usize,
    device: &Device,
) -> Option<Param<Tensor<2>>> {
    let Modulation::Factorised { rank } = kind else {
        return None;
    };
    Some(learned(start::codes(tasks, rank), [tasks, rank], device))
}

fn learned<const D: usize>(
    values: Vec<f32>,
    shape: [usize; D],
    device: &Device,
) -> Param<Tensor<D>> {
    Param::from_data(TensorData::new(values, shape), device)
}

impl Modulator {
    /// A modulator as it starts, or nothing where there is no modulation.
    pub(crate) fn new(kind: Modulation, place: Place, device: &Device) -> Option<Self> {
        let Place {
            index,
            tasks,
            channels,
            start,
        } = place;
        let shape = [tasks, channels];
        let scales = start::scales(tasks, channels, start);
        Some(match kind {
            Modulation::None => return None,
            Modulation::Vector => Self::Vector(Scales {
                scale: learned(scales, shape, device),
            }),
            Modulation::Fixed => Self::Fixed(Scales {
                scale: learned(scales, shape, device),
            }),
            Modulation::Routing { keep_percent, seed } => Self::Fixed(Scales {
                scale: learned(
                    start::routes(tasks, channels, keep_percent, seed, index),
                    shape,
                    device,
                ),
            }),
            Modulation::Film => Self::Film(Affine {
                scale: learned(scales, shape, device),
                shift: learned(vec![0.0; tasks * channels], shape, device),
            }),
            Modulation::Factorised { rank } => {
                let codes = start::codes(tasks, rank);
                Self::Factorised(Basis {
                    basis: learned(
                        start::basis(&codes, &scales, rank),
                        [rank, channels],
                        device,
                    ),
                })
            }
            Modulation::Matrix => {
                let mut diagonals = vec![0.0; tasks * channels * channels];
                for (cell, scale) in scales.into_iter().enumerate() {
                    diagonals[cell * channels + cell % channels] = scale;
                }
                Self::Matrix(Matrices {
                    matrix: learned(diagonals, [tasks, channels, channels], device),
                })
            }
        })
    }

    /// The scale of every channel under every task as it is applied, `[T, C]`; nothing where channels are mixed.
    ///
    /// `codes` are those of the network, which factorised modulation has.
    pub(crate) fn scales(&self, codes: Option<&Param<Tensor<2>>>) -> Option<Tensor<2>> {
        match self {
            Self::Vector(table) => Some(relu(table.scale.val())),
            // Cut off from the gradient: whatever an optimiser does to what it is given, these stay.
            Self::Fixed(table) => Some(relu(table.scale.val().detach())),
            Self::Film(table) => Some(table.scale.val()),
            Self::Factorised(table) => {
                codes.map(|codes| relu(matrix_product(codes.val(), table.basis.val())))
            }
            Self::Matrix(_) => None,
        }
    }

    /// The shift of every channel under every task, `[T, C]`, if the modulation has shifts.
    pub(crate) fn shifts(&self) -> Option<Tensor<2>> {
        match self {
            Self::Film(table) => Some(table.shift.val()),
            _ => None,
        }
    }

    /// Modulates each row for its own task.
    ///
    /// # Shapes
    /// x `[B, C, H, W]`, tasks `[B]`; the result is like x.
    pub(crate) fn each(
        &self,
        x: Tensor<4>,
        tasks: &Tensor<1, Int>,
        codes: Option<&Param<Tensor<2>>>,
    ) -> Tensor<4> {
        let [rows, channels, height, width] = x.dims();
        if let Self::Matrix(table) = self {
            // W_t^T [C, C] times the positions as columns [C, H W].
            let matrix = table.matrix.val().select(0, tasks.clone()).swap_dims(1, 2);
            let columns = x.reshape([rows, channels, height * width]);
            return product(matrix, columns).reshape([rows, channels, height, width]);
        }
        let of_rows = |table: Tensor<2>| {
            let rows_of = table.select(0, tasks.clone());
            rows_of.reshape([rows, channels, 1, 1])
        };
        let x = match self.scales(codes) {
            Some(scales) => x * of_rows(scales),
            None => x,
        };
        match self.shifts() {
            Some(shifts) => x + of_rows(shifts),
            None => x,
        }
    }

    /// Modulates every image for every task.
    ///
    /// # Shapes
    /// x `[images, C, H, W]` (task-free) or `[T * images, C, H, W]`, task after task; the result is
    /// `[T * images, C, H, W]`.
    pub(crate) fn all(
        &self,
        x: Tensor<4>,
        images: usize,
        codes: Option<&Param<Tensor<2>>>,
    ) -> Tensor<4> {
        let [rows, channels, height, width] = x.dims();
        let copies = rows / images.max(1);
        let positions = height * width;
        if let Self::Matrix(table) = self {
            // One product per task over all rows and positions.
            let matrix = table.matrix.val();
            let [tasks, ..] = matrix.dims();
            let x = x
                .reshape([rows, channels, positions])
                .swap_dims(1, 2)
                .reshape([copies, images * positions, channels]);
            let x = product(x.expand([tasks, images * positions, channels]), matrix);
            let x = x.reshape([tasks * images, positions, channels]);
            return x
                .swap_dims(1, 2)
                .reshape([tasks * images, channels, height, width]);
        }
        let (scales, shifts) = (self.scales(codes), self.shifts());
        #[cfg(feature = "cpu-training")]
        if let (Some(scales), true) = (&scales, is_batch_last(&x.device())) {
            let shifts = shifts.unwrap_or_else(|| scales.zeros_like());
            let x = cpu::modulate(x.permute([2, 3, 1, 0]), scales.clone(), shifts, images);
            return x.permute([3, 2, 0, 1]);
        }
        let of_tasks = |table: Tensor<2>| {
            let [tasks, _] = table.dims();
            table.reshape([tasks, 1, channels, 1])
        };
        let x = x.reshape([copies, images, channels, positions]);
        let x = match scales {
            Some(scales) => x * of_tasks(scales),
            None => x,
        };
        let x = match shifts {
            Some(shifts) => x + of_tasks(shifts),
            None => x,
        };
        let [tasks, ..] = x.dims();
        x.reshape([tasks * images, channels, height, width])
    }
}
