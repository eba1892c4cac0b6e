//! Making probabilities mean what they say.

use modulens_schema::HeadWeights;

use super::fit::{known, softmax_loss};
use super::{Head, lbfgs};
use crate::{Embeddings, RetrievalError};

impl Head {
    /// The head calibrated on labelled images it was not fitted on.
    ///
    /// A temperature and one bias per value are fitted by maximum likelihood: the logits `z` become
    /// `z / temperature + bias`. The temperature takes away over- or under-confidence, the biases bring the
    /// values' true frequencies back after a balanced fit. Each of them has a standard normal prior (on the
    /// logarithm of the temperature), worth less than one image, so that a value which never occurs among
    /// these images does not become impossible; without any known label nothing changes.
    ///
    /// # Errors
    /// Embeddings of another length, another number of labels, or a label that is none of the values.
    pub fn calibrated(
        &self,
        embeddings: &Embeddings,
        labels: &[Option<u8>],
    ) -> Result<Self, RetrievalError> {
        RetrievalError::length("the embedding", embeddings.dim(), self.embedding)?;
        let known = known(embeddings, labels, self.values())?;
        let logits: Vec<(Vec<f32>, usize)> = known
            .into_iter()
            .map(|(image, label)| (self.logits(embeddings.row(image)).collect(), label))
            .collect();
        let images = logits.len().max(1) as f64;
        let values = self.values();
        // The last parameter is the logarithm of one over the temperature.
        let mut parameters = vec![0.0; values + 1];
        let mut probabilities = vec![0.0; values];
        lbfgs::minimise(&mut parameters, 100, 1e-8, |parameters, gradient| {
            let sharpness = parameters[values].exp();
            let mut loss = 0.0;
            for (slope, parameter) in gradient.iter_mut().zip(parameters) {
                *slope = parameter / images;
                loss += 0.5 * parameter * parameter / images;
            }
            for (logits, label) in &logits {
                for ((p, &logit), bias) in probabilities.iter_mut().zip(logits).zip(parameters) {
                    *p = sharpness * f64::from(logit) + bias;
                }
                loss += softmax_loss(&mut probabilities, *label) / images;
                for (value, (&p, &logit)) in probabilities.iter().zip(logits).enumerate() {
                    let error = (p - f64::from(u8::from(value == *label))) / images;
                    gradient[value] += error;
                    gradient[values] += error * sharpness * f64::from(logit);
                }
            }
            loss
        });
        let sharpness = parameters[values].exp();
        let scaled = |&weight: &f32| (sharpness * f64::from(weight)) as f32;
        let bias = self.weights.bias.iter().zip(&parameters);
        let weights = HeadWeights {
            weight: self.weights.weight.iter().map(scaled).collect(),
            bias: bias
                .map(|(&old, new)| (sharpness * f64::from(old) + new) as f32)
                .collect(),
        };
        Self::new(weights, self.embedding)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Random;
    use crate::measure::calibration_error;

    /// Images whose probability of value 1 is `sigmoid(4 x - 2)`, `x` being their embedding.
    fn noisy(images: usize, seed: u64) -> (Embeddings, Vec<Option<u8>>) {
        let mut random = Random::new(seed);
        let (mut data, mut labels) = (Vec::new(), Vec::new());
        for _ in 0..images {
            let x = random.unit() * 2.0 - 1.0;
            data.extend([x, (1.0 - x * x).sqrt()]);
            let p = 1.0 / (1.0 + (2.0 - 4.0 * x).exp());
            labels.push(Some(u8::from(random.unit() < p)));
        }
        (
            Embeddings::from_unit_rows(images, 2, data).expect("fits"),
            labels,
        )
    }

    #[test]
    fn overconfidence_and_wrong_frequencies_are_taken_away() {
        // Three times too sure of itself, and as if both values were equally frequent.
        let weights = HeadWeights {
            weight: vec![0.0, 0.0, 12.0, 0.0],
            bias: vec![0.0, 0.0],
        };
        let raw = Head::new(weights, 2).expect("2 x 2");
        let (embeddings, labels) = noisy(4000, 1);
        let calibrated = raw.calibrated(&embeddings, &labels).expect("calibrates");
        let scale = calibrated.weights().weight[2] - calibrated.weights().weight[0];
        assert!((scale - 4.0).abs() < 0.4, "{scale}");
        let (test, truth) = noisy(4000, 2);
        let error = |head: &Head| {
            let p = head.probabilities_of_all(&test).expect("fits");
            calibration_error(&p, 2, &truth, 15).expect("known labels")
        };
        assert!(error(&raw) > 0.1, "{}", error(&raw));
        assert!(error(&calibrated) < 0.02, "{}", error(&calibrated));
    }

    #[test]
    fn without_labels_nothing_changes() {
        let weights = HeadWeights {
            weight: vec![0.5, 1.0, -2.0, 3.0],
            bias: vec![0.25, -0.5],
        };
        let head = Head::new(weights, 2).expect("2 x 2");
        let (embeddings, _) = noisy(5, 1);
        assert_eq!(
            head.calibrated(&embeddings, &[None; 5])
                .expect("calibrates"),
            head
        );
    }

    #[test]
    fn values_that_do_not_occur_stay_possible() {
        let weights = HeadWeights {
            weight: vec![0.0; 6],
            bias: vec![0.0; 3],
        };
        let head = Head::new(weights, 2).expect("3 x 2");
        let (embeddings, labels) = noisy(500, 3);
        let calibrated = head.calibrated(&embeddings, &labels).expect("calibrates");
        let p = calibrated.probabilities(embeddings.row(0)).expect("fits");
        assert!(p[2] > 1e-4 && p[2] < 0.05, "{p:?}");
    }
}
