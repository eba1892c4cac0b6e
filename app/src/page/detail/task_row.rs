//! The prediction for one image under one task.

use leptos::prelude::*;

use crate::page::query::action::Action;
use crate::page::query::view::Example;
use crate::page::state::use_state;
use crate::page::teach::examples::mark_of;
use crate::page::text;
use crate::page::text::titles::task_title;
use crate::page::ui::barcode::Barcode;
use crate::page::ui::format;
use crate::page::ui::hue;
use crate::page::ui::icon::{Icon, Symbol};

/// Prediction, probability, label, and "more like this" in this task.
#[component]
pub fn TaskRow(
    /// The task.
    task: usize,
    /// The picture.
    index: usize,
) -> impl IntoView {
    let state = use_state();
    let spec = state
        .tasks
        .with_untracked(|tasks| tasks.get(task).cloned())?;
    let compares = untrack(|| state.has_embeddings(task));
    let title = task_title(&spec);
    let name = spec.name.clone();
    let predicted = Memo::new(move |_| state.predictions(task)?.prediction(index));
    let label = Memo::new(move |_| {
        let labels = state.open().ground_truth.with(|ground_truth| {
            ground_truth
                .as_ref()
                .map(|ground_truth| ground_truth.labels().get(index, task).map(usize::from))
        });
        labels.filter(|_| compares)
    });
    let words = {
        let spec = spec.clone();
        move || {
            predicted
                .get()
                .and_then(|(value, _)| spec.values.get(value).cloned())
        }
    };
    let probability = move || {
        predicted
            .get()
            .map(|(_, probability)| f64::from(probability))
    };
    // What was taught has no labels, but marks.
    let marked = {
        let name = name.clone();
        move || {
            let mark = state.user_tasks.with(|user_tasks| {
                let user_task = user_tasks.iter().find(|user_task| user_task.name == name)?;
                mark_of(user_task, index)
            });
            let words = if mark? {
                text::detail::YOU_SAID_YES
            } else {
                text::detail::YOU_SAID_NO
            };
            Some(view! { <span class="verdict">{words}</span> })
        }
    };
    let verdict = move || {
        let (predicted, label) = (predicted.get()?.0, label.get()?);
        Some(match label {
            None => view! { <span class="verdict">{text::detail::UNLABELLED}</span> }.into_any(),
            Some(label) if label == predicted => view! {
                <span class="verdict">
                    <Icon symbol=Symbol::Check />
                    <span>{text::detail::LABEL_AGREES}</span>
                </span>
            }
            .into_any(),
            Some(label) => {
                let words =
                    text::detail::label_says(&spec.values.get(label).cloned().unwrap_or_default());
                view! { <span class="verdict verdict--wrong">{words}</span> }.into_any()
            }
        })
    };
    let like = {
        let name = name.clone();
        move |_| state.go(Action::Like(Example::Gallery(index), Some(name.clone())))
    };
    let current = move || state.selected_task.get() == Some(task);
    Some(view! {
        <li class="task-row" class:task-row--current=current style=hue::style(task)>
            <span class="task-row__name">
                <Barcode task=task bars=32 />
                {title.clone()}
            </span>
            <span class="task-row__value">{words}</span>
            <span
                class="task-row__bar"
                style=move || format!("--share:{:.3}", probability().unwrap_or_default())
                aria-hidden="true"
            ></span>
            <span class="task-row__probability">{move || probability().map(format::percent)}</span>
            <span class="task-row__verdict">{verdict} {marked}</span>
            <button
                class="button button--quiet button--icon task-row__like"
                type="button"
                hidden=!compares
                data-testid=format!("more-like-{name}")
                aria-label=text::detail::more_like_in(&title)
                title=text::detail::more_like_in(&title)
                on:click=like
            >
                <Icon symbol=Symbol::Lens />
            </button>
        </li>
    })
}
