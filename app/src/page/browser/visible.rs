//! Noticing that an element comes into view.

use js_sys::Array;
use wasm_bindgen::{JsCast as _, closure::Closure};
use web_sys::{Element, IntersectionObserver, IntersectionObserverEntry, IntersectionObserverInit};

/// Watches an element until dropped.
#[derive(Debug)]
pub struct Watch {
    observer: IntersectionObserver,
    // Kept alive for as long as the observer may call it.
    _callback: Closure<dyn FnMut(Array)>,
}

impl Watch {
    /// Calls `near` whenever the element comes closer to the visible part than `margin` (a CSS length).
    /// `None` where the browser cannot watch.
    pub fn new(element: &Element, margin: &str, mut near: impl FnMut() + 'static) -> Option<Self> {
        let callback = Closure::<dyn FnMut(Array)>::new(move |entries: Array| {
            let seen = |entry: wasm_bindgen::JsValue| {
                entry
                    .dyn_into::<IntersectionObserverEntry>()
                    .is_ok_and(|entry| entry.is_intersecting())
            };
            if entries.iter().any(seen) {
                near();
            }
        });
        let options = IntersectionObserverInit::new();
        options.set_root_margin(margin);
        let observer =
            IntersectionObserver::new_with_options(callback.as_ref().unchecked_ref(), &options)
                .ok()?;
        observer.observe(element);
        Some(Self {
            observer,
            _callback: callback,
        })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
