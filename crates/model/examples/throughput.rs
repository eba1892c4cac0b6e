//! Images per second of the small network on the CPU: one training step, and inference to all embeddings.
//!
//! `cargo run -p modulens-model --example throughput [steps]`

use std::time::Instant;

use burn::module::Module as _;
use burn::optim::{AdamWConfig, GradientsParams};
use burn::tensor::{Device, Distribution, Int, Tensor};
use modulens_model::{
    Backbone, Head, MaskStart, Modulation, Network, NetworkConfig, Prototypes, Site, Stem, loss,
};

const TASKS: usize = 14;

fn config(widths: &[usize], input: u32, stem: Stem) -> NetworkConfig {
    NetworkConfig {
        backbone: Backbone::Small {
            widths: widths.to_vec(),
            input,
            stem,
        },
        embedding: 128,
        tasks: TASKS,
        sites: vec![Site::Stage(widths.len()), Site::Embedding],
        modulation: Modulation::Vector,
        embedding_start: MaskStart::Disjoint { rest: 0.1 },
        stage_start: MaskStart::Ones,
        attention: false,
        head: Head::default(),
    }
}

fn images(batch: usize, config: &NetworkConfig, device: &Device) -> Tensor<4> {
    let side = config.input_size() as usize;
    Tensor::random(
        [batch, 3, side, side],
        Distribution::Normal(0.0, 1.0),
        device,
    )
}

/// Images per second of the fastest run: what the machine can do when nothing else is on it.
fn best(runs: usize, batch: usize, mut run: impl FnMut()) -> f64 {
    let seconds = (0..runs).map(|_| {
        let start = Instant::now();
        run();
        start.elapsed().as_secs_f64()
    });
    batch as f64 / seconds.fold(f64::INFINITY, f64::min)
}

fn training(
    config: &NetworkConfig,
    batch: usize,
    runs: usize,
) -> Result<f64, modulens_model::ConfigError> {
    let device = Device::flex().autodiff();
    let mut network = config.init(&device)?;
    let prototypes = Prototypes::new(&[2; TASKS], config.embedding, config.head, &device);
    let mut optimizer = AdamWConfig::new().init();
    let images = images(batch, config, &device);
    let labels = Tensor::<2, Int>::ones([batch, TASKS], &device);
    Ok(best(runs, batch, || {
        let embeddings = network.tail_all(network.trunk(images.clone()));
        let losses = loss::normalised_softmax(embeddings, labels.clone(), &prototypes, 0.1);
        let loss = losses.focused(1.0);
        let gradients = GradientsParams::from_grads(loss.backward(), &network);
        network = optimizer.step(1e-3, network.clone(), gradients);
    }))
}

fn inference(network: &Network, batch: usize, runs: usize) -> f64 {
    let images = images(batch, network.config(), &Device::flex());
    best(runs, batch, || {
        let _ = network.tail_all(network.trunk(images.clone())).into_data();
    })
}

fn main() -> Result<(), modulens_model::ConfigError> {
    let runs = std::env::args()
        .nth(1)
        .and_then(|word| word.parse().ok())
        .unwrap_or(10);
    println!("widths            input  stem  parameters  batch  training  inference  (images/s)");
    let narrow = [16, 32, 64, 128];
    for (widths, input, stem) in [
        (narrow, 64, Stem::Full),
        (narrow, 96, Stem::Half),
        ([24, 48, 96, 192], 96, Stem::Half),
    ] {
        let config = config(&widths, input, stem);
        let network = config.init(&Device::flex())?.valid();
        for batch in [32, 64] {
            let trained = training(&config, batch, runs)?;
            let embedded = inference(&network, batch, runs);
            println!(
                "{:<18}{input:>5}  {:<5}{:>10}{batch:>7}{trained:>10.0}{embedded:>11.0}",
                format!("{widths:?}"),
                format!("{stem:?}"),
                config.num_params(),
            );
        }
    }
    Ok(())
}
