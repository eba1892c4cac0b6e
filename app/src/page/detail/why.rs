//! The explanation of an image's rank.

use leptos::prelude::*;

use crate::page::state::use_state;
use crate::page::text;
use crate::page::ui::barcode::Barcode;
use crate::page::ui::hue;

use super::reasons::{Reason, reasons};

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
            Some(reasons(&tasks, &answer.query, &answer.ranking, index))
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

fn reason(reason: Reason) -> impl IntoView {
    let score = f64::from(reason.score);
    let weight = (reason.weight != 1.0).then(|| format!(" ×{}", reason.weight));
    view! {
        <li class="why__reason" style=hue::style(reason.task)>
            <Barcode task=reason.task bars=16 />
            <span>{reason.words}{weight}</span>
            <span class="task-row__bar" style=format!("--share:{score:.3}") aria-hidden="true"></span>
            <b>{reason.value}</b>
        </li>
    }
}
