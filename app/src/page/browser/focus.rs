//! The focus.

use wasm_bindgen::JsCast as _;
use web_sys::{Element, FocusOptions, HtmlElement};

use super::dom::document;

/// Returns true if the window, of all windows, has the focus.
pub fn is_here() -> bool {
    document().is_some_and(|document| document.has_focus().unwrap_or(true))
}

/// Returns true if nothing has the focus.
pub fn is_lost() -> bool {
    document().is_some_and(|document| {
        let active = document.active_element();
        active.is_none_or(|active| active.tag_name().eq_ignore_ascii_case("body"))
    })
}

/// Puts the focus on the first element that matches, without scrolling. Whether there is one.
pub fn put(within: &Element, selector: &str) -> bool {
    let Some(element) = find(within, selector) else {
        return false;
    };
    let options = FocusOptions::new();
    options.set_prevent_scroll(true);
    // Elements of a page can be asked to take the focus; those that do not, keep it where it is.
    element.focus_with_options(&options).ok();
    true
}

/// Puts the focus on the first element that matches one of the selectors and is shown, and brings it into view. Whether
/// there is one.
pub fn go(within: &Element, selectors: &[&str]) -> bool {
    let shown =
        |selector: &&str| find(within, selector).filter(|element| element.offset_width() > 0);
    let Some(element) = selectors.iter().find_map(shown) else {
        return false;
    };
    // As above.
    element.focus().ok();
    true
}

fn find(within: &Element, selector: &str) -> Option<HtmlElement> {
    within.query_selector(selector).ok()??.dyn_into().ok()
}
