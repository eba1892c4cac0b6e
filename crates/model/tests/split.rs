//! The trunk and the tail together are the full pass, whatever the sites.

mod common;

use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor};
use common::{assert_close, config, images, shaken, small, tasks, values};
use modulens_model::{Backbone, Modulation, Network, NetworkConfig, Pooling};

const KINDS: [Modulation; 7] = [
    Modulation::None,
    Modulation::Vector,
    Modulation::Matrix,
    Modulation::Film,
    Modulation::Fixed,
    Modulation::Routing {
        keep_percent: 60,
        seed: 1,
    },
    Modulation::Factorised { rank: 2 },
];

#[track_caller]
fn check(config: &NetworkConfig, count: usize) {
    let device = Device::flex();
    let network = shaken(config, &device);
    let images = images(count, config, &device);
    let mixed: Vec<i64> = (0..count as i64).map(|row| (row + 1) % 3).collect();

    let features = network.trunk(images.clone());
    let [_, channels, height, width] = features.dims();
    assert_eq!([channels, height, width], config.feature_shape());

    let full = values(network.forward(images.clone(), tasks(&mixed, &device)));
    let split = values(network.tail(features.clone(), tasks(&mixed, &device)));
    assert_close(&split, &full, 2e-5);
    for row in full.chunks(config.embedding) {
        let length = row.iter().map(|value| value * value).sum::<f32>();
        assert!((length - 1.0).abs() < 1e-4, "unit length, not {length}");
    }

    // Every task of every image, one by one and all at once.
    let all = network.tail_all(features.clone());
    assert_eq!(all.dims(), [count, 3, config.embedding]);
    for task in 0..3 {
        let one = network.tail(features.clone(), tasks(&vec![task; count], &device));
        let from_all: Tensor<2> = all.clone().narrow(1, task as usize, 1).squeeze_dim(1);
        assert_close(&values(from_all), &values(one), 2e-5);
    }
}

#[test]
fn small_at_every_set_of_sites() {
    let sites = ["stage1", "stage2", "stage3", "embedding"];
    for kind in KINDS {
        for set in 0..16_usize {
            let chosen: Vec<&str> = (0..4)
                .filter(|bit| set >> bit & 1 == 1)
                .map(|bit| sites[bit])
                .collect();
            if chosen.is_empty() && kind != Modulation::None {
                continue;
            }
            check(&small(&chosen, kind), 4);
        }
    }
}

#[test]
fn attention_behind_early_sites() {
    for kind in KINDS.into_iter().filter(|kind| *kind != Modulation::None) {
        for sites in [&["stage2"][..], &["stage1", "stage2", "embedding"]] {
            check(
                &NetworkConfig {
                    attention: true,
                    ..small(sites, kind)
                },
                4,
            );
        }
    }
}

#[test]
fn attention_costs_a_vector_a_task_and_needs_maps_of_its_own() {
    let attentive = |sites| NetworkConfig {
        attention: true,
        ..small(sites, Modulation::Vector)
    };
    let plain = small(&["stage2"], Modulation::Vector).num_params();
    assert_eq!(attentive(&["stage2"]).num_params() - plain, 3 * 8);
    for sites in [&["stage3"][..], &["stage2", "stage3"], &["embedding"]] {
        let error = attentive(sites).validate().expect_err("late");
        assert!(error.to_string().contains("attention"), "{error}");
    }
    let shared = NetworkConfig {
        modulation: Modulation::None,
        ..attentive(&["stage2"])
    };
    assert!(shared.validate().is_err(), "no map of a task");
}

#[test]
fn the_order_of_the_sites_means_nothing() {
    check(
        &small(&["embedding", "stage3", "stage1"], Modulation::Vector),
        3,
    );
}

#[test]
fn resnet_at_its_sites() {
    for kind in KINDS {
        check(
            &config(Backbone::Resnet18, 64, &["stage3", "embedding"], kind),
            2,
        );
    }
    check(
        &config(
            Backbone::Resnet18,
            64,
            &["stage2", "embedding"],
            Modulation::Vector,
        ),
        2,
    );
    check(
        &config(Backbone::Resnet18, 64, &["embedding"], Modulation::Vector),
        2,
    );
}

fn efficientnet(pooled: &[usize]) -> Backbone {
    with_cells(&pooled.iter().map(|&stage| (stage, 1)).collect::<Vec<_>>())
}

fn with_cells(pooled: &[(usize, usize)]) -> Backbone {
    let pooling = |&(stage, cells)| Pooling { stage, cells };
    Backbone::EfficientNetLite0 {
        input: 96,
        pooled: pooled.iter().map(pooling).collect(),
    }
}

#[test]
fn efficientnet_with_the_averages_of_several_stages() {
    for (pooled, sites) in [
        (&[7][..], &["stage7"][..]),
        (&[3, 5, 7], &["stage7", "embedding"]),
        (&[3, 5, 7], &["embedding"]),
        (&[5, 6, 7], &["stage5", "stage7"]),
        (&[7], &["stage6"]),
    ] {
        check(
            &config(efficientnet(pooled), 12, sites, Modulation::Vector),
            2,
        );
    }
    // 6 x 6 pixels at stage 5, 3 x 3 at stage 7.
    for (pooled, sites) in [
        (&[(5, 3), (7, 1)][..], &["stage7"][..]),
        (&[(5, 2), (7, 3)], &["embedding"]),
        (&[(5, 6), (7, 1)], &["stage5"]),
    ] {
        check(
            &config(with_cells(pooled), 12, sites, Modulation::Vector),
            2,
        );
    }
    check(
        &config(efficientnet(&[3, 7]), 12, &["stage7"], Modulation::Matrix),
        1,
    );
}

#[test]
fn stages_to_average_lie_behind_the_first_site() {
    for (pooled, sites, fits) in [
        (&[3, 5, 7][..], &["stage7"][..], true),
        (&[3, 5, 7], &["stage3"], true),
        (&[3, 5, 7], &["stage5"], false),
        (&[3, 5], &["stage7"], false),
        (&[5, 3, 7], &["stage7"], false),
        (&[], &["stage7"], false),
        (&[0, 7], &["stage7"], false),
    ] {
        let config = config(efficientnet(pooled), 12, sites, Modulation::Vector);
        assert_eq!(config.validate().is_ok(), fits, "{pooled:?} {sites:?}");
    }
}

#[test]
fn frozen_stages_have_no_gradient() {
    let device = Device::flex().autodiff();
    let backbones = [
        config(Backbone::Resnet18, 8, &["stage3"], Modulation::Vector),
        small(&["stage3"], Modulation::Vector),
        config(efficientnet(&[7]), 8, &["stage7"], Modulation::Vector),
    ];
    for config in backbones {
        let learns = |network: &Network| {
            let loss = network.trunk(images(1, &config, &device)).sum();
            let mut gradients = loss.backward();
            let ids = network.backbone_ids();
            GradientsParams::from_params(&mut gradients, network, &ids).len()
        };
        let network = config.init(&device).expect("a network");
        let all = learns(&network);
        let two = learns(&network.clone().with_frozen_stages(2));
        assert!(0 < two && two < all, "{two} of {all}");
        let none = network.with_frozen_stages(config.backbone.stages());
        assert!(!none.trunk(images(1, &config, &device)).is_require_grad());
    }
}

#[test]
fn cells_divide_the_map() {
    let config = |cells| {
        config(
            with_cells(&[(5, cells), (7, 1)]),
            12,
            &["stage7"],
            Modulation::Vector,
        )
    };
    assert_eq!(config(3).feature_shape(), [112 * 9 + 320, 1, 1]);
    for cells in [0, 4, 7] {
        let error = config(cells).validate().expect_err("no divisor");
        assert!(error.to_string().contains("6 pixels"), "{error}");
    }
}

#[test]
fn face_at_the_sites_of_the_release() {
    let sites = ["stage3", "stage4", "embedding"];
    check(&config(Backbone::Face, 256, &sites, Modulation::Vector), 1);
    check(
        &config(Backbone::Face, 256, &["embedding"], Modulation::Vector),
        1,
    );
    check(
        &config(Backbone::Face, 256, &["stage4"], Modulation::Matrix),
        1,
    );
}

#[test]
fn layers_follow_the_trunk() {
    let device = Device::flex();
    let config = small(&["embedding"], Modulation::Vector);
    let network = shaken(&config, &device);
    let images = images(2, &config, &device);
    let layers = network.layers(images.clone());
    let names: Vec<&str> = layers.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        ["stem", "stage1", "stage2", "stage3", "pooled", "embedding"]
    );
    assert_eq!(layers[0].1.dims(), [2, 4, 16, 16]);
    assert_eq!(layers[3].1.dims(), [2, 8, 2, 2]);
    let last = layers.into_iter().next_back().expect("six layers").1;
    assert_eq!(values(last), values(network.trunk(images)));
}
