//! The methods that are compared, behind one interface.

use burn::module::Module;
use burn::tensor::{Device, Int, Tensor};
use serde::{Deserialize, Serialize};

use crate::classifier::network_of;
use crate::ensemble::member;
use crate::{Classifier, ConfigError, Ensemble, Network, NetworkConfig};

/// The method of serving several tasks.
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
    /// One multi-label classifier; the embedding is made of its probabilities.
    Classifier,
}

impl Method {
    /// The networks that are trained and stored: one, or one per task. `values` holds the number of values of each
    /// task.
    pub fn networks(self, config: &NetworkConfig, values: &[usize]) -> Vec<NetworkConfig> {
        match self {
            Self::Modulated => vec![config.clone()],
            Self::Branches | Self::Independent => vec![member(config); config.tasks],
            Self::Classifier => vec![network_of(config, values)],
        }
    }

    /// Learned parameters, each counted once.
    pub fn num_params(self, config: &NetworkConfig, values: &[usize]) -> usize {
        match self {
            Self::Modulated => config.num_params(),
            Self::Branches => config.branch_params(),
            Self::Independent => config.independent_params(),
            Self::Classifier => network_of(config, values).num_params(),
        }
    }

    /// Multiply-accumulates of one image under one task, from its pixels.
    pub fn forward_macs(self, config: &NetworkConfig, values: &[usize]) -> u64 {
        let part = match self {
            Self::Modulated => config.clone(),
            Self::Branches | Self::Independent => member(config),
            Self::Classifier => network_of(config, values),
        };
        part.trunk_macs() + part.tail_macs()
    }

    /// Multiply-accumulates of another task for an image whose features are kept.
    pub fn switch_macs(self, config: &NetworkConfig, values: &[usize]) -> u64 {
        match self {
            Self::Modulated => config.tail_macs(),
            Self::Branches => member(config).tail_macs(),
            // Another network starts from the pixels.
            Self::Independent => self.forward_macs(config, values),
            // All probabilities are there.
            Self::Classifier => 0,
        }
    }

    /// Numbers kept for an image so that every task can be searched: the features before the first site, or the
    /// embeddings of all tasks where nothing is shared.
    pub fn cached_values(self, config: &NetworkConfig, values: &[usize]) -> usize {
        match self {
            Self::Modulated | Self::Branches => config.feature_shape().iter().product(),
            Self::Independent => config.tasks * config.embedding,
            Self::Classifier => values.iter().sum(),
        }
    }

    /// Length of an embedding.
    pub fn embedding(self, config: &NetworkConfig, values: &[usize]) -> usize {
        match self {
            Self::Classifier => values.iter().sum(),
            _ => config.embedding,
        }
    }
}

/// A method with its weights.
#[derive(Module, Debug)]
#[allow(
    clippy::large_enum_variant,
    reason = "one per training, never in a collection"
)]
pub enum Model {
    /// One network.
    Modulated(Network),
    /// Branches or independent networks.
    Ensemble(Ensemble),
    /// A multi-label classifier.
    Classifier(Classifier),
}

impl Model {
    /// A model to train; `values` holds the number of values of each task.
    ///
    /// # Errors
    /// When the configuration is not valid.
    pub fn new(
        method: Method,
        config: &NetworkConfig,
        values: &[usize],
        device: &Device,
    ) -> Result<Self, ConfigError> {
        Ok(match method {
            Method::Modulated => Self::Modulated(config.init(device)?),
            Method::Branches => Self::Ensemble(Ensemble::branches(config, device)?),
            Method::Independent => Self::Ensemble(Ensemble::independent(config, device)?),
            Method::Classifier => Self::Classifier(Classifier::new(config, values, device)?),
        })
    }

    /// Puts a model together from the networks of [`Method::networks`], in their order; nothing where there are none.
    pub fn from_networks(method: Method, networks: Vec<Network>, values: &[usize]) -> Option<Self> {
        Some(match method {
            Method::Modulated => Self::Modulated(networks.into_iter().next()?),
            Method::Branches => Self::Ensemble(Ensemble::from_networks(networks, true)),
            Method::Independent => Self::Ensemble(Ensemble::from_networks(networks, false)),
            Method::Classifier => Self::Classifier(Classifier::from_network(
                networks.into_iter().next()?,
                values,
            )),
        })
    }

    /// The model with a stem and so many stages that do not learn, in each of its networks.
    #[must_use]
    pub fn with_frozen_stages(self, stages: usize) -> Self {
        match self {
            Self::Modulated(network) => Self::Modulated(network.with_frozen_stages(stages)),
            Self::Ensemble(ensemble) => Self::Ensemble(ensemble.with_frozen_stages(stages)),
            Self::Classifier(classifier) => Self::Classifier(classifier.with_frozen_stages(stages)),
        }
    }

    /// The networks in the order of [`Method::networks`].
    pub fn networks(&self) -> &[Network] {
        match self {
            Self::Modulated(network) => std::slice::from_ref(network),
            Self::Ensemble(ensemble) => ensemble.networks(),
            Self::Classifier(classifier) => std::slice::from_ref(classifier.network()),
        }
    }

    /// The embeddings of every image under every task.
    ///
    /// # Shapes
    /// images `[B, 3, S, S]`; the result is `[B, T, D]` with rows of unit length.
    pub fn embed_all(&self, images: Tensor<4>) -> Tensor<3> {
        match self {
            Self::Modulated(network) => network.tail_all(network.trunk(images)),
            Self::Ensemble(ensemble) => ensemble.embed_all(&images),
            Self::Classifier(classifier) => classifier.embed_all(images),
        }
    }

    /// The embedding of each row under its own task.
    ///
    /// # Shapes
    /// images `[B, 3, S, S]`, tasks `[B]`; the result is `[B, D]` with rows of unit length.
    pub fn embed(&self, images: Tensor<4>, tasks: Tensor<1, Int>) -> Tensor<2> {
        match self {
            Self::Modulated(network) => network.tail(network.trunk(images), tasks),
            // Every task embeds every row: nothing but modulation is meant to be fast here.
            Self::Ensemble(_) | Self::Classifier(_) => {
                let all = self.embed_all(images);
                let [rows, _, length] = all.dims();
                let index = tasks.reshape([rows, 1, 1]).expand([rows, 1, length]);
                all.gather(1, index).squeeze_dim(1)
            }
        }
    }
}
