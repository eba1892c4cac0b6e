//! Pauses work on galleries after user input: with one worker for every core, none would be left for the page.

use std::cell::Cell;

use crate::scope;
use crate::turn;

thread_local! {
    /// The end of the pause.
    static UNTIL: Cell<f64> = const { Cell::new(0.0) };
}

/// Pauses work on galleries, from the next picture or batch on, until so many milliseconds from now.
pub(super) fn rest(millis: f64) {
    UNTIL.set(scope::now() + millis);
}

/// Lets waiting messages be handled, and a pause end, before the work goes on.
pub(super) async fn breathe() {
    turn::breathe().await;
    loop {
        // A pause may be prolonged while one waits.
        let left = UNTIL.get() - scope::now();
        if left <= 0.0 {
            return;
        }
        scope::sleep(left).await;
    }
}
