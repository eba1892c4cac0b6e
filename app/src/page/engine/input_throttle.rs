//! Pauses the embedding workers for 400 ms after user input, so that the cores are free for the
//! answer.

use std::cell::Cell;
use std::rc::Rc;

use gloo::events::{EventListener, EventListenerOptions, EventListenerPhase};

use crate::page::browser::clock;
use crate::page::browser::dom;
use crate::page::browser::input_throttle;

/// The events of a visitor who expects an answer.
const SIGNS: [&str; 4] = ["pointerdown", "keydown", "input", "wheel"];
/// Milliseconds that the engines rest from then on.
const REST: f64 = 400.0;
/// Milliseconds until another sign is passed on.
const PAUSE: f64 = 100.0;

/// Makes the engines rest after every input of the visitor.
pub(crate) fn throttle_on_input() {
    let Some(window) = dom::window() else { return };
    let last = Rc::new(Cell::new(f64::NEG_INFINITY));
    // First of all, and nothing that the browser would wait for.
    let options = EventListenerOptions {
        phase: EventListenerPhase::Capture,
        passive: true,
    };
    for sign in SIGNS {
        let last = Rc::clone(&last);
        let listener = EventListener::new_with_options(&window, sign, options, move |_| {
            let now = clock::now();
            if now - last.get() > PAUSE {
                last.set(now);
                input_throttle::rest(REST);
            }
        });
        // The page listens as long as it lives.
        listener.forget();
    }
}
