//! Choosing a picture of one's own.

use leptos::prelude::*;
use web_sys::Event;

use super::icon::{Icon, Symbol};
use crate::page::browser::files;
use crate::page::state::use_state;

/// A button that opens the browser's file dialog. Dropping and pasting work anywhere on the page.
#[component]
pub fn OwnPictureButton() -> impl IntoView {
    let state = use_state();
    let chosen = move |event: Event| {
        if let Some((_, file)) = files::chosen(&event).into_iter().next() {
            state.use_own_picture(file);
        }
    };
    view! {
        <label class="button button--strong own-picture">
            <Icon symbol=Symbol::Picture />
            <span class="own-picture__word">"Your picture"</span>
            <input
                class="sr-only"
                type="file"
                accept="image/jpeg,image/png"
                data-testid="own-picture-input"
                disabled=move || state.data().is_none()
                on:change=chosen
            />
            <span class="sr-only">"as the example: choose a file, drop it, or paste it. It stays on your machine."</span>
        </label>
    }
}
