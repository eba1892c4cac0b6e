//! The keyboard.

use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement, HtmlInputElement, KeyboardEvent};

use crate::page::shell::shortcut_table::{Press, takes_text};

use super::dom::document;
use super::memory;

const KEY: &str = "modulens.shortcuts";

/// Returns true if keys that are letters or signs act as shortcuts: the visitor may have turned
/// that off.
pub fn enabled() -> bool {
    memory::recall(KEY).as_deref() != Some("off")
}

/// Turns them on or off, also after a reload.
pub fn enable(on: bool) {
    memory::keep(KEY, (!on).then_some("off"));
}

/// The key of an event and the element it happened in. `key` is the event's own key.
pub fn press<'a>(event: &KeyboardEvent, key: &'a str) -> Press<'a> {
    let target = event.target().and_then(|target| target.dyn_into().ok());
    let dialog = document().and_then(|document| document.query_selector("dialog[open]").ok()?);
    Press {
        key,
        shift: event.shift_key(),
        modified: event.ctrl_key() || event.alt_key() || event.meta_key(),
        repeated: event.repeat() || event.is_composing(),
        typing: target.is_some_and(|target: Element| is_text(&target)),
        dialog: dialog.is_some(),
    }
}

fn is_text(element: &Element) -> bool {
    let kind = element.dyn_ref().map(HtmlInputElement::type_);
    let role = element.get_attribute("role").unwrap_or_default();
    let editable = element
        .dyn_ref()
        .is_some_and(HtmlElement::is_content_editable);
    takes_text(
        &element.tag_name(),
        &kind.unwrap_or_default(),
        &role,
        editable,
    )
}
