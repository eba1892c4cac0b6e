//! From a network to bytes.

use std::collections::BTreeMap;

use burn::module::{Module as _, ModuleVisitor, Param};
use burn::tensor::Tensor;
use half::f16;
use safetensors::tensor::{Dtype, TensorView};
use serde_json::Value;

use super::names::{Names, transpose};
use super::{FORMAT, Precision, WeightsError, metadata};
use crate::Network;

/// A tensor ready to be written.
pub(super) struct Stored {
    pub(super) name: String,
    pub(super) shape: Vec<usize>,
    pub(super) dtype: Dtype,
    pub(super) bytes: Vec<u8>,
}

impl Stored {
    pub(super) fn new(name: String, shape: Vec<usize>, values: &[f32], half: bool) -> Self {
        let (dtype, bytes) = if half {
            (
                Dtype::F16,
                values
                    .iter()
                    .flat_map(|&value| f16::from_f32(value).to_le_bytes())
                    .collect(),
            )
        } else {
            (
                Dtype::F32,
                values
                    .iter()
                    .flat_map(|value| value.to_le_bytes())
                    .collect(),
            )
        };
        Self {
            name,
            shape,
            dtype,
            bytes,
        }
    }
}

/// Writes every weight, scale and running statistic of a network.
///
/// The same network gives the same bytes. Reads synchronously: not for a GPU in a browser.
///
/// # Errors
/// When a tensor cannot be read back, or holds a value that is not finite.
pub fn to_safetensors(network: &Network, precision: Precision) -> Result<Vec<u8>, WeightsError> {
    let mut collector = Collector {
        names: Names::new(network.sites()),
        precision,
        stored: Vec::new(),
        error: None,
    };
    // The newest running statistics of a network in training are not in place before this.
    network.valid().visit(&mut collector);
    match collector.error {
        Some(error) => Err(error),
        None => assemble(
            &collector.stored,
            metadata(FORMAT, "network", network.config())?,
        ),
    }
}

pub(super) fn assemble(
    stored: &[Stored],
    metadata: std::collections::HashMap<String, String>,
) -> Result<Vec<u8>, WeightsError> {
    let write = |error: safetensors::SafeTensorError| WeightsError::Write(error.to_string());
    let views = stored
        .iter()
        .map(|tensor| {
            let view = TensorView::new(tensor.dtype, tensor.shape.clone(), &tensor.bytes);
            view.map(|view| (tensor.name.as_str(), view))
        })
        .collect::<Result<Vec<_>, _>>()
        .map_err(write)?;
    let bytes = safetensors::serialize(views, Some(metadata)).map_err(write)?;
    in_order(&bytes).ok_or_else(|| WeightsError::Write("its header cannot be put in order".into()))
}

/// The same file with the keys of its header in alphabetical order: the library writes metadata in an order that
/// differs from one call to the next. `None` where the bytes are no safetensors.
fn in_order(bytes: &[u8]) -> Option<Vec<u8>> {
    let (length, rest) = bytes.split_first_chunk()?;
    let (header, data) =
        rest.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)?;
    let sorted: BTreeMap<String, BTreeMap<String, Value>> = serde_json::from_slice(header).ok()?;
    let mut header = serde_json::to_vec(&sorted).ok()?;
    // Padding keeps the numbers behind it aligned.
    header.resize(header.len().next_multiple_of(8), b' ');
    let length = (header.len() as u64).to_le_bytes();
    Some([&length, header.as_slice(), data].concat())
}

struct Collector<'a> {
    names: Names<'a>,
    precision: Precision,
    stored: Vec<Stored>,
    /// The first thing that went wrong; a visitor cannot stop a walk.
    error: Option<WeightsError>,
}

impl ModuleVisitor for Collector<'_> {
    fn enter_module(&mut self, name: &str, container_type: &str) {
        self.names.enter(name, container_type);
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.names.exit();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if self.error.is_some() {
            return;
        }
        let named = self.names.here();
        match values(&named.name, param.val()) {
            Err(error) => self.error = Some(error),
            Ok(values) => {
                let mut shape = param.val().dims().to_vec();
                let values = match (named.transposed, shape.as_slice()) {
                    (true, &[rows, columns]) => {
                        shape.reverse();
                        transpose(&values, [rows, columns])
                    }
                    _ => values,
                };
                let half = named.shrinks && self.precision == Precision::F16;
                self.stored
                    .push(Stored::new(named.name, shape, &values, half));
            }
        }
    }
}

/// Reads a tensor back, refusing values that are not finite.
pub(super) fn values<const D: usize>(
    name: &str,
    tensor: Tensor<D>,
) -> Result<Vec<f32>, WeightsError> {
    let values = tensor
        .try_into_vec_as::<f32>()
        .map_err(|error| WeightsError::Device {
            name: name.to_owned(),
            message: error.to_string(),
        })?;
    if values.iter().all(|value| value.is_finite()) {
        return Ok(values);
    }
    Err(WeightsError::NotFinite(name.to_owned()))
}
