//! Networks and images for the tests, the same on every run.

#![allow(dead_code, reason = "every test file uses another part")]

use burn::module::{Module as _, ModuleMapper, Param};
use burn::tensor::{Device, Int, Tensor, TensorData};
use modulens_model::{Backbone, Head, MaskStart, Modulation, Network, NetworkConfig, Site, Stem};

pub(crate) const TASKS: usize = 3;

pub(crate) fn small(sites: &[&str], modulation: Modulation) -> NetworkConfig {
    config(
        Backbone::Small {
            widths: vec![4, 6, 8],
            input: 16,
            stem: Stem::Full,
        },
        10,
        sites,
        modulation,
    )
}

pub(crate) fn config(
    backbone: Backbone,
    embedding: usize,
    sites: &[&str],
    modulation: Modulation,
) -> NetworkConfig {
    NetworkConfig {
        backbone,
        embedding,
        tasks: TASKS,
        sites: sites
            .iter()
            .map(|site| site.parse::<Site>().expect(site))
            .collect(),
        modulation,
        embedding_start: MaskStart::Ones,
        stage_start: MaskStart::Ones,
        attention: false,
        head: Head::default(),
    }
}

/// A network whose every value differs from its start, running statistics and modulation included.
pub(crate) fn shaken(config: &NetworkConfig, device: &Device) -> Network {
    let network = config.init(device).expect("a valid configuration");
    network.map(&mut Shake {
        path: Vec::new(),
        noise: Noise(1),
    })
}

pub(crate) fn images(count: usize, config: &NetworkConfig, device: &Device) -> Tensor<4> {
    let side = config.input_size() as usize;
    let shape = [count, 3, side, side];
    Tensor::from_data(
        TensorData::new(Noise(7).take(shape.iter().product()), shape),
        device,
    )
}

pub(crate) fn tasks(tasks: &[i64], device: &Device) -> Tensor<1, Int> {
    Tensor::from_data(TensorData::new(tasks.to_vec(), [tasks.len()]), device)
}

pub(crate) fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.try_into_vec_as::<f32>().expect("floats")
}

#[track_caller]
pub(crate) fn assert_close(found: &[f32], expected: &[f32], tolerance: f32) {
    assert_eq!(found.len(), expected.len(), "length");
    for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
        let difference = (found - expected).abs();
        assert!(
            difference <= tolerance,
            "value {index}: {found} instead of {expected}"
        );
    }
}

/// Numbers in -1..1 from a linear congruential generator.
pub(crate) struct Noise(pub(crate) u64);

impl Noise {
    pub(crate) fn take(&mut self, count: usize) -> Vec<f32> {
        (0..count).map(|_| self.next()).collect()
    }

    fn next(&mut self) -> f32 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 40) as f32 / (1u64 << 23) as f32 - 1.0
    }
}

struct Shake {
    path: Vec<String>,
    noise: Noise,
}

impl ModuleMapper for Shake {
    fn enter_module(&mut self, name: &str, _container: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.pop();
    }

    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let name = self.path.last().map_or("", String::as_str);
        let positive = name == "running_var";
        // What burn starts at random is replaced, so that every run tests the same network.
        let random = matches!(name, "weight" | "bias");
        let noise = &mut self.noise;
        param.map(|tensor| {
            let shape = tensor.dims();
            let count: usize = shape.iter().product();
            let shake = noise.take(count);
            let shake = Tensor::from_data(TensorData::new(shake, shape), &tensor.device());
            if random {
                let outputs = shape.first().copied().unwrap_or(1);
                let inputs = if D > 1 { count / outputs } else { 10 };
                return shake.mul_scalar((3.0 / inputs as f32).sqrt());
            }
            let tensor = tensor + shake.mul_scalar(0.3);
            if positive {
                tensor.abs().add_scalar(0.2)
            } else {
                tensor
            }
        })
    }
}
