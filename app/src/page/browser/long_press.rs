//! Long presses by touch.

use gloo::timers::callback::Timeout;
use leptos::prelude::*;
use web_sys::PointerEvent;

/// Milliseconds that a long press takes.
const LONG: u32 = 500;

/// The press under way, or the last one.
#[derive(Clone, Copy, Debug)]
pub struct LongPress(StoredValue<Press, LocalStorage>);

#[derive(Default)]
struct Press {
    /// Ends the waiting when dropped.
    waiting: Option<Timeout>,
    act: Option<Box<dyn FnOnce()>>,
    touch: bool,
    /// True once the press was long.
    over: bool,
}

impl Default for LongPress {
    fn default() -> Self {
        Self(StoredValue::new_local(Press::default()))
    }
}

impl LongPress {
    /// A press begins. One by touch that goes on does `act`.
    pub fn begin(self, event: &PointerEvent, act: Option<Box<dyn FnOnce()>>) {
        let touch = event.pointer_type() == "touch";
        let act = act.filter(|_| touch);
        let waiting = act
            .as_ref()
            .map(|_| Timeout::new(LONG, move || _ = self.finish()));
        self.0.set_value(Press {
            waiting,
            act,
            touch,
            over: false,
        });
    }

    /// The press is over, or became a movement.
    pub fn end(self) {
        self.0.update_value(|press| {
            press.waiting = None;
            press.act = None;
        });
    }

    /// The press was long. Returns true if that is what it is for.
    pub fn finish(self) -> bool {
        let act = self.0.try_update_value(|press| {
            press.over |= press.act.is_some();
            press.act.take()
        });
        if let Some(act) = act.flatten() {
            act();
        }
        self.is_over()
    }

    /// True if the last press was by touch.
    pub fn is_touch(self) -> bool {
        self.0.with_value(|press| press.touch)
    }

    /// True if the last press was a long one, so that the click at its end means nothing.
    pub fn is_over(self) -> bool {
        self.0.with_value(|press| press.over)
    }
}
