//! Training steps on the CPU of our backbones with one linear layer, which `cargo xtask bench train` holds against
//! `PyTorch`.
//!
//! `cargo run -p modulens-model --features cpu-training --example training -- NETWORK`
//!
//! Prints the images of a batch and the number of parameters. Then, for every line of standard input, it takes as many
//! steps as the line says and prints their seconds. The images are random and lie ready in memory. `RAYON_NUM_THREADS` is the
//! number of threads.

use std::error::Error;
use std::io::{BufRead as _, Write as _, stdin, stdout};
use std::time::Instant;

use burn::optim::{AdamWConfig, GradientsParams};
use burn::tensor::{Device, Distribution, Tensor};
use modulens_model::{
    Backbone, Head, MaskStart, Modulation, NetworkConfig, Pooling, Site, Stem, loss,
};

/// Tasks of two values each.
const TASKS: usize = 7;

/// A network by name, and the images of a batch.
fn network(name: &str) -> Option<(NetworkConfig, usize)> {
    let small = |widths: [usize; 4], input| Backbone::Small {
        widths: widths.to_vec(),
        input,
        stem: Stem::Half,
    };
    let (backbone, batch) = match name {
        "faces" => (small([16, 32, 64, 128], 96), 64),
        "compare-faces" | "compare-faces-modulated" => (small([12, 24, 48, 64], 64), 32),
        "resnet18" => (Backbone::Resnet18, 32),
        "lite0" => {
            let pooled = vec![Pooling { stage: 7, cells: 1 }];
            let input = 128;
            (Backbone::EfficientNetLite0 { input, pooled }, 32)
        }
        _ => return None,
    };
    let modulated = name.ends_with("-modulated");
    let config = NetworkConfig {
        backbone,
        embedding: 2 * TASKS,
        tasks: TASKS,
        sites: Vec::from_iter(modulated.then_some(Site::Stage(3))),
        modulation: if modulated {
            Modulation::Vector
        } else {
            Modulation::None
        },
        embedding_start: MaskStart::Ones,
        stage_start: MaskStart::Ones,
        attention: false,
        head: Head::Probabilities,
    };
    Some((config, batch))
}

fn main() -> Result<(), Box<dyn Error>> {
    let name = std::env::args().nth(1).unwrap_or_default();
    let (config, batch) = network(&name).ok_or_else(|| format!("there is no network {name:?}"))?;
    let device = Device::flex().autodiff();
    let mut network = config.init(&device)?;
    let mut optimizer = AdamWConfig::new().with_weight_decay(0.02).init();
    let side = config.input_size() as usize;
    let normal = Distribution::Normal(0.0, 1.0);
    let images = Tensor::<4>::random([batch, 3, side, side], normal, &device);
    let labels = Tensor::<2>::random([batch, TASKS], Distribution::Bernoulli(0.5), &device).int();
    println!("{batch} {}", network.num_params());
    for line in stdin().lock().lines() {
        let steps: usize = line?.trim().parse()?;
        let start = Instant::now();
        for _ in 0..steps {
            let outputs = network.outputs_all(network.trunk(images.clone()));
            let embedded = config.head.embeddings(outputs, &[2; TASKS]);
            let losses = loss::classification(embedded, labels.clone(), &[2; TASKS]);
            let mut gradients = losses.focused(0.0).backward();
            let gradients = GradientsParams::from_module(&mut gradients, &network);
            network = optimizer.step(1e-4, network, gradients);
        }
        println!("{}", start.elapsed().as_secs_f64());
        stdout().flush()?;
    }
    Ok(())
}
