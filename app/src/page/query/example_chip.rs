//! A picture that the results should be like, or unlike.

use leptos::prelude::*;

use crate::page::engine::own_picture::{Embedded, OwnPicture};
use crate::page::results::predictions::predict;
use crate::page::state::{State, use_state};
use crate::page::text;
use crate::page::ui::format;
use crate::page::ui::picture::Picture;

use super::action::PartAt;
use super::remove_part::RemovePart;
use super::view::{Example, Like, OVERALL};
use crate::page::text::titles::{lens_title, value_title};

/// The chip of one example.
#[component]
pub fn ExampleChip(
    /// Its place among the examples.
    at: usize,
    /// The example.
    like: Like,
) -> impl IntoView {
    let state = use_state();
    let Like {
        example,
        task,
        wanted,
        weight,
    } = like;
    // Only what is compared elsewhere than through the lens says where.
    let named = task.and_then(|name| {
        state.tasks.with_untracked(|tasks| {
            let task = tasks.iter().find(|task| task.name == name);
            (task.is_some() || name == OVERALL).then(|| lens_title(task))
        })
    });
    let words = text::query::like_this(wanted, named.as_deref());
    let weight = weight.words();
    match example {
        Example::Gallery(index) => {
            let inside = view! {
                {move || {
                    state.data().map(|_| view! { <Picture index=index class="chip__picture" /> })
                }}
                <span>{words}</span>
            };
            chip(
                at,
                example,
                wanted,
                "example-chip",
                weight,
                inside.into_any(),
            )
        }
        Example::Own(number) => {
            let own = state
                .open_now()
                .own
                .with_untracked(|own| own.iter().find(|own| own.number == number).cloned());
            let inside = match own {
                Some(own) => own_picture(state, own, wanted),
                None => {
                    view! { <span class="chip__failed">{text::query::OWN_GONE}</span> }.into_any()
                }
            };
            chip(at, example, wanted, "own-picture-chip", weight, inside)
        }
    }
}

fn chip(
    at: usize,
    example: Example,
    wanted: bool,
    testid: &'static str,
    weight: Option<String>,
    inside: AnyView,
) -> AnyView {
    let state = use_state();
    let label = match example {
        Example::Gallery(index) => text::query::remove_example(&index),
        Example::Own(_) => text::query::REMOVE_OWN.to_owned(),
    };
    view! {
        <li class="chip chip--picture" class:chip--not=!wanted data-testid=testid>
            <button
                class="chip__words"
                type="button"
                title=text::query::WEIGH
                on:click=move |_| state.mixing.update(|open| *open = !*open)
            >
                {inside}
                {weight.map(|weight| view! { <span class="chip__weight">{weight}</span> })}
            </button>
            <RemovePart at=PartAt::Example(at) label=label />
        </li>
    }
    .into_any()
}

/// The visitor's own picture, how far it is, and what the lens sees in it.
fn own_picture(state: State, own: OwnPicture, wanted: bool) -> AnyView {
    let OwnPicture { number, name, .. } = own;
    let seen = move || {
        let selected_task = state.selected_task.get()?;
        let (value, probability) = predict(&state.own_row(number, selected_task)?)?;
        let value = state
            .tasks
            .with(|tasks| Some(value_title(tasks.get(selected_task)?, value)))?;
        let probability = format::percent(probability.into());
        Some(text::query::seen(&value, &probability))
    };
    let failed = move || match state.own_embedded(number) {
        Some(Embedded::Failed(message)) => Some(message),
        _ => None,
    };
    let said = move || match state.own_embedded(number) {
        Some(Embedded::Waiting) => text::query::OWN_WAITING.to_owned(),
        Some(Embedded::Failed(message)) => message,
        Some(Embedded::Ready { outside: true, .. }) => {
            text::domain::example(&text::query::own_example(wanted, &name, seen().as_deref()))
        }
        Some(Embedded::Ready { .. }) | None => {
            text::query::own_example(wanted, &name, seen().as_deref())
        }
    };
    view! {
        <img class="chip__picture" src=move || state.own_preview(number) alt=text::query::OWN />
        <span class:chip__failed=move || failed().is_some() role=move || failed().map(|_| "alert")>
            {said}
        </span>
    }
    .into_any()
}
