//! The question in words, the parts it is made of, and what it found.

use leptos::prelude::*;

use crate::page::results::found::{Found, Hidden};
use crate::page::results::tools::ResultTools;
use crate::page::shell::gallery::Load;
use crate::page::side_by_side::view_switch::ViewSwitch;
use crate::page::state::use_state;
use crate::page::text;
use crate::page::ui::icon::{Icon, Symbol};

use super::action::Action;
use super::ask::Ask;
use super::mixer::Mixer;
use super::view::Panel;
use crate::page::text::titles::headline;

/// Heading, search bar, figures.
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
    let failed = move || {
        state
            .gallery
            .with(|gallery| matches!(gallery, Load::Failed(_)))
    };
    view! {
        <section class="query" aria-label=text::query::SEARCH>
            // The chips say it to whoever sees them.
            <h1 class="sr-only">
                {move || {
                    let fallback = if failed() { text::query::NOTHING_TO_SHOW } else { text::query::LOADING };
                    question.get().unwrap_or_else(|| fallback.to_owned())
                }}
            </h1>
            <Ask />
            <Mixer />
            <div class="query__line">
                <Found />
                <Hidden />
                <button
                    class="query__relations link"
                    type="button"
                    aria-haspopup="dialog"
                    data-testid="relations-open"
                    on:click=move |_| state.go(Action::Show(Some(Panel::Relations)))
                >
                    <Icon symbol=Symbol::Network />
                    <span class="query__word">{text::query::RELATIONS}</span>
                </button>
                <ViewSwitch />
                <ResultTools />
            </div>
        </section>
    }
}
