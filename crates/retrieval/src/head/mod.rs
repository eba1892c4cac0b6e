//! From an embedding to the probabilities of a task's values.
//!
//! A classification head is a linear map and a softmax. It is fitted on embeddings of labelled images ([`fit`], a
//! multinomial logistic regression) and then calibrated on others ([`Head::calibrated`]), so that of the
//! images given 70 % about 70 % have the value. Calibration is folded into the map itself: a reader of a
//! bundle needs to know nothing about it.

mod calibrate;
mod fit;
pub(crate) mod lbfgs;

use modulens_schema::HeadWeights;

pub use fit::{FitConfig, fit};

use crate::{Embeddings, RetrievalError, kernel};

/// The classification head of one task.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    embedding: usize,
    weights: HeadWeights,
    /// Per value, true where the embedding says nothing: of a user task only the other value is learned.
    is_constant: Vec<bool>,
}

impl Head {
    /// A classification head from its weights, for embeddings of length `embedding`.
    ///
    /// # Errors
    /// Lengths that do not fit, fewer than two values, or a weight that is not finite.
    pub fn new(weights: HeadWeights, embedding: usize) -> Result<Self, RetrievalError> {
        let values = weights.bias.len();
        if values < 2 {
            let what = "a head's bias";
            return Err(RetrievalError::Length {
                what,
                found: values,
                expected: 2,
            });
        }
        let expected = values.saturating_mul(embedding);
        RetrievalError::length("a head's weight", weights.weight.len(), expected)?;
        if weights
            .weight
            .iter()
            .chain(&weights.bias)
            .any(|weight| !weight.is_finite())
        {
            return Err(RetrievalError::NotFinite { what: "a head" });
        }
        let rows = weights.weight.chunks_exact(embedding.max(1));
        let is_constant = rows.map(|row| row.iter().all(|&weight| weight == 0.0));
        let mut is_constant: Vec<bool> = is_constant.collect();
        is_constant.resize(values, true);
        Ok(Self {
            embedding,
            weights,
            is_constant,
        })
    }

    /// Number of values `V`.
    pub fn values(&self) -> usize {
        self.weights.bias.len()
    }

    /// Length `D` of an embedding.
    pub fn embedding(&self) -> usize {
        self.embedding
    }

    /// The weights, as a bundle keeps them.
    pub fn weights(&self) -> &HeadWeights {
        &self.weights
    }

    /// The probabilities `[V]` of one image's values; they sum to 1.
    ///
    /// # Errors
    /// An embedding of another length.
    pub fn probabilities(&self, embedding: &[f32]) -> Result<Vec<f32>, RetrievalError> {
        RetrievalError::length("the embedding", embedding.len(), self.embedding)?;
        let mut logits: Vec<f32> = self.logits(embedding).collect();
        softmax(&mut logits);
        Ok(logits)
    }

    /// The probabilities `[N, V]` of every image's values.
    ///
    /// # Errors
    /// Embeddings of another length.
    pub fn probabilities_of_all(
        &self,
        embeddings: &Embeddings,
    ) -> Result<Vec<f32>, RetrievalError> {
        RetrievalError::length("the embedding", embeddings.dim(), self.embedding)?;
        let mut all = Vec::with_capacity(embeddings.rows() * self.values());
        self.extend(embeddings.data(), &mut all);
        Ok(all)
    }

    /// Adds the probabilities of more images to `all`, `[N, V]`; `embeddings` are `[n, D]`.
    pub(crate) fn extend(&self, embeddings: &[f32], all: &mut Vec<f32>) {
        for embedding in embeddings.chunks_exact(self.embedding.max(1)) {
            let start = all.len();
            all.extend(self.logits(embedding));
            softmax(&mut all[start..]);
        }
    }

    fn logits(&self, embedding: &[f32]) -> impl Iterator<Item = f32> {
        let rows = (0..self.values())
            .map(|v| &self.weights.weight[v * self.embedding..][..self.embedding]);
        let rows = rows.zip(&self.weights.bias).zip(&self.is_constant);
        rows.map(|((row, bias), is_constant)| match is_constant {
            true => *bias,
            false => kernel::dot(row, embedding) + bias,
        })
    }
}

/// The index of the highest value, the lowest of equals.
pub(crate) fn most_probable(probabilities: &[f32]) -> usize {
    let mut best = 0;
    for (value, &probability) in probabilities.iter().enumerate() {
        if probability > probabilities[best] {
            best = value;
        }
    }
    best
}

/// Turns logits into probabilities.
fn softmax(logits: &mut [f32]) {
    let highest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut sum = 0.0;
    for logit in &mut *logits {
        // Of two values, one exponential is as good as two.
        *logit = match *logit == highest {
            true => 1.0,
            false => (*logit - highest).exp(),
        };
        sum += *logit;
    }
    for probability in logits {
        *probability /= sum;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_are_a_softmax() {
        let weights = HeadWeights {
            weight: vec![1.0, 0.0, 0.0, 2.0, 0.0, 0.0],
            bias: vec![0.0, 0.5, 0.0],
        };
        let head = Head::new(weights, 2).expect("3 x 2");
        let p = head.probabilities(&[0.6, 0.8]).expect("fits");
        let exps = [0.6_f32.exp(), 2.1_f32.exp(), 1.0];
        let sum: f32 = exps.iter().sum();
        for (p, e) in p.iter().zip(exps) {
            assert!((p - e / sum).abs() < 1e-6);
        }
        assert_eq!(most_probable(&p), 1);
        let two = Embeddings::from_unit_rows(2, 2, vec![0.6, 0.8, 1.0, 0.0]).expect("2 x 2");
        assert_eq!(head.probabilities_of_all(&two).expect("fits")[..3], p);
        assert!(head.probabilities(&[1.0]).is_err());
    }

    #[test]
    fn large_logits_do_not_overflow() {
        let mut logits = [1e30, -1e30, 1e30];
        softmax(&mut logits);
        assert_eq!(logits, [0.5, 0.0, 0.5]);
    }

    #[test]
    fn misfits_are_errors() {
        let weights = |n, values| HeadWeights {
            weight: vec![0.0; n],
            bias: vec![0.0; values],
        };
        assert!(Head::new(weights(3, 2), 2).is_err());
        assert!(Head::new(weights(2, 1), 2).is_err());
        let mut bad = weights(4, 2);
        bad.bias[1] = f32::NAN;
        assert!(Head::new(bad, 2).is_err());
    }
}
