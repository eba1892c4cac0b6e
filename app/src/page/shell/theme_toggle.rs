//! Light or dark.

use leptos::prelude::*;

use crate::page::browser::theme::Theme;
use crate::page::state::use_state;
use crate::page::text;
use crate::page::ui::icon::{Icon, Symbol};

/// A button that changes between light and dark.
#[component]
pub fn ThemeToggle() -> impl IntoView {
    let state = use_state();
    let label = move || match state.theme.get() {
        Theme::Light => text::shell::USE_DARK,
        Theme::Dark => text::shell::USE_LIGHT,
    };
    view! {
        <button
            class="button button--quiet button--icon"
            type="button"
            data-testid="theme-toggle"
            aria-label=label
            title=label
            on:click=move |_| state.switch_theme()
        >
            {move || match state.theme.get() {
                Theme::Light => view! { <Icon symbol=Symbol::Moon /> },
                Theme::Dark => view! { <Icon symbol=Symbol::Sun /> },
            }}
        </button>
    }
}
