//! Handles to folders and files that can be read again later, where the browser gives them (Chromium).
//!
//! Source: <https://wicg.github.io/file-system-access/>. web-sys counts all of it as unstable, so it is called by name.

use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::DataTransferItem;

use super::dom::window;

const PICKER: &str = "showDirectoryPicker";
const MODE: &str = "mode";
const READ: &str = "read";

/// Calls a method that returns a promise; `None` where there is no such method or it refuses.
fn call(object: &JsValue, method: &str, argument: &JsValue) -> Option<Promise> {
    let method: Function = Reflect::get(object, &method.into()).ok()?.dyn_into().ok()?;
    method.call1(object, argument).ok()?.dyn_into().ok()
}

/// For reading only.
fn read_only() -> JsValue {
    let options = Object::new();
    Reflect::set(&options, &MODE.into(), &READ.into()).ok();
    options.into()
}

/// The handle of a dropped item. Has to be called while the event is handled.
pub fn of_dropped(item: &DataTransferItem) -> Option<Promise> {
    call(item, "getAsFileSystemHandle", &JsValue::UNDEFINED)
}

/// The handles that there are, once they are.
pub async fn settled(handles: Vec<Promise>) -> Vec<JsValue> {
    let mut all = Vec::new();
    for handle in handles {
        let handle = JsFuture::from(handle).await;
        all.extend(handle.ok().filter(JsValue::is_object));
    }
    all
}

/// True where a folder can be chosen with a handle to it.
pub fn can_pick() -> bool {
    window().is_some_and(|window| Reflect::has(&window, &PICKER.into()) == Ok(true))
}

/// Lets the visitor choose a folder; `None` where nothing is chosen.
pub async fn pick() -> Option<JsValue> {
    let picked = call(&window()?.into(), PICKER, &read_only())?;
    JsFuture::from(picked).await.ok()
}

/// Asks the visitor to let all of these be read, as far as that is not granted already; right after a press only.
pub async fn allow(handles: &[JsValue]) -> bool {
    for handle in handles {
        let mut granted = false;
        for method in ["queryPermission", "requestPermission"] {
            if let (false, Some(answer)) = (granted, call(handle, method, &read_only())) {
                let answer = JsFuture::from(answer).await.ok();
                granted =
                    answer.and_then(|answer| answer.as_string()).as_deref() == Some("granted");
            }
        }
        if !granted {
            return false;
        }
    }
    !handles.is_empty()
}
