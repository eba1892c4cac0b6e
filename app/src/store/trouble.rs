//! The error of a call.

use modulens_dataset::DatasetError;
use modulens_store::StoreError;
use wasm_bindgen::JsValue;

use crate::scope::words;

/// The error of a call.
#[derive(Debug)]
pub(super) struct Trouble {
    /// The fault, its place and its remedy.
    pub message: String,
    /// True if the disk is full.
    pub full: bool,
}

impl Trouble {
    /// Wraps the error of a browser that refused to do something.
    pub(super) fn browser(what: &str) -> impl Fn(JsValue) -> Self {
        move |error| {
            let name = js_sys::Reflect::get(&error, &"name".into());
            let name = name.ok().and_then(|name| name.as_string());
            let hint = match name.as_deref() {
                Some("QuotaExceededError") => "free some disk space and try again",
                Some("NoModificationAllowedError") => {
                    "it is open in another tab; close that one first"
                }
                Some("NotFoundError") => "it is no longer there",
                Some("SecurityError") => {
                    "this browser forbids storage here, perhaps in a private window"
                }
                _ => "reload the page and try again",
            };
            Self {
                message: format!("the browser could not {what} ({}); {hint}", words(&error)),
                full: name.as_deref() == Some("QuotaExceededError"),
            }
        }
    }
}

impl From<&str> for Trouble {
    fn from(message: &str) -> Self {
        message.to_owned().into()
    }
}

impl From<String> for Trouble {
    fn from(message: String) -> Self {
        Self {
            message,
            full: false,
        }
    }
}

impl From<StoreError> for Trouble {
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

impl From<DatasetError> for Trouble {
    fn from(error: DatasetError) -> Self {
        error.to_string().into()
    }
}
