//! Controls: the same network, seen through other modulation than its tasks' own.

use burn::module::{Module as _, ModuleMapper, Param};
use burn::tensor::Tensor;
use burn::tensor::activation::relu;
use modulens_training::train::learner::Trainable;

/// The modulation that tasks see through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    /// Each its own.
    Own,
    /// All the mean over the tasks.
    Mean,
    /// Each that of the next task.
    Permuted,
}

/// The model with the modulation of every task at the mean over all tasks, as it is applied: negative scales count as
/// the zeros that they act as. Factorised modulation has the mean of the tasks' codes.
pub(super) fn with_mean_modulation(trainable: Trainable) -> Trainable {
    trainable.map(&mut Mean { path: Vec::new() })
}

struct Mean {
    path: Vec<String>,
}

impl ModuleMapper for Mean {
    fn enter_module(&mut self, name: &str, _container: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.pop();
    }

    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let is = |name: &str| self.path.iter().any(|part| part == name);
        let per_task =
            is("task_codes") || is("attention") || (is("modulation") && !is("Factorised"));
        if !per_task {
            return param;
        }
        let rectified = is("Vector") || is("Fixed");
        param.map(|values| {
            let tasks = values.dims()[0];
            let values = if rectified { relu(values) } else { values };
            values.mean_dim(0).repeat_dim(0, tasks)
        })
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, Distribution};
    use modulens_model::Method;
    use modulens_training::config::Config;

    use super::*;

    /// Gives the queries of attention values that differ from task to task.
    struct Apart {
        path: Vec<String>,
    }

    impl ModuleMapper for Apart {
        fn enter_module(&mut self, name: &str, _container: &str) {
            self.path.push(name.to_owned());
        }

        fn exit_module(&mut self, _name: &str, _container: &str) {
            self.path.pop();
        }

        fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
            if !self.path.iter().any(|part| part == "attention") {
                return param;
            }
            param.map(|values| {
                let (shape, device) = (values.dims(), values.device());
                Tensor::random(shape, Distribution::Uniform(-9.0, 9.0), &device)
            })
        }
    }

    #[test]
    fn tasks_see_the_same_through_their_mean() {
        let device = Device::flex();
        for (kind, attention) in [
            ("vector", false),
            ("film", false),
            ("matrix", false),
            ("{factorised={rank=2}}", false),
            ("{routing={keep_percent=50,seed=1}}", false),
            ("vector", true),
        ] {
            let set = [
                format!("network.modulation={kind}"),
                format!("network.attention={attention}"),
            ];
            let text = r#"
                [data]
                path = "nowhere"
                [network]
                backbone = { small = { widths = [4, 8], input = 16 } }
                embedding = 6
                sites = ["stage1", "embedding"]
                modulation = "vector"
                embedding_start = "ones"
                stage_start = { disjoint = { rest = 0.2 } }
            "#;
            let config = Config::parse(text, "test", &set).expect("parses");
            let network = config.network.for_tasks(&[2, 2, 2]);
            let trainable = Trainable::new(Method::Modulated, &network, &[2, 2, 2], &device);
            let trainable = trainable.expect("a network");
            // Queries start at zero, all alike.
            let trainable = trainable.map(&mut Apart { path: Vec::new() });
            let images = Tensor::random([2, 3, 16, 16], Distribution::Uniform(0.0, 1.0), &device);
            let apart = |trainable: &Trainable| {
                let outputs = trainable.model.outputs_all(images.clone(), 0);
                let first = outputs.clone().narrow(1, 0, 1);
                let others = outputs.narrow(1, 1, 2);
                let most = (others - first.repeat_dim(1, 2)).abs().max();
                most.into_scalar::<f32>()
            };
            assert!(apart(&trainable) > 1e-4, "{kind}");
            let controlled = with_mean_modulation(trainable);
            assert!(apart(&controlled) < 1e-6, "{kind}");
        }
    }
}
