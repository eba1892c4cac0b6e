//! What training minimises.

use burn::tensor::activation::{log_softmax, relu};
use burn::tensor::{Int, Tensor, TensorData};

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

/// Softmax over the cosines between an embedding and its task's prototypes, divided by `temperature` (0.1 is a
/// good start).
///
/// Every known label of every image takes part: the mean over the images of a task whose label is known, then the
/// mean over the tasks that have any. A label below 0 or beyond the task's values is unknown.
/// With nothing known the loss is 0.
///
/// A task weighs its own loss to the power `focus`, taken as a constant: at 0 all weigh the same; above, what is solved
/// leaves the shared layers to what is not. A task of a few pixels, such as a smile, is else drowned for many epochs by
/// those of large areas.
///
/// # Shapes
/// embeddings `[B, T, D]` of unit length, labels `[B, T]`; the result is `[1]`.
pub fn normalised_softmax(
    embeddings: Tensor<3>,
    labels: Tensor<2, Int>,
    prototypes: &Prototypes,
    temperature: f32,
    focus: f32,
) -> Tensor<1> {
    let [images, tasks, _] = embeddings.dims();
    let device = embeddings.device();
    let counts: Vec<i64> = prototypes
        .values()
        .iter()
        .map(|&count| count as i64)
        .collect();
    let counts = Tensor::<1, Int>::from_data(TensorData::new(counts, [tasks]), &device);
    let counts = counts.reshape([tasks, 1]).expand([tasks, images]);

    let labels = labels.swap_dims(0, 1);
    let in_range = labels.clone().lower(counts).int() * labels.clone().greater_equal_elem(0).int();
    let known = in_range.clone().float();
    let labels = (labels * in_range).reshape([tasks, images, 1]);

    // [T, B, D] x [T, D, V]
    let cosines = embeddings
        .swap_dims(0, 1)
        .matmul(prototypes.padded().swap_dims(1, 2));
    let logits = cosines.div_scalar(temperature) + prototypes.padding(NEVER, &device);
    let right = log_softmax(logits, 2)
        .gather(2, labels)
        .reshape([tasks, images]);

    let images_known = known.clone().sum_dim(1);
    let per_task = (right * known).sum_dim(1).neg() / images_known.clone().clamp_min(1.0);
    let weights = per_task.clone().detach().powf_scalar(focus) * images_known.clamp_max(1.0);
    let all = weights.clone().sum().clamp_min(f32::MIN_POSITIVE);
    (per_task * weights).sum() / all
}
