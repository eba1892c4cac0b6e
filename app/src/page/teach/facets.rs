//! The tasks that the visitor taught, as facets.

use leptos::prelude::*;

use crate::page::facets::binary::BinaryFacet;
use crate::page::state::use_state;
use crate::page::text;
use crate::page::ui::icon::{Icon, Symbol};

use super::examples::{counts, ignored};

/// The taught tasks; nothing where there are none.
#[component]
pub fn TaughtFacets() -> impl IntoView {
    let state = use_state();
    let taught = Memo::new(move |_| {
        let first = state.network_tasks();
        state.user_tasks.with(|user_tasks| {
            let named = user_tasks.iter().enumerate();
            let named = named.map(|(at, user_task)| (first + at, user_task.name.clone()));
            named.collect::<Vec<_>>()
        })
    });
    view! {
        <Show when=move || taught.with(|taught| !taught.is_empty())>
            <h3 class="facets__part">{text::teach::YOURS}</h3>
            <For
                each=move || taught.get()
                key=|task| task.clone()
                children=move |(task, name)| view! { <TaughtFacet task=task name=name /> }
            />
            <h3 class="facets__part">{text::teach::NETWORKS}</h3>
        </Show>
    }
}

/// One taught task, what it was learned from, and ways to go on with it.
#[component]
fn TaughtFacet(task: usize, name: String) -> impl IntoView {
    let state = use_state();
    let learned = Memo::new(move |_| {
        let learned = state.learned(task)?;
        let words = text::teach::learned_from(&counts(learned.yes, learned.no));
        let problem = ignored(learned.yes + learned.no, learned.ignored);
        Some((words, problem))
    });
    let words = move || learned.get().map(|(words, _)| words);
    let problem = move || learned.get().and_then(|(_, problem)| problem);
    let (more, forget) = (name.clone(), name.clone());
    view! {
        <div class="taught" data-testid=format!("taught-{name}")>
            <BinaryFacet task=task />
            <p class="taught__foot">
                <span>{words}</span>
                <button
                    class="link"
                    type="button"
                    aria-label=text::teach::teach_more_of(&name)
                    data-testid=format!("teach-more-{name}")
                    on:click=move |_| state.teach_more(&more)
                >
                    {text::teach::MORE}
                </button>
                <button
                    class="link"
                    type="button"
                    aria-label=text::teach::forget(&name)
                    data-testid=format!("forget-{name}")
                    on:click=move |_| state.forget(&forget)
                >
                    {text::teach::FORGET}
                </button>
            </p>
            <p class="taught__problem" role="status" hidden=move || problem().is_none()>
                {problem}
            </p>
        </div>
    }
}

/// The way to teach one more.
#[component]
pub fn TeachButton() -> impl IntoView {
    let state = use_state();
    view! {
        <div class="facets__teach">
            <button
                class="button"
                type="button"
                data-testid="teach-new"
                hidden=move || state.data().is_none()
                on:click=move |_| state.begin_teaching("")
            >
                <Icon symbol=Symbol::Plus />
                {text::teach::TITLE}
            </button>
        </div>
    }
}
