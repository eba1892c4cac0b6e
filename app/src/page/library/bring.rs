//! Choosing pictures for a gallery of one's own.

use leptos::prelude::*;
use web_sys::Event;

use crate::page::browser::files;
use crate::page::state::use_state;
use crate::page::text;

/// Two buttons: a zip or pictures, and a folder. Dropping works anywhere on the page.
#[component]
pub fn Bring() -> impl IntoView {
    let state = use_state();
    let chosen = move |event: Event| {
        let brought = files::chosen(&event);
        if !brought.is_empty() {
            state.offer_files(files::common_name(&brought), brought);
        }
    };
    view! {
        <div class="bring">
            <p class="bring__words">{text::library::DROP}</p>
            <label class="button button--strong">
                {text::library::CHOOSE_FILES}
                // Any file may be chosen: an archive or a part of one can have any name.
                <input
                    class="sr-only"
                    type="file"
                    multiple
                    data-testid="bring-files"
                    on:change=chosen
                />
            </label>
            <label class="button">
                {text::library::CHOOSE_FOLDER}
                <input
                    class="sr-only"
                    type="file"
                    prop:webkitdirectory=true
                    data-testid="bring-folder"
                    on:change=chosen
                />
            </label>
        </div>
    }
}
