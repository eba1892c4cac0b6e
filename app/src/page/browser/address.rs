//! The page's address and its history.

use wasm_bindgen::JsValue;
use web_sys::Url;

use super::dom::window;

/// The query string, with its question mark where there is one.
pub fn query() -> String {
    window()
        .and_then(|window| window.location().search().ok())
        .unwrap_or_default()
}

/// Writes a new query string as a new step of the history, or in place of the current one, and what the browser keeps
/// with it.
pub fn write(query: &str, kept: &str, new: bool) {
    let Some(window) = window() else { return };
    let (Ok(history), Ok(path)) = (window.history(), window.location().pathname()) else {
        return;
    };
    let address = if query.is_empty() {
        path
    } else {
        format!("{path}?{query}")
    };
    let kept = JsValue::from_str(kept);
    let written = if new {
        history.push_state_with_url(&kept, "", Some(&address))
    } else {
        history.replace_state_with_url(&kept, "", Some(&address))
    };
    // A browser refuses when there are too many steps at once; the view is right all the same.
    written.ok();
}

/// The value that the browser keeps with the current history entry, as written by [`write()`].
pub fn kept() -> Option<String> {
    window()?.history().ok()?.state().ok()?.as_string()
}

/// Goes one step back in the history.
pub fn back() {
    if let Some(history) = window().and_then(|window| window.history().ok()) {
        // Nothing happens where there is no step before.
        history.back().ok();
    }
}

/// The absolute address of something beside the page, whatever path the site lies under.
pub fn absolute(relative: &str) -> String {
    window()
        .and_then(|window| window.document()?.base_uri().ok()?)
        .and_then(|base| Url::new_with_base(relative, &base).ok())
        .map_or_else(|| relative.to_owned(), |url| url.href())
}
