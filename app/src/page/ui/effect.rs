//! Effects: in one place, since every other kind of closure is most of a kilobyte of the page.

use leptos::prelude::*;

/// Runs now and whenever a signal that it reads has changed, as [`Effect::new`] does.
pub fn effect(run: impl FnMut() + 'static) {
    let mut run: Box<dyn FnMut()> = Box::new(run);
    Effect::new(move |_| run());
}
