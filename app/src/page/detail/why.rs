//! The explanation of an image's rank.

use leptos::prelude::*;
use modulens_retrieval::{Clause, Criterion};
use modulens_schema::Task;

use crate::page::state::{State, use_state};
use crate::page::text;
use crate::page::ui::barcode::Barcode;
use crate::page::ui::hue;

use super::reasons::{Reason, ends, reasons};

/// One bar per part of the question; nothing where nothing was asked.
#[component]
pub fn Why(
    /// The picture.
    index: usize,
) -> impl IntoView {
    let state = use_state();
    let found = Memo::new(move |_| {
        let tasks = state.tasks.get();
        state.open().answer.with(|answer| {
            let answer = answer.as_ref()?;
            let found = reasons(&tasks, &answer.query, &answer.ranking, index).into_iter();
            let parts = answer.query.all.iter();
            let parts = parts.map(|clause| overall(state, &tasks, clause, index));
            Some(found.zip(parts).collect::<Vec<_>>())
        })
    });
    let several = move || found.with(|found| found.as_ref().is_some_and(|all| all.len() > 1));
    move || {
        let found = found.get().filter(|found| !found.is_empty())?;
        Some(view! {
            <section class="why" data-testid="why">
                <h3 class="why__title">{text::detail::WHY}</h3>
                <ul class="why__reasons">{found.into_iter().map(reason).collect_view()}</ul>
                <Show when=several>
                    <p class="side__hint">
                        {text::detail::ABOUT_SCORE}
                    </p>
                </Show>
            </section>
        })
    }
}

/// The tasks that make up the overall similarity to an example.
fn overall(state: State, tasks: &[Task], clause: &Clause, index: usize) -> Option<String> {
    let (None, Criterion::Similar { features, .. }) = (clause.task, &clause.criterion) else {
        return None;
    };
    let source = state.open().source.get();
    let open = state.open_now();
    let similarities = open
        .searchers
        .try_update_value(|searchers| searchers.of(source)?.similarities(features, index).ok());
    let (most, least) = ends(tasks, &similarities.flatten()?);
    Some(text::detail::most_and_least(&most, &least))
}

fn reason((reason, tasks): (Reason, Option<String>)) -> impl IntoView {
    let score = f64::from(reason.score);
    let weight = (reason.weight != 1.0).then(|| format!(" ×{}", reason.weight));
    view! {
        <li class="why__reason" style=reason.task.map(hue::style)>
            <span>{reason.task.map(|task| view! { <Barcode task=task bars=16 /> })}</span>
            <span>{reason.words}{weight}</span>
            <span class="task-row__bar" style=format!("--share:{score:.3}") aria-hidden="true"></span>
            <b>{reason.value}</b>
            {tasks.map(|tasks| view! { <span class="why__tasks">{tasks}</span> })}
        </li>
    }
}
