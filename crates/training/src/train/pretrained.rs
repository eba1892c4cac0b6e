//! Weights to start from, out of a file of `PyTorch`'s or of safetensors.

use std::path::Path;

use burn::tensor::Device;
use modulens_model::{Method, Model, weights};
use pytorch_reader::{DType, PytorchReader};
use safetensors::tensor::{Dtype, TensorView};

use crate::error::TrainerError;
use crate::files;

/// A model whose stem and stages are those of a file. Files that start like safetensors are read as such, all others as
/// checkpoints of `torch.save`, which run no code here.
///
/// # Errors
/// A file that cannot be read, or lacks a tensor of the backbone.
pub(super) fn start_from(
    model: &Model,
    method: Method,
    values: &[usize],
    path: &Path,
    device: &Device,
) -> Result<Model, TrainerError> {
    let fail = |message: String| TrainerError::Config {
        origin: format!("network.pretrained, {}", path.display()),
        message,
    };
    let bytes = read(path)?;
    let networks = model
        .networks()
        .iter()
        .map(|network| weights::with_backbone(network.clone(), &bytes, device))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| fail(error.to_string()))?;
    Model::from_networks(method, networks, values)
        .ok_or_else(|| fail("the model has no network to fill".into()))
}

/// The tensors of a file as safetensors.
///
/// # Errors
/// A file that cannot be read, or is neither safetensors nor a checkpoint of `PyTorch`.
pub fn read(path: &Path) -> Result<Vec<u8>, TrainerError> {
    let bytes = files::read(path)?;
    if is_safetensors(&bytes) {
        return Ok(bytes);
    }
    converted(path).map_err(|message| TrainerError::Config {
        origin: format!("network.pretrained, {}", path.display()),
        message,
    })
}

/// Eight bytes that say how long the header is, then an opening brace.
fn is_safetensors(bytes: &[u8]) -> bool {
    bytes.get(8) == Some(&b'{')
}

/// The floating-point tensors of a checkpoint as safetensors; a checkpoint that holds more than weights keeps them under
/// `state_dict`.
fn converted(path: &Path) -> Result<Vec<u8>, String> {
    let open = |key| match key {
        None => PytorchReader::new(path),
        Some(key) => PytorchReader::with_top_level_key(path, key),
    };
    let not_one = |error: &dyn std::fmt::Display| {
        format!("it is neither safetensors nor a checkpoint of PyTorch that can be read: {error}")
    };
    let nested = open(Some("state_dict"))
        .ok()
        .filter(|found| !found.is_empty());
    let reader = match nested {
        Some(reader) => reader,
        None => open(None).map_err(|error| not_one(&error))?,
    };
    let mut tensors = Vec::new();
    for (name, tensor) in reader.into_tensors() {
        let dtype = match tensor.dtype() {
            DType::F32 => Dtype::F32,
            DType::F16 => Dtype::F16,
            // Counters of batches, which nothing needs.
            _ => continue,
        };
        // Networks that were trained on several devices carry a prefix; some ports mark layers by an underscore.
        let name = name.strip_prefix("module.").unwrap_or(&name);
        let words: Vec<&str> = name
            .split('.')
            .map(|word| word.trim_start_matches('_'))
            .collect();
        let name = words.join(".");
        let bytes = tensor.read().map_err(|error| not_one(&error))?;
        tensors.push((name, dtype, tensor.shape().to_vec(), bytes));
    }
    let views = tensors
        .iter()
        .map(|(name, dtype, shape, bytes)| {
            let view = TensorView::new(*dtype, shape.clone(), bytes)?;
            Ok((name.as_str(), view))
        })
        .collect::<Result<Vec<_>, safetensors::SafeTensorError>>()
        .map_err(|error| not_one(&error))?;
    safetensors::serialize(views, None).map_err(|error| not_one(&error))
}
