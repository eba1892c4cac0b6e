//! Long presses by touch.

use std::rc::Rc;

use gloo::events::{EventListener, EventListenerOptions};
use gloo::timers::callback::Timeout;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, Event, EventTarget, PointerEvent};

/// Milliseconds that a long press takes.
const LONG: u32 = 500;

/// The press under way, or the last one.
#[derive(Clone, Copy, Debug)]
pub struct LongPress(StoredValue<Press, LocalStorage>);

/// The action of a long press on an element.
type Act = Rc<dyn Fn(Element)>;

#[derive(Default)]
struct Press {
    /// Ends the waiting when dropped.
    waiting: Option<Timeout>,
    act: Option<(Element, Act)>,
    listeners: Vec<EventListener>,
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
    /// Listens to the presses on an element. `long` gets the element that a long one by touch began on.
    pub fn listen(self, element: &EventTarget, long: impl Fn(Element) + 'static) {
        let options = EventListenerOptions::enable_prevent_default();
        let long: Act = Rc::new(long);
        let listeners = ["pointerdown", "pointerup", "pointercancel", "contextmenu"].map(|name| {
            let long = Rc::clone(&long);
            EventListener::new_with_options(element, name, options, move |event| match name {
                "pointerdown" => self.begin(event, Rc::clone(&long)),
                "contextmenu" if self.finish() => event.prevent_default(),
                "contextmenu" => {}
                _ => self.end(),
            })
        });
        self.0
            .update_value(|press| press.listeners = listeners.into());
    }

    fn begin(self, event: &Event, long: Act) {
        let event: Option<&PointerEvent> = event.dyn_ref();
        let touch = event.is_some_and(|event| event.pointer_type() == "touch");
        let on = event.and_then(|event| event.target()?.dyn_into().ok());
        let waiting = touch.then(|| Timeout::new(LONG, move || _ = self.finish()));
        self.0.update_value(|press| {
            press.waiting = waiting;
            press.act = on.filter(|_| touch).map(|on| (on, long));
            press.touch = touch;
            press.over = false;
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
        if let Some((on, long)) = act.flatten() {
            long(on);
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
