//! Things to do with all results: sorted, found by their names, selected, saved as a table, near-duplicates folded into one.

use leptos::ev::SubmitEvent;
use leptos::html::Details;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::page::browser::clipboard;
use crate::page::query::action::Action;
use crate::page::query::saved::SavedSearches;
use crate::page::state::{State, use_state};
use crate::page::text;
use crate::page::ui::format;
use crate::page::ui::menu::{self, Menu};

use super::export::Form;
use super::sort::SortChoice;

/// Results that are selected at once, unless another number is given.
const FIRST: usize = 20;

/// A menu at the results' header.
#[component]
pub fn ResultTools() -> impl IntoView {
    let state = use_state();
    let element = NodeRef::<Details>::new();
    let said = RwSignal::new(String::new());
    let saving = move || state.open().saving.with(Option::is_some);
    let save = move |form| move |_| state.save_results(form, false);
    let first = RwSignal::new(FIRST);
    let select_first = move |event: SubmitEvent| {
        event.prevent_default();
        state.select_first(first.get_untracked());
        menu::close(element);
    };
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
                <SortChoice />
                <label class="tools__field">
                    <span>{text::results::NAME_HAS}</span>
                    <input
                        class="field"
                        type="text"
                        data-testid="name-filter"
                        prop:value=move || state.view.with(|view| view.name.clone())
                        on:change=move |event| {
                            let name = event_target_value(&event);
                            state.go(Action::Name(name.trim().to_owned()));
                        }
                    />
                </label>
                <label class="tools__switch">
                    <input
                        type="checkbox"
                        data-testid="fold-copies"
                        prop:checked=move || state.folded.get()
                        on:change=move |event| state.folded.set(event_target_checked(&event))
                    />
                    <span>{text::results::FOLD}</span>
                </label>
                <form class="tools__first" on:submit=select_first>
                    <button class="button" disabled=nothing data-testid="select-first">
                        {text::results::SELECT_FIRST}
                    </button>
                    <input
                        class="field"
                        type="number"
                        min="1"
                        required
                        aria-label=text::results::SELECT_FIRST
                        data-testid="select-count"
                        prop:value=move || first.get().to_string()
                        on:input=move |event| {
                            first.set(event_target_value(&event).parse().unwrap_or(0));
                        }
                    />
                </form>
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
                    data-testid="save-label-table"
                    hidden=move || !state.has_own_labels()
                    on:click=move |_| state.save_label_table()
                >
                    {text::labels::SAVE_TABLE}
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
                <SavedSearches opened=move |()| menu::close(element) />
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
    let ids = known.as_ref().map_or(&[][..], |known| &known.given.ids);
    open.answer.with_untracked(|answer| {
        let order = answer.as_ref().map_or(&[][..], |it| &it.ranking.order);
        order
            .iter()
            .map(|ranked| image_name(ids, ranked.index))
            .collect()
    })
}
