//! Maps `[H, W, C, B]` under every task.

use rayon::prelude::*;

use super::norm::{GROUPS, Sums, total, update};
use super::simd;

/// Maps of images, or of images task after task, that become maps of all tasks.
#[derive(Clone, Copy, Debug)]
pub(super) struct ForTasks {
    pub(super) pixels: usize,
    pub(super) channels: usize,
    pub(super) images: usize,
    /// The copies of an image in the maps: one, or one per task.
    pub(super) copies: usize,
    pub(super) tasks: usize,
}

impl ForTasks {
    /// The maps times the scales `[T, C]`, plus the shifts `[T, C]`.
    pub(super) fn forward(&self, x: &[f32], scales: &[f32], shifts: &[f32]) -> Vec<f32> {
        let mut y = vec![0.0; self.pixels * self.channels * self.tasks * self.images];
        let [from, to] = self.groups();
        y.par_chunks_mut(to)
            .zip(x.par_chunks(from))
            .for_each(|(y, x)| {
                simd::run(|| {
                    let rows = x.chunks_exact(self.copies * self.images);
                    let rows = y.chunks_exact_mut(self.tasks * self.images).zip(rows);
                    for ((y, x), channel) in rows.zip((0..self.channels).cycle()) {
                        for (task, y) in y.chunks_exact_mut(self.images).enumerate() {
                            let place = task * self.channels + channel;
                            let (scale, shift) = (scales[place], shifts[place]);
                            update(y, self.row(x, task), |_, x| x * scale + shift);
                        }
                    }
                });
            });
        y
    }

    /// The gradients of x, and of the scales and shifts.
    pub(super) fn backward(
        &self,
        x: &[f32],
        scales: &[f32],
        grad: &[f32],
    ) -> (Vec<f32>, [Vec<f32>; 2]) {
        let mut grad_x = vec![0.0; x.len()];
        let [from, to] = self.groups();
        let parts = grad_x.par_chunks_mut(from).zip(x.par_chunks(from));
        let found: Vec<_> = parts
            .zip(grad.par_chunks(to))
            .map(|((grad_x, x), grad)| {
                simd::run(|| {
                    let mut sums = Sums::new(self.tasks * self.channels);
                    let rows = self.copies * self.images;
                    let rows = grad_x.chunks_exact_mut(rows).zip(x.chunks_exact(rows));
                    let rows = rows.zip(grad.chunks_exact(self.tasks * self.images));
                    for (((grad_x, x), grad), channel) in rows.zip((0..self.channels).cycle()) {
                        for (task, grad) in grad.chunks_exact(self.images).enumerate() {
                            let place = task * self.channels + channel;
                            let from = task % self.copies * self.images;
                            let to = &mut grad_x[from..from + self.images];
                            let scale = scales[place];
                            update(to, grad, |to, grad| to + grad * scale);
                            sums.add(place, (grad, self.row(x, task)), |grad, x| [grad * x, grad]);
                        }
                    }
                    sums.finish()
                })
            })
            .collect();
        (grad_x, total(self.tasks * self.channels, found))
    }

    /// The images of a task in a row.
    #[inline(always)]
    fn row<'a>(&self, x: &'a [f32], task: usize) -> &'a [f32] {
        let from = task % self.copies * self.images;
        &x[from..from + self.images]
    }

    /// Values of a group of pixels before, and after.
    fn groups(&self) -> [usize; 2] {
        let values = self.pixels.div_ceil(GROUPS) * self.channels * self.images;
        [self.copies, self.tasks].map(|times| (values * times).max(1))
    }
}
