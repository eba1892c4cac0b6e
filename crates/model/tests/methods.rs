//! The methods of a comparison: what they share, what they count, and that they come back from their parts.

mod common;

use burn::module::{Module as _, ModuleVisitor, Param};
use burn::tensor::{Device, Gradients, Tensor};
use common::{TASKS, assert_close, config, images, shaken, small, tasks, values};
use modulens_model::{
    Backbone, ConfigError, Ensemble, Head, Method, Model, Modulation, NetworkConfig,
};

const METHODS: [Method; 3] = [Method::Modulated, Method::Branches, Method::Independent];
const HEADS: [Head; 3] = [Head::Prototypes, Head::Logits, Head::Probabilities];
const VALUES: [usize; TASKS] = [2, 3, 2];

fn demo() -> NetworkConfig {
    small(&["stage2", "embedding"], Modulation::Vector)
}

/// The demo's network with another head, modulated before the last stage where the head allows for no more.
fn with_head(head: Head) -> NetworkConfig {
    match head {
        Head::Probabilities => NetworkConfig {
            embedding: VALUES.iter().sum(),
            head,
            ..small(&["stage2"], Modulation::Vector)
        },
        _ => NetworkConfig { head, ..demo() },
    }
}

#[test]
fn all_at_once_is_one_by_one() {
    let device = Device::flex();
    for (method, head) in METHODS
        .into_iter()
        .flat_map(|one| HEADS.map(|head| (one, head)))
    {
        let config = with_head(head);
        let model = Model::new(method, &config, &VALUES, &device).expect("valid");
        let images = images(4, &config, &device);
        let all = model.embed_all(images.clone());
        let length = config.embedding;
        assert_eq!(all.dims(), [4, TASKS, length], "{method:?}");
        let mixed = [2, 0, 1, 2];
        let each = values(model.embed(images, tasks(&mixed, &device)));
        let all = values(all);
        for (row, (&task, each)) in mixed.iter().zip(each.chunks(length)).enumerate() {
            let at = (row * TASKS + task as usize) * length;
            assert_close(each, &all[at..at + length], 2e-5);
            let unit: f32 = each.iter().map(|value| value * value).sum();
            assert!((unit - 1.0).abs() < 1e-3, "{method:?}: length {unit}");
        }
    }
}

#[test]
fn parameters_are_counted_once() {
    let device = Device::flex();
    let resnet = config(Backbone::Resnet18, 64, &["stage2"], Modulation::Vector);
    for config in [demo(), small(&["stage3"], Modulation::Vector), resnet] {
        for method in METHODS {
            let model = Model::new(method, &config, &VALUES, &device).expect("valid");
            let mut count = Count {
                path: Vec::new(),
                learned: 0,
            };
            model.visit(&mut count);
            let mut stored = count.learned;
            if method == Method::Branches {
                // Every branch carries a trunk that only the first one uses.
                let trunk = TASKS * model.networks()[0].num_params() - method.num_params(&config);
                assert_eq!(trunk % (TASKS - 1), 0, "the unused trunks");
                stored -= trunk;
            }
            assert_eq!(stored, method.num_params(&config), "{method:?}");
        }
    }
}

/// Counts values, but for running statistics, which are not learned.
struct Count {
    path: Vec<String>,
    learned: usize,
}

impl ModuleVisitor for Count {
    fn enter_module(&mut self, name: &str, _container: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let name = self.path.last().map_or("", String::as_str);
        if !name.starts_with("running_") {
            self.learned += param.lazy_shape().num_elements();
        }
    }
}

#[test]
fn branches_share_the_trunk_and_nothing_else() {
    let device = Device::flex().autodiff();
    let config = demo();
    let gradients_of = |model: &Ensemble, task: usize| {
        let embedded = model.outputs_all(&images(4, &config, &device));
        let one: Tensor<3> = embedded.narrow(1, task, 1).narrow(2, 0, 1);
        let gradients = one.sum().backward();
        let touched = |network: usize| {
            let mut seen = Touched {
                gradients: &gradients,
                path: Vec::new(),
                names: Vec::new(),
            };
            model.networks()[network].visit(&mut seen);
            seen.names
        };
        [touched(0), touched(1), touched(2)]
    };
    let branches = Ensemble::branches(&config, &device).expect("valid");
    let [first, second, third] = gradients_of(&branches, 1);
    assert!(first.iter().all(|name| !name.contains("fc")), "{first:?}");
    assert!(first.iter().any(|name| name.contains("conv1")));
    assert!(second.iter().any(|name| name.contains("fc")));
    assert!(
        second.iter().all(|name| !name.contains("layers.1")),
        "the shared trunk is the first one's"
    );
    assert!(third.is_empty());

    let independent = Ensemble::independent(&config, &device).expect("valid");
    let [first, second, third] = gradients_of(&independent, 1);
    assert!(first.is_empty() && third.is_empty());
    assert!(second.iter().any(|name| name.contains("conv1")));
}

struct Touched<'a> {
    gradients: &'a Gradients,
    path: Vec<String>,
    names: Vec<String>,
}

impl ModuleVisitor for Touched<'_> {
    fn enter_module(&mut self, name: &str, _container: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let gradient = param.val().grad(self.gradients).map(values);
        // A part that is cut out of a concatenation passes zeros to the others.
        if gradient.is_some_and(|gradient| gradient.iter().any(|&value| value != 0.0)) {
            self.names.push(self.path.join("."));
        }
    }
}

#[test]
fn a_model_is_its_networks() {
    let device = Device::flex();
    for method in METHODS {
        let parts: Vec<_> = method
            .networks(&demo())
            .iter()
            .map(|part| shaken(part, &device))
            .collect();
        let count = parts.len();
        let model = Model::from_networks(method, parts, &VALUES).expect("parts");
        assert_eq!(model.networks().len(), count);
        let again = Model::from_networks(method, model.networks().to_vec(), &VALUES);
        let images = images(2, &demo(), &device);
        assert_eq!(
            values(again.expect("parts").embed_all(images.clone())),
            values(model.embed_all(images)),
            "{method:?}"
        );
        assert!(Model::from_networks(Method::Modulated, Vec::new(), &VALUES).is_none());
    }
}

#[test]
fn probabilities_lie_in_the_slots_of_their_task() {
    let device = Device::flex();
    let config = with_head(Head::Probabilities);
    let own = [0..2, 2..5, 5..7];
    for method in METHODS {
        let model = Model::new(method, &config, &VALUES, &device).expect("valid");
        let embedded = values(model.embed_all(images(3, &config, &device)));
        for (row, embedding) in embedded.chunks(7).enumerate() {
            for (slot, &value) in embedding.iter().enumerate() {
                let is_own = own[row % TASKS].contains(&slot);
                assert_eq!(value > 1e-3, is_own, "{method:?}, slot {slot}");
            }
        }
    }
}

#[test]
fn probabilities_need_logits_of_their_own() {
    let device = Device::flex();
    let refused = |config: &NetworkConfig| {
        Model::new(Method::Modulated, config, &VALUES, &device).expect_err("refused")
    };
    let head = Head::Probabilities;
    let face = NetworkConfig {
        head,
        ..config(Backbone::Face, 7, &["stage4"], Modulation::Vector)
    };
    assert_eq!(refused(&face), ConfigError::RectifiedLogits);
    let masked = NetworkConfig {
        head,
        embedding: 7,
        ..demo()
    };
    assert_eq!(refused(&masked), ConfigError::ModulatedProbabilities);
    let wide = NetworkConfig {
        embedding: 8,
        ..with_head(head)
    };
    let (values, found) = (7, 8);
    assert_eq!(refused(&wide), ConfigError::Outputs { values, found });
}

#[test]
fn a_task_can_be_seen_through_the_modulation_of_the_next() {
    let device = Device::flex();
    let config = with_head(Head::Prototypes);
    let model = Model::new(Method::Branches, &config, &VALUES, &device).expect("valid");
    let images = images(2, &config, &device);
    let own = values(model.embed_all(images.clone()));
    let next = values(model.embed_all_through(images, 1));
    let length = config.embedding;
    for image in 0..2 {
        for task in 0..TASKS {
            let at = |task: usize| (image * TASKS + task % TASKS) * length;
            let (from, to) = (at(task + 1), at(task));
            assert_eq!(next[to..to + length], own[from..from + length]);
        }
    }
}
