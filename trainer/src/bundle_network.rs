//! The network in a bundle.

use burn::tensor::Device;
use modulens_bundle::Bundle;
use modulens_model::{Network, NetworkConfig, weights};
use modulens_training::error::TrainerError;

/// The network of a bundle with its weights.
///
/// # Errors
/// A network that this program does not know, weights that are damaged or those of another one, or a manifest that
/// contradicts it.
pub(crate) fn load(bundle: &Bundle, device: &Device) -> Result<Network, TrainerError> {
    let manifest = &bundle.manifest;
    let says = |problem: String| {
        TrainerError::Message(format!(
            "{} cannot be used: {problem}; export the bundle again with `trainer export`",
            bundle.dir.display()
        ))
    };
    let config: NetworkConfig = serde_json::from_value(manifest.network.clone())
        .map_err(|error| says(format!("the manifest describes no known network ({error})")))?;
    let network = weights::from_safetensors(&config, &bundle.weights()?, device)?;
    let (input, shape) = (config.input_size(), config.feature_shape());
    if input != manifest.input.size || shape != manifest.feature_shape {
        return Err(says(format!(
            "the manifest says images of {} pixels and features {:?}, but its network has {input} and {shape:?}",
            manifest.input.size, manifest.feature_shape
        )));
    }
    // A task that was added to a bundle later is in the tail, and makes it longer, but not in the network.
    let fits = (config.tasks, config.embedding) == (manifest.tasks.len(), manifest.embedding);
    if bundle.tail.is_none() && !fits {
        return Err(says(
            "its network has other tasks or embeddings than the manifest".into(),
        ));
    }
    Ok(network)
}
