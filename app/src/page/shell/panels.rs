//! The panels over the page, and its colour theme.

use leptos::prelude::*;

use crate::page::browser::theme;
use crate::page::query::action::Action;
use crate::page::query::history::History;
use crate::page::query::view::Panel;
use crate::page::state::State;

impl State {
    /// A signal that is true while a panel is open.
    pub fn shows(&self, panel: Panel) -> Signal<bool> {
        let view = self.view;
        Memo::new(move |_| view.with(|view| view.panel) == Some(panel)).into()
    }

    /// Opens the help over whatever is shown, or goes back to that.
    pub fn toggle_help(&self) {
        if self.view.with_untracked(|view| view.panel) != Some(Panel::Help) {
            self.go(Action::Show(Some(Panel::Help)));
        } else if self.history.with_value(History::lies_on_page) || self.depth.get_untracked() == 0
        {
            self.close(Action::Show(None));
        } else {
            // It took the place of something else, to which it makes way again.
            self.undo();
        }
    }

    /// Changes between light and dark.
    pub fn switch_theme(&self) {
        // The system may have changed its mind since the page was opened.
        let next = theme::current().other();
        theme::set(next);
        self.theme.set(next);
    }
}
