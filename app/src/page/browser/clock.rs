//! Time, and giving it back.

use futures::channel::oneshot;
use gloo::timers::callback::Timeout;
use js_sys::{Function, Object, Reflect};
use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;

use crate::turn;

/// The longest that something waits for the browser to have nothing else to do, in milliseconds.
const IDLE: u32 = 200;

/// Milliseconds since the page was opened, finer than a millisecond where the browser allows.
pub fn now() -> f64 {
    super::dom::window()
        .and_then(|window| window.performance())
        .map_or(0.0, |performance| performance.now())
}

/// Tenths of a second by the clock on the wall; another number after every reload.
pub fn wall() -> u32 {
    // Wraps once in 13 years.
    (js_sys::Date::now() / 100.0) as u64 as u32
}

/// Waits so many milliseconds.
pub async fn sleep(millis: u32) {
    let (done, waiting) = oneshot::channel();
    let timeout = Timeout::new(millis, move || {
        // Whoever waited may have gone, which is no error.
        done.send(()).ok();
    });
    waiting.await.ok();
    drop(timeout);
}

/// Waits until the browser has nothing else to do, but not for long.
pub async fn idle() {
    let (done, waiting) = oneshot::channel();
    let done = Closure::once_into_js(move || {
        // Whoever waited may have gone, which is no error.
        done.send(()).ok();
    });
    // Called by its name: not every browser has it.
    let ask = || {
        let window = super::dom::window()?;
        let ask = Reflect::get(&window, &"requestIdleCallback".into()).ok()?;
        let options = Object::new();
        Reflect::set(&options, &"timeout".into(), &IDLE.into()).ok()?;
        ask.dyn_ref::<Function>()?
            .call2(&window, &done, &options)
            .ok()
    };
    if ask().is_some() {
        waiting.await.ok();
    } else {
        turn::breathe().await;
    }
}

/// Does something once the browser had its turn.
pub fn later(what: impl FnOnce() + 'static) {
    Timeout::new(0, what).forget();
}

/// The day and the time of a moment in milliseconds since 1970, as the visitor writes them.
pub fn moment(millis: f64) -> String {
    let date = js_sys::Date::new(&millis.into());
    date.to_locale_string("default", &Object::new()).into()
}
