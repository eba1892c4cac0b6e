//! Time, and giving it back.

use futures::channel::oneshot;
use gloo::timers::callback::Timeout;

/// Milliseconds since the page was opened, finer than a millisecond where the browser allows.
pub fn now() -> f64 {
    super::dom::window()
        .and_then(|window| window.performance())
        .map_or(0.0, |performance| performance.now())
}

/// Lets the browser handle what waits (input, painting) before the work goes on.
pub async fn breathe() {
    sleep(0).await;
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

/// Does something after so many milliseconds.
pub fn later(millis: u32, what: impl FnOnce() + 'static) {
    Timeout::new(millis, what).forget();
}

/// The day of a time in milliseconds since 1970, as the visitor writes days.
pub fn day(millis: f64) -> String {
    let date = js_sys::Date::new(&millis.into());
    date.to_locale_date_string("default", &js_sys::Object::new())
        .into()
}
