//! Writes what two networks compute natively, for the browser tests to hold the engines against: a small one of random
//! weights, and one that the site has.
//!
//! ```sh
//! cargo run -p modulens-app --no-default-features --features cpu --example engine_fixture -- DIR NETWORK
//! ```
//!
//! `NETWORK` is the folder of a network (`www/networks/portraits`). `DIR` gets a folder `small` and a folder of the
//! network's name, each with
//!
//! | file | what |
//! | --- | --- |
//! | `fixture.json` | `network` and `input` as a manifest has them, `rows`, `pictures`, `channels`, and the `layers` with name, shape and file |
//! | `weights.safetensors` | the weights |
//! | `input.f32` | `[rows, 3, size, size]` |
//! | `layer-NAME.f32` | each layer's output for that input |
//! | `features.f32` | the trunk's output for that input, `[rows, channels]` |
//! | `pictures/NNNNNN.jpg` | drawn pictures, 178x218 |
//! | `pictures.f32` | their features, `[pictures, channels]` |
//!
//! Floats are little-endian.

use std::error::Error;
use std::fs;
use std::path::Path;

use burn::tensor::{Device, Tensor, TensorData};
use modulens_dataset::load_picture;
use modulens_model::weights::{Precision, from_safetensors, to_safetensors};
use modulens_model::{Backbone, Head, MaskStart, Modulation, Network, NetworkConfig, Site, Stem};
use modulens_schema::{Fit, InputSpec};
use serde::Deserialize;
use serde_json::json;

const ROWS: usize = 3;
const SEED: u64 = 7;

/// A network with its weights, and how it takes an image.
struct Subject {
    network: Network,
    config: NetworkConfig,
    input: InputSpec,
    weights: Vec<u8>,
}

/// The parts of a manifest that are read here.
#[derive(Deserialize)]
struct Manifest {
    name: String,
    network: NetworkConfig,
    input: InputSpec,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(folder), Some(shipped)) = (arguments.next(), arguments.next()) else {
        return Err("usage: engine_fixture DIR NETWORK".into());
    };
    let (folder, shipped) = (Path::new(&folder), Path::new(&shipped));
    let device = Device::flex();
    device.seed(SEED);
    compute(&small(&device)?, (ROWS, 12), &folder.join("small"), &device)?;

    let manifest: Manifest = serde_json::from_slice(&fs::read(shipped.join("manifest.json"))?)?;
    let weights = fs::read(shipped.join("weights.safetensors"))?;
    let subject = Subject {
        network: from_safetensors(&manifest.network, &weights, &device)?,
        config: manifest.network,
        input: manifest.input,
        weights,
    };
    compute(&subject, (1, 3), &folder.join(manifest.name), &device)
}

/// Three narrow stages with random weights.
fn small(device: &Device) -> Result<Subject, Box<dyn Error>> {
    let size = 64;
    let config = NetworkConfig {
        backbone: Backbone::Small {
            widths: vec![8, 16, 32],
            input: size,
            stem: Stem::Half,
        },
        embedding: 16,
        tasks: 2,
        sites: vec![Site::Stage(3), Site::Embedding],
        modulation: Modulation::Vector,
        embedding_start: MaskStart::Ones,
        stage_start: MaskStart::Ones,
        attention: false,
        head: Head::default(),
    };
    let network = config.init(device)?;
    Ok(Subject {
        weights: to_safetensors(&network, Precision::F32)?,
        network,
        config,
        input: InputSpec::centred(size, Fit::Crop),
    })
}

/// Writes what a network makes of so many rows of noise and of so many drawn pictures.
fn compute(
    subject: &Subject,
    (rows, pictures): (usize, usize),
    folder: &Path,
    device: &Device,
) -> Result<(), Box<dyn Error>> {
    let Subject { network, input, .. } = subject;
    fs::create_dir_all(folder.join("pictures"))?;
    fs::write(folder.join("weights.safetensors"), &subject.weights)?;

    let tensor = |values: Vec<f32>, rows: usize| {
        let side = input.size as usize;
        Tensor::<4>::from_data(TensorData::new(values, [rows, 3, side, side]), device)
    };
    let mut noise = Noise(SEED);
    let values: Vec<f32> = (0..rows * input.len())
        .map(|_| noise.next() * 2.0 - 1.0)
        .collect();
    write(folder, "input", values.clone())?;
    write(
        folder,
        "features",
        read(network.trunk(tensor(values.clone(), rows)))?,
    )?;
    let mut layers = Vec::new();
    for (name, output) in network.layers(tensor(values, rows)) {
        let file = format!("layer-{name}");
        layers.push(json!({ "name": name, "shape": output.dims(), "file": format!("{file}.f32") }));
        write(folder, &file, read(output)?)?;
    }

    let mut features = Vec::new();
    for index in 0..pictures {
        let bytes = draw(&mut noise)?;
        let mut values = vec![0.0; input.len()];
        load_picture(&bytes, input, &mut values)?;
        features.extend(read(network.trunk(tensor(values, 1)))?);
        fs::write(folder.join(format!("pictures/{index:06}.jpg")), bytes)?;
    }
    write(folder, "pictures", features)?;
    let channels: usize = subject.config.feature_shape().iter().product();
    let fixture = json!({
        "network": subject.config, "input": input, "rows": rows, "pictures": pictures, "channels": channels,
        "layers": layers,
    });
    fs::write(
        folder.join("fixture.json"),
        serde_json::to_vec_pretty(&fixture)?,
    )?;
    Ok(())
}

fn read(tensor: Tensor<4>) -> Result<Vec<f32>, Box<dyn Error>> {
    tensor
        .into_data()
        .try_into_vec_as::<f32>()
        .map_err(|error| error.to_string().into())
}

fn write(folder: &Path, name: &str, values: Vec<f32>) -> std::io::Result<()> {
    let bytes: Vec<u8> = values.into_iter().flat_map(f32::to_le_bytes).collect();
    fs::write(folder.join(format!("{name}.f32")), bytes)
}

/// A picture of the size of CelebA's: two colours that run into each other, and discs.
fn draw(noise: &mut Noise) -> Result<Vec<u8>, Box<dyn Error>> {
    let (width, height) = (178u16, 218u16);
    let (top, bottom) = (noise.colour(), noise.colour());
    let discs: Vec<_> = (0..5)
        .map(|_| (noise.colour(), noise.place(), noise.place(), noise.next()))
        .collect();
    let mut pixels = Vec::with_capacity(usize::from(width) * usize::from(height) * 3);
    for y in 0..height {
        let down = f32::from(y) / f32::from(height);
        for x in 0..width {
            let right = f32::from(x) / f32::from(width);
            let mut rgb = [0, 1, 2].map(|c| top[c] * (1.0 - down) + bottom[c] * down);
            for &(disc, centre_x, centre_y, radius) in &discs {
                if (right - centre_x).hypot(down - centre_y) < radius * 0.3 {
                    rgb = disc;
                }
            }
            pixels.extend(rgb.map(|value| value as u8));
        }
    }
    let mut bytes = Vec::new();
    jpeg_encoder::Encoder::new(&mut bytes, 88).encode(
        &pixels,
        width,
        height,
        jpeg_encoder::ColorType::Rgb,
    )?;
    Ok(bytes)
}

/// `SplitMix64` (Steele, Lea and Flood 2014): the same numbers everywhere.
struct Noise(u64);

impl Noise {
    /// A number in 0..1.
    fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 40) as f32 / (1u64 << 24) as f32
    }

    fn colour(&mut self) -> [f32; 3] {
        [(); 3].map(|()| self.next() * 255.0)
    }

    fn place(&mut self) -> f32 {
        0.15 + 0.7 * self.next()
    }
}
