//! Batch norm of maps `[H, W, C, B]` with the statistics of the batch, and what follows it.

use rayon::prelude::*;

use super::simd;

/// Values summed side by side: additions of floats are not put in another order for speed.
const LANES: usize = 16;

/// Groups of pixels that sums are shared out in; as many on every machine, so that all find the same sums.
const GROUPS: usize = 16;

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

/// The gradients of a norm.
#[derive(Debug)]
pub(super) struct Backward {
    pub(super) x: Vec<f32>,
    pub(super) gamma: Vec<f32>,
    pub(super) beta: Vec<f32>,
}

impl Norm<'_> {
    /// The inverse of the standard deviation of a channel.
    fn inverse(&self, channel: usize) -> f32 {
        1.0 / (self.variance[channel] + self.epsilon).sqrt()
    }
}

impl Maps {
    /// The mean of every channel, then the variance of every channel.
    pub(super) fn moments(&self, x: &[f32]) -> Vec<f32> {
        let count = self.count();
        let mut moments = self.sums(x, x, |_, x, _| [x, 0.0]);
        moments.truncate(self.channels);
        moments.iter_mut().for_each(|mean| *mean /= count);
        let squares = self.sums(x, x, |channel, x, _| {
            let centred = x - moments[channel];
            [centred * centred, 0.0]
        });
        moments.extend(squares[..self.channels].iter().map(|sum| sum / count));
        moments
    }

    /// `bn(x)`, to which a shortcut is added and which is rectified where asked.
    pub(super) fn forward(
        &self,
        x: &[f32],
        norm: Norm<'_>,
        beta: &[f32],
        shortcut: Option<&[f32]>,
        rectify: bool,
    ) -> Vec<f32> {
        let least = if rectify { 0.0 } else { f32::NEG_INFINITY };
        let factors: Vec<[f32; 3]> = (0..self.channels)
            .map(|channel| {
                let scale = norm.gamma[channel] * norm.inverse(channel);
                [norm.mean[channel], scale, beta[channel]]
            })
            .collect();
        let mut y = vec![0.0; x.len()];
        let group = self.group();
        y.par_chunks_mut(group).enumerate().for_each(|(index, y)| {
            let start = index * group;
            let x = &x[start..start + y.len()];
            let shortcut = shortcut.map(|shortcut| &shortcut[start..start + y.len()]);
            simd::run(|| {
                let rows = y
                    .chunks_exact_mut(self.batch)
                    .zip(x.chunks_exact(self.batch));
                for ((at, (y, x)), [mean, scale, shift]) in
                    rows.enumerate().zip(factors.iter().cycle())
                {
                    match shortcut {
                        None => {
                            for (y, x) in y.iter_mut().zip(x) {
                                *y = at_least((x - mean) * scale + shift, least);
                            }
                        }
                        Some(shortcut) => {
                            let shortcut = &shortcut[at * self.batch..(at + 1) * self.batch];
                            for ((y, x), more) in y.iter_mut().zip(x).zip(shortcut) {
                                *y = at_least((x - mean) * scale + shift + more, least);
                            }
                        }
                    }
                }
            });
        });
        y
    }

    /// Sets the gradient of a rectified result to zero where the result is.
    pub(super) fn rectify(&self, grad: &mut [f32], y: &[f32]) {
        let group = self.group();
        let groups = grad.par_chunks_mut(group).zip(y.par_chunks(group));
        groups.for_each(|(grad, y)| {
            simd::run(|| {
                for (grad, &y) in grad.iter_mut().zip(y) {
                    *grad = if y <= 0.0 { 0.0 } else { *grad };
                }
            });
        });
    }

    /// The gradients of x, gamma and beta for that of `bn(x)`.
    pub(super) fn backward(&self, x: &[f32], norm: Norm<'_>, grad: &[f32]) -> Backward {
        let mut beta = self.sums(grad, x, |channel, grad, x| {
            [grad, grad * (x - norm.mean[channel])]
        });
        let mut gamma = beta.split_off(self.channels);
        let count = self.count();
        let factors: Vec<[f32; 4]> = (0..self.channels)
            .map(|channel| {
                let inverse = norm.inverse(channel);
                gamma[channel] *= inverse;
                let scale = norm.gamma[channel] * inverse;
                let slope = -scale * inverse * gamma[channel] / count;
                let shift = -scale * beta[channel] / count;
                [norm.mean[channel], scale, slope, shift]
            })
            .collect();
        let mut result = vec![0.0; x.len()];
        let group = self.group();
        let parts = x.par_chunks(group).zip(grad.par_chunks(group));
        let groups = result.par_chunks_mut(group).zip(parts);
        groups.for_each(|(result, (x, grad))| {
            simd::run(|| {
                let rows = x
                    .chunks_exact(self.batch)
                    .zip(grad.chunks_exact(self.batch));
                let rows = result.chunks_exact_mut(self.batch).zip(rows);
                for ((result, (x, grad)), [mean, scale, slope, shift]) in
                    rows.zip(factors.iter().cycle())
                {
                    for ((result, x), grad) in result.iter_mut().zip(x).zip(grad) {
                        *result = grad * scale + (x - mean) * slope + shift;
                    }
                }
            });
        });
        Backward {
            x: result,
            gamma,
            beta,
        }
    }

    /// Two sums per channel: all of the first, then all of the second.
    fn sums(
        &self,
        a: &[f32],
        b: &[f32],
        terms: impl Fn(usize, f32, f32) -> [f32; 2] + Sync,
    ) -> Vec<f32> {
        let group = self.group();
        let found: Vec<Vec<f32>> = a
            .par_chunks(group)
            .zip(b.par_chunks(group))
            .map(|(a, b)| simd::run(|| self.sums_of_group(a, b, &terms)))
            .collect();
        let mut sums = vec![0.0; 2 * self.channels];
        for found in &found {
            for (sum, found) in sums.iter_mut().zip(found) {
                *sum += found;
            }
        }
        sums
    }

    #[inline(always)]
    fn sums_of_group(
        &self,
        a: &[f32],
        b: &[f32],
        terms: &impl Fn(usize, f32, f32) -> [f32; 2],
    ) -> Vec<f32> {
        let mut sums = vec![[[0.0_f32; LANES]; 2]; self.channels];
        let rows = a.chunks_exact(self.batch).zip(b.chunks_exact(self.batch));
        for (at, (a, b)) in rows.enumerate() {
            let channel = at % self.channels;
            let [first, second] = &mut sums[channel];
            let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
            for (a, b) in a.iter().zip(b) {
                for lane in 0..LANES {
                    let found = terms(channel, a[lane], b[lane]);
                    first[lane] += found[0];
                    second[lane] += found[1];
                }
            }
            for (lane, (&a, &b)) in a_rest.iter().zip(b_rest).enumerate() {
                let found = terms(channel, a, b);
                first[lane] += found[0];
                second[lane] += found[1];
            }
        }
        let sum = |of: usize| sums.iter().map(move |sums| sums[of].iter().sum::<f32>());
        sum(0).chain(sum(1)).collect()
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
            let y = maps.forward(&x, norm, &[0.0], None, rectify);
            assert!(y.iter().all(|y| y.is_nan()), "{y:?}");
            let added = maps.forward(&x, norm, &[0.0], Some(&x), rectify);
            assert!(added.iter().all(|y| y.is_nan()), "{added:?}");
        }
        let mut grad = [2.0, 3.0, 4.0];
        maps.rectify(&mut grad, &[f32::NAN, 0.0, 1.0]);
        assert_eq!(grad, [2.0, 0.0, 4.0]);
    }
}
