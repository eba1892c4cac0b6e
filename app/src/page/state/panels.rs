//! What lies over the page, and the colours of all of it.

use leptos::prelude::*;

use super::State;
use crate::page::browser::theme;
use crate::page::core::view::Panel;

impl State {
    /// Whether something is opened over the page.
    pub fn shows(&self, panel: Panel) -> Signal<bool> {
        let view = self.view;
        Memo::new(move |_| view.with(|view| view.panel) == Some(panel)).into()
    }

    /// Changes between light and dark.
    pub fn switch_theme(&self) {
        // The system may have changed its mind since the page was opened.
        let next = theme::current().other();
        theme::set(next);
        self.theme.set(next);
    }
}
