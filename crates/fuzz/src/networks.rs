//! The weights of networks.

use burn::tensor::Device;
use modulens_model::weights::{self, Precision};

/// `weights.safetensors`: the network that they are for, and the network with them.
pub(crate) fn weights(bytes: &[u8]) -> bool {
    let Ok(config) = weights::config(bytes) else {
        return false;
    };
    let Ok(network) = weights::from_safetensors(&config, bytes, &Device::flex()) else {
        return false;
    };
    weights::to_safetensors(&network, Precision::F32).expect("what can be read can be written");
    true
}
