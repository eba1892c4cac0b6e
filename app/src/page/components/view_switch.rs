//! One lens at a time, or several side by side.

use leptos::prelude::*;

use crate::page::core::beside_rows::{beginning, rows};
use crate::page::core::step::Step;
use crate::page::state::{State, use_state};

/// Two radio buttons. The rows that were there last come back.
#[component]
pub fn ViewSwitch() -> impl IntoView {
    let state = use_state();
    let last = StoredValue::new(Vec::<String>::new());
    let beside = Memo::new(move |_| {
        let names = state.view.with(|view| view.rows.clone());
        if !names.is_empty() {
            last.set_value(names);
        }
        state.rows.with(|rows| !rows.is_empty())
    });
    let few = move || {
        let data = state.data();
        data.is_none_or(|data| data.manifest.tasks.len() < 2)
    };
    view! {
        <fieldset class="segments segments--small views" hidden=few>
            <legend class="sr-only">"Show the results"</legend>
            <Choice
                words="Grid"
                testid="view-grid"
                chosen=Signal::derive(move || !beside.get())
                choose=move || state.go(Step::Rows(Vec::new()))
            />
            <Choice
                words="Side by side"
                testid="view-rows"
                chosen=beside.into()
                choose=move || state.go(Step::Rows(first_rows(state, last.get_value())))
            />
        </fieldset>
    }
}

/// One of the radio buttons.
#[component]
fn Choice(
    /// What it says.
    words: &'static str,
    /// Hook for tests.
    testid: &'static str,
    /// Whether it is chosen.
    chosen: Signal<bool>,
    /// Chooses it.
    choose: impl Fn() + 'static,
) -> impl IntoView {
    view! {
        <label class="segment">
            <input
                class="sr-only"
                type="radio"
                name="view"
                data-testid=testid
                prop:checked=move || chosen.get()
                on:change=move |_| choose()
            />
            <span class="segment__face">{words}</span>
        </label>
    }
}

/// The rows to show: the last ones as far as this gallery has them, else those that differ most.
fn first_rows(state: State, last: Vec<String>) -> Vec<String> {
    let Some(data) = state.data_now() else {
        return Vec::new();
    };
    let tasks = &data.manifest.tasks;
    if !rows(tasks, &last).is_empty() {
        return last;
    }
    let lens = state.compared.get_untracked().unwrap_or_default();
    let name = |task: usize| tasks.get(task).map(|task| task.name.clone());
    beginning(&data.fingerprints, tasks.len(), lens)
        .into_iter()
        .filter_map(name)
        .collect()
}
