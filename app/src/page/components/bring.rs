//! Choosing pictures for a gallery of one's own.

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{Event, HtmlInputElement};

use crate::page::browser::files;
use crate::page::state::use_state;

/// Two buttons: a zip or pictures, and a folder. Dropping works anywhere on the page.
#[component]
pub fn Bring() -> impl IntoView {
    let state = use_state();
    let chosen = move |event: Event| {
        let input = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        if let Some(input) = input {
            let brought = input.files().map(|list| files::of_list(&list));
            // The same files may be chosen again.
            input.set_value("");
            if let Some(brought) = brought.filter(|brought| !brought.is_empty()) {
                state.offer_files(files::common_name(&brought), brought);
            }
        }
    };
    view! {
        <div class="bring">
            <p class="bring__words">"Drop a zip, a folder or pictures anywhere on the page, or"</p>
            <label class="button button--strong">
                "Choose a zip or pictures"
                <input
                    class="sr-only"
                    type="file"
                    multiple
                    accept=".zip,.csv,.txt,image/*"
                    data-testid="bring-files"
                    on:change=chosen
                />
            </label>
            <label class="button">
                "Choose a folder"
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
