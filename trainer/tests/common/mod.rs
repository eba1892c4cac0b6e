//! A tiny dataset, a run on it that is trained in a moment, and a network all of whose numbers are random.
#![expect(unreachable_pub, reason = "each test compiles this module on its own")]
#![allow(dead_code, reason = "every test binary uses another part")]

pub mod predicting;

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use burn::tensor::Device;
use clap::Parser as _;
use jpeg_encoder::{ColorType, Encoder};
use modulens_model::weights::{self, Precision};
use modulens_model::{Network, NetworkConfig};
use modulens_retrieval::Random;
use trainer::cli::Cli;

const CONFIG: &str = r#"
    [data]
    path = "DATA"
    [network]
    backbone = { small = { widths = [12, 24], input = 32 } }
    embedding = 16
    sites = ["stage2", "embedding"]
    modulation = "vector"
    embedding_start = { disjoint = { rest = 0.1 } }
    [train]
    epochs = 10
    batch = 4
    warmup_steps = 5
"#;

/// A configuration that trains in a moment, for tests that ask what is trained on and not how well. `DATA` is its dataset.
pub const TINY: &str = r#"
    [data]
    path = "DATA"
    [network]
    backbone = { small = { widths = [4, 8], input = 32 } }
    embedding = 8
    sites = ["stage2", "embedding"]
    modulation = "vector"
    embedding_start = { disjoint = { rest = 0.1 } }
    [train]
    epochs = 2
    batch = 8
    warmup_steps = 2
"#;

/// Pictures of a bar on a plain ground: `Red` is the ground's colour, `Bar` says where the bar is.
pub fn write_dataset(dir: &Path) {
    fs::create_dir_all(dir).expect("a folder");
    let mut random = Random::new(3);
    let mut csv = String::from("image,Red,Bar,split\n");
    for image in 0..90 {
        let (red, bar) = ((image / 5) % 2, (image / 10) % 3);
        let split = ["train", "train", "val", "test", "test"][image % 5];
        // As high as the pictures of a bundle, so that those show the same grain.
        let (width, height) = (112, 96);
        let mut pixels = Vec::new();
        for y in 0..height {
            for x in 0..width {
                let inside = x > 14 && x < 98 && y / 32 == bar;
                let noise = random.below(40) as u8;
                let (high, low) = (180 + noise, 20 + noise);
                pixels.extend(match (inside, red) {
                    (true, _) => [low, high, low],
                    (false, 1) => [high, low, low],
                    (false, _) => [low, low, high],
                });
            }
        }
        let mut jpeg = Vec::new();
        Encoder::new(&mut jpeg, 90)
            .encode(&pixels, width as u16, height as u16, ColorType::Rgb)
            .expect("a JPEG");
        fs::write(dir.join(format!("{image:03}.jpg")), jpeg).expect("written");
        let red = ["no", "yes"][red];
        let bar = if image % 7 == 6 {
            ""
        } else {
            ["top", "middle", "bottom"][bar]
        };
        csv.push_str(&format!("{image:03}.jpg,{red},{bar},{split}\n"));
    }
    fs::write(dir.join("attributes.csv"), csv).expect("written");
}

/// A network all of whose numbers are random: no mask of ones, no empty bias, no idle batch norm. The same one on
/// every machine: nothing is left of the start that burn drew.
pub fn random_network(config: &NetworkConfig, device: &Device) -> Network {
    let network = config.init(device).expect("a network");
    let mut bytes = weights::to_safetensors(&network, Precision::F32).expect("weights");
    let header_len = u64::from_le_bytes(bytes[..8].try_into().expect("eight bytes")) as usize;
    let header: serde_json::Value =
        serde_json::from_slice(&bytes[8..8 + header_len]).expect("JSON");
    let mut tensors: Vec<_> = header.as_object().expect("an object").iter().collect();
    tensors.sort_by(|a, b| a.0.cmp(b.0));
    let mut random = Random::new(17);
    for (name, tensor) in tensors {
        let numbers = |key: &str| -> Option<Vec<usize>> {
            let list = tensor.get(key)?.as_array()?.iter();
            list.map(|number| number.as_u64().map(|n| n as usize))
                .collect()
        };
        let (Some(offsets), Some(shape)) = (numbers("data_offsets"), numbers("shape")) else {
            continue;
        };
        // Of a convolution or a matrix: the numbers that make up one output.
        let inputs: usize = shape.iter().skip(1).product();
        let spread = (6.0 / inputs as f32).sqrt();
        let span = 8 + header_len + offsets[0]..8 + header_len + offsets[1];
        for value in bytes[span].as_chunks_mut::<4>().0 {
            let unit = random.unit();
            let new = if name.ends_with("scale") {
                // Some below zero: the rectifier has something to do.
                1.8 * unit - 0.3
            } else if shape.len() > 1 {
                spread * (2.0 * unit - 1.0)
            } else if name.ends_with("running_mean") || name.ends_with("bias") {
                0.4 * (unit - 0.5)
            } else {
                0.5 + unit
            };
            *value = new.to_le_bytes();
        }
    }
    weights::from_safetensors(config, &bytes, device).expect("weights")
}

/// A dataset and a configuration for it, in `dir`.
pub fn write_config(dir: &Path) -> PathBuf {
    let (data, config) = (dir.join("bars"), dir.join("config.toml"));
    write_dataset(&data);
    let text = CONFIG.replace("DATA", &data.display().to_string());
    fs::write(&config, text).expect("written");
    config
}

/// A dataset and a finished run on it, in `dir`.
pub fn write_run(dir: &Path) -> PathBuf {
    let (config, run) = (write_config(dir), dir.join("run"));
    let words = ["train", "--backend", "flex", "--json", "--out"].map(OsString::from);
    let command = std::iter::once(OsString::from("trainer"))
        .chain(words)
        .chain([run.clone().into(), config.into()]);
    trainer::run(Cli::parse_from(command)).expect("trains");
    run
}

/// A JPEG of 40 x 30 pixels without anything on it.
pub fn write_image(path: &Path) {
    let mut jpeg = Vec::new();
    Encoder::new(&mut jpeg, 90)
        .encode(&[120; 3 * 40 * 30], 40, 30, ColorType::Rgb)
        .expect("a JPEG");
    fs::write(path, jpeg).expect("written");
}
