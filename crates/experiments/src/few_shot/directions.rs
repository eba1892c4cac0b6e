//! A new task as directions of its own in the features.
//!
//! Scaling vectors can only turn up or down what the shared layer passes on, and that layer has learned to pass on what
//! the network's own tasks need. The features before it know more. So a new task may bring rows of its own for that
//! layer: a logistic regression on the features of the examples, whose logits become the embedding. Other tasks have a
//! mask of zero there and rank as before (see [`NewTask::added_to`]).

use modulens_retrieval::Embeddings;
use modulens_retrieval::head::{self, FitConfig};
use modulens_schema::FoldedTail;
use modulens_training::error::TrainerError;

use super::new_task::NewTask;

/// Penalty on the squared weights of standardised features, for one example; it falls as there are more. Of 0.01, 0.1,
/// 1 and 10 it is the best with 128 examples of blond hair and of a hat on a network of seven other tasks, and loses
/// less than a point to the best with 8 and 32, and with no beard.
const L2: f64 = 0.1;

/// Features of many pictures, which need no label: what is usual.
#[derive(Clone, Debug, PartialEq)]
pub struct Background<'a> {
    features: &'a [f32],
    mean: Vec<f64>,
    /// Standard deviation; 0 for a feature that says nothing.
    deviation: Vec<f64>,
}

impl<'a> Background<'a> {
    /// Measures features `[n, C]`.
    pub fn new(features: &'a [f32], channels: usize) -> Self {
        let count = (features.len() / channels.max(1)).max(1) as f64;
        let mut mean = vec![0.0; channels];
        for row in features.chunks_exact(channels.max(1)) {
            for (sum, &value) in mean.iter_mut().zip(row) {
                *sum += f64::from(value);
            }
        }
        mean.iter_mut().for_each(|sum| *sum /= count);
        let mut deviation = vec![0.0; channels];
        for row in features.chunks_exact(channels.max(1)) {
            for ((sum, &value), mean) in deviation.iter_mut().zip(row).zip(&mean) {
                *sum += (f64::from(value) - mean) * (f64::from(value) - mean);
            }
        }
        for sum in &mut deviation {
            *sum = (*sum / count).sqrt();
        }
        Self {
            features,
            mean,
            deviation,
        }
    }

    /// The standard deviation of a linear map of the features, all its outputs together.
    fn spread(&self, weights: &[Vec<f64>]) -> f64 {
        let channels = self.mean.len().max(1);
        let (mut squares, mut count) = (0.0, 0_usize);
        for row in self.features.chunks_exact(channels) {
            for weights in weights {
                let centred = row.iter().zip(&self.mean);
                let output: f64 = centred
                    .zip(weights)
                    .map(|((&value, mean), weight)| (f64::from(value) - mean) * weight)
                    .sum();
                squares += output * output;
                count += 1;
            }
        }
        (squares / count.max(1) as f64).sqrt()
    }

    /// Standardised features; rows have a length of about one.
    fn standardise(&self, features: &[f32]) -> Vec<f32> {
        let channels = self.mean.len().max(1);
        let length = (channels as f64).sqrt();
        features
            .chunks_exact(channels)
            .flat_map(|row| {
                row.iter().enumerate().map(move |(channel, &value)| {
                    let scale = self.deviation[channel] * length;
                    if scale > 0.0 {
                        ((f64::from(value) - self.mean[channel]) / scale) as f32
                    } else {
                        0.0
                    }
                })
            })
            .collect()
    }
}

/// Fits the directions of a task with `values` values to some pictures: features `[n, C]` row-major and a value for
/// each.
///
/// The embedding is `[logits, 1]`: logits less their mean, brought to a spread of one over all pictures, so that the
/// constant beside them keeps a sure picture and an unsure one apart.
///
/// # Errors
/// Fewer than two values among the labels.
pub fn fit(
    tail: &FoldedTail,
    background: &Background<'_>,
    features: &[f32],
    labels: &[u8],
    values: usize,
) -> Result<NewTask, TrainerError> {
    let channels = tail.channels;
    let rows = background.standardise(features);
    let rows = Embeddings::from_unit_rows(labels.len(), channels, rows)?;
    let labels: Vec<Option<u8>> = labels.iter().map(|&label| Some(label)).collect();
    let config = FitConfig {
        l2: L2 / labels.len().max(1) as f64,
        ..FitConfig::default()
    };
    let fitted = head::fit(&rows, &labels, values, &config)?;
    let fitted = fitted.weights();
    // Back to features as they are, and less the mean over the values, which no softmax sees.
    let length = (channels as f64).sqrt();
    let mean = |of: &dyn Fn(usize) -> f64| (0..values).map(of).sum::<f64>() / values as f64;
    let bias_mean = mean(&|value| f64::from(fitted.bias[value]));
    let mut weights = vec![vec![0.0; channels]; values];
    let mut biases: Vec<f64> = fitted
        .bias
        .iter()
        .map(|&b| f64::from(b) - bias_mean)
        .collect();
    let usual = background.mean.iter().zip(&background.deviation);
    for (channel, (middle, deviation)) in usual.enumerate() {
        let scale = deviation * length;
        if scale <= 0.0 {
            continue;
        }
        let of = |value: usize| f64::from(fitted.weight[value * channels + channel]);
        let shared = mean(&of);
        for (value, (row, bias)) in weights.iter_mut().zip(&mut biases).enumerate() {
            let weight = (of(value) - shared) / scale;
            row[channel] = weight;
            *bias -= weight * middle;
        }
    }
    let size = background.spread(&weights);
    let scale = if size > 0.0 { 1.0 / size } else { 0.0 };
    let mut own: Vec<f32> = weights
        .iter()
        .flatten()
        .map(|weight| (weight * scale) as f32)
        .collect();
    let mut own_biases: Vec<f32> = biases.iter().map(|bias| (bias * scale) as f32).collect();
    own.extend(std::iter::repeat_n(0.0, channels));
    own_biases.push(1.0);
    Ok(NewTask {
        feature_scale: vec![1.0; channels],
        embedding_scale: vec![0.0; tail.embedding],
        rows: own,
        biases: own_biases,
    })
}

#[cfg(test)]
mod tests {
    use modulens_retrieval::{Random, Tail};

    use super::*;

    /// A layer that passes on nothing of the last feature, which alone says the label.
    fn tail() -> FoldedTail {
        FoldedTail {
            tasks: 1,
            channels: 4,
            embedding: 2,
            rectified: false,
            feature_scale: vec![1.0; 4],
            weight: vec![1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0],
            bias: vec![0.0; 2],
            embedding_scale: vec![1.0; 2],
        }
    }

    fn pictures(count: usize, seed: u64) -> (Vec<f32>, Vec<u8>) {
        let mut random = Random::new(seed);
        let labels: Vec<u8> = (0..count).map(|image| (image % 2) as u8).collect();
        let features = labels
            .iter()
            .flat_map(|&label| {
                let mut row: Vec<f32> = (0..4).map(|_| random.unit()).collect();
                row[3] = 5.0 + f32::from(label) + 0.2 * random.unit();
                row
            })
            .collect();
        (features, labels)
    }

    #[test]
    fn what_the_shared_layer_dropped_is_found() {
        let (features, labels) = pictures(40, 1);
        let background = Background::new(&features, 4);
        let task = fit(&tail(), &background, &features, &labels, 2).expect("fits");
        let (others, truth) = pictures(60, 2);
        let tail = task.alone(&tail());
        assert_eq!(
            tail.embedding, 5,
            "two logits and a constant behind what was there"
        );
        let mut rows = vec![0.0; 60 * 5];
        let tail = Tail::new(tail).expect("a tail");
        tail.embed_rows(&others, 0, &mut rows).expect("embeds");
        let row = |image: usize| &rows[5 * image..5 * image + 5];
        let cosine =
            |a: usize, b: usize| -> f32 { row(a).iter().zip(row(b)).map(|(a, b)| a * b).sum() };
        for image in 0..58 {
            assert_eq!(truth[image], truth[image + 2]);
            assert!(
                cosine(image, image + 2) > cosine(image, image + 1),
                "{image}"
            );
        }
    }

    #[test]
    fn a_feature_that_never_varies_is_no_reason_to_fail() {
        let (mut features, labels) = pictures(8, 3);
        features
            .iter_mut()
            .step_by(4)
            .for_each(|value| *value = 7.0);
        let background = Background::new(&features, 4);
        let task = fit(&tail(), &background, &features, &labels, 2).expect("fits");
        assert!(
            task.rows
                .iter()
                .chain(&task.biases)
                .all(|value| value.is_finite())
        );
        let error = fit(&tail(), &background, &features[..8], &[1, 1], 2).expect_err("one value");
        let said = modulens_training::error::report(&error);
        assert!(said.contains("two are needed"), "{said}");
    }
}
