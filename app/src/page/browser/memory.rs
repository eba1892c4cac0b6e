//! Small things remembered across visits.

use super::dom::window;

/// The value stored under a key, if there is one and storage is allowed.
pub fn recall(key: &str) -> Option<String> {
    storage()?.get_item(key).ok()?
}

/// Keeps a text under a key, or forgets it. Storage may be forbidden; it then lasts until the page is closed.
pub fn keep(key: &str, text: Option<&str>) {
    if let Some(storage) = storage() {
        match text {
            Some(text) => storage.set_item(key, text).ok(),
            None => storage.remove_item(key).ok(),
        };
    }
}

fn storage() -> Option<web_sys::Storage> {
    window()?.local_storage().ok()?
}
