//! The clipboard.

use js_sys::Reflect;
use wasm_bindgen_futures::JsFuture;
use web_sys::Clipboard;

use crate::page::text;

use super::dom::window;

/// Puts a text on the clipboard.
///
/// # Errors
/// The browser has none for this page, or forbids it.
pub async fn copy(words: &str) -> Result<(), String> {
    let refused = || text::problems::NOT_COPIED.to_owned();
    let navigator = window().ok_or_else(refused)?.navigator();
    // On a page that is not secure there is none, and it is `undefined`.
    let clipboard = Reflect::get(&navigator, &"clipboard".into()).ok();
    let clipboard: Clipboard = clipboard
        .filter(|clipboard| clipboard.is_object())
        .map(wasm_bindgen::JsCast::unchecked_into)
        .ok_or_else(refused)?;
    JsFuture::from(clipboard.write_text(words))
        .await
        .map_err(|_| refused())?;
    Ok(())
}
