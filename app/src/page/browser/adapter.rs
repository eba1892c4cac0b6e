//! Asking the browser for its graphics adapter.
//!
//! Read through reflection: a handful of properties does not justify the many bindings of WebGPU in the page.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::dom::window;
use crate::page::core::backend::Probe;

/// What the browser says about its adapter. Takes a few milliseconds, longer with a cold driver.
pub async fn probe() -> Probe {
    let Some(gpu) = window().and_then(|window| get(&window.navigator(), "gpu")) else {
        return Probe::Missing;
    };
    let Some(adapter) = request(&gpu).await else {
        return Probe::NoAdapter;
    };
    let info = get(&adapter, "info").unwrap_or(JsValue::UNDEFINED);
    let words = ["vendor", "architecture", "device", "description"];
    let name = words
        .map(|word| text(&info, word))
        .into_iter()
        .filter(|word| !word.is_empty());
    let name = name.collect::<Vec<_>>().join(" ");
    let is_fallback =
        |of: &JsValue| get(of, "isFallbackAdapter").is_some_and(|value| value.is_truthy());
    Probe::Adapter {
        name: if name.is_empty() {
            "unnamed".into()
        } else {
            name
        },
        fallback: is_fallback(&info) || is_fallback(&adapter),
    }
}

async fn request(gpu: &JsValue) -> Option<JsValue> {
    let request: Function = get(gpu, "requestAdapter")?.dyn_into().ok()?;
    let promise: Promise = request.call0(gpu).ok()?.dyn_into().ok()?;
    JsFuture::from(promise)
        .await
        .ok()
        .filter(|adapter| adapter.is_object())
}

/// A property that is there.
fn get(of: &JsValue, name: &str) -> Option<JsValue> {
    if !of.is_object() {
        return None;
    }
    Reflect::get(of, &name.into())
        .ok()
        .filter(|value| !value.is_undefined() && !value.is_null())
}

fn text(of: &JsValue, name: &str) -> String {
    get(of, name)
        .and_then(|value| value.as_string())
        .unwrap_or_default()
}
