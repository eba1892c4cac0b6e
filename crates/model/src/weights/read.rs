//! From bytes to a network.

use std::collections::{BTreeSet, HashMap};

use burn::module::{Module as _, ModuleMapper, Param};
use burn::tensor::{Device, Tensor, TensorData};
use half::f16;
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};

use super::names::{Names, transpose};
use super::{FORMAT, VERSION, WeightsError};
use crate::start::Start;
use crate::{Network, NetworkConfig};

/// The network that weights say they are for.
///
/// # Errors
/// When the bytes are damaged, of another version, or say nothing.
pub fn config(bytes: &[u8]) -> Result<NetworkConfig, WeightsError> {
    let metadata = open(bytes, FORMAT)?.1.unwrap_or_default();
    let json = metadata
        .get("network")
        .ok_or_else(|| WeightsError::NoConfig("there is no entry \"network\"".into()))?;
    serde_json::from_str(json).map_err(|error| WeightsError::NoConfig(error.to_string()))
}

/// Builds the network of a configuration with the weights in `bytes`. Works on any device, in a browser too.
///
/// # Errors
/// When the bytes are damaged, of another version, or not exactly the tensors that the network has.
pub fn from_safetensors(
    config: &NetworkConfig,
    bytes: &[u8],
    device: &Device,
) -> Result<Network, WeightsError> {
    let (tensors, _) = open(bytes, FORMAT)?;
    config.validate()?;
    // Before memory is taken for them: a stranger's configuration may be of any size.
    let parameters = config.num_params();
    if bytes.len() / 2 < parameters {
        return Err(WeightsError::Damaged(format!(
            "{} bytes are too few for {parameters} parameters",
            bytes.len()
        )));
    }
    let network = Network::new(config, Start::blank(device));
    let sites = network.sites().to_vec();
    let mut filler = Filler {
        names: Names::new(&sites),
        unused: tensors.names().into_iter().map(str::to_owned).collect(),
        tensors: &tensors,
        backbone_only: false,
        device,
        error: None,
    };
    let network = network.map(&mut filler);
    match (filler.error, filler.unused.pop_first()) {
        (Some(error), _) => Err(error),
        (None, Some(name)) => Err(WeightsError::Unexpected(name)),
        (None, None) => Ok(network),
    }
}

/// Gives a network the stem and the stages of another one that was trained elsewhere, such as torchvision's ResNet-18:
/// the start of transfer learning. Its linear layer, modulation and everything else in the file stay out.
///
/// # Errors
/// When the bytes are damaged, or lack a tensor of the backbone or have it in another shape.
pub fn with_backbone(
    network: Network,
    bytes: &[u8],
    device: &Device,
) -> Result<Network, WeightsError> {
    let (tensors, _) = open(bytes, FORMAT)?;
    let sites = network.sites().to_vec();
    let mut filler = Filler {
        names: Names::new(&sites),
        unused: BTreeSet::new(),
        tensors: &tensors,
        backbone_only: true,
        device,
        error: None,
    };
    let network = network.map(&mut filler);
    filler.error.map_or(Ok(network), Err)
}

type Metadata = Option<HashMap<String, String>>;

/// Parses the container and checks what its metadata say it is.
pub(super) fn open<'a>(
    bytes: &'a [u8],
    format: &'static str,
) -> Result<(SafeTensors<'a>, Metadata), WeightsError> {
    let damaged = |error: safetensors::SafeTensorError| WeightsError::Damaged(error.to_string());
    let (_, header) = SafeTensors::read_metadata(bytes).map_err(damaged)?;
    let metadata = header.metadata().clone();
    if let Some(metadata) = &metadata {
        match metadata.get("format") {
            Some(found) if found == format => {}
            // PyTorch's own files say "pt".
            Some(found) if found == "pt" && !metadata.contains_key("version") => {}
            found => {
                return Err(WeightsError::Format {
                    found: found.cloned().unwrap_or_default(),
                    expected: format,
                });
            }
        }
        if let Some(version) = metadata
            .get("version")
            .filter(|version| *version != VERSION)
        {
            return Err(WeightsError::Version(version.clone()));
        }
    }
    Ok((SafeTensors::deserialize(bytes).map_err(damaged)?, metadata))
}

struct Filler<'a> {
    names: Names<'a>,
    tensors: &'a SafeTensors<'a>,
    unused: BTreeSet<String>,
    /// True if the linear layer and the modulation stay as they are.
    backbone_only: bool,
    device: &'a Device,
    /// The first thing that went wrong; a mapper cannot stop a walk.
    error: Option<WeightsError>,
}

impl ModuleMapper for Filler<'_> {
    fn enter_module(&mut self, name: &str, container_type: &str) {
        self.names.enter(name, container_type);
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.names.exit();
    }

    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        if self.error.is_some() {
            return param;
        }
        let named = self.names.here();
        if self.backbone_only && !named.is_of_backbone() {
            return param;
        }
        self.unused.remove(&named.name);
        // Not `param.val()`: that would draw random weights only to drop them.
        let shape: Vec<usize> = param.lazy_shape().to_vec();
        let mut expected = shape.clone();
        if named.transposed {
            expected.reverse();
        }
        match values(self.tensors, &named.name, &expected) {
            Err(error) => {
                self.error = Some(error);
                param
            }
            Ok(values) => {
                let values = match (named.transposed, expected.as_slice()) {
                    (true, &[rows, columns]) => transpose(&values, [rows, columns]),
                    _ => values,
                };
                let tensor = Tensor::from_data(TensorData::new(values, shape), self.device);
                let id = param.id;
                param.transform_for_load(tensor, id)
            }
        }
    }
}

/// A tensor of the file as 32-bit floats.
pub(super) fn values(
    tensors: &SafeTensors<'_>,
    name: &str,
    expected: &[usize],
) -> Result<Vec<f32>, WeightsError> {
    let view = tensors
        .tensor(name)
        .map_err(|_| WeightsError::Missing(name.to_owned()))?;
    if view.shape() != expected {
        return Err(WeightsError::Shape {
            name: name.to_owned(),
            found: view.shape().to_vec(),
            expected: expected.to_vec(),
        });
    }
    let values = decode(name, &view)?;
    if values.iter().all(|value| value.is_finite()) {
        return Ok(values);
    }
    Err(WeightsError::NotFinite(name.to_owned()))
}

fn decode(name: &str, view: &TensorView<'_>) -> Result<Vec<f32>, WeightsError> {
    let data = view.data();
    match view.dtype() {
        Dtype::F32 => Ok(data
            .as_chunks::<4>()
            .0
            .iter()
            .map(|&bytes| f32::from_le_bytes(bytes))
            .collect()),
        Dtype::F16 => Ok(data
            .as_chunks::<2>()
            .0
            .iter()
            .map(|&bytes| f16::from_le_bytes(bytes).to_f32())
            .collect()),
        other => Err(WeightsError::Dtype {
            name: name.to_owned(),
            found: format!("{other:?}"),
        }),
    }
}
