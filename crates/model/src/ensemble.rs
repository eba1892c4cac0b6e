//! Tasks with layers of their own: what modulation is measured against.

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use crate::{ConfigError, Modulation, Network, NetworkConfig};

/// One network per task, which share their trunk or nothing.
#[derive(Module, Debug)]
pub struct Ensemble {
    networks: Vec<Network>,
    #[module(skip)]
    shares_trunk: bool,
}

impl Ensemble {
    /// A network of its own for every task; the modulation of `config` means nothing.
    ///
    /// # Errors
    /// When the configuration is not valid.
    pub fn independent(config: &NetworkConfig, device: &Device) -> Result<Self, ConfigError> {
        Self::new(config, false, device)
    }

    /// Independent branches: the trunk up to and with the first site of `config` is shared, and each task has every
    /// layer behind it to itself.
    ///
    /// # Errors
    /// When the configuration is not valid.
    pub fn branches(config: &NetworkConfig, device: &Device) -> Result<Self, ConfigError> {
        Self::new(config, true, device)
    }

    fn new(
        config: &NetworkConfig,
        shares_trunk: bool,
        device: &Device,
    ) -> Result<Self, ConfigError> {
        config.validate()?;
        let part = member(config);
        Ok(Self {
            networks: (0..config.tasks)
                .map(|_| part.init(device))
                .collect::<Result<_, _>>()?,
            shares_trunk,
        })
    }

    /// Puts an ensemble together from networks that were read, one per task.
    pub fn from_networks(networks: Vec<Network>, shares_trunk: bool) -> Self {
        Self {
            networks,
            shares_trunk,
        }
    }

    pub(crate) fn with_frozen_stages(mut self, stages: usize) -> Self {
        let networks = self.networks.into_iter();
        self.networks = networks
            .map(|network| network.with_frozen_stages(stages))
            .collect();
        self
    }

    /// The network of each task. Where the trunk is shared, it is that of the first.
    pub fn networks(&self) -> &[Network] {
        &self.networks
    }

    /// The outputs for every image under every task, which a [`Head`](crate::Head) makes embeddings of.
    ///
    /// # Shapes
    /// images `[B, 3, S, S]`; the result is `[B, T, D]`.
    pub fn outputs_all(&self, images: &Tensor<4>) -> Tensor<3> {
        let shared = match self.networks.first() {
            Some(first) if self.shares_trunk => Some(first.trunk(images.clone())),
            _ => None,
        };
        let each = self.networks.iter().map(|network| {
            let features = shared
                .clone()
                .unwrap_or_else(|| network.trunk(images.clone()));
            network.outputs_all(features)
        });
        Tensor::cat(each.collect(), 1)
    }
}

/// One task's network: the sites say where a trunk ends, and nothing is modulated.
pub(crate) fn member(config: &NetworkConfig) -> NetworkConfig {
    NetworkConfig {
        tasks: 1,
        modulation: Modulation::None,
        ..config.clone()
    }
}

/// Parameter counts of the compared methods, as they are stored.
impl NetworkConfig {
    /// Learned parameters of independent networks.
    pub fn independent_params(&self) -> usize {
        self.tasks * member(self).num_params()
    }

    /// Learned parameters of independent branches.
    pub fn branch_params(&self) -> usize {
        let one = member(self);
        one.num_params() + self.tasks.saturating_sub(1) * one.tail_params()
    }
}
