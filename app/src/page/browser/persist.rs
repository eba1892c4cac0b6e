//! Asking the browser to keep what this site stores.

use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::dom::window;

/// Asks the browser not to delete this site's storage by itself. It may say no, or ask the visitor, who need never
/// answer: nothing waits for it.
pub fn persist() {
    let asked = window().and_then(|window| window.navigator().storage().persist().ok());
    if let Some(asked) = asked {
        spawn_local(async move {
            JsFuture::from(asked).await.ok();
        });
    }
}
