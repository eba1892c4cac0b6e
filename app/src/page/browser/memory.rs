//! Small things remembered across visits.

use super::dom::window;

/// The value stored under a key, if there is one and storage is allowed.
pub fn recall(key: &str) -> Option<String> {
    storage()?.get_item(key).ok()?
}

/// Keeps a text under a key, or forgets it. Returns false where that failed: storage may be full or forbidden, and what
/// was to be kept lasts until the page is closed.
pub fn keep(key: &str, text: Option<&str>) -> bool {
    let kept = storage().map(|storage| match text {
        Some(text) => storage.set_item(key, text),
        None => storage.remove_item(key),
    });
    matches!(kept, Some(Ok(())))
}

fn storage() -> Option<web_sys::Storage> {
    window()?.local_storage().ok()?
}
