//! Tasks keep to themselves, and every task's modulation learns.

mod common;

use burn::module::{Module as _, ModuleMapper, ModuleVisitor, Param};
use burn::tensor::{Device, Gradients, Tensor, TensorData};
use common::{TASKS, assert_close, config, images, shaken, small, tasks, values};
use modulens_model::{Backbone, MaskStart, Modulation, Network, NetworkConfig, Stem};

/// Adds to the modulation of one task at one site (by its position).
struct Nudge {
    path: Vec<String>,
    site: &'static str,
    task: usize,
}

impl ModuleMapper for Nudge {
    fn enter_module(&mut self, name: &str, _container: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.pop();
    }

    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        if self.path.len() < 2 || self.path[..2] != ["modulation", self.site] {
            return param;
        }
        let task = self.task;
        param.map(|tensor| {
            let shape = tensor.dims();
            let count: usize = shape.iter().product();
            let per_task = count / TASKS;
            let mut nudge = vec![0.0_f32; count];
            for (index, value) in nudge[task * per_task..(task + 1) * per_task]
                .iter_mut()
                .enumerate()
            {
                *value = 0.5 + (index % 3) as f32;
            }
            let nudge = Tensor::from_data(TensorData::new(nudge, shape), &tensor.device());
            tensor + nudge
        })
    }
}

fn embeddings(network: &Network, config: &NetworkConfig, device: &Device) -> Vec<f32> {
    values(network.tail_all(network.trunk(images(3, config, device))))
}

#[test]
fn without_modulation_all_tasks_agree() {
    let device = Device::flex();
    let config = small(&["stage2", "embedding"], Modulation::None);
    let network = shaken(&config, &device);
    for image in embeddings(&network, &config, &device).chunks(TASKS * config.embedding) {
        let first = &image[..config.embedding];
        for task in image.chunks(config.embedding) {
            assert_close(task, first, 1e-6);
        }
    }
    assert_eq!(network.modulation_params(), 0);
}

#[test]
fn a_change_of_one_task_leaves_the_others_alone() {
    let device = Device::flex();
    for kind in [Modulation::Vector, Modulation::Matrix, Modulation::Film] {
        let config = small(&["stage1", "stage3", "embedding"], kind);
        let network = shaken(&config, &device);
        let before = embeddings(&network, &config, &device);
        for site in ["0", "1", "2"] {
            let mut nudge = Nudge {
                path: Vec::new(),
                site,
                task: 1,
            };
            let after = embeddings(&network.clone().map(&mut nudge), &config, &device);
            let rows = before
                .chunks(config.embedding)
                .zip(after.chunks(config.embedding));
            for (row, (before, after)) in rows.enumerate() {
                let moved = before.iter().zip(after).any(|(a, b)| (a - b).abs() > 1e-4);
                assert_eq!(moved, row % TASKS == 1, "{kind:?}, site {site}, row {row}");
            }
        }
    }
}

#[test]
fn a_negative_scale_is_zero() {
    let device = Device::flex();
    let config = small(&["embedding"], Modulation::Vector);
    let network = config.init(&device).expect("valid");
    struct Negative;
    impl ModuleMapper for Negative {
        fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
            if param.dims().first() == Some(&TASKS) && D == 2 {
                return param.map(Tensor::neg);
            }
            param
        }
    }
    let network = network.map(&mut Negative);
    let embedded = values(network.forward(images(2, &config, &device), tasks(&[0, 1], &device)));
    assert!(
        embedded.iter().all(|&value| value == 0.0),
        "zero, and finite"
    );
}

/// Collects the gradient of everything under `modulation`.
struct Collect<'a> {
    path: Vec<String>,
    gradients: &'a Gradients,
    found: Vec<Vec<f32>>,
}

impl ModuleVisitor for Collect<'_> {
    fn enter_module(&mut self, name: &str, _container: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let place = self.path.first().map_or("", String::as_str);
        if ["modulation", "task_codes"].contains(&place) {
            self.found
                .extend(param.val().grad(self.gradients).map(values));
        }
    }
}

fn modulation_gradients(network: &Network, loss: &Tensor<1>) -> Vec<Vec<f32>> {
    let gradients = loss.backward();
    let mut collect = Collect {
        path: Vec::new(),
        gradients: &gradients,
        found: Vec::new(),
    };
    network.visit(&mut collect);
    collect.found
}

#[test]
fn gradients_reach_every_modulation() {
    let device = Device::flex().autodiff();
    let backbone = Backbone::Small {
        widths: vec![4, 6, 8],
        input: 16,
        stem: Stem::Full,
    };
    for kind in [Modulation::Vector, Modulation::Matrix, Modulation::Film] {
        let mut config = config(
            backbone.clone(),
            10,
            &["stage2", "stage3", "embedding"],
            kind,
        );
        config.embedding_start = MaskStart::Disjoint { rest: 0.1 };
        let network = config.init(&device).expect("valid");
        let images = images(6, &config, &device);
        let target = Tensor::<3>::from_data(
            TensorData::new(common::Noise(3).take(6 * TASKS * 10), [6, TASKS, 10]),
            &device,
        );
        let loss = (network.tail_all(network.trunk(images.clone())) * target.clone()).sum();
        let found = modulation_gradients(&network, &loss);
        let tables = if kind == Modulation::Film { 6 } else { 3 };
        assert_eq!(found.len(), tables);
        for (site, gradient) in found.iter().enumerate() {
            for (task, gradient) in gradient.chunks(gradient.len() / TASKS).enumerate() {
                assert!(
                    gradient.iter().any(|&value| value.abs() > 1e-7),
                    "{kind:?}, table {site}, task {task}"
                );
            }
        }

        // A batch without a task gives that task nothing.
        let mixed = tasks(&[0, 2, 0, 2, 2, 0], &device);
        let target: Tensor<2> = target.narrow(1, 0, 1).squeeze_dim(1);
        let loss = (network.tail(network.trunk(images), mixed) * target).sum();
        for gradient in modulation_gradients(&network, &loss) {
            let per_task = gradient.len() / TASKS;
            assert!(gradient[..per_task].iter().any(|&value| value != 0.0));
            assert!(
                gradient[per_task..2 * per_task]
                    .iter()
                    .all(|&value| value == 0.0)
            );
        }
    }
}

#[test]
fn given_masks_learn_nothing() {
    let device = Device::flex().autodiff();
    for kind in [
        Modulation::Fixed,
        Modulation::Routing {
            keep_percent: 50,
            seed: 1,
        },
    ] {
        let config = small(&["stage2", "embedding"], kind);
        let network = config.init(&device).expect("valid");
        let loss = network.tail_all(network.trunk(images(3, &config, &device)));
        assert_eq!(modulation_gradients(&network, &loss.sum()).len(), 0);
    }
}

#[test]
fn routed_tasks_differ_from_the_start() {
    let device = Device::flex();
    let kind = Modulation::Routing {
        keep_percent: 50,
        seed: 1,
    };
    let config = small(&["stage1", "embedding"], kind);
    let network = config.init(&device).expect("valid");
    let embedded = embeddings(&network, &config, &device);
    let zeros = |row: &[f32]| row.iter().filter(|&&value| value == 0.0).count();
    for row in embedded.chunks(config.embedding) {
        assert_eq!(zeros(row), config.embedding / 2);
    }
}

#[test]
fn factorised_scales_learn_through_codes_and_basis() {
    let device = Device::flex().autodiff();
    let mut config = small(
        &["stage3", "embedding"],
        Modulation::Factorised { rank: TASKS },
    );
    config.embedding_start = MaskStart::Disjoint { rest: 0.1 };
    let network = config.init(&device).expect("valid");
    let images = images(4, &config, &device);
    let target = TensorData::new(common::Noise(3).take(4 * TASKS * 10), [4, TASKS, 10]);
    let target = Tensor::<3>::from_data(target, &device);
    let loss = (network.tail_all(network.trunk(images.clone())) * target).sum();
    let found = modulation_gradients(&network, &loss);
    assert_eq!(found.len(), 3, "two bases and the codes");
    for gradient in found {
        assert!(gradient.iter().any(|&value| value.abs() > 1e-7));
    }

    // With a code per task the scales start where vectors of their own would.
    let vectors = NetworkConfig {
        modulation: Modulation::Vector,
        ..config.clone()
    };
    let plain = Device::flex();
    let start = |config: &NetworkConfig| {
        let network = config.init(&plain).expect("valid");
        let fold = network.fold_tail().expect("late");
        (fold.feature_scale, fold.embedding_scale)
    };
    let (features, embedding) = start(&config);
    let (wanted_features, wanted_embedding) = start(&vectors);
    assert_close(&features, &wanted_features, 1e-3);
    assert_close(&embedding, &wanted_embedding, 1e-3);
}

#[test]
fn a_late_split_learns_what_the_full_pass_learns() {
    let device = Device::flex().autodiff();
    let config = small(&["stage3", "embedding"], Modulation::Vector);
    let network = shaken(&config, &Device::flex()).train();
    let images = images(4, &config, &device);
    let mixed = tasks(&[0, 1, 2, 1], &device);
    let target = TensorData::new(common::Noise(5).take(40), [4, 10]);
    let target = Tensor::<2>::from_data(target, &device);

    let full = network.forward(images.clone(), mixed.clone());
    let full = modulation_gradients(&network, &(full * target.clone()).sum());
    let split = network.tail(network.trunk(images), mixed);
    let split = modulation_gradients(&network, &(split * target).sum());
    for (split, full) in split.iter().zip(full) {
        assert!(full.iter().any(|&value| value.abs() > 1e-3));
        assert_close(split, &full, 1e-4);
    }
}
