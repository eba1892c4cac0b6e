//! The results in a grid, side by side, or as a map.

use leptos::prelude::*;

use crate::page::query::action::Action;
use crate::page::state::{State, use_state};
use crate::page::text;

use super::rows::{beginning, rows};

/// The shape of the results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Grid,
    Rows,
    Map,
}

/// Three radio buttons. The rows that were there last come back.
#[component]
pub fn ViewSwitch() -> impl IntoView {
    let state = use_state();
    let last = StoredValue::new(Vec::<String>::new());
    let shown = move || {
        let rows = state.rows.with(|rows| !rows.is_empty());
        let map = state.view.with(|view| view.map);
        match (map, rows) {
            (true, _) => Shape::Map,
            (false, true) => Shape::Rows,
            (false, false) => Shape::Grid,
        }
    };
    let few = move || {
        let data = state.data();
        data.is_none_or(|data| data.manifest.tasks.len() < 2)
    };
    let choice = move |words: &'static str, testid: &'static str, shape: Shape| {
        let choose = move |_| {
            let rows = state.view.with_untracked(|view| view.rows.clone());
            if !rows.is_empty() {
                last.set_value(rows);
            }
            state.go(match shape {
                Shape::Grid => Action::Rows(Vec::new()),
                Shape::Rows => Action::Rows(first_rows(state, last.get_value())),
                Shape::Map => Action::Map(true),
            });
        };
        // One task has nothing to be compared with.
        let hidden = move || shape == Shape::Rows && few();
        view! {
            <label class="segment" hidden=hidden>
                <input
                    class="sr-only"
                    type="radio"
                    name="view"
                    data-testid=testid
                    prop:checked=move || shown() == shape
                    on:change=choose
                />
                <span class="segment__face">{words}</span>
            </label>
        }
    };
    view! {
        <fieldset class="segments segments--small views">
            <legend class="sr-only">{text::side_by_side::VIEW}</legend>
            {choice(text::side_by_side::GRID, "view-grid", Shape::Grid)}
            {choice(text::side_by_side::TITLE, "view-rows", Shape::Rows)}
            {choice(text::map::TITLE, "view-map", Shape::Map)}
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
