//! Choosing pictures for a gallery of one's own.

use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::{Event, MouseEvent};

use crate::page::browser::files::{self, Brought};
use crate::page::browser::handles;
use crate::page::state::{State, use_state};
use crate::page::text;

/// Offers the files chosen in an input.
pub(super) fn offer_chosen(state: State) -> impl Fn(Event) + Copy + 'static {
    move |event| {
        let brought = files::chosen(&event);
        if !brought.is_empty() {
            state.offer_files(brought);
        }
    }
}

/// Two buttons: a zip or pictures, and a folder. Dropping works anywhere on the page.
#[component]
pub fn Bring() -> impl IntoView {
    let state = use_state();
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
                    on:change=offer_chosen(state)
                />
            </label>
            <ChooseFolder words=text::library::CHOOSE_FOLDER testid="bring-folder" />
        </div>
    }
}

/// A button that lets a folder be chosen: with a handle where the browser gives one, so that originals can be opened later.
#[component]
pub fn ChooseFolder(
    /// Its words.
    words: &'static str,
    /// Its name for tests.
    testid: &'static str,
    /// A longer text for screen readers.
    #[prop(optional)]
    label: Option<String>,
) -> impl IntoView {
    let state = use_state();
    let pick = move |event: MouseEvent| {
        if handles::can_pick() {
            // In place of the input's own choice, which gives no handle.
            event.prevent_default();
            spawn_local(async move {
                if let Some(folder) = handles::pick().await {
                    state.offer_files(Brought::folder(folder));
                }
            });
        }
    };
    view! {
        <label class="button" on:click=pick>
            {words}
            <input
                class="sr-only"
                type="file"
                prop:webkitdirectory=true
                aria-label=label
                data-testid=testid
                on:change=offer_chosen(state)
            />
        </label>
    }
}
