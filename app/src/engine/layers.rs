//! The output of every layer, by which two backends are compared.

use wasm_bindgen::JsValue;

use super::jobs::{Finished, Stop};
use super::network::Loaded;
use crate::answers;
use crate::calls::CallId;
use crate::protocol::{Layer, Reply};
use crate::scope;

/// Sends the layers' outputs for inputs that are prepared already, `[rows, 3, size, size]`.
pub(super) async fn send(loaded: &Loaded, call: CallId, part: &JsValue) -> Result<Finished, Stop> {
    let input = scope::floats(part)?;
    let rows = loaded.rows(input.len())?;
    let outputs = loaded.layers(input, rows).await?;
    let parts: Vec<JsValue> = outputs
        .iter()
        .map(|layer| scope::buffer(&layer.values))
        .collect();
    let layers = outputs
        .into_iter()
        .map(|layer| Layer {
            name: layer.name,
            shape: layer.shape,
        })
        .collect();
    answers::part(call, Reply::Layers { layers }, &parts);
    Ok(Finished {
        images: rows,
        skipped: Vec::new(),
    })
}
