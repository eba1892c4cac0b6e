//! Long presses by touch.

use gloo::timers::callback::Timeout;
use leptos::prelude::*;
use web_sys::PointerEvent;

/// Milliseconds that a long press takes.
const LONG: u32 = 500;

/// The press under way, and the last one.
#[derive(Clone, Copy, Debug)]
pub struct LongPress {
    /// Ends the waiting when dropped.
    waiting: StoredValue<Option<Timeout>, LocalStorage>,
    act: StoredValue<Option<Box<dyn FnOnce()>>, LocalStorage>,
    touch: StoredValue<bool>,
    /// True once the press was long.
    over: StoredValue<bool>,
}

impl Default for LongPress {
    fn default() -> Self {
        Self {
            waiting: StoredValue::new_local(None),
            act: StoredValue::new_local(None),
            touch: StoredValue::new(false),
            over: StoredValue::new(false),
        }
    }
}

impl LongPress {
    /// A press begins. One by touch that goes on does `act`.
    pub fn begin(self, event: &PointerEvent, act: Option<impl FnOnce() + 'static>) {
        let touch = event.pointer_type() == "touch";
        self.touch.set_value(touch);
        self.over.set_value(false);
        self.end();
        if let Some(act) = act.filter(|_| touch) {
            self.act.set_value(Some(Box::new(act)));
            let waiting = Timeout::new(LONG, move || _ = self.finish());
            self.waiting.set_value(Some(waiting));
        }
    }

    /// The press is over, or became a movement.
    pub fn end(self) {
        self.waiting.set_value(None);
        self.act.set_value(None);
    }

    /// The press was long. Returns true if that is what it is for.
    pub fn finish(self) -> bool {
        if let Some(act) = self.act.try_update_value(Option::take).flatten() {
            self.over.set_value(true);
            act();
        }
        self.is_over()
    }

    /// True if the last press was by touch.
    pub fn is_touch(self) -> bool {
        self.touch.get_value()
    }

    /// True if the last press was a long one, so that the click at its end means nothing.
    pub fn is_over(self) -> bool {
        self.over.get_value()
    }
}
