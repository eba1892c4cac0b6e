//! Batch norm of maps `[H, W, C, B]` with the statistics of the batch, and what follows it.

use rayon::prelude::*;

use super::simd;

/// Values summed side by side: additions of floats are not put in another order for speed.
const LANES: usize = 16;

/// Groups of pixels that sums are shared out in; as many on every machine, so that all find the same sums.
pub(super) const GROUPS: usize = 16;

/// The shape of maps whose pixels have a row of images for every channel.
#[derive(Clone, Copy, Debug)]
pub(super) struct Maps {
    pub(super) pixels: usize,
    pub(super) channels: usize,
    pub(super) batch: usize,
}

/// The greater of two numbers. What is not a number stays so, that a diverged training is noticed.
#[inline(always)]
fn at_least(value: f32, least: f32) -> f32 {
    if value < least { least } else { value }
}

/// The numbers of a norm, each `[C]`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Norm<'a> {
    pub(super) mean: &'a [f32],
    pub(super) variance: &'a [f32],
    pub(super) gamma: &'a [f32],
    pub(super) epsilon: f32,
}

impl Norm<'_> {
    /// The inverse of the standard deviation of a channel.
    fn inverse(&self, channel: usize) -> f32 {
        1.0 / (self.variance[channel] + self.epsilon).sqrt()
    }
}

impl Maps {
    /// The values of `[B, C, H, W]` in the order of these maps.
    pub(super) fn in_own_order(&self, values: &[f32]) -> Vec<f32> {
        let mut maps = vec![0.0; values.len()];
        let pixel = self.channels * self.batch;
        let tiles = maps.par_chunks_mut((LANES * pixel).max(1)).enumerate();
        tiles.for_each(|(tile, maps)| {
            let rows = values.chunks_exact(self.pixels);
            for (row, values) in rows.enumerate() {
                let place = row % self.channels * self.batch + row / self.channels;
                let values = &values[tile * LANES..];
                for (pixel, &value) in maps.chunks_exact_mut(pixel).zip(values) {
                    pixel[place] = value;
                }
            }
        });
        maps
    }

    /// The mean of every channel, then the variance of every channel.
    pub(super) fn moments(&self, x: &[f32]) -> Vec<f32> {
        // Sums of differences from a value of the channel: those of the values themselves are too large for a variance.
        let near: Vec<f32> = (0..self.channels).map(|at| x[at * self.batch]).collect();
        let groups = x.par_chunks(self.group()).map(|x| {
            simd::run(|| {
                let mut sums = Sums::new(self.channels);
                for (x, channel) in self.rows(x) {
                    sums.add(channel, (x, x), |x, _| {
                        let shifted = x - near[channel];
                        [shifted, shifted * shifted]
                    });
                }
                sums.finish()
            })
        });
        let [mut means, mut variances] = total(self.channels, groups.collect());
        let count = self.count();
        for ((mean, variance), near) in means.iter_mut().zip(&mut variances).zip(near) {
            *mean /= count;
            *variance = at_least(*variance / count - *mean * *mean, 0.0);
            *mean += near;
        }
        means.append(&mut variances);
        means
    }

    /// Adds `bn(x)` to y, and rectifies the sum where asked.
    pub(super) fn forward(
        &self,
        x: &[f32],
        norm: Norm<'_>,
        beta: &[f32],
        rectify: bool,
        y: &mut [f32],
    ) {
        let least = if rectify { 0.0 } else { f32::NEG_INFINITY };
        let factors: Vec<[f32; 3]> = (0..self.channels)
            .map(|channel| {
                let scale = norm.gamma[channel] * norm.inverse(channel);
                [norm.mean[channel], scale, beta[channel]]
            })
            .collect();
        self.update(y, x, |channel, y, x| {
            let [mean, scale, shift] = factors[channel];
            update(y, x, |y, x| at_least((x - mean) * scale + shift + y, least));
        });
    }

    /// The gradients of gamma and beta for that of the sum that [`Maps::forward`] gives. The gradient is set to zero where
    /// the sum `y` was rectified.
    pub(super) fn backward(
        &self,
        x: &[f32],
        norm: Norm<'_>,
        y: Option<&[f32]>,
        grad: &mut [f32],
    ) -> [Vec<f32>; 2] {
        let group = self.group();
        let pairs = grad.par_chunks_mut(group).zip(x.par_chunks(group));
        let groups = pairs.enumerate().map(|(index, (grad, x))| {
            let y = y.map(|y| &y[index * group..index * group + x.len()]);
            simd::run(|| {
                let mut sums = Sums::new(self.channels);
                let grads = grad.chunks_exact_mut(self.batch);
                for (at, ((x, channel), grad)) in self.rows(x).zip(grads).enumerate() {
                    if let Some(y) = y {
                        let y = &y[at * self.batch..(at + 1) * self.batch];
                        update(grad, y, |grad, y| if y <= 0.0 { 0.0 } else { grad });
                    }
                    let mean = norm.mean[channel];
                    sums.add(channel, (grad, x), |grad, x| [grad, grad * (x - mean)]);
                }
                sums.finish()
            })
        });
        let [beta, mut gamma] = total(self.channels, groups.collect());
        for (channel, gamma) in gamma.iter_mut().enumerate() {
            *gamma *= norm.inverse(channel);
        }
        [gamma, beta]
    }

    /// Makes the gradient of x of that of `bn(x)`, by those of gamma and beta.
    pub(super) fn backward_input(
        &self,
        x: &[f32],
        norm: Norm<'_>,
        [gamma, beta]: [&[f32]; 2],
        grad: &mut [f32],
    ) {
        let count = self.count();
        let factors: Vec<[f32; 4]> = (0..self.channels)
            .map(|channel| {
                let inverse = norm.inverse(channel);
                let scale = norm.gamma[channel] * inverse;
                let slope = -scale * inverse * gamma[channel] / count;
                let shift = -scale * beta[channel] / count;
                [norm.mean[channel], scale, slope, shift]
            })
            .collect();
        self.update(grad, x, |channel, grad, x| {
            let [mean, scale, slope, shift] = factors[channel];
            update(grad, x, |grad, x| grad * scale + (x - mean) * slope + shift);
        });
    }

    /// Changes maps row by row, by their channels and rows of others.
    fn update(
        &self,
        maps: &mut [f32],
        others: &[f32],
        row: impl Fn(usize, &mut [f32], &[f32]) + Sync,
    ) {
        let group = self.group();
        let groups = maps.par_chunks_mut(group).zip(others.par_chunks(group));
        groups.for_each(|(maps, others)| {
            simd::run(|| {
                let rows = maps.chunks_exact_mut(self.batch);
                for ((others, channel), maps) in self.rows(others).zip(rows) {
                    row(channel, maps, others);
                }
            });
        });
    }

    /// Rows of images with their channels.
    #[inline(always)]
    fn rows<'a>(&self, x: &'a [f32]) -> impl Iterator<Item = (&'a [f32], usize)> {
        x.chunks_exact(self.batch).zip((0..self.channels).cycle())
    }

    /// Values of a group of pixels.
    fn group(&self) -> usize {
        (self.pixels.div_ceil(GROUPS) * self.channels * self.batch).max(1)
    }

    /// Values of a channel.
    fn count(&self) -> f32 {
        (self.pixels * self.batch) as f32
    }
}

/// Two sums per channel, added up in the order of the groups.
pub(super) fn total(channels: usize, groups: Vec<[Vec<f32>; 2]>) -> [Vec<f32>; 2] {
    let mut totals = [0, 1].map(|_| vec![0.0; channels]);
    for found in groups {
        for (totals, found) in totals.iter_mut().zip(found) {
            for (total, found) in totals.iter_mut().zip(found) {
                *total += found;
            }
        }
    }
    totals
}

/// Changes values by others beside them.
#[inline(always)]
pub(super) fn update(values: &mut [f32], others: &[f32], step: impl Fn(f32, f32) -> f32) {
    let (whole, rest) = values.as_chunks_mut::<LANES>();
    let (others, others_rest) = others.as_chunks::<LANES>();
    for (values, others) in whole.iter_mut().zip(others) {
        for lane in 0..LANES {
            values[lane] = step(values[lane], others[lane]);
        }
    }
    for (value, &other) in rest.iter_mut().zip(others_rest) {
        *value = step(*value, other);
    }
}

/// Two sums per channel, in lanes.
pub(super) struct Sums(Vec<[[f32; LANES]; 2]>);

impl Sums {
    #[inline(always)]
    pub(super) fn new(channels: usize) -> Self {
        Self(vec![[[0.0; LANES]; 2]; channels])
    }

    /// Adds the terms of two rows.
    #[inline(always)]
    pub(super) fn add(
        &mut self,
        channel: usize,
        (a, b): (&[f32], &[f32]),
        terms: impl Fn(f32, f32) -> [f32; 2],
    ) {
        let [mut first, mut second] = self.0[channel];
        let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
        for (a, b) in a.iter().zip(b) {
            for lane in 0..LANES {
                let found = terms(a[lane], b[lane]);
                first[lane] += found[0];
                second[lane] += found[1];
            }
        }
        for (lane, (&a, &b)) in a_rest.iter().zip(b_rest).enumerate() {
            let found = terms(a, b);
            first[lane] += found[0];
            second[lane] += found[1];
        }
        self.0[channel] = [first, second];
    }

    #[inline(always)]
    pub(super) fn finish(self) -> [Vec<f32>; 2] {
        [0, 1].map(|of| self.0.iter().map(|sums| sums[of].iter().sum()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rectified, what is no number became a zero, and a training went on with it.
    #[test]
    fn what_is_no_number_stays_so() {
        let maps = Maps {
            pixels: 1,
            channels: 1,
            batch: 2,
        };
        let x = [f32::NAN, 1.0];
        let moments = maps.moments(&x);
        let (mean, variance) = moments.split_at(1);
        let norm = Norm {
            mean,
            variance,
            gamma: &[1.0],
            epsilon: 1e-5,
        };
        for rectify in [false, true] {
            let mut y = [0.0; 2];
            maps.forward(&x, norm, &[0.0], rectify, &mut y);
            assert!(y.iter().all(|y| y.is_nan()), "{y:?}");
        }
        let mut grad = [2.0, 3.0, 4.0];
        let maps = Maps { batch: 3, ..maps };
        maps.backward(&[0.0; 3], norm, Some(&[f32::NAN, 0.0, 1.0]), &mut grad);
        assert_eq!(grad, [2.0, 0.0, 4.0]);
    }
}
