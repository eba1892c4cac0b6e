//! The trunk without Burn computes what the trunk with Burn computes.

mod common;

use burn::tensor::Device;
use common::{assert_close, config, images, shaken, values};
use modulens_model::{Backbone, Modulation, NetworkConfig, Pooling, Stem};

#[track_caller]
fn check(config: &NetworkConfig, count: usize) {
    let device = Device::flex();
    let network = shaken(config, &device);
    let images = images(count, config, &device);
    let plain = network.plain_trunk().expect("weights");
    let plain = plain.expect("a trunk that ends in an average");
    let expected = values(network.trunk(images.clone()));
    let images = values(images);
    let found = plain.features(&images);
    let largest = expected
        .iter()
        .fold(1.0_f32, |largest, value| largest.max(value.abs()));
    assert_close(&found, &expected, 2e-5 * largest);
    // Alone or with others.
    let one = images.len() / count;
    for (image, expected) in images.chunks(one).zip(found.chunks(plain.channels())) {
        assert_eq!(plain.features(image), expected);
    }
    assert!(plain.features(&images[..one - 1]).is_empty());
}

#[test]
fn small_of_any_width_and_size() {
    for (widths, input, stem) in [
        (vec![8, 16, 24], 32, Stem::Half),
        (vec![4, 6, 8], 16, Stem::Full),
        (vec![3, 5], 19, Stem::Half),
        (vec![16, 32, 64, 128], 96, Stem::Half),
    ] {
        let last = format!("stage{}", widths.len());
        let backbone = Backbone::Small {
            widths,
            input,
            stem,
        };
        for count in [1, 11] {
            let sites = [last.as_str(), "embedding"];
            check(
                &config(backbone.clone(), 8, &sites, Modulation::Vector),
                count,
            );
        }
    }
}

#[test]
fn resnet18() {
    let sites = ["stage3", "embedding"];
    check(
        &config(Backbone::Resnet18, 8, &sites, Modulation::Vector),
        2,
    );
}

#[test]
fn efficientnet_with_the_averages_of_several_stages() {
    for (input, pooled) in [
        (96, &[(7, 1)][..]),
        (112, &[(3, 1), (5, 7), (7, 1)]),
        (128, &[(5, 4), (7, 2)]),
    ] {
        let pooling = |&(stage, cells)| Pooling { stage, cells };
        let pooled = pooled.iter().map(pooling).collect();
        let backbone = Backbone::EfficientNetLite0 { input, pooled };
        check(
            &config(backbone, 8, &["stage7", "embedding"], Modulation::Vector),
            3,
        );
    }
}

#[test]
fn other_trunks_have_none() {
    let device = Device::flex();
    for (backbone, sites) in [
        (Backbone::Resnet18, ["stage2", "stage3"]),
        (Backbone::Face, ["stage4", "embedding"]),
    ] {
        let network = config(backbone, 8, &sites, Modulation::Vector)
            .init(&device)
            .expect("a valid configuration");
        assert!(network.plain_trunk().expect("weights").is_none());
    }
    let network = config(Backbone::Resnet18, 8, &["embedding"], Modulation::Vector)
        .init(&device)
        .expect("a valid configuration");
    assert!(network.plain_trunk().expect("weights").is_none());
}
