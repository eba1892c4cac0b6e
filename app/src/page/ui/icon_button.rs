//! A button that is an icon, with its words for screen readers and as a hint.

use leptos::prelude::*;

use super::icon::{Icon, Symbol};

/// The button; `disabled` is tracked.
pub fn icon_button(
    words: &'static str,
    testid: &'static str,
    symbol: Symbol,
    disabled: impl Fn() -> bool + Send + Sync + 'static,
    does: impl Fn() + 'static,
) -> AnyView {
    view! {
        <button
            class="button button--icon"
            type="button"
            aria-label=words
            title=words
            data-testid=testid
            disabled=disabled
            on:click=move |_| does()
        >
            <Icon symbol=symbol />
        </button>
    }
    .into_any()
}
