//! Handing a file to the visitor.

use js_sys::Array;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement};

use crate::page::text;

use super::dom::document;
use super::object_url;

/// Lets the browser save a text of a kind under a name.
///
/// # Errors
/// As [`blob`].
pub fn text(words: &str, kind: &str, name: &str) -> Result<(), String> {
    texts(&Array::of1(&words.into()), kind, name)
}

/// Lets the browser save texts, one after the other, as one file of a kind under a name.
///
/// # Errors
/// As [`blob`].
pub fn texts(parts: &Array, kind: &str, name: &str) -> Result<(), String> {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let bytes = Blob::new_with_str_sequence_and_options(parts, &options);
    let bytes = bytes.map_err(|_| text::problems::NOT_SAVED.to_owned())?;
    blob(&bytes, name)
}

/// Lets the browser save bytes under a name.
///
/// # Errors
/// These are no bytes, or the browser does not save.
pub fn blob(bytes: &JsValue, name: &str) -> Result<(), String> {
    let refused = || text::problems::NOT_SAVED.to_owned();
    let bytes: &Blob = bytes.dyn_ref().ok_or_else(refused)?;
    let address = object_url::of_blob(bytes).ok_or_else(refused)?;
    let anchor = document().and_then(|document| document.create_element("a").ok());
    let anchor: HtmlAnchorElement = anchor
        .and_then(|anchor| anchor.dyn_into().ok())
        .ok_or_else(refused)?;
    anchor.set_href(&address);
    anchor.set_download(name);
    // The address stays: the browser reads from it for as long as saving takes.
    anchor.click();
    Ok(())
}
