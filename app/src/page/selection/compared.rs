//! Two images compared in every task.

/// Two images in one task.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// The task.
    pub task: usize,
    /// Half of the sum of the differences of their probabilities, 0..1 (the total variation distance); absent while they
    /// are not known.
    pub difference: Option<f32>,
    /// The cosine similarity; absent for a taught task.
    pub similarity: Option<f32>,
}

/// The order of tasks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// Those first in which the predictions differ most.
    #[default]
    Difference,
    /// Those first in which the images are most alike.
    Similarity,
}

/// Half of the sum of the differences of two rows of probabilities.
pub fn difference(one: &[f32], other: &[f32]) -> Option<f32> {
    let is_known = !one.is_empty() && one.len() == other.len();
    let pairs = one.iter().zip(other);
    let sum: f32 = pairs.map(|(one, other)| (one - other).abs()).sum();
    is_known.then_some(0.5 * sum)
}

/// Puts tasks in order; those of which nothing is known come last.
pub fn sort(compared: &mut [Compared], order: Order) {
    let value = |one: &Compared| match order {
        Order::Difference => one.difference,
        Order::Similarity => one.similarity,
    };
    let key = |one: &Compared| value(one).unwrap_or(f32::NEG_INFINITY);
    compared.sort_by(|a, b| key(b).total_cmp(&key(a)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn predictions_differ_by_half_the_sum_of_their_differences() {
        assert_eq!(difference(&[0.25, 0.75], &[0.75, 0.25]), Some(0.5));
        assert_eq!(difference(&[1.0, 0.0, 0.0], &[0.0, 0.0, 1.0]), Some(1.0));
        assert_eq!(difference(&[], &[]), None);
        assert_eq!(difference(&[1.0], &[0.5, 0.5]), None);
    }

    #[test]
    fn tasks_come_by_difference_or_by_similarity() {
        let one = |task, difference, similarity| Compared {
            task,
            difference,
            similarity,
        };
        let mut all = [
            one(0, Some(0.1), Some(0.9)),
            one(1, None, Some(0.2)),
            one(2, Some(0.8), None),
            one(3, Some(0.1), Some(0.95)),
        ];
        let tasks = |all: &[Compared]| all.iter().map(|one| one.task).collect::<Vec<_>>();
        sort(&mut all, Order::Difference);
        assert_eq!(tasks(&all), [2, 0, 3, 1]);
        sort(&mut all, Order::Similarity);
        assert_eq!(tasks(&all), [3, 0, 1, 2]);
    }
}
