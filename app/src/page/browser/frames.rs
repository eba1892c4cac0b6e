//! Doing something at most once per frame, however often it is asked for.

use std::cell::Cell;
use std::fmt;
use std::rc::Rc;

use futures::channel::oneshot;
use gloo::timers::callback::Timeout;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;

use super::dom::window;
use crate::turn;

/// The longest that anything waits for a frame, in milliseconds: a page that is not seen has none.
const LONGEST: u32 = 100;

/// Something to do before the next frame is drawn; not any more once this and all its clones are dropped.
#[derive(Clone)]
pub struct Frames {
    asked: Rc<Cell<bool>>,
    run: Rc<dyn Fn()>,
}

impl fmt::Debug for Frames {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Frames")
            .field("asked", &self.asked)
            .finish_non_exhaustive()
    }
}

impl Frames {
    /// A task for the next frame.
    pub fn new(run: impl Fn() + 'static) -> Self {
        Self {
            asked: Rc::default(),
            run: Rc::new(run),
        }
    }

    /// Asks for it; asking again before it is done changes nothing.
    pub fn ask(&self) {
        if self.asked.replace(true) {
            return;
        }
        let (asked, run) = (Rc::clone(&self.asked), Rc::downgrade(&self.run));
        next(move || {
            asked.set(false);
            if let Some(run) = run.upgrade() {
                run();
            }
        });
    }
}

/// Waits until the document as it is now has been drawn.
pub async fn drawn() {
    let (done, waiting) = oneshot::channel();
    let done = Cell::new(Some(done));
    let done = Rc::new(move || {
        // Whoever waited may have gone, which is no error.
        done.take().and_then(|done| done.send(()).ok());
    });
    let timeout = Timeout::new(LONGEST, {
        let done = Rc::clone(&done);
        move || done()
    });
    next(move || done());
    waiting.await.ok();
    drop(timeout);
    // A message posted before a frame is drawn arrives after it.
    turn::breathe().await;
}

/// Does something before the next frame is drawn.
pub fn next(run: impl FnOnce() + 'static) {
    let Some(window) = window() else { return };
    let run = Closure::once_into_js(run);
    // The closure is a function, so that asking for it cannot fail.
    window.request_animation_frame(run.unchecked_ref()).ok();
}
