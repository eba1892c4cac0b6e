//! The browser's graphics adapter: is there one, and is it real?
//!
//! Read through reflection: a handful of properties does not justify the many bindings of WebGPU.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;

/// The browser's description of its graphics adapter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Probe {
    /// No WebGPU in this browser (or not in this context).
    Missing,
    /// WebGPU, but no adapter.
    NoAdapter,
    /// An adapter.
    Adapter {
        /// The adapter's own words: vendor, architecture, device, description.
        name: String,
        /// True if the browser calls it a fallback.
        fallback: bool,
    },
}

/// Names of adapters that compute on the CPU: slower than our CPU engine.
const SOFTWARE: [&str; 4] = ["swiftshader", "llvmpipe", "lavapipe", "basic render"];

impl Probe {
    /// Returns true for an adapter that computes on the CPU. Browsers move and drop the flag that
    /// says so, so the names count too.
    pub fn is_software(&self) -> bool {
        match self {
            Self::Adapter { name, fallback } => {
                let name = name.to_ascii_lowercase();
                *fallback || SOFTWARE.iter().any(|software| name.contains(software))
            }
            Self::Missing | Self::NoAdapter => false,
        }
    }
}

/// Asks a page's or a worker's `navigator`. Takes a few milliseconds, longer with a cold driver.
pub async fn probe(navigator: &JsValue) -> Probe {
    let Some(gpu) = get(navigator, "gpu") else {
        return Probe::Missing;
    };
    let Some(adapter) = request(&gpu).await else {
        return Probe::NoAdapter;
    };
    let info = get(&adapter, "info").unwrap_or(JsValue::UNDEFINED);
    let words = ["vendor", "architecture", "device", "description"];
    let words = words.map(|word| text(&info, word));
    let known: Vec<&str> = words
        .iter()
        .map(|word| word.trim())
        .filter(|word| !word.is_empty())
        .collect();
    let is_fallback =
        |of: &JsValue| get(of, "isFallbackAdapter").is_some_and(|value| value.is_truthy());
    Probe::Adapter {
        name: if known.is_empty() {
            "unnamed".into()
        } else {
            known.join(" ")
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
        .filter(JsValue::is_object)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn adapter(name: &str, fallback: bool) -> Probe {
        Probe::Adapter {
            name: name.into(),
            fallback,
        }
    }

    #[test]
    fn imitations_are_known_by_name_or_flag() {
        for name in [
            "google SwiftShader",
            "mesa llvmpipe (LLVM 15.0.6, 256 bits)",
            "lavapipe",
            "Microsoft Basic Render Driver",
        ] {
            assert!(adapter(name, false).is_software(), "{name}");
        }
        assert!(adapter("unnamed", true).is_software());
    }

    #[test]
    fn real_adapters_pass() {
        for name in [
            "nvidia ampere",
            "apple metal-3",
            "intel gen-12lp",
            "amd rdna-2",
            "unnamed",
        ] {
            assert!(!adapter(name, false).is_software(), "{name}");
        }
        assert!(!Probe::Missing.is_software() && !Probe::NoAdapter.is_software());
    }
}
