//! Noticing that an element lies elsewhere, or has another size.

use gloo::events::EventListener;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, ResizeObserver};

use super::dom::{document, window};
use super::frames::Frames;

/// Follows an element until dropped.
#[derive(Debug)]
pub struct Follow {
    frames: Frames,
    observer: ResizeObserver,
    // Kept alive for as long as they may be called.
    _listeners: [EventListener; 2],
    _resized: Closure<dyn FnMut()>,
}

impl Follow {
    /// Calls `moved` once per frame in which the page was scrolled, or it or the element got another size. `None` where
    /// the browser cannot tell.
    pub fn new(element: &Element, moved: impl Fn() + 'static) -> Option<Self> {
        let frames = Frames::new(moved);
        let window = window()?;
        // Both are passive: the browser does not wait for them.
        let listeners = ["scroll", "resize"].map(|event| {
            let frames = frames.clone();
            EventListener::new(&window, event, move |_| frames.ask())
        });
        let asked = frames.clone();
        // In the next frame: changing sizes while they are reported is an error in some browsers.
        let resized = Closure::<dyn FnMut()>::new(move || asked.ask());
        let observer = ResizeObserver::new(resized.as_ref().unchecked_ref()).ok()?;
        observer.observe(element);
        // Whatever grows above the element moves it, and makes the page higher.
        if let Some(body) = document().and_then(|document| document.body()) {
            observer.observe(&body);
        }
        Some(Self {
            frames,
            observer,
            _listeners: listeners,
            _resized: resized,
        })
    }

    /// Calls as if something had moved.
    pub fn ask(&self) {
        self.frames.ask();
    }
}

impl Drop for Follow {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
