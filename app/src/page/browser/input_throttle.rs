//! The engines that rest after user input: all that work on galleries.

use std::cell::RefCell;

use crate::protocol::Request;

use crate::caller::{Engine, WeakEngine};

thread_local! {
    static ENGINES: RefCell<Vec<WeakEngine>> = const { RefCell::new(Vec::new()) };
}

/// Registers one more that rests, for as long as it lives.
pub fn add(engine: &Engine) {
    ENGINES.with_borrow_mut(|engines| engines.push(engine.downgrade()));
}

/// Makes all rest for so many milliseconds from now.
pub fn rest(millis: f64) {
    ENGINES.with_borrow_mut(|engines| {
        engines.retain(|engine| {
            let engine = engine.upgrade();
            let tell = |engine: &Engine| engine.tell(Request::Rest { millis }, &[]);
            engine.inspect(tell).is_some()
        });
    });
}
