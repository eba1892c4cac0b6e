//! Actions, and the address that follows them.

use gloo::events::EventListener;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::PopStateEvent;

use crate::page::browser::address;
use crate::page::browser::clock;
use crate::page::browser::dom;
use crate::page::state::State;
use crate::page::text;

use super::action::Action;
use super::history::{Entry, History};
use super::query_string::{Decoded, encode, read};
use super::slider_drag::SliderDrag;
use super::view::View;

/// The view the address asks for, and what to say where it asks for too much or cannot be read.
pub fn read_address() -> (View, Option<String>) {
    let Decoded {
        view,
        left_out,
        not_understood,
    } = read(&address::query());
    let too_long = left_out.then(|| text::query::TOO_LONG.to_owned());
    let bad = (!not_understood.is_empty()).then(|| text::query::not_understood(&not_understood));
    let said: Vec<String> = too_long.into_iter().chain(bad).collect();
    (view, (!said.is_empty()).then(|| said.join(" ")))
}

/// The view that a page begins with: the address's, and after a reload with the own images that were in it, so that it
/// is seen that they are gone.
pub fn first_view() -> (View, Option<String>) {
    let (asked, notice) = read_address();
    let kept = Entry::read(address::kept().as_deref()).view;
    let kept = kept.filter(|kept| encode(kept) == encode(&asked));
    (kept.unwrap_or(asked), notice)
}

impl State {
    /// Takes an action: the view changes, the address follows, and the browser's history gains an entry.
    pub fn go(&self, action: Action) {
        let before = self.view.get_untracked();
        let mut next = self.after(&action);
        // A link should show the same gallery even when the default changes.
        if next.gallery.is_none() {
            next.gallery = self.shown.get_untracked();
        }
        // A slider that comes to rest changes nothing any more; the action is that it moved.
        if next == before && self.drag.with_value(|drag| !drag.is_on_its_way()) {
            return;
        }
        let to_best = match action {
            // The best results lie at the top.
            Action::Gallery(_)
            | Action::Like(..)
            | Action::Toggle(_)
            | Action::Ask(_)
            | Action::Remove(_)
            | Action::Also(..)
            | Action::Only(_)
            | Action::Label(_)
            | Action::Name(_)
            | Action::Recall(_)
            | Action::Sort(_)
            | Action::Clear => true,
            Action::Map(shown) => before.map != shown,
            // One more row, or one less, changes nothing for the others.
            Action::Rows(_) => before.rows.is_empty() != next.rows.is_empty(),
            Action::Lens(_) | Action::Through(..) => !next.examples.is_empty(),
            Action::Weigh(..)
            | Action::Turn(_)
            | Action::Bound(_)
            | Action::AtLeast(_)
            | Action::Teach { .. }
            | Action::Rename(..)
            | Action::Open(_)
            | Action::Show(_)
            | Action::Backend(_) => false,
        };
        let leafs = action.leafs(&before);
        let opened = match leafs {
            true => self.history.with_value(History::lies_on_page),
            false => action.opens() && !before.is_covered(),
        };
        let goes_on = self
            .drag
            .try_update_value(|drag| drag.rest(action, clock::now()));
        if self.history.try_update_value(History::owes) != Some(true) {
            // First, since the browser keeps with the old entry where it was scrolled to, for whoever goes back.
            self.write(&next, opened, !leafs && goes_on != Some(true));
        }
        if to_best {
            dom::scroll_up();
        }
        self.view.set(next);
    }

    /// Closes what lies over the page. Where the last action opened it, this takes that action back, and undoing does
    /// not open it again; else it is an action of its own.
    pub fn close(&self, action: Action) {
        let next = self.after(&action);
        if next == self.view.get_untracked() {
            return;
        }
        if self.history.try_update_value(History::leave) == Some(true) {
            self.view.set(next);
            address::back();
        } else {
            self.go(action);
        }
    }

    /// Writes a view to the address, as a new entry of the history or in place of the current one.
    fn write(&self, view: &View, opened: bool, new: bool) {
        let depth = self.depth.get_untracked() + u32::from(new);
        let view = &self.with_marks(view);
        let entry = Entry {
            depth,
            opened,
            view: Some(view.clone()),
        };
        address::write(&encode(view), &entry.write(), new);
        self.depth.set(depth);
        self.history.update_value(|history| {
            history.reach(opened);
        });
    }

    /// Shows what an action would lead to while a slider moves. The action is taken ([`State::go`]) when it rests.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "steps are made where they are taken"
    )]
    pub fn slide(&self, action: Action) {
        let before = self.view.get_untracked();
        let next = self.after(&action);
        if next != before {
            self.drag.update_value(|drag| drag.begin(before));
            self.view.set(next);
        }
    }

    fn after(&self, action: &Action) -> View {
        let first = self.gallery.with_untracked(|gallery| {
            gallery
                .ready()
                .map(|gallery| gallery.first.clone())
                .unwrap_or_default()
        });
        self.view.with_untracked(|view| view.after(action, &first))
    }

    /// Takes the last action back.
    pub fn undo(&self) {
        if self.depth.get_untracked() > 0 {
            address::back();
        }
    }

    /// Follows the browser's back and forward.
    pub(crate) fn follow_history(&self) {
        let state = *self;
        let Some(window) = dom::window() else { return };
        let listener = EventListener::new(&window, "popstate", move |event| {
            let kept = event.dyn_ref::<PopStateEvent>().map(PopStateEvent::state);
            let entry = Entry::read(kept.and_then(|kept| kept.as_string()).as_deref());
            state.drag.set_value(SliderDrag::default());
            state.depth.set(entry.depth);
            let owed = state
                .history
                .try_update_value(|history| history.reach(entry.opened));
            if owed == Some(true) {
                state.write(&state.view.get_untracked(), false, true);
            } else {
                state.view.set(entry.view.unwrap_or_else(|| {
                    let (view, notice) = read_address();
                    state.notice.set(notice);
                    view
                }));
                state.follow_marks();
            }
        });
        // The page listens as long as it lives.
        listener.forget();
        // After a reload, there is still a way back.
        let entry = Entry::read(address::kept().as_deref());
        self.depth.set(entry.depth);
        self.history.update_value(|history| {
            history.reach(entry.opened);
        });
    }
}
