//! Things to do with all results: saved as a table, their names copied, near-duplicates folded into one.

use leptos::html::Details;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::page::browser::clipboard;
use crate::page::state::{State, use_state};
use crate::page::text;
use crate::page::ui::format;
use crate::page::ui::menu::Menu;

use super::export::Form;

/// A menu at the results' header.
#[component]
pub fn ResultTools() -> impl IntoView {
    let state = use_state();
    let element = NodeRef::<Details>::new();
    let said = RwSignal::new(String::new());
    let saving = move || state.open().saving.with(Option::is_some);
    let save = move |form| move |_| state.save_results(form, false);
    let copy = move |_| {
        let names = names(state);
        spawn_local(async move {
            let words = match clipboard::copy(&names.join("\n")).await {
                Ok(()) => text::results::copied(&format::counted(names.len(), "name")),
                Err(message) => message,
            };
            said.try_set(words);
        });
    };
    let nothing = move || {
        state.open().answer.with(|answer| {
            answer
                .as_ref()
                .is_none_or(|answer| answer.ranking.order.is_empty())
        })
    };
    view! {
        <Menu
            element=element
            label=text::results::MORE
            testid="result-tools"
            closed=move |()| _ = said.try_set(String::new())
        >
                <label class="tools__switch">
                    <input
                        type="checkbox"
                        data-testid="fold-copies"
                        prop:checked=move || state.folded.get()
                        on:change=move |event| state.folded.set(event_target_checked(&event))
                    />
                    <span>{text::results::FOLD}</span>
                </label>
                <button
                    class="button"
                    type="button"
                    data-testid="save-results"
                    disabled=nothing
                    on:click=save(Form::Csv)
                >
                    {text::results::SAVE}
                </button>
                <button
                    class="button"
                    type="button"
                    data-testid="save-results-json"
                    disabled=nothing
                    on:click=save(Form::Json)
                >
                    {text::results::SAVE_JSON}
                </button>
                <button
                    class="button"
                    type="button"
                    data-testid="copy-names"
                    disabled=nothing
                    on:click=copy
                >
                    {text::results::COPY_NAMES}
                </button>
                <p class="tools__said" role="status">
                    {move || if saving() { text::results::SAVING.to_owned() } else { said.get() }}
                </p>
        </Menu>
    }
}

/// The name of an image: its id, or its number while the ids are not there.
pub fn image_name(ids: &[String], index: usize) -> String {
    ids.get(index)
        .cloned()
        .unwrap_or_else(|| text::results::unnamed(index))
}

/// The names of all results, the best first.
fn names(state: State) -> Vec<String> {
    let open = state.open_now();
    let known = open.ground_truth.get_untracked();
    let ids = known.as_ref().map_or(&[][..], |known| &known.ids);
    open.answer.with_untracked(|answer| {
        let order = answer.as_ref().map_or(&[][..], |it| &it.ranking.order);
        order
            .iter()
            .map(|ranked| image_name(ids, ranked.index))
            .collect()
    })
}
