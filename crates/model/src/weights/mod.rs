//! Weights as safetensors, with `PyTorch`'s layouts.
//!
//! # Names
//! A backbone's layers carry the names of its `PyTorch` counterpart; a batch norm holds `weight`, `bias`,
//! `running_mean` and `running_var`.
//!
//! | name | shape | what |
//! | --- | --- | --- |
//! | `conv1.weight`, `bn1.*` | `[out, in, k, k]` | the stem |
//! | `layers.N.conv1.weight`, `.bn1.*`, `.conv2.weight`, `.bn2.*` | `[out, in, 3, 3]` | block `N` (from 0) of `small` and `face`; `face` has a third pair |
//! | `layers.N.downsample.0.weight`, `.downsample.1.*` | `[out, in, 1, 1]` | the shortcut's convolution and batch norm |
//! | `layer1.N.conv1.weight` and so on | | the layers of `resnet18`, as torchvision names them |
//! | `fc.weight`, `fc.bias` | `[D, inputs]`, `[D]` | the linear layer; the bias in `small` and `resnet18`. Inputs are channels, or channels, rows, columns for `face` |
//! | `fc_bn.*` | `[D]` | batch norm before the rectifier of the embedding; in `face` only |
//! | `modulation.SITE.scale` | `[T, C]` | scaling vectors before their rectifier; with `film` there is none |
//! | `modulation.SITE.shift` | `[T, C]` | what `film` adds |
//! | `task_codes`, `modulation.SITE.basis` | `[T, R]`, `[R, C]` | the factors of scaling vectors, `relu(codes basis)` |
//! | `modulation.SITE.matrix` | `[T, C, C]` | modulation matrices, `x W` |
//! | `attention.query` | `[T, C]` | what the positions of the last map are weighted by |
//!
//! Weights of convolutions and of the linear layer are F32 or F16; everything else is F32, since small running
//! variances vanish in half precision.
//!
//! # Metadata
//! `format` is `modulens-weights`, `version` is `1`, `network` is the [`NetworkConfig`] as JSON. A file without
//! metadata (written by `PyTorch`, say) is read too, and held against the configuration tensor by tensor.

mod names;
mod prototypes;
mod read;
mod write;

use thiserror::Error;

use crate::ConfigError;
#[cfg(doc)]
use crate::NetworkConfig;

pub use prototypes::{prototypes_from_safetensors, prototypes_to_safetensors};
pub use read::{config, from_safetensors, with_backbone};
pub use write::to_safetensors;

const FORMAT: &str = "modulens-weights";
const VERSION: &str = "1";

/// The number format of stored convolution and linear weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Precision {
    /// Exactly as trained.
    F32,
    /// Half the size; relative error up to 0.05 %.
    F16,
}

/// Weights that cannot be read or written.
#[derive(Debug, Error)]
pub enum WeightsError {
    /// The network to fill cannot be built.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Not a safetensors file, or a part of one.
    #[error("the weights are damaged or cut short ({0}); get the file again")]
    Damaged(String),
    /// Metadata that says something else than weights of this kind.
    #[error(
        "the weights are in format {found:?}, which is not {expected:?}; is this the right file?"
    )]
    Format {
        /// The format found.
        found: String,
        /// The format needed.
        expected: &'static str,
    },
    /// Written by a program that is newer or older than this one.
    #[error(
        "the weights are of version {0:?} and this program reads version \"1\"; update the older of the two"
    )]
    Version(String),
    /// The metadata hold no usable network configuration.
    #[error("the weights do not say which network they are for ({0})")]
    NoConfig(String),
    /// A tensor of the network is not in the file.
    #[error("the weights lack the tensor {0:?}; they are of another network")]
    Missing(String),
    /// The file holds something the network has no place for.
    #[error(
        "the weights hold the tensor {0:?}, which this network does not have; they are of another network"
    )]
    Unexpected(String),
    /// A tensor has another shape.
    #[error("the tensor {name:?} has shape {found:?} where the network needs {expected:?}")]
    Shape {
        /// The tensor.
        name: String,
        /// Its shape in the file.
        found: Vec<usize>,
        /// The shape needed.
        expected: Vec<usize>,
    },
    /// A tensor has another type.
    #[error("the tensor {name:?} is stored as {found}; only F32 and F16 are read")]
    Dtype {
        /// The tensor.
        name: String,
        /// Its type in the file.
        found: String,
    },
    /// A tensor holds a value that is no number.
    #[error("the tensor {0:?} holds a value that is not finite; the training that made it failed")]
    NotFinite(String),
    /// The device did not give a tensor back.
    #[error("the tensor {name:?} cannot be read back from the device: {message}")]
    Device {
        /// The tensor.
        name: String,
        /// The device's message.
        message: String,
    },
    /// The file could not be put together.
    #[error("the weights cannot be written: {0}")]
    Write(String),
}

/// The metadata of a file of this module.
fn metadata(
    format: &str,
    key: &str,
    value: &impl serde::Serialize,
) -> Result<std::collections::HashMap<String, String>, WeightsError> {
    let json =
        serde_json::to_string(value).map_err(|error| WeightsError::Write(error.to_string()))?;
    let entries = [
        ("format", format.to_owned()),
        ("version", VERSION.to_owned()),
        (key, json),
    ];
    Ok(entries
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect())
}
