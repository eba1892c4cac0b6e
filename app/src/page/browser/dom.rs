//! The window and the document.

use wasm_bindgen::JsCast as _;
use web_sys::{Document, HtmlElement, Window};

/// The window; absent outside a page.
pub fn window() -> Option<Window> {
    web_sys::window()
}

/// The document.
pub fn document() -> Option<Document> {
    window()?.document()
}

/// The root element, which carries the theme.
pub fn root() -> Option<HtmlElement> {
    document()?.document_element()?.dyn_into().ok()
}

/// Marks the root element with an attribute, or takes the mark away.
pub fn mark(attribute: &str, value: Option<&str>) {
    let Some(root) = root() else { return };
    // Attributes of such names can be set.
    match value {
        Some(value) => root.set_attribute(attribute, value).ok(),
        None => root.remove_attribute(attribute).ok(),
    };
}

/// Takes an element out of the document, if it is there.
pub fn remove(id: &str) {
    if let Some(element) = document().and_then(|document| document.get_element_by_id(id)) {
        element.remove();
    }
}

/// Sets the document's title.
pub fn set_title(title: &str) {
    if let Some(document) = document() {
        document.set_title(title);
    }
}

/// Number of processor cores the browser admits to.
pub fn cores() -> usize {
    window().map_or(1, |window| {
        window.navigator().hardware_concurrency() as usize
    })
}

/// Returns true if there is room for the attributes beside the results (as `layout.css` has it).
pub fn is_wide() -> bool {
    let query = window().and_then(|window| window.match_media("(min-width: 60.01rem)").ok()?);
    query.is_some_and(|query| query.matches())
}

/// Scrolls to the top of the page, at once.
pub fn scroll_up() {
    if let Some(window) = window() {
        window.scroll_to_with_x_and_y(0.0, 0.0);
    }
}
