//! One more row.

use leptos::html::Button;
use leptos::prelude::*;

use super::barcode::Barcode;
use super::icon::{Icon, Symbol};
use crate::page::core::beside_rows::ROWS;
use crate::page::core::hue;
use crate::page::core::step::Step;
use crate::page::core::wording::task_title;
use crate::page::state::use_state;

/// A button that shows the tasks that have no row yet.
#[component]
pub fn AddRow() -> impl IntoView {
    let state = use_state();
    let open = RwSignal::new(false);
    let button = NodeRef::<Button>::new();
    let missing = Memo::new(move |_| {
        let tasks = state.data().map_or(0, |data| data.manifest.tasks.len());
        let rows = state.rows.get();
        let others = (0..tasks).filter(|task| !rows.contains(task));
        others.filter(|_| rows.len() < ROWS).collect::<Vec<usize>>()
    });
    let task = move |task: usize| {
        let spec = state.tasks.get_untracked().get(task)?.clone();
        let (title, name) = (task_title(&spec), spec.name);
        let testid = format!("add-row-{name}");
        let add = move |_| {
            let mut names = state.view.with_untracked(|view| view.rows.clone());
            names.push(name.clone());
            state.go(Step::Rows(names));
            open.set(false);
            // What was pressed is gone.
            if let Some(button) = button.get_untracked() {
                button.focus().ok();
            }
        };
        Some(view! {
            <button
                class="button add-row__task"
                type="button"
                style=hue::style(task)
                data-testid=testid
                on:click=add
            >
                <Barcode task=task bars=16 />
                {title}
            </button>
        })
    };
    let tasks = move || missing.get().into_iter().map(task).collect_view();
    view! {
        <div class="add-row" hidden=move || missing.with(Vec::is_empty)>
            <button
                class="button"
                type="button"
                node_ref=button
                aria-expanded=move || open.get().to_string()
                aria-controls="add-row"
                data-testid="add-row"
                on:click=move |_| open.update(|open| *open = !*open)
            >
                <Icon symbol=Symbol::Plus />
                "Add a row"
            </button>
            <div
                class="add-row__tasks"
                id="add-row"
                role="group"
                aria-label="Tasks without a row"
                hidden=move || !open.get()
            >
                <Show when=move || open.get()>{tasks}</Show>
            </div>
        </div>
    }
}
