//! Fetching the pictures of a gallery.

use js_sys::Uint8Array;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

use crate::scope::{global, words};

/// The reason a file could not be fetched.
enum Failure {
    /// The answer was cut off or never came, or was none, or the server is busy: worth another try.
    Passing(String),
    /// The server says there is no such file.
    Final(String),
}

/// The bytes of a file; tried twice.
///
/// # Errors
/// What went wrong, in a few words.
pub(super) async fn bytes(url: &str) -> Result<Vec<u8>, String> {
    match attempt(url).await {
        Ok(bytes) => Ok(bytes),
        Err(Failure::Final(why)) => Err(why),
        Err(Failure::Passing(_)) => attempt(url).await.map_err(|failure| match failure {
            Failure::Passing(why) | Failure::Final(why) => why,
        }),
    }
}

async fn attempt(url: &str) -> Result<Vec<u8>, Failure> {
    let cut = |error: JsValue| {
        Failure::Passing(format!(
            "it could not be downloaded ({}); check the connection",
            words(&error)
        ))
    };
    let response = JsFuture::from(global().fetch_with_str(url))
        .await
        .map_err(cut)?;
    let response: Response = response.dyn_into().map_err(cut)?;
    if !response.ok() {
        let status = response.status();
        let why = format!("the server answered {status}; is the gallery complete?");
        // 304 is for caches. Where two ask for a file at once, Firefox may pass it on to the second.
        return Err(if status >= 500 || status == 304 {
            Failure::Passing(why)
        } else {
            Failure::Final(why)
        });
    }
    let buffer = JsFuture::from(response.array_buffer().map_err(cut)?)
        .await
        .map_err(cut)?;
    Ok(Uint8Array::new(&buffer).to_vec())
}
