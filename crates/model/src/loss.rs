//! The training losses.

use burn::tensor::activation::{log_softmax, relu};
use burn::tensor::{Device, Int, Tensor, TensorData};

use crate::Prototypes;

/// Added to the logits of values that a task does not have. Finite: WebGPU kernels with an infinity in them
/// have been silently skipped.
const NEVER: f32 = -1e9;

/// The paper's triplet loss, `mean(max(0, |a - p|^2 - |a - n|^2 + margin))` (its margin is 0.2).
///
/// # Shapes
/// anchor, positive and negative `[N, D]`, rows of unit length; the result is `[1]`.
pub fn triplet(
    anchor: Tensor<2>,
    positive: Tensor<2>,
    negative: Tensor<2>,
    margin: f32,
) -> Tensor<1> {
    let near = (anchor.clone() - positive).square().sum_dim(1);
    let far = (anchor - negative).square().sum_dim(1);
    relu(near - far + margin).mean()
}

/// The loss of each task, and what it is the mean of.
///
/// Every known label of every image takes part: a task's loss is the mean over the images whose label is known.
#[derive(Debug, Clone)]
pub struct TaskLosses {
    /// `[T]`; 0 where no label is known.
    losses: Tensor<1>,
    /// Known labels of each task, `[T]`.
    known: Tensor<1>,
}

impl TaskLosses {
    /// From how likely each label was, `[T, B]`, and which are known, `[T, B]` of ones and zeros.
    fn new(log_likelihoods: Tensor<2>, known: Tensor<2>) -> Self {
        let [tasks, _] = known.dims();
        let count = known.clone().sum_dim(1).reshape([tasks]);
        let sum = (log_likelihoods * known).sum_dim(1).neg().reshape([tasks]);
        Self {
            losses: sum / count.clone().clamp_min(1.0),
            known: count,
        }
    }

    /// The loss of one task, `[1]`.
    pub fn of(&self, task: usize) -> Tensor<1> {
        self.losses.clone().narrow(0, task, 1)
    }

    /// The mean over the tasks of which any label is known, `[1]`; with nothing known it is 0.
    ///
    /// A task weighs its own loss to the power `focus`, taken as a constant: at 0 all weigh the same; above, what is
    /// solved leaves the shared layers to what is not. A task of a few pixels, such as a smile, is else drowned for
    /// many epochs by those of large areas.
    pub fn focused(&self, focus: f32) -> Tensor<1> {
        let weights =
            self.losses.clone().detach().powf_scalar(focus) * self.known.clone().clamp_max(1.0);
        let all = weights.clone().sum().clamp_min(f32::MIN_POSITIVE);
        (self.losses.clone() * weights).sum() / all
    }
}

/// Softmax over the cosines between an embedding and its task's prototypes, divided by `temperature` (0.1 is a
/// good start).
///
/// A label below 0 or beyond the task's values is unknown.
///
/// # Shapes
/// embeddings `[B, T, D]` of unit length, labels `[B, T]`.
pub fn normalised_softmax(
    embeddings: Tensor<3>,
    labels: Tensor<2, Int>,
    prototypes: &Prototypes,
    temperature: f32,
) -> TaskLosses {
    let [images, tasks, _] = embeddings.dims();
    let device = embeddings.device();
    let (labels, known) = known_labels(labels, prototypes.values(), &device);
    // [T, B, D] x [T, D, V]
    let cosines = embeddings
        .swap_dims(0, 1)
        .matmul(prototypes.padded().swap_dims(1, 2));
    let logits = cosines.div_scalar(temperature) + prototypes.padding(NEVER, &device);
    let right = log_softmax(logits, 2)
        .gather(2, labels.reshape([tasks, images, 1]))
        .reshape([tasks, images]);
    TaskLosses::new(right, known)
}

/// Cross-entropy of a [`crate::Classifier`]'s embeddings, the square roots of its probabilities.
///
/// # Shapes
/// embeddings `[B, T, D]` with D all values together, labels `[B, T]` as in [`normalised_softmax`].
pub fn classification(
    embeddings: Tensor<3>,
    labels: Tensor<2, Int>,
    values: &[usize],
) -> TaskLosses {
    let [images, tasks, _] = embeddings.dims();
    let device = embeddings.device();
    let (labels, known) = known_labels(labels, values, &device);
    let first_slots: Vec<i64> = values
        .iter()
        .scan(0, |next, &count| {
            let first = *next;
            *next += count as i64;
            Some(first)
        })
        .collect();
    let first_slots = Tensor::<1, Int>::from_data(TensorData::new(first_slots, [tasks]), &device);
    let slots = labels + first_slots.reshape([tasks, 1]).expand([tasks, images]);
    let roots = embeddings
        .swap_dims(0, 1)
        .gather(2, slots.reshape([tasks, images, 1]))
        .reshape([tasks, images]);
    TaskLosses::new(roots.log().mul_scalar(2.0), known)
}

/// Labels `[T, B]` with 0 where unknown, and which are known as ones and zeros.
fn known_labels(
    labels: Tensor<2, Int>,
    values: &[usize],
    device: &Device,
) -> (Tensor<2, Int>, Tensor<2>) {
    let [images, tasks] = labels.dims();
    let counts: Vec<i64> = values.iter().map(|&count| count as i64).collect();
    let counts = Tensor::<1, Int>::from_data(TensorData::new(counts, [tasks]), device);
    let counts = counts.reshape([tasks, 1]).expand([tasks, images]);
    let labels = labels.swap_dims(0, 1);
    let known = labels.clone().lower(counts).int() * labels.clone().greater_equal_elem(0).int();
    (labels * known.clone(), known.float())
}
