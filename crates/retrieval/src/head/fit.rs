//! Multinomial logistic regression on the embeddings of labelled images.

use modulens_schema::HeadWeights;

use super::{Head, lbfgs};
use crate::{Embeddings, RetrievalError};

/// Hyperparameters of the fit of a head.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FitConfig {
    /// Strength of the penalty `l2 / 2 * sum(weight^2 + bias^2)` next to the mean loss of an image. It keeps
    /// the map finite where the values are perfectly separable, or never occur.
    pub l2: f64,
    /// True where each value weighs the same in the loss however rare it is. Calibration brings the
    /// frequencies back, so this decides only where a head spends its effort.
    pub balance: bool,
    /// Most steps of the optimiser.
    pub iterations: usize,
}

impl Default for FitConfig {
    fn default() -> Self {
        Self {
            l2: 1e-4,
            balance: true,
            iterations: 200,
        }
    }
}

/// Fits the head of a task with `values` values; images whose label is unknown (`None`) take no part.
///
/// Deterministic: the same input gives the same head.
///
/// # Errors
/// Another number of labels than embeddings, a label that is none of the values, or fewer than two
/// different values among the known labels.
pub fn fit(
    embeddings: &Embeddings,
    labels: &[Option<u8>],
    values: usize,
    config: &FitConfig,
) -> Result<Head, RetrievalError> {
    let known = known(embeddings, labels, values)?;
    let mut counts = vec![0_usize; values];
    for &(_, value) in &known {
        counts[value] += 1;
    }
    let present = counts.iter().filter(|&&count| count > 0).count();
    if present < 2 {
        return Err(RetrievalError::TooFew {
            task: "the labels".into(),
            problem: format!("{present} different values are known, two are needed"),
        });
    }
    let importance: Vec<f64> = counts
        .iter()
        .map(|&count| match count {
            0 => 0.0,
            _ if config.balance => 1.0 / (present as f64 * count as f64),
            _ => 1.0 / known.len() as f64,
        })
        .collect();
    let dim = embeddings.dim();
    let row = dim + 1;
    let mut parameters = vec![0.0; values * row];
    let mut probabilities = vec![0.0; values];
    lbfgs::minimise(
        &mut parameters,
        config.iterations,
        1e-7,
        |parameters, gradient| {
            let mut loss = 0.0;
            for (slope, parameter) in gradient.iter_mut().zip(parameters) {
                *slope = config.l2 * parameter;
                loss += 0.5 * config.l2 * parameter * parameter;
            }
            for &(image, label) in &known {
                let embedding = embeddings.row(image);
                for (logit, row) in probabilities.iter_mut().zip(parameters.chunks_exact(row)) {
                    let product: f64 = row
                        .iter()
                        .zip(embedding)
                        .map(|(w, &x)| w * f64::from(x))
                        .sum();
                    *logit = product + row[dim];
                }
                let weight = importance[label];
                loss += weight * softmax_loss(&mut probabilities, label);
                for (value, (slopes, p)) in gradient
                    .chunks_exact_mut(row)
                    .zip(&probabilities)
                    .enumerate()
                {
                    let error = weight * (p - f64::from(u8::from(value == label)));
                    for (slope, &x) in slopes.iter_mut().zip(embedding) {
                        *slope += error * f64::from(x);
                    }
                    slopes[dim] += error;
                }
            }
            loss
        },
    );
    let rows = parameters.chunks_exact(row);
    let weight = rows
        .clone()
        .flat_map(|row| row[..dim].iter().map(|&w| w as f32))
        .collect();
    let bias = rows.map(|row| row[dim] as f32).collect();
    Head::new(HeadWeights { weight, bias }, dim)
}

/// The images whose label is known, with their values.
pub(super) fn known(
    embeddings: &Embeddings,
    labels: &[Option<u8>],
    values: usize,
) -> Result<Vec<(usize, usize)>, RetrievalError> {
    RetrievalError::length("the list of labels", labels.len(), embeddings.rows())?;
    let mut known = Vec::with_capacity(labels.len());
    for (image, label) in labels.iter().enumerate() {
        let Some(value) = label.map(usize::from) else {
            continue;
        };
        if value >= values {
            return Err(RetrievalError::NoValue {
                task: 0,
                value,
                values,
            });
        }
        known.push((image, value));
    }
    Ok(known)
}

/// Turns logits into probabilities and returns minus the logarithm of the one of `label`.
pub(super) fn softmax_loss(logits: &mut [f64], label: usize) -> f64 {
    let highest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let chosen = logits[label] - highest;
    let mut sum = 0.0;
    for logit in &mut *logits {
        *logit = (*logit - highest).exp();
        sum += *logit;
    }
    for probability in logits {
        *probability /= sum;
    }
    sum.ln() - chosen
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Random;
    use crate::head::most_probable;

    /// Points on a circle, one arc per value; some labels unknown.
    pub(crate) fn arcs(images: usize, seed: u64) -> (Embeddings, Vec<Option<u8>>) {
        let mut random = Random::new(seed);
        let (mut data, mut labels) = (Vec::new(), Vec::new());
        for _ in 0..images {
            let value = random.below(3);
            let angle = value as f32 * 2.0 + random.unit() * 1.6;
            data.extend([angle.cos(), angle.sin()]);
            labels.push((random.below(10) > 0).then_some(value as u8));
        }
        (
            Embeddings::from_unit_rows(images, 2, data).expect("fits"),
            labels,
        )
    }

    #[test]
    fn separable_values_are_told_apart() {
        let (embeddings, labels) = arcs(400, 1);
        let head = fit(&embeddings, &labels, 3, &FitConfig::default()).expect("fits");
        let (others, truth) = arcs(200, 2);
        for (image, label) in truth.iter().enumerate() {
            if let Some(label) = label {
                let p = head.probabilities(others.row(image)).expect("fits");
                let found = most_probable(&p);
                assert_eq!(found, usize::from(*label), "image {image}");
            }
        }
        let again = fit(&embeddings, &labels, 3, &FitConfig::default()).expect("fits");
        assert_eq!(head, again, "deterministic");
    }

    #[test]
    fn rare_values_are_heard_when_balanced() {
        // The same spot, one value nine times as often: balanced, neither is preferred.
        let embeddings = Embeddings::from_unit_rows(10, 1, vec![1.0; 10]).expect("fits");
        let labels: Vec<Option<u8>> = (0..10).map(|i| Some(u8::from(i == 0))).collect();
        let rare = |balance| {
            let config = FitConfig {
                balance,
                ..FitConfig::default()
            };
            let head = fit(&embeddings, &labels, 2, &config).expect("fits");
            head.probabilities(&[1.0]).expect("fits")[1]
        };
        assert!((rare(true) - 0.5).abs() < 1e-3);
        assert!((rare(false) - 0.1).abs() < 1e-3);
    }

    #[test]
    fn values_that_never_occur_get_little_probability() {
        let (embeddings, labels) = arcs(300, 3);
        let head = fit(&embeddings, &labels, 4, &FitConfig::default()).expect("fits");
        for image in 0..300 {
            let p = head.probabilities(embeddings.row(image)).expect("fits");
            assert!(p[3] < 0.02, "{p:?}");
        }
    }

    #[test]
    fn nothing_to_fit_is_an_error() {
        let (embeddings, _) = arcs(4, 1);
        let fit = |labels: &[Option<u8>]| fit(&embeddings, labels, 3, &FitConfig::default());
        assert!(matches!(
            fit(&[Some(1), Some(1), None, None]),
            Err(RetrievalError::TooFew { .. })
        ));
        assert!(matches!(
            fit(&[None; 4]),
            Err(RetrievalError::TooFew { .. })
        ));
        assert!(matches!(
            fit(&[Some(0), Some(3), None, None]),
            Err(RetrievalError::NoValue { .. })
        ));
        assert!(matches!(
            fit(&[Some(0), Some(1)]),
            Err(RetrievalError::Length { .. })
        ));
    }
}
