//! Task similarity: by the learned modulation vectors, and by the labels.

use burn::tensor::Device;
use modulens_model::Site;
use modulens_schema::Labels;
use modulens_training::embed;
use modulens_training::error::TrainerError;
use modulens_training::run::Run;
use serde::{Deserialize, Serialize};

/// Tasks against tasks.
pub type Square = Vec<Vec<f64>>;

/// The similarities of tasks by a network's modulation vectors and by the labels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaskMap {
    /// Cosine of what two tasks changed: their scaling vectors on the stages (on the embedding where no stage is
    /// modulated) less the mean over all tasks.
    pub vectors: Square,
    /// Cramér's V of two tasks' labels; for binary tasks the absolute correlation.
    pub labels: Square,
    /// Spearman's rank correlation of the two, over pairs of tasks.
    pub rank_correlation: Option<f64>,
}

/// The map of a run; nothing for one without scaling vectors that differ.
pub(super) fn of(
    run: &Run,
    labels: &Labels,
    device: &Device,
) -> Result<Option<TaskMap>, TrainerError> {
    let Some(network) = run.model(device)?.into_network() else {
        return Ok(None);
    };
    let mut scales = network.task_scales();
    if scales.iter().any(|(site, _)| *site != Site::Embedding) {
        scales.retain(|(site, _)| *site != Site::Embedding);
    }
    let tasks = labels.tasks();
    let mut moved = vec![Vec::new(); tasks];
    for (_, table) in scales {
        let [_, channels] = table.dims();
        let centred = table.clone() - table.mean_dim(0);
        let values = embed::values(centred.into_data())?;
        for (row, values) in moved.iter_mut().zip(values.chunks_exact(channels.max(1))) {
            row.extend_from_slice(values);
        }
    }
    let vectors = square(tasks, |a, b| cosine(&moved[a], &moved[b]));
    if vectors.iter().flatten().all(|cosine| *cosine == 0.0) {
        return Ok(None);
    }
    let values = run.record.values();
    let labels = square(tasks, |a, b| {
        cramers_v(labels, [a, b], [values[a], values[b]])
    });
    Ok(Some(TaskMap::new(vectors, labels)))
}

impl TaskMap {
    fn new(vectors: Square, labels: Square) -> Self {
        let rank_correlation = spearman(&above_diagonal(&vectors), &above_diagonal(&labels));
        Self {
            vectors,
            labels,
            rank_correlation,
        }
    }

    /// The mean of the maps of several seeds.
    pub(super) fn mean(maps: &[Self]) -> Option<Self> {
        let first = maps.first()?;
        let tasks = first.vectors.len();
        let vectors = square(tasks, |a, b| {
            let sum: f64 = maps.iter().map(|map| map.vectors[a][b]).sum();
            rounded(sum / maps.len() as f64)
        });
        let labels = square(tasks, |a, b| rounded(first.labels[a][b]));
        let mut mean = Self::new(vectors, labels);
        mean.rank_correlation = mean.rank_correlation.map(rounded);
        Some(mean)
    }
}

fn rounded(figure: f64) -> f64 {
    (figure * 1e4).round() / 1e4
}

fn square(tasks: usize, cell: impl Fn(usize, usize) -> f64) -> Square {
    (0..tasks)
        .map(|row| (0..tasks).map(|column| cell(row, column)).collect())
        .collect()
}

fn above_diagonal(table: &Square) -> Vec<f64> {
    table
        .iter()
        .enumerate()
        .flat_map(|(row, cells)| cells[row + 1..].iter().copied())
        .collect()
}

/// 0 where one of them has no length.
fn cosine(a: &[f32], b: &[f32]) -> f64 {
    let product = |a: &[f32], b: &[f32]| -> f64 {
        a.iter()
            .zip(b)
            .map(|(a, b)| f64::from(*a) * f64::from(*b))
            .sum()
    };
    let lengths = (product(a, a) * product(b, b)).sqrt();
    if lengths > 0.0 {
        product(a, b) / lengths
    } else {
        0.0
    }
}

/// Cramér's V over the images that have both labels: the root of chi-squared over its greatest value.
fn cramers_v(labels: &Labels, tasks: [usize; 2], values: [usize; 2]) -> f64 {
    let mut counts = vec![vec![0.0; values[1]]; values[0]];
    let mut all = 0.0;
    for image in 0..labels.images() {
        if let [Some(a), Some(b)] = tasks.map(|task| labels.get(image, task))
            && let Some(cell) = counts
                .get_mut(usize::from(a))
                .and_then(|row| row.get_mut(usize::from(b)))
        {
            *cell += 1.0;
            all += 1.0;
        }
    }
    let rows: Vec<f64> = counts.iter().map(|row| row.iter().sum()).collect();
    let columns: Vec<f64> = (0..values[1])
        .map(|column| counts.iter().map(|row| row[column]).sum())
        .collect();
    let mut chi = 0.0;
    for (row, counts) in rows.iter().zip(&counts) {
        for (column, count) in columns.iter().zip(counts) {
            let expected: f64 = row * column / all;
            if expected > 0.0 {
                chi += (count - expected) * (count - expected) / expected;
            }
        }
    }
    let seen = |sums: &[f64]| sums.iter().filter(|sum| **sum > 0.0).count();
    let freedom = seen(&rows).min(seen(&columns)).saturating_sub(1);
    if freedom == 0 {
        return 0.0;
    }
    (chi / (all * freedom as f64)).sqrt()
}

/// Rank correlation, equal values sharing the mean of their ranks; nothing where one of them does not vary.
pub(super) fn spearman(a: &[f64], b: &[f64]) -> Option<f64> {
    let (a, b) = (ranks(a), ranks(b));
    let mean = |x: &[f64]| x.iter().sum::<f64>() / x.len().max(1) as f64;
    let (mean_a, mean_b) = (mean(&a), mean(&b));
    let (mut inner, mut left, mut right) = (0.0, 0.0, 0.0);
    for (a, b) in a.iter().zip(&b) {
        inner += (a - mean_a) * (b - mean_b);
        left += (a - mean_a) * (a - mean_a);
        right += (b - mean_b) * (b - mean_b);
    }
    let lengths = (left * right).sqrt();
    (lengths > 0.0).then(|| inner / lengths)
}

fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&one, &other| values[one].total_cmp(&values[other]));
    let mut ranks = vec![0.0; values.len()];
    let mut below = 0;
    for equal in order.chunk_by(|&one, &other| values[one] == values[other]) {
        for &place in equal {
            ranks[place] = below as f64 + (equal.len() as f64 - 1.0) / 2.0;
        }
        below += equal.len();
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn v_is_one_for_the_same_and_nought_for_the_unrelated() {
        // The second repeats the first; the third has nothing to do with either; the fourth is constant.
        let cells = vec![0, 0, 0, 1, 0, 0, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1];
        let labels = Labels::from_cells(4, cells).expect("four images");
        let v = |a, b| cramers_v(&labels, [a, b], [2, 2]);
        assert!((v(0, 1) - 1.0).abs() < 1e-9);
        assert!(v(0, 2).abs() < 1e-9);
        assert_eq!(v(0, 3), 0.0);
        // Phi of the table [[2, 1], [0, 1]] by hand: (2 1 - 1 0) / sqrt(3 1 2 2).
        let labels = Labels::from_cells(2, vec![0, 0, 0, 0, 0, 1, 1, 1]).expect("four images");
        let phi = 2.0 / 12.0_f64.sqrt();
        assert!((cramers_v(&labels, [0, 1], [2, 2]) - phi).abs() < 1e-9);
    }

    #[test]
    fn ranks_are_compared_and_not_values() {
        let found = spearman(&[1.0, 2.0, 3.0], &[1.0, 100.0, 101.0]).expect("varies");
        assert!((found - 1.0).abs() < 1e-9);
        let turned = spearman(&[1.0, 2.0, 3.0], &[3.0, 2.0, 1.0]).expect("varies");
        assert!((turned + 1.0).abs() < 1e-9);
        assert_eq!(spearman(&[1.0, 1.0], &[1.0, 2.0]), None);
        assert_eq!(ranks(&[5.0, 1.0, 5.0]), [1.5, 0.0, 1.5]);
    }

    #[test]
    fn seeds_are_averaged_before_they_are_ranked() {
        let table =
            |x: f64, y: f64, z: f64| vec![vec![1.0, x, y], vec![x, 1.0, z], vec![y, z, 1.0]];
        let labels = table(0.1, 0.2, 0.3);
        let one = TaskMap::new(table(0.0, 0.4, 0.2), labels.clone());
        let two = TaskMap::new(table(0.0, 0.0, 0.6), labels);
        let mean = TaskMap::mean(&[one, two]).expect("two");
        assert_eq!(mean.vectors[0], [1.0, 0.0, 0.2]);
        assert_eq!(mean.rank_correlation, Some(1.0));
        assert_eq!(TaskMap::mean(&[]), None);
    }
}
