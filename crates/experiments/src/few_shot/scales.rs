//! A new task as scaling vectors alone, like the tasks of the network.
//!
//! Everything the network computes up to its first site is there already, so a few labelled pictures give a scaling
//! vector on the features and a mask on the embedding. The loss looks at pairs of pictures, as a search does: a softmax
//! over the cosines to all other examples, on those of the same value (Khosla et al., "Supervised Contrastive
//! Learning", 2020). The vectors start at the mean of those the network has, and are held near it: with eight pictures
//! there is more to lose than to learn.

use burn::module::{Module, Param};
use burn::optim::{AdamWConfig, GradientsParams};
use burn::tensor::activation::{log_softmax, relu};
use burn::tensor::{Device, Tensor, TensorData};
use modulens_model::unit;
use modulens_schema::FoldedTail;
use modulens_training::embed;
use modulens_training::error::TrainerError;

use super::new_task::NewTask;

/// The settings of the fit of modulation vectors.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FitConfig {
    /// Steps, each over all examples.
    pub steps: usize,
    /// Learning rate, falling to zero.
    pub learning_rate: f64,
    /// Temperature of the softmax over cosines, as in training.
    pub temperature: f32,
    /// Weight of the mean squared distance from the start, divided by the number of examples.
    pub hold: f32,
}

impl Default for FitConfig {
    fn default() -> Self {
        Self {
            steps: 200,
            learning_rate: 0.05,
            temperature: 0.1,
            hold: 20.0,
        }
    }
}

/// The learned parameters.
#[derive(Module, Debug)]
struct Learned {
    feature_scale: Param<Tensor<1>>,
    embedding_scale: Param<Tensor<1>>,
}

/// The shared layer between the two vectors.
struct Layer {
    weight: Tensor<2>,
    bias: Tensor<2>,
    rectified: bool,
}

impl Layer {
    fn new(tail: &FoldedTail, device: &Device) -> Self {
        let weight = TensorData::new(tail.weight.clone(), [tail.embedding, tail.channels]);
        Self {
            weight: Tensor::<2>::from_data(weight, device).transpose(),
            bias: Tensor::from_data(
                TensorData::new(tail.bias.clone(), [1, tail.embedding]),
                device,
            ),
            rectified: tail.rectified,
        }
    }

    /// The embeddings `[N, D]` of features `[N, C]` under scales `[C]` and `[D]`.
    fn embed(&self, features: Tensor<2>, scale: Tensor<1>, mask: Tensor<1>) -> Tensor<2> {
        let x = (features * scale.unsqueeze()).matmul(self.weight.clone()) + self.bias.clone();
        let x = if self.rectified { relu(x) } else { x };
        unit(x * mask.unsqueeze())
    }
}

/// Fits the vectors of a task with `values` values to some pictures: features `[n, C]` row-major and a value for each.
///
/// # Errors
/// When the device does not give the result back.
pub fn fit(
    tail: &FoldedTail,
    features: &[f32],
    labels: &[u8],
    values: usize,
    config: &FitConfig,
) -> Result<NewTask, TrainerError> {
    let device = Device::flex().autodiff();
    let start = NewTask::mean(tail);
    let row = |values: &[f32]| {
        Tensor::<1>::from_data(TensorData::new(values.to_vec(), [values.len()]), &device)
    };
    let (scale_start, mask_start) = (row(&start.feature_scale), row(&start.embedding_scale));
    let layer = Layer::new(tail, &device);
    let examples = labels.len();
    let features = TensorData::new(features.to_vec(), [examples, tail.channels]);
    let features = Tensor::<2>::from_data(features, &device);
    let pairs = Tensor::<2>::from_data(
        TensorData::new(pair_weights(labels, values), [examples, examples]),
        &device,
    );
    // An image is no example of itself.
    let itself = Tensor::<2>::eye(examples, &device).mul_scalar(-1e9);
    let mut learned = Learned {
        feature_scale: Param::from_tensor(scale_start.clone()),
        embedding_scale: Param::from_tensor(mask_start.clone()),
    };
    let mut optimizer = AdamWConfig::new().with_weight_decay(0.0).init();
    for step in 0..config.steps {
        let (scale, mask) = (learned.feature_scale.val(), learned.embedding_scale.val());
        let embedded = layer.embed(features.clone(), relu(scale.clone()), relu(mask.clone()));
        let cosines = embedded.clone().matmul(embedded.transpose());
        let chosen = log_softmax(cosines.div_scalar(config.temperature) + itself.clone(), 1);
        let missed = (chosen * pairs.clone()).sum().neg();
        let moved = (scale - scale_start.clone()).square().mean()
            + (mask - mask_start.clone()).square().mean();
        let loss = missed + moved * (config.hold / examples as f32);
        let gradients = GradientsParams::from_grads(loss.backward(), &learned);
        let left = 1.0 - step as f64 / config.steps as f64;
        learned = optimizer.step(config.learning_rate * left, learned, gradients);
    }
    Ok(NewTask {
        feature_scale: embed::values(relu(learned.feature_scale.val()).into_data())?,
        embedding_scale: embed::values(relu(learned.embedding_scale.val()).into_data())?,
        ..start
    })
}

/// A weight for every pair of two examples of the same value, `[n, n]`: every value weighs the same, within it every
/// example, and all together one. A value with one example has no pair.
fn pair_weights(labels: &[u8], values: usize) -> Vec<f32> {
    let mut counts = vec![0_usize; values];
    for &label in labels {
        counts[usize::from(label)] += 1;
    }
    let paired = counts.iter().filter(|&&count| count > 1).count();
    let mut weights = Vec::with_capacity(labels.len() * labels.len());
    for (first, label) in labels.iter().enumerate() {
        let count = counts[usize::from(*label)];
        for (second, other) in labels.iter().enumerate() {
            let pair = label == other && first != second;
            weights.push(if pair {
                1.0 / (paired * count * (count - 1)) as f32
            } else {
                0.0
            });
        }
    }
    weights
}

#[cfg(test)]
mod tests {
    use modulens_retrieval::Random;

    use super::*;

    /// Eight features that pass through; the network's one task looks at the first half.
    fn tail() -> FoldedTail {
        FoldedTail {
            tasks: 1,
            channels: 8,
            embedding: 8,
            rectified: false,
            feature_scale: vec![1.0; 8],
            weight: (0..64)
                .map(|cell| f32::from(u8::from(cell % 9 == 0)))
                .collect(),
            bias: vec![0.0; 8],
            embedding_scale: vec![1.0, 1.0, 1.0, 1.0, 0.2, 0.2, 0.2, 0.2],
        }
    }

    /// Noise, but for feature 6, which says the label.
    fn pictures(count: usize) -> (Vec<f32>, Vec<u8>) {
        let mut random = Random::new(3);
        let labels: Vec<u8> = (0..count).map(|image| (image % 2) as u8).collect();
        let features = labels
            .iter()
            .flat_map(|&label| {
                let mut row: Vec<f32> = (0..8).map(|_| 2.0 * random.unit() - 1.0).collect();
                row[6] = if label == 1 { 1.0 } else { -1.0 };
                row
            })
            .collect();
        (features, labels)
    }

    #[test]
    fn the_channel_that_tells_is_found() {
        let (features, labels) = pictures(32);
        let fitted = fit(&tail(), &features, &labels, 2, &FitConfig::default()).expect("fits");
        let seen: Vec<f32> = fitted
            .feature_scale
            .iter()
            .zip(&fitted.embedding_scale)
            .map(|(scale, mask)| scale * mask)
            .collect();
        let others = seen.iter().enumerate().filter(|(channel, _)| *channel != 6);
        let most = others.map(|(_, &value)| value).fold(0.0, f32::max);
        assert!(seen[6] > 1.5 * most, "{seen:?}");
    }

    #[test]
    fn held_hard_it_stays_where_it_was() {
        let (features, labels) = pictures(8);
        let held = FitConfig {
            hold: 1e6,
            ..FitConfig::default()
        };
        let fitted = fit(&tail(), &features, &labels, 2, &held).expect("fits");
        let start = NewTask::mean(&tail());
        for (found, start) in fitted.embedding_scale.iter().zip(&start.embedding_scale) {
            assert!((found - start).abs() < 0.02, "{found} {start}");
        }
    }

    #[test]
    fn values_weigh_the_same() {
        let weights = pair_weights(&[0, 0, 0, 1, 1, 2], 3);
        let of = |row: usize| weights[6 * row..6 * row + 6].iter().sum::<f32>();
        assert!((of(0) + of(1) + of(2) - 0.5).abs() < 1e-6);
        assert!((of(3) + of(4) - 0.5).abs() < 1e-6);
        assert_eq!(of(5), 0.0, "alone");
        assert_eq!(weights[0], 0.0, "not with itself");
    }
}
