//! The methods that are compared, behind one interface.

use burn::module::Module;
use burn::tensor::{Device, Int, Tensor};
use serde::{Deserialize, Serialize};

use crate::ensemble::member;
use crate::{ConfigError, Ensemble, Head, Modulation, Network, NetworkConfig};

/// The method of sharing a network among tasks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// One network, modulated per task as its configuration says; without modulation, fully shared.
    #[default]
    Modulated,
    /// A shared trunk, and every layer behind the first site once per task.
    Branches,
    /// A network per task.
    Independent,
}

impl Method {
    /// The networks that are trained and stored: one, or one per task.
    pub fn networks(self, config: &NetworkConfig) -> Vec<NetworkConfig> {
        match self {
            Self::Modulated => vec![config.clone()],
            Self::Branches | Self::Independent => vec![member(config); config.tasks],
        }
    }

    /// Learned parameters, each counted once.
    pub fn num_params(self, config: &NetworkConfig) -> usize {
        match self {
            Self::Modulated => config.num_params(),
            Self::Branches => config.branch_params(),
            Self::Independent => config.independent_params(),
        }
    }

    /// Multiply-accumulates of one image under one task, from its pixels.
    pub fn forward_macs(self, config: &NetworkConfig) -> u64 {
        let part = match self {
            Self::Modulated => config.clone(),
            Self::Branches | Self::Independent => member(config),
        };
        part.trunk_macs() + part.tail_macs()
    }

    /// Multiply-accumulates of one image under all tasks, from its pixels.
    pub fn all_tasks_macs(self, config: &NetworkConfig) -> u64 {
        let tasks = config.tasks as u64;
        match self {
            Self::Modulated if config.modulation == Modulation::None => self.forward_macs(config),
            Self::Modulated => config.trunk_macs() + tasks * config.tail_macs(),
            Self::Branches => {
                let part = member(config);
                part.trunk_macs() + tasks * part.tail_macs()
            }
            Self::Independent => tasks * self.forward_macs(config),
        }
    }

    /// Multiply-accumulates of another task for an image whose features are kept.
    pub fn switch_macs(self, config: &NetworkConfig) -> u64 {
        match self {
            Self::Modulated => config.tail_macs(),
            Self::Branches => member(config).tail_macs(),
            // Another network starts from the pixels.
            Self::Independent => self.forward_macs(config),
        }
    }

    /// Numbers kept for an image so that every task can be searched: the features before the first site, or the
    /// embeddings of all tasks where nothing is shared.
    pub fn cached_values(self, config: &NetworkConfig) -> usize {
        match self {
            Self::Modulated | Self::Branches => config.feature_shape().iter().product(),
            Self::Independent => config.tasks * config.embedding,
        }
    }
}

/// A method with its weights, and the head that makes embeddings of its outputs.
#[derive(Module, Debug)]
pub struct Model {
    networks: Networks,
    #[module(skip)]
    head: Head,
    /// The number of values of each task.
    #[module(skip)]
    values: Vec<usize>,
}

/// The networks of a model.
#[derive(Module, Debug)]
#[allow(
    clippy::large_enum_variant,
    reason = "one per training, never in a collection"
)]
enum Networks {
    /// One network.
    One(Network),
    /// Branches or independent networks.
    Ensemble(Ensemble),
}

impl Model {
    /// A model to train; `values` holds the number of values of each task.
    ///
    /// # Errors
    /// When the configuration is not valid, or its outputs are not those that the head needs.
    pub fn new(
        method: Method,
        config: &NetworkConfig,
        values: &[usize],
        device: &Device,
    ) -> Result<Self, ConfigError> {
        let all = values.iter().sum();
        if config.head == Head::Probabilities && config.embedding != all {
            return Err(ConfigError::Outputs {
                values: all,
                found: config.embedding,
            });
        }
        Ok(Self {
            networks: match method {
                Method::Modulated => Networks::One(config.init(device)?),
                Method::Branches => Networks::Ensemble(Ensemble::branches(config, device)?),
                Method::Independent => Networks::Ensemble(Ensemble::independent(config, device)?),
            },
            head: config.head,
            values: values.to_vec(),
        })
    }

    /// Puts a model together from the networks of [`Method::networks`], in their order; nothing where there are none.
    pub fn from_networks(method: Method, networks: Vec<Network>, values: &[usize]) -> Option<Self> {
        let head = networks.first()?.config().head;
        Some(Self {
            networks: match method {
                Method::Modulated => Networks::One(networks.into_iter().next()?),
                Method::Branches => Networks::Ensemble(Ensemble::from_networks(networks, true)),
                Method::Independent => Networks::Ensemble(Ensemble::from_networks(networks, false)),
            },
            head,
            values: values.to_vec(),
        })
    }

    /// The model with a stem and so many stages that do not learn, in each of its networks.
    #[must_use]
    pub fn with_frozen_stages(mut self, stages: usize) -> Self {
        self.networks = match self.networks {
            Networks::One(network) => Networks::One(network.with_frozen_stages(stages)),
            Networks::Ensemble(all) => Networks::Ensemble(all.with_frozen_stages(stages)),
        };
        self
    }

    /// The networks in the order of [`Method::networks`].
    pub fn networks(&self) -> &[Network] {
        match &self.networks {
            Networks::One(network) => std::slice::from_ref(network),
            Networks::Ensemble(ensemble) => ensemble.networks(),
        }
    }

    /// The one network that serves all tasks; nothing where there are several.
    pub fn into_network(self) -> Option<Network> {
        match self.networks {
            Networks::One(network) => Some(network),
            Networks::Ensemble(_) => None,
        }
    }

    /// The head.
    pub fn head(&self) -> Head {
        self.head
    }

    /// The number of values of each task.
    pub fn values(&self) -> &[usize] {
        &self.values
    }

    /// The embeddings of every image under every task.
    ///
    /// # Shapes
    /// images `[B, 3, S, S]`; the result is `[B, T, D]` with rows of unit length.
    pub fn embed_all(&self, images: Tensor<4>) -> Tensor<3> {
        self.embed_all_through(images, 0)
    }

    /// The embeddings with every task through the layers and the modulation of the one `places` further on.
    ///
    /// # Shapes
    /// As [`Model::embed_all`].
    pub fn embed_all_through(&self, images: Tensor<4>, places: usize) -> Tensor<3> {
        let outputs = self.outputs_all(images, places);
        self.head.embeddings(outputs, &self.values)
    }

    /// The outputs for every image, each task through the layers and the modulation of the one `places` further on: 0 for
    /// its own.
    ///
    /// # Shapes
    /// images `[B, 3, S, S]`; the result is `[B, T, D]`.
    pub fn outputs_all(&self, images: Tensor<4>, places: usize) -> Tensor<3> {
        let outputs = match &self.networks {
            Networks::One(network) => network.outputs_all(network.trunk(images)),
            Networks::Ensemble(ensemble) => ensemble.outputs_all(&images),
        };
        let [_, tasks, _] = outputs.dims();
        let places = places % tasks.max(1);
        if places == 0 {
            return outputs;
        }
        let first = outputs.clone().narrow(1, 0, places);
        let rest = outputs.narrow(1, places, tasks - places);
        Tensor::cat(vec![rest, first], 1)
    }

    /// The embedding of each row under its own task.
    ///
    /// # Shapes
    /// images `[B, 3, S, S]`, tasks `[B]`; the result is `[B, D]` with rows of unit length.
    pub fn embed(&self, images: Tensor<4>, tasks: Tensor<1, Int>) -> Tensor<2> {
        match (&self.networks, self.head) {
            (Networks::One(network), Head::Prototypes | Head::Logits) => {
                network.tail(network.trunk(images), tasks)
            }
            // Every task embeds every row: nothing but modulation is meant to be fast here.
            _ => {
                let all = self.embed_all(images);
                let [rows, _, length] = all.dims();
                let index = tasks.reshape([rows, 1, 1]).expand([rows, 1, length]);
                all.gather(1, index).squeeze_dim(1)
            }
        }
    }
}
