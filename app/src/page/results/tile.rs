//! One result.

use leptos::ev::MouseEvent;
use leptos::prelude::*;

use crate::page::query::action::Action;
use crate::page::query::view::Example;
use crate::page::state::use_state;
use crate::page::teach::examples::mark_of;
use crate::page::teach::mark::Mark;
use crate::page::text;
use crate::page::text::titles::lens_title;
use crate::page::ui::hue;
use crate::page::ui::icon::{Icon, Symbol};
use crate::page::ui::picture::Picture;

use super::caption::{Part, caption};
use super::tools::image_name;
use super::virtual_grid::VirtualGrid;

/// A picture, and each part of the query with its own value. Pressing it opens the details.
#[component]
pub fn Tile(
    /// The picture.
    index: usize,
    /// The virtual grid.
    grid: VirtualGrid,
) -> impl IntoView {
    let state = use_state();
    let score = Memo::new(move |_| {
        state.open().answer.with(|answer| {
            let ranking = &answer.as_ref()?.ranking;
            ranking
                .scored
                .then(|| ranking.scores.get(index).copied())
                .flatten()
        })
    });
    let parts = Memo::new(move |_| {
        let tasks = state.tasks.get();
        state.open().answer.with(|answer| {
            let answer = answer.as_ref()?;
            Some(caption(&tasks, answer, index))
        })
    });
    // Where nothing is asked, an image is told by its file.
    let name = move || {
        let unasked = parts.with(|parts| parts.as_ref().is_some_and(Vec::is_empty));
        let truth = unasked.then(|| state.open().ground_truth.get())??;
        truth.given.ids.get(index).cloned()
    };
    let alike = Memo::new(move |_| {
        let answer = state.open().answer.get()?;
        answer.alike(index).map(text::results::alike)
    });
    let marked = Memo::new(move |_| mark_of(&*state.marking.get()?, index));
    let selected = Memo::new(move |_| state.is_selected(index));
    let is_example = move || state.view.with(|view| view.is_example(index));
    let like = move |_| state.go(Action::Like(Example::Gallery(index), None));
    let label = move || {
        let parts = parts.get().unwrap_or_default().into_iter();
        let parts = parts.map(|part| format!("{} {}", part.words, part.value));
        let said: Vec<String> = parts.chain(name()).chain(alike.get()).collect();
        text::results::details(&index, &said, selected.get())
    };
    let like_label = move || {
        let task = state.compared.get();
        // A first example is compared overall.
        let task = task.filter(|_| state.view.with(|view| !view.examples.is_empty()));
        let lens = state
            .tasks
            .with(|tasks| lens_title(task.and_then(|task| tasks.get(task))));
        text::results::more_like(&index, &lens)
    };
    let select_label = move || {
        let truth = state.open().ground_truth.get();
        let ids = truth.as_ref().map_or(&[][..], |truth| &truth.given.ids);
        text::selection::select(&image_name(ids, index))
    };
    let open = move |event: MouseEvent| {
        // One by the keyboard is no end of a press.
        let by_pointer = event.detail() > 0;
        if by_pointer && grid.touch.is_over() {
            return;
        }
        if !state.select_by(index, &event, by_pointer && grid.touch.is_touch()) {
            state.go(Action::Open(Some(index)));
        }
    };
    // By the keyboard it is selected with a key: one stop less for each result.
    let check = move |event: MouseEvent| match event.shift_key() {
        true => state.select_to(index, index),
        false => state.toggle_selected(index),
    };
    view! {
        <li
            class="tile"
            class:tile--example=is_example
            class:tile--shows=move || marked.get() == Some(true)
            class:tile--lacks=move || marked.get() == Some(false)
            class:tile--selected=move || selected.get()
            class:tile--outside=move || state.is_outside(index)
            data-testid="result"
            data-index=index.to_string()
            aria-posinset=move || grid.place(index).map(|place| (place + 1).to_string())
            aria-setsize=move || grid.results.get().to_string()
            data-score=move || score.get().map(|score| format!("{score:.6}"))
            style=move || {
                let first = parts.with(|parts| Some(parts.as_ref()?.first()?.task));
                let hue = first.flatten().map(hue::style).unwrap_or_default();
                let apart = grid.apart_style(index).unwrap_or_default();
                format!("{hue};--share:{:.3}{apart}", score.get().unwrap_or(0.0))
            }
        >
            <button
                class="tile__open"
                type="button"
                aria-label=label
                on:click=open
            >
                <Picture index=index class="tile__picture" lazy=true />
            </button>
            <button
                class="tile__check"
                type="button"
                tabindex="-1"
                aria-label=select_label
                aria-pressed=move || selected.get().to_string()
                data-testid="select"
                on:click=check
            >
                <Icon symbol=Symbol::Check />
            </button>
            <button
                class="tile__like"
                type="button"
                aria-label=like_label
                title=like_label
                data-testid="more-like"
                on:click=like
            >
                <Icon symbol=Symbol::Lens />
            </button>
            {move || {
                alike
                    .get()
                    .map(|alike| view! { <span class="tile__copies" aria-hidden="true">{alike}</span> })
            }}
            <Mark index=index />
            <div class="tile__foot" aria-hidden="true">
                {move || {
                    let part = |part: Part| {
                        view! {
                            <span class="tile__seen">{part.words}</span>
                            <span class="tile__score">{part.value}</span>
                        }
                    };
                    parts.get().map(|parts| parts.into_iter().map(part).collect_view())
                }}
                {move || name().map(|name| view! { <span class="tile__seen">{name}</span> })}
                <span class="tile__bar"></span>
            </div>
        </li>
    }
}
