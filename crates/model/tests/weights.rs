//! Weights survive a file, and files that are not the network's are refused.

mod common;

use std::collections::HashMap;

use burn::tensor::Device;
use common::{TASKS, assert_close, config, images, shaken, small, tasks, values};
use modulens_model::weights::{self, Precision, WeightsError};
use modulens_model::{Backbone, Modulation, Network, NetworkConfig, Pooling, Stem};
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};

fn demo() -> NetworkConfig {
    small(&["stage3", "embedding"], Modulation::Vector)
}

fn embed(network: &Network) -> Vec<f32> {
    let device = Device::flex();
    let images = images(3, network.config(), &device);
    values(network.forward(images, tasks(&[0, 1, 2], &device)))
}

fn written(precision: Precision) -> (Vec<f32>, Vec<u8>) {
    let network = shaken(&demo(), &Device::flex());
    let bytes = weights::to_safetensors(&network, precision).expect("bytes");
    (embed(&network), bytes)
}

fn read(config: &NetworkConfig, bytes: &[u8]) -> Result<Network, WeightsError> {
    weights::from_safetensors(config, bytes, &Device::flex())
}

#[test]
fn full_precision_is_exact() {
    let (before, bytes) = written(Precision::F32);
    let network = read(&demo(), &bytes).expect("the same network");
    assert_eq!(embed(&network), before);
    assert_eq!(weights::config(&bytes).expect("config"), demo());
}

#[test]
fn half_precision_is_close_and_keeps_norms_and_masks() {
    let (before, bytes) = written(Precision::F16);
    assert_close(&embed(&read(&demo(), &bytes).expect("read")), &before, 5e-3);
    let tensors = SafeTensors::deserialize(&bytes).expect("safetensors");
    for (name, view) in tensors.tensors() {
        let half = name.contains("conv") && name.ends_with("weight")
            || name.ends_with("downsample.0.weight")
            || name == "fc.weight";
        assert_eq!(view.dtype() == Dtype::F16, half, "{name}");
    }
}

#[test]
fn every_network_survives() {
    let device = Device::flex();
    for config in [
        small(&["stage1", "embedding"], Modulation::Matrix),
        small(&["stage1", "embedding"], Modulation::Film),
        small(&["stage1", "embedding"], Modulation::Fixed),
        small(
            &["stage1", "embedding"],
            Modulation::Routing {
                keep_percent: 50,
                seed: 3,
            },
        ),
        small(&["stage1", "embedding"], Modulation::Factorised { rank: 2 }),
        small(&[], Modulation::None),
        NetworkConfig {
            attention: true,
            ..small(&["stage2"], Modulation::Vector)
        },
        config(
            Backbone::Resnet18,
            64,
            &["stage3", "embedding"],
            Modulation::Vector,
        ),
        config(
            Backbone::EfficientNetLite0 {
                input: 96,
                pooled: vec![
                    Pooling { stage: 5, cells: 2 },
                    Pooling { stage: 7, cells: 1 },
                ],
            },
            8,
            &["stage7"],
            Modulation::Vector,
        ),
    ] {
        let network = shaken(&config, &device);
        let bytes = weights::to_safetensors(&network, Precision::F32).expect("bytes");
        assert_eq!(
            embed(&read(&config, &bytes).expect("read")),
            embed(&network)
        );
    }
}

#[test]
fn the_same_network_gives_the_same_bytes() {
    for precision in [Precision::F32, Precision::F16] {
        let (_, first) = written(precision);
        for _ in 0..4 {
            let (_, again) = written(precision);
            assert!(again == first);
        }
    }
}

#[test]
fn names_and_layouts_are_pytorchs() {
    let (_, bytes) = written(Precision::F32);
    let tensors = SafeTensors::deserialize(&bytes).expect("safetensors");
    let shape = |name: &str| tensors.tensor(name).expect(name).shape().to_vec();
    assert_eq!(shape("conv1.weight"), [4, 3, 3, 3]);
    assert_eq!(shape("bn1.running_var"), [4]);
    assert_eq!(shape("layers.1.conv1.weight"), [6, 4, 3, 3]);
    assert_eq!(shape("layers.1.downsample.0.weight"), [6, 4, 1, 1]);
    assert_eq!(shape("layers.1.downsample.1.running_mean"), [6]);
    assert_eq!(shape("fc.weight"), [10, 8]);
    assert_eq!(shape("fc.bias"), [10]);
    assert_eq!(shape("modulation.stage3.scale"), [TASKS, 8]);
    assert_eq!(shape("modulation.embedding.scale"), [TASKS, 10]);

    let resnet = config(Backbone::Resnet18, 64, &["embedding"], Modulation::Matrix);
    let network = resnet.init(&Device::flex()).expect("valid");
    let bytes = weights::to_safetensors(&network, Precision::F16).expect("bytes");
    let tensors = SafeTensors::deserialize(&bytes).expect("safetensors");
    let shape = |name: &str| tensors.tensor(name).expect(name).shape().to_vec();
    assert_eq!(shape("conv1.weight"), [64, 3, 7, 7]);
    assert_eq!(shape("layer1.1.bn2.weight"), [64]);
    assert_eq!(shape("layer3.0.downsample.0.weight"), [256, 128, 1, 1]);
    assert_eq!(shape("fc.weight"), [64, 256]);
    assert_eq!(shape("fc.bias"), [64]);
    assert_eq!(shape("modulation.embedding.matrix"), [TASKS, 64, 64]);

    let factors = small(&["embedding"], Modulation::Factorised { rank: 2 });
    let network = factors.init(&Device::flex()).expect("valid");
    let bytes = weights::to_safetensors(&network, Precision::F16).expect("bytes");
    let tensors = SafeTensors::deserialize(&bytes).expect("safetensors");
    let shape = |name: &str| tensors.tensor(name).expect(name).shape().to_vec();
    assert_eq!(shape("task_codes"), [TASKS, 2]);
    assert_eq!(shape("modulation.embedding.basis"), [2, 10]);

    let face = config(Backbone::Face, 256, &["embedding"], Modulation::Vector);
    let network = face.init(&Device::flex()).expect("valid");
    let bytes = weights::to_safetensors(&network, Precision::F16).expect("bytes");
    let tensors = SafeTensors::deserialize(&bytes).expect("safetensors");
    let shape = |name: &str| tensors.tensor(name).expect(name).shape().to_vec();
    assert_eq!(shape("fc.weight"), [256, 6272]);
    assert_eq!(shape("fc_bn.bias"), [256]);
    assert!(tensors.tensor("fc.bias").is_err());
}

#[test]
fn the_formula_counts_what_is_stored() {
    let device = Device::flex();
    for config in [
        demo(),
        small(&["stage1", "stage2", "embedding"], Modulation::Matrix),
        small(&["stage1", "embedding"], Modulation::Film),
        small(&["stage1", "embedding"], Modulation::Factorised { rank: 2 }),
        config(
            Backbone::Face,
            256,
            &["stage3", "stage4", "embedding"],
            Modulation::Vector,
        ),
        config(
            Backbone::Resnet18,
            64,
            &["stage3", "embedding"],
            Modulation::Vector,
        ),
    ] {
        let network = config.init(&device).expect("valid");
        let bytes = weights::to_safetensors(&network, Precision::F32).expect("bytes");
        let tensors = SafeTensors::deserialize(&bytes).expect("safetensors");
        let count = |wanted: &dyn Fn(&str) -> bool| -> usize {
            let tensors = tensors.tensors();
            let chosen = tensors.iter().filter(|(name, _)| wanted(name));
            chosen
                .map(|(_, view)| view.shape().iter().product::<usize>())
                .sum()
        };
        assert_eq!(
            count(&|name| !name.contains("running_")),
            network.num_params()
        );
        assert_eq!(
            count(&|name| name.starts_with("modulation.") || name == "task_codes"),
            network.modulation_params()
        );
    }
}

#[test]
fn damage_is_told() {
    let (_, bytes) = written(Precision::F32);
    for cut in [0, 4, 100, bytes.len() - 1] {
        let error = read(&demo(), &bytes[..cut]).expect_err("cut short");
        assert!(matches!(error, WeightsError::Damaged(_)), "{cut}: {error}");
    }
    let error = read(&demo(), b"{\"not\": \"weights\"}, but long enough").expect_err("json");
    assert!(matches!(error, WeightsError::Damaged(_)), "{error}");
}

/// The file again, with its tensors and metadata changed.
fn rewritten(change: impl Fn(&mut Tensors, &mut HashMap<String, String>)) -> Vec<u8> {
    let (_, bytes) = written(Precision::F32);
    let (_, header) = SafeTensors::read_metadata(&bytes).expect("header");
    let mut metadata = header.metadata().clone().expect("metadata");
    let file = SafeTensors::deserialize(&bytes).expect("safetensors");
    let mut tensors: Tensors = file
        .tensors()
        .into_iter()
        .map(|(name, view)| {
            (
                name,
                (view.dtype(), view.shape().to_vec(), view.data().to_vec()),
            )
        })
        .collect();
    change(&mut tensors, &mut metadata);
    let views = tensors.iter().map(|(name, (dtype, shape, data))| {
        (
            name,
            TensorView::new(*dtype, shape.clone(), data).expect("view"),
        )
    });
    let metadata = (!metadata.is_empty()).then_some(metadata);
    safetensors::serialize(views, metadata).expect("bytes")
}

type Tensors = HashMap<String, (Dtype, Vec<usize>, Vec<u8>)>;

#[test]
fn another_networks_tensors_are_refused() {
    let missing = rewritten(|tensors, _| {
        tensors.remove("bn1.running_mean");
    });
    let error = read(&demo(), &missing).expect_err("missing").to_string();
    assert!(
        error.contains("lack the tensor \"bn1.running_mean\""),
        "{error}"
    );

    let extra = rewritten(|tensors, _| {
        let copy = tensors["bn1.bias"].clone();
        tensors.insert("bn9.bias".into(), copy);
    });
    let error = read(&demo(), &extra).expect_err("extra").to_string();
    assert!(error.contains("\"bn9.bias\""), "{error}");

    let turned = rewritten(|tensors, _| {
        if let Some((_, shape, _)) = tensors.get_mut("fc.weight") {
            shape.reverse();
        }
    });
    let error = read(&demo(), &turned).expect_err("shape").to_string();
    assert_eq!(
        error,
        "the tensor \"fc.weight\" has shape [8, 10] where the network needs [10, 8]"
    );

    let integers = rewritten(|tensors, _| {
        if let Some((dtype, ..)) = tensors.get_mut("bn1.bias") {
            *dtype = Dtype::I32;
        }
    });
    let error = read(&demo(), &integers).expect_err("type").to_string();
    assert!(error.contains("stored as I32"), "{error}");

    let spoiled = rewritten(|tensors, _| {
        if let Some((_, _, data)) = tensors.get_mut("bn1.bias") {
            data[..4].copy_from_slice(&f32::NAN.to_le_bytes());
        }
    });
    assert!(matches!(
        read(&demo(), &spoiled),
        Err(WeightsError::NotFinite(_))
    ));

    let other_sites = small(&["embedding"], Modulation::Vector);
    let (_, bytes) = written(Precision::F32);
    assert!(matches!(
        read(&other_sites, &bytes),
        Err(WeightsError::Unexpected(_))
    ));
}

/// Its memory was taken before its tensors were looked for: gigabytes for a file of a few kilobytes.
#[test]
fn a_network_too_large_for_its_file_is_refused_before_it_is_built() {
    let huge = NetworkConfig {
        backbone: Backbone::Small {
            widths: vec![2048; 6],
            input: 512,
            stem: Stem::Full,
        },
        ..demo()
    };
    let (_, bytes) = written(Precision::F16);
    let error = read(&huge, &bytes).expect_err("too large").to_string();
    assert!(error.contains("too few for"), "{error}");
}

#[test]
fn another_version_or_format_is_refused() {
    let newer = rewritten(|_, metadata| {
        metadata.insert("version".into(), "2".into());
    });
    let error = read(&demo(), &newer).expect_err("newer").to_string();
    assert!(error.contains("version \"2\""), "{error}");

    let other = rewritten(|_, metadata| {
        metadata.insert("format".into(), "modulens-prototypes".into());
    });
    assert!(matches!(
        read(&demo(), &other),
        Err(WeightsError::Format { .. })
    ));

    // A file from PyTorch has no metadata of ours, and is held against the shapes alone.
    let plain = rewritten(|_, metadata| metadata.clear());
    assert!(read(&demo(), &plain).is_ok());
    let error = weights::config(&plain)
        .expect_err("says nothing")
        .to_string();
    assert!(error.contains("do not say which network"), "{error}");
}

#[test]
fn loaded_weights_go_on_learning() {
    let device = Device::flex().autodiff();
    let (_, bytes) = written(Precision::F32);
    let network = weights::from_safetensors(&demo(), &bytes, &device).expect("read");
    let images = images(4, &demo(), &device);
    let before = values(network.forward(images.clone(), tasks(&[0, 0, 1, 2], &device)));
    let gradients = network
        .forward(images, tasks(&[0, 0, 1, 2], &device))
        .sum()
        .backward();
    let weight = burn::optim::GradientsParams::from_grads(gradients, &network);
    assert!(!weight.is_empty(), "parameters are tracked");
    assert!(before.iter().all(|value| value.is_finite()));
}

#[test]
fn a_network_in_training_writes_its_newest_statistics() {
    let device = Device::flex().autodiff();
    let network = demo().init(&device).expect("valid");
    let images = images(4, &demo(), &device);
    let _ = network.trunk(images);
    let bytes = weights::to_safetensors(&network, Precision::F32).expect("bytes");
    let tensors = SafeTensors::deserialize(&bytes).expect("safetensors");
    let mean = tensors.tensor("bn1.running_mean").expect("mean");
    assert!(
        mean.data().iter().any(|&byte| byte != 0),
        "one pass has moved the mean from zero"
    );
}
