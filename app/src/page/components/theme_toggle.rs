//! Light or dark.

use leptos::prelude::*;

use super::icon::{Icon, Symbol};
use crate::page::browser::theme::{self, Theme};

/// A button that changes between light and dark.
#[component]
pub fn ThemeToggle() -> impl IntoView {
    let current = RwSignal::new(theme::current());
    let change = move |_| {
        // The system may have changed its mind since the page was opened.
        let next = theme::current().other();
        theme::set(next);
        current.set(next);
    };
    view! {
        <button
            class="button button--quiet button--icon"
            type="button"
            data-testid="theme-toggle"
            aria-label=move || match current.get() {
                Theme::Light => "Use dark colours",
                Theme::Dark => "Use light colours",
            }
            on:click=change
        >
            {move || match current.get() {
                Theme::Light => view! { <Icon symbol=Symbol::Moon /> },
                Theme::Dark => view! { <Icon symbol=Symbol::Sun /> },
            }}
        </button>
    }
}
