//! The modulation vectors of a network, and the similarity of its tasks by them.

use crate::page::text;
use crate::page::ui::descending::descending;

/// The part of a network that a vector modulates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The embedding, which pictures are compared by.
    Embedding,
    /// The features it is computed from.
    Features,
}

impl Part {
    /// Both, in the order shown.
    pub const ALL: [Self; 2] = [Self::Embedding, Self::Features];

    /// The title for visitors.
    pub fn title(self) -> &'static str {
        match self {
            Self::Embedding => text::relations::EMBEDDING,
            Self::Features => text::relations::FEATURES,
        }
    }

    /// The name of one number of it.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Embedding => text::relations::DIMENSION,
            Self::Features => text::relations::CHANNEL,
        }
    }
}

/// A scale below this share of a task's largest is as good as off: squared, as it counts, less than a four-hundredth.
const OFF: f32 = 0.05;
/// The least share of the way from the usual to the same that makes a pair stand out.
const NOTICED: f64 = 0.05;
/// The strongest numbers that are named.
const NAMED: usize = 5;
/// The deviation from one at which a factor still changes nothing.
const SAME: f32 = 1e-6;

/// The learned scaling vectors of all tasks, and how alike they are.
#[derive(Clone, Debug, PartialEq)]
pub struct Scaling {
    tasks: usize,
    width: usize,
    /// `[T, W]`, row-major.
    scales: Vec<f32>,
    /// Cosine of every two of them, `[T, T]`.
    alike: Vec<f64>,
    /// Its mean over pairs.
    usual: f64,
}

/// Two tasks and how alike their scaling is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// The one that comes first.
    pub first: usize,
    /// The other.
    pub second: usize,
    /// The cosine of their scaling vectors.
    pub alike: f64,
}

/// The use that a task makes of its channels.
#[derive(Clone, Debug, PartialEq)]
pub struct Usage {
    /// The strongest, as places and scales, strongest first.
    pub strongest: Vec<(usize, f32)>,
    /// Their share of the task's weight: of the sum of its squared scales, which is how they count in a comparison.
    pub share: f64,
    /// The number of channels that are almost off.
    pub off: usize,
}

impl Scaling {
    /// The scaling vectors of so many tasks, one after the other. `None` where the shape does not fit, or a scale is no
    /// number.
    pub fn new(scales: Vec<f32>, tasks: usize) -> Option<Self> {
        let width = scales.len().checked_div(tasks)?;
        let fits = width > 0 && width * tasks == scales.len();
        if !fits || scales.iter().any(|scale| !scale.is_finite()) {
            return None;
        }
        let rows: Vec<&[f32]> = scales.chunks_exact(width).collect();
        let alike = rows
            .iter()
            .enumerate()
            .flat_map(|(a, left)| {
                let right = rows.iter().enumerate();
                right.map(move |(b, right)| if a == b { 1.0 } else { cosine(left, right) })
            })
            .collect();
        let mut scaling = Self {
            tasks,
            width,
            scales,
            alike,
            usual: 0.0,
        };
        scaling.usual = mean(scaling.pairs().iter().map(|pair| pair.alike));
        Some(scaling)
    }

    /// Number of tasks.
    pub fn tasks(&self) -> usize {
        self.tasks
    }

    /// Number of scales of a task.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The scaling vector of a task; nothing where there is no such task.
    pub fn row(&self, task: usize) -> &[f32] {
        self.scales
            .chunks_exact(self.width)
            .nth(task)
            .unwrap_or_default()
    }

    /// The largest scale of all.
    pub fn largest(&self) -> f32 {
        self.scales.iter().copied().fold(0.0, f32::max)
    }

    /// Returns true if nothing is modulated at all: every factor is one.
    pub fn is_idle(&self) -> bool {
        self.scales.iter().all(|scale| (scale - 1.0).abs() <= SAME)
    }

    /// The cosine similarity of two tasks' vectors; 0 if one of them does not exist.
    pub fn alike(&self, a: usize, b: usize) -> f64 {
        if a < self.tasks && b < self.tasks {
            self.alike
                .get(a * self.tasks + b)
                .copied()
                .unwrap_or_default()
        } else {
            0.0
        }
    }

    /// The distance between two tasks' vectors once both have length one. Unlike the cosine, this
    /// is a metric.
    pub fn distance(&self, a: usize, b: usize) -> f64 {
        (2.0 - 2.0 * self.alike(a, b)).max(0.0).sqrt()
    }

    /// All other tasks and how alike they are, the most alike first.
    pub fn nearest(&self, task: usize) -> Vec<(usize, f64)> {
        let alike: Vec<f64> = (0..self.tasks)
            .map(|other| self.alike(task, other))
            .collect();
        descending(&alike)
            .into_iter()
            .filter(|&other| other != task)
            .filter_map(|other| Some((other, *alike.get(other)?)))
            .collect()
    }

    /// Every two tasks, the most alike first.
    fn pairs(&self) -> Vec<Pair> {
        let pairs: Vec<Pair> = (0..self.tasks)
            .flat_map(|first| (first + 1..self.tasks).map(move |second| (first, second)))
            .map(|(first, second)| Pair {
                first,
                second,
                alike: self.alike(first, second),
            })
            .collect();
        let alike: Vec<f64> = pairs.iter().map(|pair| pair.alike).collect();
        let places = descending(&alike).into_iter();
        places
            .filter_map(|place| pairs.get(place).copied())
            .collect()
    }

    /// The mean similarity of two tasks; 0 if there are no two.
    pub fn usual(&self) -> f64 {
        self.usual
    }

    /// The least and the most alike that two tasks are. `None` where there are no two.
    pub fn range(&self) -> Option<(f64, f64)> {
        let pairs = self.pairs();
        Some((pairs.last()?.alike, pairs.first()?.alike))
    }

    /// The pairs that stand out: more alike than is usual, by a standard deviation and by something one would notice,
    /// and no more than three for every two tasks. Most alike first.
    pub fn relations(&self) -> Vec<Pair> {
        let mut pairs = self.pairs();
        let usual = self.usual;
        let deviation = mean(pairs.iter().map(|pair| (pair.alike - usual).powi(2))).sqrt();
        pairs.retain(|pair| {
            pair.alike > usual + deviation && closeness(pair.alike, usual) > NOTICED
        });
        pairs.truncate(self.tasks * 3 / 2);
        pairs
    }

    /// The use that a task makes of its channels.
    pub fn usage(&self, task: usize) -> Usage {
        let row = self.row(task);
        let scales: Vec<f64> = row.iter().copied().map(f64::from).collect();
        let mut order: Vec<(usize, f32)> = descending(&scales)
            .into_iter()
            .filter_map(|at| Some((at, *row.get(at)?)))
            .collect();
        let largest = order.first().map_or(0.0, |first| first.1);
        let off = row
            .iter()
            .filter(|&&scale| scale <= 0.0 || scale < OFF * largest)
            .count();
        let weight = |scales: &[(usize, f32)]| -> f64 {
            scales
                .iter()
                .map(|(_, scale)| f64::from(*scale).powi(2))
                .sum()
        };
        let all = weight(&order);
        order.truncate(NAMED);
        order.retain(|(_, scale)| *scale > 0.0);
        Usage {
            share: if all > 0.0 { weight(&order) / all } else { 0.0 },
            strongest: order,
            off,
        }
    }
}

/// The mean; 0 of nothing.
fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = values.len().max(1) as f64;
    values.sum::<f64>() / count
}

/// The similarity of two tasks above the usual one, from 0 to 1.
pub fn closeness(alike: f64, usual: f64) -> f64 {
    ((alike - usual) / (1.0 - usual).max(1e-9)).clamp(0.0, 1.0)
}

/// The cosine of two vectors; 0 where one of them is zero.
fn cosine(a: &[f32], b: &[f32]) -> f64 {
    let dot = |a: &[f32], b: &[f32]| -> f64 {
        a.iter()
            .zip(b)
            .map(|(a, b)| f64::from(*a) * f64::from(*b))
            .sum()
    };
    let lengths = (dot(a, a) * dot(b, b)).sqrt();
    if lengths > 0.0 {
        (dot(a, b) / lengths).clamp(-1.0, 1.0)
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scaling(rows: &[&[f32]]) -> Scaling {
        Scaling::new(rows.concat(), rows.len()).expect("fits")
    }

    #[test]
    fn alike_is_the_cosine_and_does_not_see_the_length() {
        let found = scaling(&[&[1.0, 0.0, 0.0], &[3.0, 0.0, 4.0], &[2.0, 0.0, 0.0]]);
        assert!((found.alike(0, 1) - 0.6).abs() < 1e-12);
        assert!((found.alike(0, 2) - 1.0).abs() < 1e-12);
        assert!(found.distance(0, 2) < 1e-6);
        let nearest: Vec<_> = found.nearest(0).into_iter().map(|(task, _)| task).collect();
        assert_eq!(nearest, [2, 1]);
        assert!(found.alike(0, 7).abs() < f64::EPSILON);
    }

    #[test]
    fn a_task_that_is_off_is_like_none_but_itself() {
        let found = scaling(&[&[0.0, 0.0], &[1.0, 1.0]]);
        assert!(found.alike(0, 1).abs() < f64::EPSILON);
        assert!((found.alike(0, 0) - 1.0).abs() < f64::EPSILON);
        let usage = found.usage(0);
        assert_eq!((usage.off, usage.strongest.len()), (2, 0));
        assert!(usage.share.abs() < f64::EPSILON);
    }

    #[test]
    fn the_strongest_are_named_with_their_share() {
        let mut row = vec![0.1; 12];
        row[7] = 2.0;
        row[3] = 1.0;
        row[0] = 0.09;
        let usage = scaling(&[&row]).usage(0);
        assert_eq!(usage.strongest.first(), Some(&(7, 2.0)));
        assert_eq!(usage.strongest.get(1), Some(&(3, 1.0)));
        assert_eq!(usage.strongest.len(), 5);
        let all = 4.0 + 1.0 + 9.0 * 0.01 + 0.0081;
        assert!((usage.share - 5.03 / all).abs() < 1e-6, "{}", usage.share);
        assert_eq!(usage.off, 1, "only what is below a twentieth of 2.0");
    }

    #[test]
    fn only_pairs_that_stand_out_are_relations() {
        let found = scaling(&[
            &[1.0, 0.1, 0.1, 0.1],
            &[1.0, 0.3, 0.1, 0.1],
            &[0.1, 0.1, 1.0, 0.1],
            &[0.1, 0.1, 0.1, 1.0],
        ]);
        let relations = found.relations();
        assert_eq!(relations.len(), 1);
        assert_eq!((relations[0].first, relations[0].second), (0, 1));
        // All equally far from one another: nothing stands out.
        let even = scaling(&[&[1.0, 0.0, 0.0], &[0.0, 1.0, 0.0], &[0.0, 0.0, 1.0]]);
        assert!(even.relations().is_empty());
        // Nor where pairs differ by a hair.
        let nearly = scaling(&[&[1.0, 0.01, 0.0], &[0.0, 1.0, 0.0], &[0.0, 0.0, 1.0]]);
        assert!(nearly.relations().is_empty());
        assert!(scaling(&[&[1.0, 2.0]]).relations().is_empty());
        assert_eq!(scaling(&[&[1.0, 2.0]]).nearest(0), []);
    }

    #[test]
    fn the_usual_is_the_mean_over_pairs() {
        let found = scaling(&[&[1.0, 0.0], &[0.0, 1.0], &[3.0, 4.0]]);
        assert!((found.usual() - (0.0 + 0.6 + 0.8) / 3.0).abs() < 1e-6);
        let (least, most) = found.range().expect("three pairs");
        assert!(least.abs() < 1e-9 && (most - 0.8).abs() < 1e-6);
        assert!((closeness(1.0, found.usual()) - 1.0).abs() < 1e-9);
        assert!(closeness(0.1, found.usual()).abs() < f64::EPSILON);
        assert_eq!(scaling(&[&[1.0]]).range(), None);
        // All the same: nothing is between the usual and the same.
        assert!(closeness(1.0, 1.0).is_finite());
    }

    #[test]
    fn ones_are_no_modulation() {
        assert!(scaling(&[&[1.0, 1.0], &[1.0, 1.0]]).is_idle());
        assert!(!scaling(&[&[1.0, 0.9], &[1.0, 1.0]]).is_idle());
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert!(Scaling::new(vec![1.0; 5], 2).is_none());
        assert!(Scaling::new(vec![], 2).is_none());
        assert!(Scaling::new(vec![1.0], 0).is_none());
        assert!(Scaling::new(vec![f32::NAN, 1.0], 2).is_none());
    }
}
