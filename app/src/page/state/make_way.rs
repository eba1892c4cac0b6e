//! The visitor comes first: whoever presses a button or a key finds the machine's cores free for the answer.

use gloo::events::{EventListener, EventListenerOptions, EventListenerPhase};
use leptos::prelude::*;

use super::State;
use crate::page::browser::{clock, dom};

/// What a visitor does to be answered.
const SIGNS: [&str; 4] = ["pointerdown", "keydown", "input", "wheel"];
/// Milliseconds that the workers rest from then on.
const REST: f64 = 400.0;
/// Milliseconds until another sign is passed on.
const PAUSE: f64 = 100.0;

impl State {
    /// Makes the workers rest as long as the visitor is at it.
    pub(super) fn keep_way_free(&self) {
        let Some(window) = dom::window() else { return };
        let state = *self;
        let last = StoredValue::new(f64::NEG_INFINITY);
        // First of all, and nothing that the browser would wait for.
        let options = EventListenerOptions {
            phase: EventListenerPhase::Capture,
            passive: true,
        };
        for sign in SIGNS {
            let listener = EventListener::new_with_options(&window, sign, options, move |_| {
                let now = clock::now();
                if now - last.get_value() > PAUSE {
                    last.set_value(now);
                    state.engines.with_value(|engines| {
                        engines
                            .workers
                            .iter()
                            .for_each(|worker| worker.make_way(REST));
                    });
                }
            });
            // The page listens as long as it lives.
            listener.forget();
        }
    }
}
