//! The size of a network, and what it costs.

use std::fmt::Write as _;

use modulens_model::{Method, NetworkConfig};
use serde::Serialize;

/// A network in figures.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct NetworkInfo {
    parameters: usize,
    modulation_parameters: usize,
    sites: Vec<String>,
    embedding: usize,
    feature_shape: [usize; 3],
    features_per_image: usize,
    trunk_macs: u64,
    tail_macs: u64,
}

/// The figures of a network.
pub(super) fn network(config: &NetworkConfig) -> NetworkInfo {
    let feature_shape = config.feature_shape();
    NetworkInfo {
        parameters: config.num_params(),
        modulation_parameters: config.modulation_params(),
        sites: config
            .ordered_sites()
            .iter()
            .map(ToString::to_string)
            .collect(),
        embedding: config.embedding,
        feature_shape,
        features_per_image: feature_shape.iter().product(),
        trunk_macs: config.trunk_macs(),
        tail_macs: config.tail_macs(),
    }
}

impl NetworkInfo {
    /// The same with the parameters of a method that is not one modulated network.
    pub(super) fn of_method(mut self, method: Method, config: &NetworkConfig) -> Self {
        if method != Method::Modulated {
            self.parameters = method.num_params(config);
            self.modulation_parameters = 0;
        }
        self
    }
}

/// Some lines for people.
pub(super) fn render(info: &NetworkInfo, text: &mut String) {
    // Writing to a String cannot fail.
    let _ = writeln!(
        text,
        "network: {} parameters, {} of them modulation at {}\n\
         cost: {:.2} million multiplications an image, {:.4} million more for every task ({:.3} %)\n\
         cache: {} values an image {:?}, embedding of {}",
        info.parameters,
        info.modulation_parameters,
        if info.sites.is_empty() {
            "no site".to_owned()
        } else {
            info.sites.join(" and ")
        },
        info.trunk_macs as f64 / 1e6,
        info.tail_macs as f64 / 1e6,
        100.0 * info.tail_macs as f64 / info.trunk_macs.max(1) as f64,
        info.features_per_image,
        info.feature_shape,
        info.embedding,
    );
}
