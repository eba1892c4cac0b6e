//! The installed site: kept on this machine, updated, installed as an app. `www/offline.js` talks
//! to the browser, since its offers come before this program is there.

use gloo::events::EventListener;
use js_sys::{Function, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};

use super::dom::window;

/// The object of `www/offline.js`, and the event by which it says that something changed.
const SITE: &str = "modulens";

/// Returns true if the browser believes that there is a connection. It may be wrong when it says
/// yes.
pub fn is_online() -> bool {
    window().is_none_or(|window| window.navigator().on_line())
}

/// Returns true if a newer version of the site is ready.
pub fn update_ready() -> bool {
    flag("updateReady")
}

/// Returns true if the browser offers to install the site.
pub fn installable() -> bool {
    flag("installable")
}

/// Keeps a gallery that comes with the site, by its name, or a network without one, by its folder, on this machine, in
/// the background.
pub fn keep(what: &str) {
    call("keep", &what.into());
}

/// Becomes the newer version. The page is loaded again.
pub fn update() {
    call("update", &JsValue::UNDEFINED);
}

/// Lets the browser ask whether to install the site.
pub fn install() {
    call("install", &JsValue::UNDEFINED);
}

/// Calls whenever any of the above may have changed, as long as the page lives.
pub fn follow(changed: impl Fn() + Clone + 'static) {
    let Some(window) = window() else { return };
    for event in ["online", "offline", SITE] {
        let changed = changed.clone();
        EventListener::new(&window, event, move |_| changed()).forget();
    }
}

fn site() -> Option<JsValue> {
    let site = Reflect::get(window()?.as_ref(), &SITE.into()).ok()?;
    site.is_object().then_some(site)
}

fn flag(name: &str) -> bool {
    site()
        .and_then(|site| Reflect::get(&site, &name.into()).ok())
        .is_some_and(|flag| flag.is_truthy())
}

fn call(name: &str, argument: &JsValue) {
    let Some(site) = site() else { return };
    let function = Reflect::get(&site, &name.into()).ok();
    if let Some(function) = function.and_then(|function| function.dyn_into::<Function>().ok()) {
        // What goes wrong is said in the console; the page is none the worse for it.
        function.call1(&site, argument).ok();
    }
}
