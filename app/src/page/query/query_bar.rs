//! The question in words, the parts it is made of, and what it found.

use leptos::prelude::*;

use crate::page::results::found::Found;
use crate::page::results::tools::ResultTools;
use crate::page::shell::gallery::Load;
use crate::page::side_by_side::view_switch::ViewSwitch;
use crate::page::state::use_state;
use crate::page::text;

use super::ask::Ask;
use super::mixer::Mixer;
use crate::page::text::titles::headline;

/// Letters from which on a headline is set smaller.
const LONG: usize = 40;

/// Headline, search bar, figures.
#[component]
pub fn QueryBar() -> impl IntoView {
    let state = use_state();
    let question = Memo::new(move |_| {
        state.data()?;
        let tasks = state.tasks.get();
        let selected_task = state.compared.get().and_then(|task| tasks.get(task));
        let examples = state.examples_here();
        Some(
            state
                .conditions
                .with(|conditions| headline(&tasks, conditions, &examples, selected_task)),
        )
    });
    let long =
        move || question.with(|question| question.as_ref().is_some_and(|words| words.len() > LONG));
    let failed = move || {
        state
            .gallery
            .with(|gallery| matches!(gallery, Load::Failed(_)))
    };
    view! {
        <section class="query" aria-label=text::query::SEARCH>
            <h1 class="query__headline" class:query__headline--long=long>
                {move || {
                    let fallback = if failed() { text::query::NOTHING_TO_SHOW } else { text::query::LOADING };
                    question.get().unwrap_or_else(|| fallback.to_owned())
                }}
            </h1>
            <Ask />
            <Mixer />
            <div class="query__line">
                <Found />
                <ViewSwitch />
                <ResultTools />
            </div>
        </section>
    }
}
