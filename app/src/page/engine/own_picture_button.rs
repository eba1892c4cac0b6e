//! Choosing pictures of one's own.

use leptos::prelude::*;
use web_sys::Event;

use crate::page::browser::files;
use crate::page::state::use_state;
use crate::page::text;
use crate::page::ui::icon::{Icon, Symbol};

/// A button that opens the browser's file dialog. Dropping and pasting work anywhere on the page.
#[component]
pub fn OwnPictureButton() -> impl IntoView {
    let state = use_state();
    let chosen = move |event: Event| {
        let files = files::chosen(&event)
            .files
            .into_iter()
            .map(|(_, file)| file);
        state.use_own_pictures(files.take(files::FEW));
    };
    view! {
        <label class="button button--strong own-picture">
            <Icon symbol=Symbol::Picture />
            <span class="own-picture__word">{text::engine::OWN_PICTURE}</span>
            <input
                class="sr-only"
                type="file"
                multiple
                accept="image/*"
                data-testid="own-picture-input"
                disabled=move || state.data().is_none()
                on:change=chosen
            />
            <span class="sr-only">{text::engine::ABOUT_OWN_PICTURE}</span>
        </label>
    }
}
