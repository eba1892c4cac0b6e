//! Weights to start from.
//!
//! `fixtures/checkpoint.pth` was written by `torch.save` of `PyTorch` as training scripts do: weights under
//! `state_dict`, names with the prefix of a network on several devices, counters of batches, and a classifier of ten
//! classes. Value `i` of every convolution is `(i % 7 - 3) / 10`.

mod common;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use burn::tensor::{Device, Tensor, TensorData};
use clap::Parser as _;
use modulens_model::{
    Backbone, Head, MaskStart, Modulation, NetworkConfig, Pooling, Site, weights,
};
use safetensors::SafeTensors;
use trainer::cli::Cli;
use trainer::run::Run;
use trainer::train::pretrained;

/// Trains the tiny dataset for one epoch at a rate that moves nothing, from a file.
fn train(dir: &Path, from: &Path, widths: &str, out: &str) -> Result<PathBuf, String> {
    let (config, out) = (common::write_config(dir), dir.join(out));
    let pretrained = format!("network.pretrained={:?}", from.display().to_string());
    let backbone = format!("network.backbone={{small={{widths={widths},input=32}}}}");
    let words = [
        "trainer",
        "train",
        "--backend",
        "flex",
        "--json",
        "--epochs",
        "1",
        "--set",
        "train.learning_rate=1e-12",
        "--set",
        &pretrained,
        "--set",
        &backbone,
        "--out",
    ];
    let line = words.iter().map(OsString::from);
    trainer::run(Cli::parse_from(
        line.chain([out.clone().into(), config.into()]),
    ))
    .map_err(|error| trainer::error::report(&error))?;
    Ok(out)
}

/// A tensor of a run's weights.
fn tensor(run: &Path, name: &str) -> Vec<f32> {
    let bytes = std::fs::read(run.join("best.safetensors")).expect("weights");
    let tensors = SafeTensors::deserialize(&bytes).expect("safetensors");
    let data = tensors.tensor(name).expect(name).data();
    let (values, _) = data.as_chunks::<4>();
    values
        .iter()
        .map(|&bytes| f32::from_le_bytes(bytes))
        .collect()
}

#[test]
fn a_checkpoint_of_pytorch_and_safetensors_are_the_same_start() {
    let place = tempfile::tempdir().expect("a folder");
    let checkpoint = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/checkpoint.pth");
    let run = train(place.path(), &checkpoint, "[4,8]", "from-pth").expect("trains");
    for name in [
        "conv1.weight",
        "layers.0.conv1.weight",
        "layers.1.downsample.0.weight",
    ] {
        for (index, value) in tensor(&run, name).into_iter().enumerate() {
            let wanted = (index % 7) as f32 / 10.0 - 0.3;
            assert!((value - wanted).abs() < 1e-6, "{name} {index}: {value}");
        }
    }
    // Its classifier of ten classes is no part of the start.
    let own = tensor(&run, "fc.weight");
    assert_eq!(own.len(), 16 * 8);
    assert!(own.iter().any(|value| (value * 10.0).fract().abs() > 1e-3));
    // Pictures are normalised as those that the weights were learned from.
    let record = Run::open(&run).expect("a run").record;
    assert!((record.input.mean[0] - 0.485).abs() < 1e-6);

    // What was trained from it is a start too.
    let again = train(
        place.path(),
        &run.join("best.safetensors"),
        "[4,8]",
        "from-safetensors",
    );
    let (again, first) = (again.expect("trains"), tensor(&run, "conv1.weight"));
    for (again, first) in tensor(&again, "conv1.weight").iter().zip(&first) {
        assert!((again - first).abs() < 1e-6);
    }
}

#[test]
fn a_file_of_another_network_is_refused() {
    let place = tempfile::tempdir().expect("a folder");
    let checkpoint = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/checkpoint.pth");
    let wrong = train(place.path(), &checkpoint, "[4,12]", "wide").expect_err("another width");
    assert!(
        wrong.contains("layers.1.conv1.weight") && wrong.contains("shape"),
        "{wrong}"
    );
    let deep = train(place.path(), &checkpoint, "[4,8,8]", "deep").expect_err("another depth");
    assert!(deep.contains("layers.2.conv1.weight"), "{deep}");
    let text = place.path().join("notes.pth");
    std::fs::write(&text, "no weights at all, but long enough to look at").expect("written");
    let none = train(place.path(), &text, "[4,8]", "none").expect_err("no weights");
    assert!(
        none.contains("neither safetensors nor a checkpoint"),
        "{none}"
    );
}

/// `PyTorch`'s own numbers for an image that a formula makes: value `(7 x + 13 y + 29 c + x y) mod 256` at column x, row
/// y and channel c. They were computed by `scripts/imagenet_reference.py`.
#[test]
#[ignore = "needs the weights of `cargo xtask pretrained`"]
fn imagenets_weights_give_the_features_that_pytorch_computes() {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/pretrained/efficientnet-lite0.pth");
    let bytes = pretrained::read(&path).expect("cargo xtask pretrained");
    let side = 112;
    let config = NetworkConfig {
        backbone: Backbone::EfficientNetLite0 {
            input: side,
            pooled: [3, 5, 7].map(|stage| Pooling { stage, cells: 1 }).to_vec(),
        },
        embedding: 8,
        tasks: 2,
        sites: vec![Site::Stage(7)],
        modulation: Modulation::Vector,
        embedding_start: MaskStart::Ones,
        stage_start: MaskStart::Ones,
        attention: false,
        head: Head::default(),
    };
    let device = Device::flex();
    let network = config.init(&device).expect("a network");
    let network = weights::with_backbone(network, &bytes, &device).expect("the backbone");
    let mut image = Vec::new();
    for channel in 0..3 {
        for y in 0..side {
            let row = (0..side).map(|x| (7 * x + 13 * y + 29 * channel + x * y) % 256);
            image.extend(row.map(|value| (value as f32 - 127.0) / 128.0));
        }
    }
    let plain = network
        .plain_trunk()
        .expect("weights")
        .expect("a plain trunk");
    let side = side as usize;
    let tensor =
        Tensor::<4>::from_data(TensorData::new(image.clone(), [1, 3, side, side]), &device);
    let through_burn: Vec<f32> = network.trunk(tensor).try_into_vec_as().expect("floats");
    for features in [plain.features(&image), through_burn] {
        assert_eq!(features.len(), 40 + 112 + 320);
        let expected = [
            (0, 2.43403),
            (1, 5.57615),
            (39, -8.51318),
            (40, 1.02485),
            (41, 2.70027),
            (151, 6.89369),
            (152, 0.30719),
            (153, -4.00568),
            (300, -0.31116),
            (471, -3.4654),
        ];
        for (place, expected) in expected {
            let found: f32 = features[place];
            assert!(
                (found - expected).abs() < 1e-4,
                "{place}: {found}, not {expected}"
            );
        }
    }
}
