//! Light or dark.

use leptos::prelude::*;

use super::icon::{Icon, Symbol};
use super::shortcuts::Panels;
use crate::page::browser::theme::Theme;

/// A button that changes between light and dark.
#[component]
pub fn ThemeToggle(
    /// Where the colours in use are kept.
    panels: Panels,
) -> impl IntoView {
    let label = move || match panels.theme.get() {
        Theme::Light => "Use dark colours",
        Theme::Dark => "Use light colours",
    };
    view! {
        <button
            class="button button--quiet button--icon"
            type="button"
            data-testid="theme-toggle"
            aria-label=label
            title=label
            on:click=move |_| panels.switch_theme()
        >
            {move || match panels.theme.get() {
                Theme::Light => view! { <Icon symbol=Symbol::Moon /> },
                Theme::Dark => view! { <Icon symbol=Symbol::Sun /> },
            }}
        </button>
    }
}
