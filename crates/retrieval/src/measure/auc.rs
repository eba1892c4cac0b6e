//! Area under the ROC curve: the chance that an image with a value gets a higher probability of it than one without.
//!
//! Hanley and `McNeil`, The Meaning and Use of the Area under a Receiver Operating Characteristic Curve, Radiology 143
//! (1982): the area equals the Mann-Whitney statistic over the number of pairs. It is counted here pair by pair through
//! ranks, in whole numbers, so that it is exact. Several values are averaged one against the rest, each weighing the same.

/// The area under the ROC curve, averaged over the values that some images with a known label have and others do not.
///
/// `probabilities` is `[N, values]`. Equal probabilities count half. `None` where no value has images on both sides.
pub fn auc(probabilities: &[f32], values: usize, labels: &[Option<u8>]) -> Option<f64> {
    let rows = probabilities.chunks_exact(values.max(1));
    let known: Vec<(&[f32], usize)> = rows
        .zip(labels)
        .filter_map(|(row, label)| Some((row, usize::from((*label)?))))
        .collect();
    let areas: Vec<f64> = (0..values)
        .filter_map(|value| {
            let scores = known
                .iter()
                .map(|(row, label)| (row[value], *label == value));
            area(scores.collect())
        })
        .collect();
    (!areas.is_empty()).then(|| areas.iter().sum::<f64>() / areas.len() as f64)
}

/// The area of scores, each with true for an image that has the value; `None` where one side is empty.
fn area(mut scores: Vec<(f32, bool)>) -> Option<f64> {
    scores.sort_by(|a, b| a.0.total_cmp(&b.0));
    // Half pairs in the right order, and images below that have the value or not.
    let (mut halves, mut with, mut without) = (0_u64, 0_u64, 0_u64);
    for equal in scores.chunk_by(|a, b| a.0 == b.0) {
        let here = equal.iter().filter(|(_, has)| *has).count() as u64;
        let others = equal.len() as u64 - here;
        halves += here * (2 * without + others);
        with += here;
        without += others;
    }
    (with > 0 && without > 0).then(|| halves as f64 / (2 * with * without) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Random;

    /// Rows of a task with two values from the probabilities of the second.
    fn two(second: &[f32]) -> Vec<f32> {
        second.iter().flat_map(|&p| [1.0 - p, p]).collect()
    }

    #[test]
    fn a_right_order_is_one_a_wrong_one_zero_and_no_order_half() {
        let labels = [Some(0), Some(0), Some(1), Some(1)];
        let of = |second: [f32; 4]| auc(&two(&second), 2, &labels).expect("both values");
        assert_eq!(of([0.1, 0.2, 0.3, 0.4]), 1.0);
        assert_eq!(of([0.4, 0.3, 0.2, 0.1]), 0.0);
        assert_eq!(of([0.5; 4]), 0.5);
        // Three of four pairs are in order, and one is equal.
        assert_eq!(of([0.125, 0.5, 0.5, 0.75]), 0.875);
    }

    #[test]
    fn unknown_labels_and_missing_values_take_no_part() {
        let rows = two(&[0.9, 0.25, 0.75]);
        assert_eq!(auc(&rows, 2, &[None, Some(0), Some(1)]), Some(1.0));
        assert_eq!(auc(&rows, 2, &[Some(1), Some(1), None]), None);
        assert_eq!(auc(&[], 2, &[]), None);
        assert_eq!(auc(&[], 0, &[]), None);
    }

    #[test]
    fn several_values_are_averaged_one_against_the_rest() {
        let rows = [[0.5, 0.25, 0.25], [0.25, 0.5, 0.25], [0.5, 0.375, 0.125]].concat();
        // Of value 0 one pair is in order and one equal; of value 1 both are in order; no image has value 2.
        let labels = [Some(0), Some(1), Some(1)];
        assert_eq!(auc(&rows, 3, &labels), Some(0.875));
    }

    #[test]
    fn ranks_give_what_all_pairs_give() {
        let mut random = Random::new(7);
        let images = 300;
        let rows: Vec<f32> = (0..images * 3)
            .map(|_| random.below(20) as f32 / 20.0)
            .collect();
        let labels: Vec<Option<u8>> = (0..images)
            .map(|_| {
                u8::try_from(random.below(4))
                    .ok()
                    .filter(|&label| label < 3)
            })
            .collect();
        let mut sum = 0.0;
        for value in 0..3 {
            let (mut won, mut pairs) = (0.0, 0.0);
            for (a, with) in labels
                .iter()
                .enumerate()
                .filter(|(_, l)| **l == Some(value))
            {
                for (b, _) in labels
                    .iter()
                    .enumerate()
                    .filter(|(_, l)| l.is_some() && *l != with)
                {
                    let [p, q] = [a, b].map(|image| rows[image * 3 + usize::from(value)]);
                    won += f64::from(u8::from(p > q)) + 0.5 * f64::from(u8::from(p == q));
                    pairs += 1.0;
                }
            }
            sum += won / pairs;
        }
        let found = auc(&rows, 3, &labels).expect("all values");
        assert!((found - sum / 3.0).abs() < 1e-12, "{found} {}", sum / 3.0);
    }
}
