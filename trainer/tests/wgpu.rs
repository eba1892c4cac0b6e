//! The CPU and the GPU compute the same layers and embeddings.
//!
//! It needs a graphics adapter of any kind and fails without one, so it runs only on request:
//! `cargo test -p modulens-trainer --test wgpu -- --ignored`. `cargo xtask test` builds without wgpu.
#![cfg(feature = "wgpu")]

mod common;

use burn::tensor::{Device, Int, Tensor, TensorData};
use modulens_model::{Backbone, Head, MaskStart, Modulation, NetworkConfig, Site, Stem};
use modulens_retrieval::Random;
use trainer::device::{Backend, open};

/// The largest difference between two devices, relative to the largest value of a layer.
const TOLERANCE: f32 = 1e-3;

/// Every backbone, with the sites it is modulated at.
fn backbones() -> [(Backbone, Vec<Site>); 3] {
    let small = Backbone::Small {
        widths: vec![8, 16, 24],
        input: 32,
        stem: Stem::Half,
    };
    let late = |last| vec![Site::Stage(last), Site::Embedding];
    [
        (small, vec![Site::Stage(2), Site::Stage(3), Site::Embedding]),
        (Backbone::Resnet18, late(3)),
        (Backbone::Face, late(4)),
    ]
}

#[test]
#[ignore = "needs a graphics adapter"]
fn wgpu_agrees_with_flex_in_every_layer_and_embedding() {
    let opened = open(Backend::Wgpu).expect("a graphics adapter");
    eprintln!("on {}", opened.description);
    for (backbone, sites) in backbones() {
        agrees(&opened.device, &backbone, &sites);
    }
}

fn agrees(gpu: &Device, backbone: &Backbone, sites: &[Site]) {
    for modulation in [
        Modulation::Vector,
        Modulation::Matrix,
        Modulation::Film,
        Modulation::Factorised { rank: 2 },
    ] {
        let config = NetworkConfig {
            backbone: backbone.clone(),
            embedding: 16,
            tasks: 3,
            sites: sites.to_vec(),
            modulation,
            embedding_start: MaskStart::Disjoint { rest: 0.1 },
            stage_start: MaskStart::Ones,
            attention: false,
            head: Head::default(),
        };
        let mut random = Random::new(5);
        let size = config.input_size() as usize;
        let pixels: Vec<f32> = (0..4 * 3 * size * size)
            .map(|_| 2.0 * random.unit() - 1.0)
            .collect();
        let on = |device: &Device| -> Vec<(String, Vec<f32>)> {
            let network = common::random_network(&config, device);
            let images =
                Tensor::<4>::from_data(TensorData::new(pixels.clone(), [4, 3, size, size]), device);
            let tasks =
                Tensor::<1, Int>::from_data(TensorData::new(vec![0_i64, 2, 1, 2], [4]), device);
            let read = |data: TensorData| data.try_into_vec::<f32>().expect("floats");
            let mut found: Vec<_> = network
                .layers(images.clone())
                .into_iter()
                .map(|(name, layer)| (name, read(layer.into_data())))
                .collect();
            let features = network.trunk(images);
            let each = network.tail(features.clone(), tasks).into_data();
            let all = network.tail_all(features).into_data();
            found.push(("one task each".into(), read(each)));
            found.push(("all tasks".into(), read(all)));
            found
        };
        for ((name, gpu), (_, cpu)) in on(gpu).iter().zip(&on(&Device::flex())) {
            // Layers are compared by their own size; embeddings have unit length.
            let largest = cpu
                .iter()
                .fold(1.0_f32, |most, value| most.max(value.abs()));
            let difference = gpu
                .iter()
                .zip(cpu)
                .map(|(gpu, cpu)| (gpu - cpu).abs())
                .fold(0.0, f32::max);
            eprintln!("{backbone:?}, {modulation:?}, {name}: {difference:e}");
            assert!(
                difference <= TOLERANCE * largest,
                "{backbone:?}, {modulation:?}, {name}: {difference}"
            );
        }
    }
}
