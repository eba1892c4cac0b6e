//! Choosing a picture of one's own.

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{Event, HtmlInputElement};

use super::icon::{Icon, Symbol};
use crate::page::state::use_state;

/// A button that opens the browser's file dialog. Dropping and pasting work anywhere on the page.
#[component]
pub fn OwnPictureButton() -> impl IntoView {
    let state = use_state();
    let chosen = move |event: Event| {
        let input = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        if let Some(input) = input {
            if let Some(file) = input.files().and_then(|files| files.get(0)) {
                state.use_own_picture(file);
            }
            // The same file may be chosen again.
            input.set_value("");
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
