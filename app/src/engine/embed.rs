//! Embedding the network's input itself, and the features that all jobs send.

use wasm_bindgen::JsValue;

use super::jobs::{Finished, Stop};
use super::network::Loaded;
use crate::answers;
use crate::calls::CallId;
use crate::protocol::Reply;
use crate::scope;

/// Embeds inputs that are prepared already, `[rows, 3, size, size]`.
pub(super) async fn tensor(
    loaded: &Loaded,
    call: CallId,
    part: &JsValue,
) -> Result<Finished, Stop> {
    let input = scope::floats(part)?;
    let rows = loaded.rows(input.len())?;
    let features = loaded.features(input, rows).await?;
    send(loaded, call, 0, &features);
    Ok(Finished {
        images: rows,
        skipped: Vec::new(),
    })
}

/// Sends features to the page.
pub(super) fn send(loaded: &Loaded, call: CallId, first: usize, features: &[f32]) {
    let channels = loaded.channels;
    let reply = Reply::Features {
        first,
        rows: features.len() / channels.max(1),
        channels,
    };
    answers::part(call, reply, &[scope::buffer(features)]);
}
