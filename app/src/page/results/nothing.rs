//! No result: which limits leave nobody, and a way out of each.

use leptos::prelude::*;

use crate::page::query::action::Action;
use crate::page::query::filters::filters;
use crate::page::state::use_state;
use crate::page::text;
use crate::page::ui::icon::{Icon, Symbol};

/// Says what keeps all pictures from being results, where there is none.
#[component]
pub fn Nothing() -> impl IntoView {
    let state = use_state();
    let is_empty = Memo::new(move |_| {
        if state.rows.with(|rows| !rows.is_empty()) {
            return state
                .open()
                .beside
                .with(|rows| !rows.is_empty() && rows.iter().all(|row| row.best.is_empty()));
        }
        state.open().answer.with(|answer| {
            answer
                .as_ref()
                .is_some_and(|answer| answer.ranking.order.is_empty())
        })
    });
    move || is_empty.get().then(|| view! { <WayOut /> })
}

#[component]
fn WayOut() -> impl IntoView {
    let state = use_state();
    let limits = move || {
        let tasks = state.tasks.get();
        state.view.with(|view| filters(view, &tasks))
    };
    let ways = move || {
        let way = |(words, action): (String, Action)| {
            view! {
                <button
                    class="button"
                    type="button"
                    on:click=move |_| state.go(action.clone())
                >
                    <Icon symbol=Symbol::Close />
                    {text::results::without(&words)}
                </button>
            }
        };
        limits().into_iter().map(way).collect_view()
    };
    let words = move || match (limits().is_empty(), state.hidden_count()) {
        (true, 0) => text::results::EMPTY_GALLERY,
        (true, _) => text::selection::ALL_HIDDEN,
        (false, _) => text::results::NOTHING_MATCHES,
    };
    view! {
        <div class="nothing" data-testid="nothing">
            <p>{words}</p>
            <div class="nothing__ways">{ways}</div>
        </div>
    }
}
