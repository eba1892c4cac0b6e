//! Steps, and the address that follows them.

use gloo::events::EventListener;
use leptos::prelude::*;

use super::State;
use crate::page::browser::{address, dom};
use crate::page::core::query_string::{decode, encode};
use crate::page::core::view::{Step, View};

/// The view the address asks for.
pub fn read_address() -> View {
    decode(&address::query())
}

impl State {
    /// Takes a step: the view changes, the address follows, and the browser's history gains an entry.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "steps are made where they are taken"
    )]
    pub fn go(&self, step: Step) {
        let before = self.view.get_untracked();
        let first = self.gallery.with_untracked(|gallery| {
            gallery
                .ready()
                .map(|gallery| gallery.first.clone())
                .unwrap_or_default()
        });
        let mut next = before.after(&step, &first);
        // A link should show the same gallery even when the default changes.
        if next.gallery.is_none() {
            next.gallery = self.shown.get_untracked();
        }
        if next == before {
            return;
        }
        let to_best = match step {
            Step::Gallery(_) | Step::Like(..) => true,
            // The best results lie at the top; where the attributes do, too, the hand stays where it is.
            Step::Toggle(_) | Step::Drop(_) | Step::Clear | Step::Unlike => dom::is_wide(),
            Step::Lens(_) => next.example.is_some(),
            Step::Open(_) | Step::Backend(_) => false,
        };
        // First, since the browser keeps with the old entry where it was scrolled to, for whoever goes back.
        address::write(&encode(&next), true);
        if to_best {
            dom::scroll_up();
        }
        self.view.set(next);
    }

    /// Follows the browser's back and forward.
    pub(super) fn follow_history(&self) {
        let state = *self;
        let Some(window) = dom::window() else { return };
        let listener =
            EventListener::new(&window, "popstate", move |_| state.view.set(read_address()));
        // The page listens as long as it lives.
        listener.forget();
    }
}
