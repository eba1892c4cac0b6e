//! Fetching files that lie beside the page.

use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

use super::dom::window;

/// The bytes of a file.
///
/// # Errors
/// A sentence that names the file and says what to do.
pub async fn bytes(path: &str) -> Result<Vec<u8>, String> {
    let buffer: JsValue = buffer(path).await?.into();
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// The bytes of a file, left on the browser's side.
///
/// # Errors
/// A sentence that names the file and says what to do.
pub async fn buffer(path: &str) -> Result<ArrayBuffer, String> {
    let offline =
        |_: JsValue| format!("{path} could not be fetched: check the connection and try again");
    let window = window().ok_or("there is no window to fetch with")?;
    let response: Response = JsFuture::from(window.fetch_with_str(path))
        .await
        .map_err(offline)?
        .dyn_into()
        .map_err(offline)?;
    if !response.ok() {
        return Err(format!(
            "{path} is not there (status {}): was the site copied whole?",
            response.status()
        ));
    }
    let cut = |_: JsValue| format!("{path} was cut off: check the connection and try again");
    JsFuture::from(response.array_buffer().map_err(cut)?)
        .await
        .map_err(cut)?
        .dyn_into()
        .map_err(cut)
}
