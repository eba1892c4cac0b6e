//! Access to a worker's global scope.

use js_sys::{ArrayBuffer, Float32Array, Promise};
use serde::Serialize;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DedicatedWorkerGlobalScope, MessagePort};

use crate::wire;

/// The worker's global scope.
pub fn global() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// Sends an event and its parts to the other end of a port, or to the page.
pub fn post_to(port: Option<&MessagePort>, event: &impl Serialize, parts: &[JsValue]) {
    let sent = wire::pack(event, parts).and_then(|packed| {
        let (message, moved) = (&packed.message, &packed.transfer);
        let sent = match port {
            Some(port) => port.post_message_with_transferable(message, moved),
            None => global().post_message_with_transfer(message, moved),
        };
        sent.map_err(|error| format!("{error:?}"))
    });
    if let Err(error) = sent {
        // There is no other way to the page than the one that just failed.
        wasm_bindgen::throw_str(&format!("the worker cannot speak to the page: {error}"));
    }
}

/// Floats as a part of a message.
pub fn buffer(values: &[f32]) -> JsValue {
    Float32Array::from(values).buffer().into()
}

/// The floats in a part of a message.
///
/// # Errors
/// The part is no buffer, or not of whole floats.
pub fn floats(part: &JsValue) -> Result<Vec<f32>, String> {
    let buffer: &ArrayBuffer = part
        .dyn_ref()
        .ok_or("a part of the message is not an ArrayBuffer")?;
    if !buffer.byte_length().is_multiple_of(4) {
        return Err(format!(
            "a buffer of {} bytes does not hold whole floats",
            buffer.byte_length()
        ));
    }
    Ok(Float32Array::new(buffer).to_vec())
}

/// Milliseconds since the worker started.
pub fn now() -> f64 {
    global()
        .performance()
        .map_or_else(js_sys::Date::now, |performance| performance.now())
}

/// Waits so many milliseconds.
pub async fn sleep(millis: f64) {
    let promise = Promise::new(&mut |resolve, _| {
        let asked = global()
            .set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, millis.ceil() as i32);
        if asked.is_err() {
            resolve.call0(&JsValue::NULL).ok();
        }
    });
    JsFuture::from(promise).await.ok();
}

/// The message of a JavaScript error.
pub fn words(error: &JsValue) -> String {
    error.dyn_ref::<js_sys::Error>().map_or_else(
        || error.as_string().unwrap_or_else(|| format!("{error:?}")),
        |error| String::from(error.message()),
    )
}

/// The bytes in a part of a message.
///
/// # Errors
/// The part is no buffer.
pub fn bytes(part: &JsValue) -> Result<Vec<u8>, String> {
    let buffer: &ArrayBuffer = part
        .dyn_ref()
        .ok_or("a part of the message is not an ArrayBuffer")?;
    Ok(js_sys::Uint8Array::new(buffer).to_vec())
}
