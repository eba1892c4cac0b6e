//! The folded tail is the tail.

mod common;

use burn::tensor::Device;
use common::{TASKS, assert_close, config, images, shaken, small, tasks, values};
use modulens_model::{Backbone, FoldError, Modulation, NetworkConfig};
use modulens_schema::{FoldedTail, UNIT_EPSILON};

/// The formula of [`FoldedTail`], written out.
fn embed(tail: &FoldedTail, features: &[f32], task: usize) -> Vec<f32> {
    let scale = &tail.feature_scale[task * tail.channels..][..tail.channels];
    let mask = &tail.embedding_scale[task * tail.embedding..][..tail.embedding];
    let mut embedding: Vec<f32> = (0..tail.embedding)
        .map(|row| {
            let weights = &tail.weight[row * tail.channels..][..tail.channels];
            let sum: f32 = weights
                .iter()
                .zip(features)
                .zip(scale)
                .map(|((w, f), s)| w * f * s)
                .sum();
            let value = sum + tail.bias[row];
            mask[row]
                * if tail.rectified {
                    value.max(0.0)
                } else {
                    value
                }
        })
        .collect();
    let length = embedding
        .iter()
        .map(|x| x * x)
        .sum::<f32>()
        .max(UNIT_EPSILON)
        .sqrt();
    embedding.iter_mut().for_each(|value| *value /= length);
    embedding
}

#[track_caller]
fn check(config: &NetworkConfig, count: usize) {
    let device = Device::flex();
    let network = shaken(config, &device);
    let folded = network.fold_tail().expect("a late tail");
    folded.validate().expect("parts fit");
    let features = network.trunk(images(count, config, &device));
    let rows = values(features.clone());
    for task in 0..TASKS {
        let wanted = network.tail(features.clone(), tasks(&vec![task as i64; count], &device));
        let found: Vec<f32> = rows
            .chunks(folded.channels)
            .flat_map(|row| embed(&folded, row, task))
            .collect();
        assert_close(&found, &values(wanted), 1e-5);
    }
}

#[test]
fn late_tails_fold() {
    check(&small(&["stage3", "embedding"], Modulation::Vector), 4);
    check(&small(&["stage3"], Modulation::Vector), 4);
    check(&small(&["embedding"], Modulation::Vector), 4);
    for given in [
        Modulation::None,
        Modulation::Fixed,
        Modulation::Routing {
            keep_percent: 60,
            seed: 1,
        },
        Modulation::Factorised { rank: 2 },
    ] {
        check(&small(&["stage3", "embedding"], given), 4);
    }
    check(&small(&[], Modulation::None), 4);
    check(
        &config(Backbone::Face, 256, &["embedding"], Modulation::Vector),
        1,
    );
    check(
        &config(
            Backbone::Resnet18,
            64,
            &["stage3", "embedding"],
            Modulation::Vector,
        ),
        1,
    );
}

#[test]
fn other_tails_do_not() {
    let device = Device::flex();
    let fold = |config: NetworkConfig| config.init(&device).expect("valid").fold_tail();
    let early = fold(small(&["stage2", "embedding"], Modulation::Vector));
    assert!(matches!(early, Err(FoldError::Early(_))));
    let flattened = fold(config(Backbone::Face, 256, &["stage4"], Modulation::Vector));
    assert!(matches!(flattened, Err(FoldError::Early(_))));
    let matrix = fold(small(&["stage3", "embedding"], Modulation::Matrix));
    assert!(matches!(matrix, Err(FoldError::Matrix)));
    let film = fold(small(&["stage3", "embedding"], Modulation::Film));
    assert!(matches!(film, Err(FoldError::Shift)));
}
