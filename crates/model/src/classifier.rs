//! The control without an embedding: a plain multi-label classifier.

use burn::module::Module;
use burn::tensor::activation::softmax;
use burn::tensor::{Device, Tensor, TensorData};

use crate::{ConfigError, Modulation, Network, NetworkConfig};

/// A network whose outputs are logits, one per value of every task.
///
/// Its embedding of an image under a task is the square root of the probabilities of that task's values: rows of unit
/// length, whose distance is Hellinger's.
#[derive(Module, Debug)]
pub struct Classifier {
    network: Network,
    #[module(skip)]
    values: Vec<usize>,
}

impl Classifier {
    /// A classifier for tasks with so many values, on the backbone of `config`.
    ///
    /// # Errors
    /// When the configuration is not valid, or its backbone rectifies what it gives.
    pub fn new(
        config: &NetworkConfig,
        values: &[usize],
        device: &Device,
    ) -> Result<Self, ConfigError> {
        config.validate()?;
        if config.backbone.rectifies() {
            return Err(ConfigError::RectifiedLogits);
        }
        let network = network_of(config, values).init(device)?;
        Ok(Self::from_network(network, values))
    }

    /// A classifier with a network that was read.
    pub fn from_network(network: Network, values: &[usize]) -> Self {
        Self {
            network,
            values: values.to_vec(),
        }
    }

    pub(crate) fn with_frozen_stages(mut self, stages: usize) -> Self {
        self.network = self.network.with_frozen_stages(stages);
        self
    }

    /// The network that gives the logits.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// The square roots of all probabilities.
    ///
    /// # Shapes
    /// images `[B, 3, S, S]`; the result is `[B, T, D]`, with D all values together: zero but for the task's own.
    pub fn embed_all(&self, images: Tensor<4>) -> Tensor<3> {
        let logits: Tensor<2> = self.network.trunk(images).flatten(1, 3);
        let [rows, length] = logits.dims();
        let tasks = self.values.len();
        // Where a value is another task's its logit is sunk: finite, since WebGPU kernels with an infinity in them have
        // been skipped in silence.
        let mut sink = vec![-1e9_f32; tasks * length];
        let mut from = 0;
        for (task, &count) in self.values.iter().enumerate() {
            sink[task * length + from..task * length + from + count].fill(0.0);
            from += count;
        }
        let sink = Tensor::<2>::from_data(TensorData::new(sink, [tasks, length]), &logits.device());
        let own = logits.reshape([rows, 1, length]) + sink.reshape([1, tasks, length]);
        // A root has no slope at zero; the floor is far below any probability that matters.
        softmax(own, 2).clamp_min(1e-12).sqrt()
    }
}

/// The network of a classifier: no modulation, and one output per value.
pub(crate) fn network_of(config: &NetworkConfig, values: &[usize]) -> NetworkConfig {
    NetworkConfig {
        embedding: values.iter().sum(),
        sites: Vec::new(),
        modulation: Modulation::None,
        ..config.clone()
    }
}
