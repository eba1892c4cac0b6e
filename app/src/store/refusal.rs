//! The reasons for refusing a call.

use modulens_dataset::DatasetError;
use modulens_store::StoreError;
use wasm_bindgen::JsValue;

use crate::calls::Refusal;
use crate::scope::words;

/// Wraps the error of a browser that refused to do something.
pub(super) fn by_browser(what: &str) -> impl Fn(JsValue) -> Refusal {
    move |error| {
        let name = js_sys::Reflect::get(&error, &"name".into());
        let name = name.ok().and_then(|name| name.as_string());
        let hint = match name.as_deref() {
            Some("QuotaExceededError") => "free some disk space and try again",
            Some("NoModificationAllowedError") => "it is open in another tab; close that one first",
            Some("NotFoundError") => "it is no longer there",
            Some("SecurityError") => {
                "this browser forbids storage here, perhaps in a private window"
            }
            _ => "reload the page and try again",
        };
        Refusal {
            message: format!("the browser could not {what} ({}); {hint}", words(&error)),
            full: name.as_deref() == Some("QuotaExceededError"),
        }
    }
}

impl From<&str> for Refusal {
    fn from(message: &str) -> Self {
        message.to_owned().into()
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        let full = error.is_full();
        let hint = if full {
            "; free some disk space and try again"
        } else {
            ""
        };
        Self {
            message: format!("{error}{hint}"),
            full,
        }
    }
}

impl From<DatasetError> for Refusal {
    fn from(error: DatasetError) -> Self {
        error.to_string().into()
    }
}
