//! One picture of a row.

use std::sync::Arc;

use leptos::prelude::*;

use crate::page::query::action::Action;
use crate::page::query::view::Example;
use crate::page::state::use_state;
use crate::page::text;
use crate::page::ui::icon::{Icon, Symbol};
use crate::page::ui::picture::Picture;

use super::position::Beside;
use super::rows::place;

/// A picture with what the row's task sees in it. Pressing it opens the details.
#[component]
pub fn BesidePicture(
    /// The row's task.
    task: usize,
    /// The picture.
    index: usize,
    /// The position within the rows.
    beside: Beside,
    /// The titles of the task's values.
    titles: Arc<[String]>,
) -> impl IntoView {
    let state = use_state();
    // Its number among the row's cells.
    let cell = move || Some(place(&state.row(task)?.best, index)? + 1);
    let seen = move || {
        let (value, _) = state.predictions(task)?.prediction(index)?;
        titles.get(value).cloned()
    };
    let stop = move || {
        let here = cell().is_some_and(|cell| beside.at() == (task, cell));
        if here { "0" } else { "-1" }
    };
    let like = move |_| {
        state.go(Action::Like(Example::Gallery(index), None));
    };
    let like_label = text::side_by_side::more_like(&index);
    view! {
        <div
            class="tile beside__cell"
            class:beside__cell--same=move || beside.pointed.get() == Some(index)
            class:tile--example=move || state.view.with(|view| view.is_example(index))
            role="gridcell"
            data-testid="beside-result"
            data-index=index.to_string()
        >
            <button
                class="tile__open"
                type="button"
                tabindex=stop
                data-row=task.to_string()
                data-cell=move || cell().map(|cell| cell.to_string())
                aria-label=move || beside.places(index)
                on:click=move |_| state.go(Action::Open(Some(index)))
            >
                <Picture index=index class="tile__picture" lazy=true />
            </button>
            <button
                class="tile__like"
                type="button"
                tabindex=stop
                aria-label=like_label.clone()
                title=like_label
                data-testid="beside-like"
                on:click=like
            >
                <Icon symbol=Symbol::Lens />
            </button>
            <span class="tile__seen beside__seen" aria-hidden="true">
                {seen}
            </span>
        </div>
    }
}
