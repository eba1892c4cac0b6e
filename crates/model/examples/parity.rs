//! Writes networks, images and what they give, for `scripts/parity.py` to do again in `PyTorch`.
//!
//! `cargo run -p modulens-model --example parity -- FOLDER` writes, for every case, `CASE.weights.safetensors` (as any
//! exported network) and `CASE.expected.safetensors`: `images [B, 3, S, S]`, `tasks [B]`, `each [B, D]` (the full pass,
//! each image under its task) and `all [B, T, D]` (trunk once, all tails). `triplet.safetensors` holds a loss and its
//! gradients.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};

use burn::module::{Module as _, ModuleMapper, Param};
use burn::tensor::{Device, Int, Tensor, TensorData};
use modulens_model::weights::{self, Precision};
use modulens_model::{Backbone, Head, MaskStart, Modulation, NetworkConfig, Site, Stem, loss};
use safetensors::tensor::{Dtype, TensorView};

const TASKS: usize = 3;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1).map(PathBuf::from);
    let folder = folder.ok_or("give the folder to write to")?;
    std::fs::create_dir_all(&folder)?;
    let small = |stem| Backbone::Small {
        widths: vec![8, 12, 16],
        input: 32,
        stem,
    };
    let late = ["stage3", "embedding"];
    let released = ["stage3", "stage4", "embedding"];
    let cases: [(&str, Backbone, usize, &[&str], Modulation); 8] = [
        (
            "small-vector",
            small(Stem::Full),
            16,
            &late,
            Modulation::Vector,
        ),
        (
            "small-half-matrix",
            small(Stem::Half),
            16,
            &late,
            Modulation::Matrix,
        ),
        (
            "small-film",
            small(Stem::Full),
            16,
            &["stage1", "embedding"],
            Modulation::Film,
        ),
        (
            "small-factorised",
            small(Stem::Full),
            16,
            &["stage2", "embedding"],
            Modulation::Factorised { rank: 2 },
        ),
        ("small-none", small(Stem::Half), 16, &[], Modulation::None),
        (
            "resnet18-vector",
            Backbone::Resnet18,
            64,
            &late,
            Modulation::Vector,
        ),
        (
            "face-vector",
            Backbone::Face,
            256,
            &released,
            Modulation::Vector,
        ),
        (
            "face-embedding",
            Backbone::Face,
            256,
            &["embedding"],
            Modulation::Vector,
        ),
    ];
    for (name, backbone, embedding, sites, modulation) in cases {
        let config = NetworkConfig {
            backbone,
            embedding,
            tasks: TASKS,
            sites: sites
                .iter()
                .map(|site| site.parse())
                .collect::<Result<Vec<Site>, _>>()?,
            modulation,
            embedding_start: MaskStart::Disjoint { rest: 0.1 },
            stage_start: MaskStart::Ones,
            attention: false,
            head: Head::default(),
        };
        case(&folder, name, &config)?;
        println!("{name}");
    }
    triplet(&folder)?;
    println!("triplet");
    Ok(())
}

fn case(folder: &Path, name: &str, config: &NetworkConfig) -> Result<(), Box<dyn Error>> {
    let device = Device::flex();
    let mut noise = Noise(11);
    // Every value is moved, so that no batch norm, mask or shift does nothing.
    let network = config.init(&device)?.map(&mut Shake(Noise(5)));
    let bytes = weights::to_safetensors(&network, Precision::F32)?;
    std::fs::write(folder.join(format!("{name}.weights.safetensors")), bytes)?;

    let side = config.input_size() as usize;
    let shape = [2, 3, side, side];
    let images = Tensor::<4>::from_data(
        TensorData::new(noise.take(shape.iter().product()), shape),
        &device,
    );
    let wanted = [2_i64, 1];
    let tasks = Tensor::<1, Int>::from_data(TensorData::new(wanted.to_vec(), [2]), &device);
    let mut out = Tensors::default();
    out.add("images", images.clone())?;
    out.add("tasks", tasks.clone().float())?;
    out.add("each", network.forward(images.clone(), tasks))?;
    out.add("all", network.tail_all(network.trunk(images)))?;
    out.write(&folder.join(format!("{name}.expected.safetensors")))
}

fn triplet(folder: &Path) -> Result<(), Box<dyn Error>> {
    let device = Device::flex().autodiff();
    let mut noise = Noise(23);
    let mut rows = || {
        let data = TensorData::new(noise.take(12 * 8), [12, 8]);
        Param::from_tensor(Tensor::<2>::from_data(data, &device))
    };
    let (anchor, positive, negative) = (rows(), rows(), rows());
    let loss = loss::triplet(anchor.val(), positive.val(), negative.val(), 0.2);
    let gradients = loss.backward();
    let mut out = Tensors::default();
    out.add("loss", loss)?;
    for (name, param) in [
        ("anchor", &anchor),
        ("positive", &positive),
        ("negative", &negative),
    ] {
        out.add(name, param.val())?;
        let gradient = param.val().grad(&gradients).ok_or("no gradient")?;
        out.add(&format!("{name}_gradient"), gradient)?;
    }
    out.write(&folder.join("triplet.safetensors"))
}

/// Tensors of one file.
#[derive(Default)]
struct Tensors(BTreeMap<String, (Vec<usize>, Vec<u8>)>);

impl Tensors {
    fn add<const D: usize>(&mut self, name: &str, tensor: Tensor<D>) -> Result<(), Box<dyn Error>> {
        let shape = tensor.dims().to_vec();
        let values = tensor.try_into_vec_as::<f32>()?;
        let bytes = values.into_iter().flat_map(f32::to_le_bytes).collect();
        self.0.insert(name.to_owned(), (shape, bytes));
        Ok(())
    }

    fn write(&self, path: &Path) -> Result<(), Box<dyn Error>> {
        let views = self
            .0
            .iter()
            .map(|(name, (shape, bytes))| {
                let view = TensorView::new(Dtype::F32, shape.clone(), bytes)?;
                Ok((name.as_str(), view))
            })
            .collect::<Result<Vec<_>, safetensors::SafeTensorError>>()?;
        std::fs::write(path, safetensors::serialize(views, None)?)?;
        Ok(())
    }
}

/// Moves every learned value and running statistic a little.
struct Shake(Noise);

impl ModuleMapper for Shake {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let noise = &mut self.0;
        param.map(|tensor| {
            let shape = tensor.dims();
            let shake = TensorData::new(noise.take(shape.iter().product()), shape);
            let shake = Tensor::from_data(shake, &tensor.device());
            // One-dimensional values are batch norms and biases; variances among them stay above zero.
            match D {
                1 => (tensor + shake.mul_scalar(0.4)).abs().add_scalar(0.05),
                2 => tensor + shake.mul_scalar(0.2),
                _ => tensor,
            }
        })
    }
}

/// Numbers in -1..1 from a linear congruential generator.
struct Noise(u64);

impl Noise {
    fn take(&mut self, count: usize) -> Vec<f32> {
        let next = |state: &mut u64| {
            *state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (*state >> 40) as f32 / (1_u64 << 23) as f32 - 1.0
        };
        (0..count).map(|_| next(&mut self.0)).collect()
    }
}
