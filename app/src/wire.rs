//! Messages on the wire: a JavaScript array whose first item is the JSON text and whose others are the parts.
//!
//! Parts that are `ArrayBuffer`s, an `OffscreenCanvas` or a `MessagePort` are moved, not copied: pass [`Packed::transfer`] to `postMessage`.

use js_sys::{Array, ArrayBuffer};
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{MessagePort, OffscreenCanvas};

/// A message ready for `postMessage`.
#[derive(Clone, Debug)]
pub struct Packed {
    /// The message itself.
    pub message: Array,
    /// Its parts that are moved to the other side.
    pub transfer: Array,
}

/// Packs a message and its parts.
///
/// # Errors
/// When the message cannot be written as JSON (a bug, since our messages are plain data).
pub fn pack<M: Serialize>(message: &M, parts: &[JsValue]) -> Result<Packed, String> {
    let text = serde_json::to_string(message)
        .map_err(|error| format!("a message cannot be written: {error}"))?;
    let packed = Packed {
        message: Array::of1(&JsValue::from_str(&text)),
        transfer: Array::new(),
    };
    for part in parts {
        packed.message.push(part);
        if part.is_instance_of::<ArrayBuffer>()
            || part.is_instance_of::<OffscreenCanvas>()
            || part.is_instance_of::<MessagePort>()
        {
            packed.transfer.push(part);
        }
    }
    Ok(packed)
}

/// Reads a message and its parts from the `data` of a message event.
///
/// # Errors
/// When the data is not one of our messages: page and engine are of different versions.
pub fn unpack<M: DeserializeOwned>(data: &JsValue) -> Result<(M, Vec<JsValue>), String> {
    let items = data
        .dyn_ref::<Array>()
        .ok_or("a message of an unknown form arrived; reload the page")?;
    let text = items
        .get(0)
        .as_string()
        .ok_or("a message without a text arrived; reload the page")?;
    let message = serde_json::from_str(&text).map_err(|error| {
        format!("page and engine do not speak the same version ({error}); reload the page")
    })?;
    Ok((message, items.iter().skip(1).collect()))
}
