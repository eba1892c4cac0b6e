//! The training losses.

use burn::tensor::activation::{log_softmax, relu, softplus};
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
    /// Known labels of each task, or the values that have a triplet, `[T]`.
    known: Tensor<1>,
}

impl TaskLosses {
    /// From how likely each label was, `[T, B]`, and which are known, `[T, B]` of ones and zeros.
    fn new(log_likelihoods: Tensor<2>, known: Tensor<2>) -> Self {
        Self::weighed(log_likelihoods.neg(), known)
    }

    /// The weighed means of losses `[T, B]` with weights `[T, B]`.
    fn weighed(losses: Tensor<2>, weights: Tensor<2>) -> Self {
        let [tasks, _] = weights.dims();
        let all: Tensor<1> = weights.clone().sum_dim(1).reshape([tasks]);
        let sum = (losses * weights).sum_dim(1).reshape([tasks]);
        Self {
            // Weights are whole numbers or shares of 1 that add up to the number of values: never between 0 and 1.
            losses: sum / all.clone().clamp_min(1.0),
            known: all,
        }
    }

    /// These losses with a `share` of others in place of their own.
    #[must_use]
    pub fn mixed(self, others: Self, share: f32) -> Self {
        Self {
            losses: self.losses * (1.0 - share) + others.losses * share,
            known: self.known,
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
    let cosines = products(embeddings, prototypes.padded());
    cross_entropy(cosines.div_scalar(temperature), labels, prototypes)
}

/// Softmax over the inner products of a network's outputs with the weights of its task's values.
///
/// # Shapes
/// outputs `[B, T, D]`, labels `[B, T]` as in [`normalised_softmax`].
pub fn softmax_of_logits(
    outputs: Tensor<3>,
    labels: Tensor<2, Int>,
    prototypes: &Prototypes,
) -> TaskLosses {
    let logits = products(outputs, prototypes.weights());
    cross_entropy(logits, labels, prototypes)
}

/// `[B, T, D]` with `[T, V, D]` gives `[T, B, V]`.
fn products(rows: Tensor<3>, prototypes: Tensor<3>) -> Tensor<3> {
    rows.swap_dims(0, 1).matmul(prototypes.swap_dims(1, 2))
}

/// From logits `[T, B, V]` and labels `[B, T]`.
fn cross_entropy(logits: Tensor<3>, labels: Tensor<2, Int>, prototypes: &Prototypes) -> TaskLosses {
    let [tasks, images, _] = logits.dims();
    let device = logits.device();
    let (labels, known) = known_labels(labels, prototypes.values(), &device);
    let logits = logits + prototypes.padding(NEVER, &device);
    let right = log_softmax(logits, 2)
        .gather(2, labels.reshape([tasks, images, 1]))
        .reshape([tasks, images]);
    TaskLosses::new(right, known)
}

/// The logistic loss of all triplets of a batch, `softplus((s_an - s_ap) / temperature)` of the cosines of an anchor with a
/// negative and with a positive: the paper's triplets, all of them, with a smooth margin.
///
/// An anchor's loss is the mean over its triplets. The anchors of a task are weighed so that each of its values counts the
/// same, however rare it is. A task without a triplet in the batch has a loss of 0.
///
/// # Shapes
/// embeddings `[B, T, D]` of unit length, labels `[B, T]` as in [`normalised_softmax`]; `values` holds the number of values
/// of each task. Memory grows with `T * B^3`.
pub fn all_triplets(
    embeddings: Tensor<3>,
    labels: Tensor<2, Int>,
    values: &[usize],
    temperature: f32,
) -> TaskLosses {
    let [images, tasks, _] = embeddings.dims();
    let device = embeddings.device();
    let (labels, known) = known_labels(labels, values, &device);
    let rows = embeddings.swap_dims(0, 1);
    // [T, B, B], anchors in rows.
    let cosines = rows.clone().matmul(rows.swap_dims(1, 2));
    let equal = labels
        .clone()
        .reshape([tasks, images, 1])
        .equal(labels.reshape([tasks, 1, images]))
        .float();
    let both = known.clone().reshape([tasks, images, 1]) * known.reshape([tasks, 1, images]);
    let same = equal.clone() * both.clone();
    let different = (equal.neg() + 1.0) * both;
    let itself = Tensor::<2>::eye(images, &device).reshape([1, images, images]);
    let positive = same.clone() * (itself.neg() + 1.0);
    // [T, B, B, B]: anchor, positive, negative.
    let wide = [tasks, images, 1, images];
    let tall = [tasks, images, images, 1];
    let apart = cosines.clone().reshape(wide) - cosines.reshape(tall);
    let triplets = positive.reshape(tall) * different.reshape(wide);
    let losses = softplus(apart.div_scalar(temperature), 1.0) * triplets.clone();
    let flat = [tasks, images, images * images];
    let count: Tensor<2> = triplets.reshape(flat).sum_dim(2).reshape([tasks, images]);
    let sum: Tensor<2> = losses.reshape(flat).sum_dim(2).reshape([tasks, images]);
    let of_anchor = sum / count.clone().clamp_min(1.0);
    // An anchor weighs one over the anchors of its value.
    let usable = count.clamp_max(1.0);
    let of_value: Tensor<2> = (same * usable.clone().reshape([tasks, 1, images]))
        .sum_dim(2)
        .reshape([tasks, images]);
    let weights = usable / of_value.clamp_min(1.0);
    TaskLosses::weighed(of_anchor, weights)
}

/// Cross-entropy of the embeddings of [`Head::Probabilities`](crate::Head), the square roots of the probabilities.
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

/// Cross-entropy of the embeddings of [`Head::Probabilities`](crate::Head) with the probabilities of a teacher in place of
/// labels (Hinton et al., 2015). Every image counts, labelled or not.
///
/// # Shapes
/// embeddings `[B, T, D]` and probabilities `[B, D]` with D all values together; `values` holds the number of values of
/// each task.
pub fn distillation(
    embeddings: Tensor<3>,
    probabilities: Tensor<2>,
    values: &[usize],
) -> TaskLosses {
    let [images, tasks, length] = embeddings.dims();
    let device = embeddings.device();
    let own: Vec<f32> = values
        .iter()
        .enumerate()
        .flat_map(|(task, &count)| std::iter::repeat_n(task, count))
        .flat_map(|owner| (0..tasks).map(move |task| f32::from(u8::from(task == owner))))
        .collect();
    let own = Tensor::<2>::from_data(TensorData::new(own, [length, tasks]), &device);
    let weights = probabilities.reshape([images, 1, length])
        * own.swap_dims(0, 1).reshape([1, tasks, length]);
    let log_likelihoods: Tensor<2> = (embeddings.log().mul_scalar(2.0) * weights)
        .sum_dim(2)
        .reshape([images, tasks]);
    let known = Tensor::ones([tasks, images], &device);
    TaskLosses::new(log_likelihoods.swap_dims(0, 1), known)
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
