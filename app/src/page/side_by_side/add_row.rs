//! One more row.

use leptos::html::Div;
use leptos::prelude::*;

use crate::page::browser::focus;
use crate::page::query::action::Action;
use crate::page::state::use_state;
use crate::page::text;
use crate::page::text::titles::task_title;
use crate::page::ui::barcode::Barcode;
use crate::page::ui::each::each;
use crate::page::ui::hue;
use crate::page::ui::icon::{Icon, Symbol};

use super::rows::ROWS;

/// A button that shows the tasks that have no row yet.
#[component]
pub fn AddRow() -> impl IntoView {
    let state = use_state();
    let open = RwSignal::new(false);
    let element = NodeRef::<Div>::new();
    let missing = move || {
        let tasks = state.data().map_or(0, |data| data.manifest.tasks.len());
        let rows = state.rows.get();
        let end = if rows.len() < ROWS { tasks } else { 0 };
        let mut missing: Vec<usize> = (0..end).collect();
        missing.retain(|task| !rows.contains(task));
        missing
    };
    let add = move |task: usize| {
        let spec = state
            .tasks
            .with_untracked(|tasks| tasks.get(task).cloned())?;
        let (title, name) = (task_title(&spec), spec.name);
        let testid = format!("add-row-{name}");
        let add = move |_| {
            let mut names = state.view.with_untracked(|view| view.rows.clone());
            names.push(name.clone());
            state.go(Action::Rows(names));
            open.set(false);
            // What was pressed is gone.
            if let Some(element) = element.get_untracked() {
                focus::go(&element, &["button"]);
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
    view! {
        <div class="add-row" node_ref=element hidden=move || missing().is_empty()>
            <button
                class="button"
                type="button"
                aria-expanded=move || open.get().to_string()
                aria-controls="add-row"
                data-testid="add-row"
                on:click=move |_| open.update(|open| *open = !*open)
            >
                <Icon symbol=Symbol::Plus />
                {text::side_by_side::ADD}
            </button>
            <div
                class="add-row__tasks"
                id="add-row"
                role="group"
                aria-label=text::side_by_side::ADD_FROM
                hidden=move || !open.get()
            >
                {each(missing, move |task| add(task).into_any())}
            </div>
        </div>
    }
}
