//! The summary of the results in one line; screen readers announce it after every change.

use std::sync::Arc;

use leptos::prelude::*;

use crate::page::engine::own_picture::Embedded;
use crate::page::query::view::Example;
use crate::page::shell::gallery::Source;
use crate::page::state::use_state;
use crate::page::text;
use crate::page::ui::format;

use super::answer::Answer;
use super::precision::Precision;

/// Results looked at for the precision that is shown.
const FIRST: usize = 50;

/// The number of likely matches, the precision of the first results by their labels, and the time
/// taken.
#[component]
pub fn Found() -> impl IntoView {
    let state = use_state();
    let waiting = Memo::new(move |_| {
        let examples = state.view.with(|view| view.examples.clone());
        examples.iter().any(|like| match like.example {
            Example::Own(number) => state.own_embedded(number) == Some(Embedded::Waiting),
            Example::Gallery(_) => false,
        })
    });
    let found = move || {
        if waiting.get() {
            return Some(text::results::LOOKING_AT_OWN.to_owned());
        }
        state.open().answer.with(|answer| {
            let answer = answer.as_ref()?;
            Some(text::results::found(
                &answer.ranking,
                answer.folded,
                answer.all_equal(),
            ))
        })
    };
    let precision = Memo::new(move |_| {
        state.open().answer.with(|answer| {
            let best_first = |answer: &&Arc<Answer>| answer.query.order.is_by_score();
            let answer = answer.as_ref().filter(best_first)?;
            state.open().ground_truth.with(|ground_truth| {
                let labels = ground_truth.as_ref()?.labels();
                Precision::measure(&answer.query, &answer.ranking, labels, FIRST)
            })
        })
    });
    let millis = move || {
        state
            .open()
            .answer
            .with(|answer| answer.as_ref().map(|answer| format::millis(answer.millis)))
    };
    let local = move || state.open().source.get() == Source::Local;
    view! {
        <p class="query__found">
            <span role="status" data-testid="found">{found}</span>
            {move || {
                state
                    .shown_unfinished()
                    .map(|_| view! { <span data-testid="found-unfinished">{text::library::UNFINISHED}</span> })
            }}
            {move || {
                precision
                    .get()
                    .map(|precision| {
                        view! {
                            <span data-testid="precision" title=text::results::BY_LABELS>
                                {precision.words()}
                            </span>
                        }
                    })
            }}
            {move || {
                millis()
                    .map(|millis| {
                        view! {
                            <span class="query__millis">
                                {text::results::RANKED_IN} <span data-testid="search-millis">{millis}</span>
                                {move || if local() { text::results::COMPUTED_HERE } else { "" }}
                            </span>
                        }
                    })
            }}
        </p>
    }
}

/// The number of images that the visitor hid, and a way to show them again; nothing where there are none.
#[component]
pub fn Hidden() -> impl IntoView {
    let state = use_state();
    let count = Memo::new(move |_| state.hidden_count());
    view! {
        <Show when=move || count.get() != 0>
            <span class="hidden-images" data-testid="hidden">
                {move || text::selection::hidden(count.get())}
                <button
                    class="link"
                    type="button"
                    data-testid="hidden-show"
                    on:click=move |_| state.show_hidden()
                >
                    {text::selection::SHOW}
                </button>
            </span>
        </Show>
    }
}
