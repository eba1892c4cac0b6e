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

/// Writes a new query string, as a new step of the history or in place of the current one.
pub fn write(query: &str, new_step: bool) {
    let Some(window) = window() else { return };
    let (Ok(history), Ok(path)) = (window.history(), window.location().pathname()) else {
        return;
    };
    let address = if query.is_empty() {
        path
    } else {
        format!("{path}?{query}")
    };
    let written = if new_step {
        history.push_state_with_url(&JsValue::NULL, "", Some(&address))
    } else {
        history.replace_state_with_url(&JsValue::NULL, "", Some(&address))
    };
    // A browser refuses when there are too many steps at once; the view is right all the same.
    written.ok();
}

/// One step back, as the browser's own button does it; where there is none on this site, nothing happens.
pub fn back() {
    let Some(window) = window() else { return };
    // Not every browser says whether there is one.
    let property = |of: &JsValue, name: &str| js_sys::Reflect::get(of, &name.into()).ok();
    let possible = property(&window, "navigation")
        .filter(JsValue::is_object)
        .and_then(|navigation| property(&navigation, "canGoBack"));
    if possible.is_none_or(|possible| possible.is_truthy())
        && let Ok(history) = window.history()
    {
        // A document that is being left refuses.
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
