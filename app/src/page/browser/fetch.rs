//! Fetching files that lie beside the page.

use js_sys::{ArrayBuffer, Reflect, Uint8Array};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{RequestInit, Response};

use crate::page::text;

use super::dom::window;
use super::offline::is_online;

/// The bytes of a file.
///
/// # Errors
/// A sentence that names the file and says what to do.
pub async fn bytes(path: &str) -> Result<Vec<u8>, String> {
    let buffer: JsValue = buffer(path).await?.into();
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// The bytes of a file as the server has it now, past everything that was kept of it.
///
/// # Errors
/// A sentence that names the file and says what to do.
pub async fn anew(path: &str) -> Result<Vec<u8>, String> {
    let init = RequestInit::new();
    // A plain object takes any field.
    Reflect::set(&init, &"cache".into(), &"reload".into()).ok();
    let buffer: JsValue = fetch(path, &init).await?.into();
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// The bytes of a file, left on the browser's side.
///
/// # Errors
/// A sentence that names the file and says what to do.
pub async fn buffer(path: &str) -> Result<ArrayBuffer, String> {
    fetch(path, &RequestInit::new()).await
}

async fn fetch(path: &str, init: &RequestInit) -> Result<ArrayBuffer, String> {
    Asked::with(path, init)?.buffer().await
}

/// A file that was asked for and is on its way.
#[derive(Debug)]
pub struct Asked {
    path: String,
    response: JsFuture,
}

impl Asked {
    /// Asks for a file.
    ///
    /// # Errors
    /// There is no window, in a sentence.
    pub fn new(path: &str) -> Result<Self, String> {
        Self::with(path, &RequestInit::new())
    }

    fn with(path: &str, init: &RequestInit) -> Result<Self, String> {
        let window = window().ok_or(text::problems::NO_WINDOW)?;
        Ok(Self {
            path: path.to_owned(),
            response: JsFuture::from(window.fetch_with_str_and_init(path, init)),
        })
    }

    /// Its bytes, left on the browser's side.
    ///
    /// # Errors
    /// A sentence that names the file and says what to do.
    pub async fn buffer(self) -> Result<ArrayBuffer, String> {
        let Self { path, response } = self;
        let unreachable = |_: JsValue| {
            if is_online() {
                text::problems::unreachable(&path)
            } else {
                text::problems::offline_file(&path)
            }
        };
        let response: Response = response
            .await
            .map_err(unreachable)?
            .dyn_into()
            .map_err(unreachable)?;
        if !response.ok() {
            return Err(text::problems::not_there(&path, &response.status()));
        }
        let cut = |_: JsValue| text::problems::cut_off(&path);
        JsFuture::from(response.array_buffer().map_err(cut)?)
            .await
            .map_err(cut)?
            .dyn_into()
            .map_err(cut)
    }
}
