//! Calibration: a probability of 70 % should come true in 70 % of the cases.

use crate::head::most_probable;

/// The expected calibration error of the predicted value's probability.
///
/// `probabilities` is `[N, values]`. Images are put into `bins` equal bins by the probability of their most
/// probable value; the error is the mean over images of the difference, within their bin, between the mean
/// probability and the share of right predictions. `None` where no label is known.
pub fn calibration_error(
    probabilities: &[f32],
    values: usize,
    labels: &[Option<u8>],
    bins: usize,
) -> Option<f64> {
    // Per bin: the sum of probabilities minus the number of right predictions.
    let mut surplus = vec![0.0_f64; bins.max(1)];
    let mut images = 0_usize;
    for (row, label) in probabilities.chunks_exact(values.max(1)).zip(labels) {
        let Some(label) = label.map(usize::from) else {
            continue;
        };
        let predicted = most_probable(row);
        let probability = f64::from(row[predicted]);
        let bin = (probability * surplus.len() as f64) as usize;
        let bin = bin.min(surplus.len() - 1);
        surplus[bin] += probability - f64::from(u8::from(predicted == label));
        images += 1;
    }
    let total: f64 = surplus.iter().map(|surplus| surplus.abs()).sum();
    (images > 0).then(|| total / images as f64)
}

/// Share of images whose most probable value is the right one, each value weighing the same however rare
/// (balanced accuracy). `None` where no label is known.
pub fn accuracy(probabilities: &[f32], values: usize, labels: &[Option<u8>]) -> Option<f64> {
    let mut counts = vec![(0_usize, 0_usize); values];
    for (row, label) in probabilities.chunks_exact(values.max(1)).zip(labels) {
        let Some(label) = label.map(usize::from) else {
            continue;
        };
        if let Some((right, all)) = counts.get_mut(label) {
            *right += usize::from(most_probable(row) == label);
            *all += 1;
        }
    }
    let shares: Vec<f64> = counts
        .into_iter()
        .filter(|&(_, all)| all > 0)
        .map(|(right, all)| right as f64 / all as f64)
        .collect();
    (!shares.is_empty()).then(|| shares.iter().sum::<f64>() / shares.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn honest_probabilities_have_no_error() {
        // Three of four predictions at 75 % are right.
        let probabilities = [0.25, 0.75].repeat(4);
        let labels = [Some(1), Some(1), Some(1), Some(0)];
        assert!(calibration_error(&probabilities, 2, &labels, 15).expect("known") < 1e-9);
        let all_right = [Some(1); 4];
        let error = calibration_error(&probabilities, 2, &all_right, 15).expect("known");
        assert!((error - 0.25).abs() < 1e-9);
        let one_unknown = [Some(1), Some(1), None, Some(0)];
        let error = calibration_error(&probabilities, 2, &one_unknown, 15).expect("known");
        assert!((error - (0.75 - 2.0 / 3.0)).abs() < 1e-9);
    }

    #[test]
    fn certainty_falls_into_the_last_bin() {
        assert_eq!(calibration_error(&[0.0, 1.0], 2, &[Some(1)], 15), Some(0.0));
        assert_eq!(calibration_error(&[0.0, 1.0], 2, &[Some(0)], 15), Some(1.0));
        assert_eq!(calibration_error(&[0.0, 1.0], 2, &[None], 15), None);
    }

    #[test]
    fn accuracy_weighs_values_alike() {
        let probabilities = [0.1, 0.9].repeat(10);
        let labels: Vec<Option<u8>> = (0..10).map(|i| Some(u8::from(i > 0))).collect();
        assert_eq!(accuracy(&probabilities, 2, &labels), Some(0.5));
        assert_eq!(accuracy(&[], 2, &[]), None);
    }
}
