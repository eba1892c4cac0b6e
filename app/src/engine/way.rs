//! Making way: with one worker for every core, none would be left for the page while the visitor is at it.

use std::cell::Cell;

use crate::scope;

thread_local! {
    /// Until when there is nothing to be done.
    static UNTIL: Cell<f64> = const { Cell::new(0.0) };
}

/// Galleries rest from the next picture or batch on, until so many milliseconds from now.
pub(super) fn make(millis: f64) {
    UNTIL.set(scope::now() + millis);
}

/// Lets waiting messages be handled, and the visitor go first, before the work goes on.
pub(super) async fn breathe() {
    scope::breathe().await;
    loop {
        // It may be put off while one waits.
        let left = UNTIL.get() - scope::now();
        if left <= 0.0 {
            return;
        }
        scope::sleep(left).await;
    }
}
