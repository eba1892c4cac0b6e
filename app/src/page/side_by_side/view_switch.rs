//! One lens at a time, or several side by side.

use leptos::prelude::*;

use crate::page::query::action::Action;
use crate::page::state::{State, use_state};
use crate::page::text;

use super::rows::{beginning, rows};

/// Two radio buttons. The rows that were there last come back.
#[component]
pub fn ViewSwitch() -> impl IntoView {
    let state = use_state();
    let last = StoredValue::new(Vec::<String>::new());
    let beside = move || state.rows.with(|rows| !rows.is_empty());
    let few = move || {
        let data = state.data();
        data.is_none_or(|data| data.manifest.tasks.len() < 2)
    };
    let choice = move |words: &'static str, testid: &'static str, rows: bool| {
        let choose = move |_| {
            let names = if rows {
                first_rows(state, last.get_value())
            } else {
                last.set_value(state.view.with_untracked(|view| view.rows.clone()));
                Vec::new()
            };
            state.go(Action::Rows(names));
        };
        view! {
            <label class="segment">
                <input
                    class="sr-only"
                    type="radio"
                    name="view"
                    data-testid=testid
                    prop:checked=move || beside() == rows
                    on:change=choose
                />
                <span class="segment__face">{words}</span>
            </label>
        }
    };
    view! {
        <fieldset class="segments segments--small views" hidden=few>
            <legend class="sr-only">{text::side_by_side::VIEW}</legend>
            {choice(text::side_by_side::GRID, "view-grid", false)}
            {choice(text::side_by_side::TITLE, "view-rows", true)}
        </fieldset>
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
    let selected_task = state.compared.get_untracked().unwrap_or_default();
    let name = |task: usize| tasks.get(task).map(|task| task.name.clone());
    beginning(&data.fingerprints, tasks.len(), selected_task)
        .into_iter()
        .filter_map(name)
        .collect()
}
