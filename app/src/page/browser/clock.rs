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
    let (done, waiting) = oneshot::channel();
    let timeout = Timeout::new(0, move || {
        // Whoever waited may have gone, which is no error.
        done.send(()).ok();
    });
    waiting.await.ok();
    drop(timeout);
}
