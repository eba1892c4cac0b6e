//! The initial values of a modulation.

use crate::MaskStart;

/// Scales `[T, C]`, row-major.
pub(super) fn scales(tasks: usize, channels: usize, start: MaskStart) -> Vec<f32> {
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

/// Task routing's masks `[T, C]`: each task keeps the same number of channels, its own random choice of them
/// (Strezoski et al., "Many Task Learning With Task Routing", ICCV 2019).
pub(super) fn routes(
    tasks: usize,
    channels: usize,
    keep_percent: u8,
    seed: u64,
    site: usize,
) -> Vec<f32> {
    // At least one, or the task would see nothing.
    let kept = (channels * usize::from(keep_percent)).div_ceil(100).max(1);
    let mut masks = vec![0.0; tasks * channels];
    for (task, mask) in masks.chunks_exact_mut(channels).enumerate() {
        let stream = mix(seed ^ mix(((site as u64) << 32) | task as u64));
        let mut order: Vec<usize> = (0..channels).collect();
        order.sort_by_key(|&channel| mix(stream ^ channel as u64));
        for &channel in order.iter().take(kept) {
            mask[channel] = 1.0;
        }
    }
    masks
}

/// Task codes `[T, R]`, row-major: a one, then values in (-1, 1) that tell tasks apart.
pub(super) fn codes(tasks: usize, rank: usize) -> Vec<f32> {
    let value = |task: usize, column: usize| {
        let bits = mix(((task as u64) << 32) | column as u64) >> 40;
        bits as f32 / (1_u32 << 23) as f32 - 1.0
    };
    (0..tasks * rank)
        .map(|cell| match cell % rank {
            0 => 1.0,
            column => value(cell / rank, column),
        })
        .collect()
}

/// The basis `[R, C]` with which codes come closest to given scales `[T, C]`, in least squares. Ones are met exactly,
/// since every code starts with a one.
pub(super) fn basis(codes: &[f32], scales: &[f32], rank: usize) -> Vec<f32> {
    let tasks = codes.len() / rank;
    let channels = scales.len() / tasks.max(1);
    let code = |task: usize, row: usize| f64::from(codes[task * rank + row]);
    // Normal equations (E^T E + ridge) B = E^T S; the ridge decides where there are more columns than tasks.
    let mut gram: Vec<Vec<f64>> = (0..rank)
        .map(|row| {
            (0..rank)
                .map(|column| {
                    let sum: f64 = (0..tasks)
                        .map(|task| code(task, row) * code(task, column))
                        .sum();
                    sum + if row == column { 1e-6 } else { 0.0 }
                })
                .collect()
        })
        .collect();
    let mut right: Vec<Vec<f64>> = (0..rank)
        .map(|row| {
            (0..channels)
                .map(|channel| {
                    (0..tasks)
                        .map(|task| code(task, row) * f64::from(scales[task * channels + channel]))
                        .sum()
                })
                .collect()
        })
        .collect();
    // Gauss; the matrix is positive definite, so no row has to be exchanged.
    for pivot in 0..rank {
        let (top, below) = gram.split_at_mut(pivot + 1);
        let (top_right, below_right) = right.split_at_mut(pivot + 1);
        for (row, values) in below.iter_mut().zip(below_right) {
            let factor = row[pivot] / top[pivot][pivot];
            for (cell, &above) in row.iter_mut().zip(&top[pivot]) {
                *cell -= factor * above;
            }
            for (cell, &above) in values.iter_mut().zip(&top_right[pivot]) {
                *cell -= factor * above;
            }
        }
    }
    for row in (0..rank).rev() {
        let (head, solved) = right.split_at_mut(row + 1);
        for (offset, known) in solved.iter().enumerate() {
            let factor = gram[row][row + 1 + offset];
            for (cell, &value) in head[row].iter_mut().zip(known) {
                *cell -= factor * value;
            }
        }
        for cell in &mut head[row] {
            *cell /= gram[row][row];
        }
    }
    right
        .into_iter()
        .flatten()
        .map(|value| value as f32)
        .collect()
}

/// `SplitMix64`'s finaliser: the same numbers on every machine, and no generator to carry.
fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn disjoint_shares_cover_the_embedding_once() {
        let scales = scales(3, 8, MaskStart::Disjoint { rest: 0.25 });
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
        let scales = scales(5, 2, MaskStart::Disjoint { rest: 0.0 });
        assert_eq!(scales, [1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 1.0]);
    }

    #[test]
    fn routes_keep_their_share_and_differ() {
        let (tasks, channels) = (6, 40);
        let masks = routes(tasks, channels, 25, 7, 0);
        let rows: Vec<&[f32]> = masks.chunks_exact(channels).collect();
        for row in &rows {
            assert_eq!(row.iter().sum::<f32>(), 10.0);
        }
        for first in 0..tasks {
            for second in 0..first {
                assert_ne!(rows[first], rows[second]);
            }
        }
        assert_eq!(
            masks,
            routes(tasks, channels, 25, 7, 0),
            "fixed by the seed"
        );
        assert_ne!(masks, routes(tasks, channels, 25, 7, 1), "sites differ");
        assert_ne!(masks, routes(tasks, channels, 25, 8, 0), "seeds differ");
        assert_eq!(routes(1, 3, 1, 0, 0).iter().sum::<f32>(), 1.0);
    }

    fn product(codes: &[f32], basis: &[f32], rank: usize) -> Vec<f32> {
        let channels = basis.len() / rank;
        codes
            .chunks_exact(rank)
            .flat_map(|code| {
                (0..channels).map(move |channel| {
                    code.iter()
                        .enumerate()
                        .map(|(row, value)| value * basis[row * channels + channel])
                        .sum()
                })
            })
            .collect()
    }

    #[test]
    fn a_basis_meets_ones_at_any_rank_and_everything_at_full_rank() {
        for rank in [1, 3, 6] {
            let (tasks, channels) = (5, 11);
            let codes = codes(tasks, rank);
            for start in [MaskStart::Ones, MaskStart::Disjoint { rest: 0.1 }] {
                let wanted = scales(tasks, channels, start);
                let found = product(&codes, &basis(&codes, &wanted, rank), rank);
                let worst = wanted
                    .iter()
                    .zip(&found)
                    .map(|(wanted, found)| (wanted - found).abs())
                    .fold(0.0, f32::max);
                if start == MaskStart::Ones || rank >= tasks {
                    assert!(worst < 1e-3, "rank {rank}, {start:?}: {worst}");
                } else {
                    assert!(worst < 1.0, "closer than nothing");
                }
            }
        }
    }
}
