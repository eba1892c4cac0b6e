//! Losses against numbers worked out by hand.

mod common;

use burn::module::Param;
use burn::tensor::{Device, Int, Tensor};
use common::{assert_close, values};
use modulens_model::weights::{prototypes_from_safetensors, prototypes_to_safetensors};
use modulens_model::{Head, Prototypes, loss};

fn rows<const N: usize, const D: usize>(rows: [[f32; D]; N], device: &Device) -> Tensor<2> {
    Tensor::from_floats(rows, device)
}

#[test]
fn triplet_value_and_gradient() {
    let device = Device::flex().autodiff();
    // First: |a-p|^2 = 0.4, |a-n|^2 = 0.5, so 0.4 - 0.5 + 0.2 = 0.1. Second: 0 - 4 + 0.2 < 0.
    let anchor = Param::from_tensor(rows([[1.0, 0.0], [0.0, 1.0]], &device));
    let positive = Param::from_tensor(rows([[0.8, 0.6], [0.0, 1.0]], &device));
    let negative = Param::from_tensor(rows([[0.5, 0.5], [0.0, -1.0]], &device));
    let loss = loss::triplet(anchor.val(), positive.val(), negative.val(), 0.2);
    assert_close(&values(loss.clone()), &[0.05], 1e-6);

    let gradients = loss.backward();
    let gradient =
        |param: &Param<Tensor<2>>| values(param.val().grad(&gradients).expect("gradient"));
    // Half (two rows) of d/da = 2 (n - p), d/dp = -2 (a - p), d/dn = 2 (a - n); nothing from the second row.
    assert_close(&gradient(&anchor), &[-0.3, -0.1, 0.0, 0.0], 1e-6);
    assert_close(&gradient(&positive), &[-0.2, 0.6, 0.0, 0.0], 1e-6);
    assert_close(&gradient(&negative), &[0.5, -0.5, 0.0, 0.0], 1e-6);
}

/// Two tasks: two values along the axes (one not of unit length), three values.
fn prototypes(device: &Device) -> Prototypes {
    let start = Prototypes::new(&[2, 3], 2, Head::Prototypes, device);
    let bytes = prototypes_to_safetensors(&start).expect("bytes");
    // Replace the numbers at the end of the file: five rows of two.
    let rows: [f32; 10] = [2.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0, -3.0, 0.0];
    let mut bytes = bytes;
    let at = bytes.len() - 40;
    for (slot, value) in bytes[at..].chunks_exact_mut(4).zip(rows) {
        slot.copy_from_slice(&value.to_le_bytes());
    }
    prototypes_from_safetensors(&[2, 3], 2, &bytes, device).expect("prototypes")
}

fn softmax(embeddings: [[[f32; 2]; 2]; 2], labels: [[i64; 2]; 2]) -> f32 {
    weighted(embeddings, labels, 0.0)
}

fn weighted(embeddings: [[[f32; 2]; 2]; 2], labels: [[i64; 2]; 2], focus: f32) -> f32 {
    let device = Device::flex();
    let embeddings = Tensor::<3>::from_floats(embeddings, &device);
    let labels = Tensor::<2, Int>::from_data(labels, &device);
    let losses = loss::normalised_softmax(embeddings, labels, &prototypes(&device), 0.5);
    values(losses.focused(focus))[0]
}

const EMBEDDINGS: [[[f32; 2]; 2]; 2] = [[[1.0, 0.0], [0.0, 1.0]], [[0.6, 0.8], [1.0, 0.0]]];

fn expected(logits: &[f32], label: usize) -> f32 {
    logits.iter().map(|logit| logit.exp()).sum::<f32>().ln() - logits[label]
}

#[test]
fn softmax_by_hand() {
    // Cosines with unit prototypes, divided by 0.5.
    let first = expected(&[2.0, 0.0], 0);
    let second = expected(&[1.2, 1.6], 0);
    let third = expected(&[0.0, 2.0, 0.0], 2);
    let fourth = expected(&[2.0, 0.0, -2.0], 1);
    let mean = f32::midpoint((first + second) / 2.0, (third + fourth) / 2.0);
    assert!((softmax(EMBEDDINGS, [[0, 2], [0, 1]]) - mean).abs() < 1e-5);
}

#[test]
fn tasks_weigh_what_their_losses_are() {
    let first = f32::midpoint(expected(&[2.0, 0.0], 0), expected(&[1.2, 1.6], 0));
    let second = f32::midpoint(
        expected(&[0.0, 2.0, 0.0], 2),
        expected(&[2.0, 0.0, -2.0], 1),
    );
    let found = weighted(EMBEDDINGS, [[0, 2], [0, 1]], 1.0);
    let by_hand = (first * first + second * second) / (first + second);
    assert!((found - by_hand).abs() < 1e-5, "{found} {by_hand}");
    let one = weighted(EMBEDDINGS, [[0, -1], [0, -1]], 1.0);
    assert!((one - first).abs() < 1e-5);
    assert_eq!(weighted(EMBEDDINGS, [[-1, -1], [-1, -1]], 1.0), 0.0);
}

/// Two tasks, the second with more to learn: its share of the gradient grows, and nothing flows through the weights.
#[test]
fn weights_are_constants() {
    let device = Device::flex().autodiff();
    let gradient = |focus| {
        let embeddings = Param::from_tensor(rows([[0.8, 0.6], [0.6, 0.8]], &device));
        let labels = Tensor::<2, Int>::from_data([[0_i64, 0]], &device);
        let loss = loss::normalised_softmax(
            embeddings.val().reshape([1, 2, 2]),
            labels,
            &prototypes(&device),
            0.5,
        )
        .focused(focus);
        values(embeddings.val().grad(&loss.backward()).expect("gradient"))
    };
    let (equal, by_loss) = (gradient(0.0), gradient(1.0));
    let losses = [expected(&[1.6, 1.2], 0), expected(&[1.2, 1.6, -1.2], 0)];
    for (index, (equal, by_loss)) in equal.iter().zip(&by_loss).enumerate() {
        let weight = 2.0 * losses[index / 2] / (losses[0] + losses[1]);
        assert!((by_loss - weight * equal).abs() < 1e-6, "{index}");
    }
}

#[test]
fn softmax_ignores_what_is_unknown() {
    let first = expected(&[2.0, 0.0], 0);
    let fourth = expected(&[2.0, 0.0, -2.0], 1);
    // -1, the byte for unknown, and a value that only the other task has.
    for unknown in [-1, 255, 2] {
        let found = softmax(EMBEDDINGS, [[0, -1], [unknown, 1]]);
        assert!(
            (found - f32::midpoint(first, fourth)).abs() < 1e-5,
            "{unknown}"
        );
    }
    // A task without any label is no zero in the mean.
    assert!((softmax(EMBEDDINGS, [[0, -1], [-1, -1]]) - first).abs() < 1e-5);
    assert_eq!(softmax(EMBEDDINGS, [[-1, -1], [-1, -1]]), 0.0);
}

#[test]
fn softmax_teaches_embeddings_and_prototypes() {
    let device = Device::flex().autodiff();
    let embeddings = Param::from_tensor(rows([[0.6, 0.8], [0.8, 0.6]], &device));
    let labels = Tensor::<2, Int>::from_data([[0_i64, -1]], &device);
    let loss = loss::normalised_softmax(
        embeddings.val().reshape([1, 2, 2]),
        labels,
        &prototypes(&device),
        0.01,
    )
    .focused(0.0);
    assert!(values(loss.clone())[0].is_finite(), "sharp, but stable");
    let gradient = values(embeddings.val().grad(&loss.backward()).expect("gradient"));
    // Towards the first axis and away from the second; the task without a label learns nothing.
    assert!(gradient[0] < 0.0 && gradient[1] > 0.0);
    assert_eq!(&gradient[2..], [0.0, 0.0]);
}

#[test]
fn each_task_has_a_loss_of_its_own() {
    let device = Device::flex();
    let losses = loss::normalised_softmax(
        Tensor::from_floats(EMBEDDINGS, &device),
        Tensor::from_data([[0_i64, 2], [0, -1]], &device),
        &prototypes(&device),
        0.5,
    );
    let first = f32::midpoint(expected(&[2.0, 0.0], 0), expected(&[1.2, 1.6], 0));
    assert_close(&values(losses.of(0)), &[first], 1e-5);
    assert_close(
        &values(losses.of(1)),
        &[expected(&[0.0, 2.0, 0.0], 2)],
        1e-5,
    );
}

#[test]
fn classification_by_hand() {
    let device = Device::flex();
    // Two values, then three; a task's slots hold the square roots of its probabilities.
    let root = |probability: f32| probability.sqrt();
    let embeddings = Tensor::<3>::from_floats(
        [
            [
                [root(0.9), root(0.1), 0.0, 0.0, 0.0],
                [0.0, 0.0, root(0.5), root(0.3), root(0.2)],
            ],
            [
                [root(0.4), root(0.6), 0.0, 0.0, 0.0],
                [0.0, 0.0, root(0.1), root(0.1), root(0.8)],
            ],
        ],
        &device,
    );
    let labels = Tensor::<2, Int>::from_data([[0_i64, 1], [1, -1]], &device);
    let losses = loss::classification(embeddings, labels, &[2, 3]);
    let first = -f32::midpoint(0.9_f32.ln(), 0.6_f32.ln());
    assert_close(&values(losses.of(0)), &[first], 1e-5);
    assert_close(&values(losses.of(1)), &[-(0.3_f32.ln())], 1e-5);
    let mean = f32::midpoint(first, -(0.3_f32.ln()));
    assert_close(&values(losses.focused(0.0)), &[mean], 1e-5);
}

#[test]
fn logits_are_inner_products_of_any_length() {
    let device = Device::flex();
    let outputs = Tensor::<3>::from_floats([[[1.0, 0.5], [0.0, 1.0]]], &device);
    let labels = Tensor::<2, Int>::from_data([[0, -1]], &device);
    let losses = loss::softmax_of_logits(outputs, labels, &prototypes(&device));
    // Weights (2, 0) and (0, 1): logits 2 and 0.5. Nothing is known of the second task.
    let wanted = (1.0 + (-1.5_f32).exp()).ln();
    assert_close(&values(losses.of(0)), &[wanted], 1e-6);
    assert_close(&values(losses.of(1)), &[0.0], 1e-6);
}

/// All triplets of a batch one by one, against the loss that takes them at once.
#[test]
fn all_triplets_are_each_of_them() {
    let device = Device::flex();
    let angles = [0.0_f32, 0.4, 1.1, 2.0, 2.9];
    // Values 0, 0, 1, 1, 1, and one image of which nothing is known.
    let labels = [0, 0, 1, 1, 1];
    let mut rows = Vec::new();
    for angle in angles.iter().chain(&[0.7]) {
        rows.extend([angle.cos(), angle.sin()]);
    }
    let embeddings = Tensor::<1>::from_floats(rows.as_slice(), &device).reshape([6, 1, 2]);
    let known = Tensor::<2, Int>::from_data([[0], [0], [1], [1], [1], [-1]], &device);
    let found = values(loss::all_triplets(embeddings, known, &[2], 0.2).of(0))[0];
    let cosine = |a: usize, b: usize| (angles[a] - angles[b]).cos();
    let mut of_values = [Vec::new(), Vec::new()];
    for anchor in 0..5 {
        let (mut sum, mut count) = (0.0, 0.0);
        for positive in (0..5).filter(|&one| one != anchor && labels[one] == labels[anchor]) {
            for negative in (0..5).filter(|&one| labels[one] != labels[anchor]) {
                let apart = cosine(anchor, negative) - cosine(anchor, positive);
                sum += (apart / 0.2).exp().ln_1p();
                count += 1.0;
            }
        }
        of_values[labels[anchor]].push(sum / count);
    }
    let mean = |all: &Vec<f32>| all.iter().sum::<f32>() / all.len() as f32;
    let wanted = f32::midpoint(mean(&of_values[0]), mean(&of_values[1]));
    assert!((found - wanted).abs() < 1e-4, "{found} instead of {wanted}");
}

#[test]
fn a_batch_without_triplets_has_no_loss() {
    let device = Device::flex();
    let embeddings = Tensor::<3>::from_floats([[[1.0, 0.0]], [[0.0, 1.0]]], &device);
    let labels = Tensor::<2, Int>::from_data([[1], [1]], &device);
    let losses = loss::all_triplets(embeddings, labels, &[2], 0.2);
    assert_close(&values(losses.of(0)), &[0.0], 1e-6);
    assert_close(&values(losses.focused(0.0)), &[0.0], 1e-6);
}

#[test]
fn distillation_is_the_cross_entropy_of_own_values() {
    let device = Device::flex();
    // One image, tasks of two and three values; other tasks' slots hold what must not count.
    let roots = |probabilities: [f32; 5]| probabilities.map(f32::sqrt);
    let embeddings = Tensor::<3>::from_floats(
        [[
            roots([0.25, 0.75, 1e-12, 1e-12, 1e-12]),
            roots([1e-12, 1e-12, 0.5, 0.3, 0.2]),
        ]],
        &device,
    );
    let teacher = Tensor::<2>::from_floats([[0.4, 0.6, 0.7, 0.2, 0.1]], &device);
    let losses = loss::distillation(embeddings, teacher, &[2, 3]);
    let first = -(0.4 * 0.25_f32.ln() + 0.6 * 0.75_f32.ln());
    let second = -(0.7 * 0.5_f32.ln() + 0.2 * 0.3_f32.ln() + 0.1 * 0.2_f32.ln());
    assert_close(&values(losses.of(0)), &[first], 1e-5);
    assert_close(&values(losses.of(1)), &[second], 1e-5);
}
