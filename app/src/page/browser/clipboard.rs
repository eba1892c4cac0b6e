//! The clipboard.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

use crate::page::text;

use super::dom::window;

/// Puts a text on the clipboard.
///
/// # Errors
/// The browser has none for this page, or forbids it.
pub async fn copy(words: &str) -> Result<(), String> {
    let refused = || text::problems::NOT_COPIED.to_owned();
    let written = write(words).ok_or_else(refused)?;
    JsFuture::from(written).await.map_err(|_| refused())?;
    Ok(())
}

/// Asks the browser to write; `None` where there is no clipboard, as on a page that is not secure. Called by name:
/// a binding of `web_sys` would be one more feature, which recompiles the engines.
fn write(words: &str) -> Option<Promise> {
    let navigator = window()?.navigator();
    let clipboard = Reflect::get(&navigator, &"clipboard".into()).ok()?;
    let write = Reflect::get(&clipboard, &"writeText".into()).ok()?;
    let written = write
        .dyn_ref::<Function>()?
        .call1(&clipboard, &words.into())
        .ok()?;
    written.dyn_into().ok()
}
