//! What is applied, each part removable.

use leptos::prelude::*;

use super::barcode::Barcode;
use super::icon::{Icon, Symbol};
use super::picture::Picture;
use crate::page::core::chips::{Chip, chips};
use crate::page::core::outcome::predict;
use crate::page::core::view::{Example, Step};
use crate::page::core::wording::value_title;
use crate::page::core::{format, hue};
use crate::page::state::own_picture::Embedded;
use crate::page::state::use_state;

/// The chips of the question, and a way to clear them all.
#[component]
pub fn Chips() -> impl IntoView {
    let state = use_state();
    let applied = move || {
        let tasks = state
            .data()
            .map(|data| data.manifest.tasks.clone())
            .unwrap_or_default();
        state
            .conditions
            .with(|conditions| chips(&tasks, conditions))
    };
    let anything = move || {
        state.view.with(|view| view.example.is_some())
            || (state.data().is_some()
                && state.conditions.with(|conditions| !conditions.is_empty()))
    };
    let nothing = move || state.data().is_some() && !anything();
    view! {
        <ul class="chips" data-testid="chips" aria-label="Applied">
            <ExampleChip />
            {move || {
                let applied = if state.data().is_some() { applied() } else { Vec::new() };
                applied.into_iter().map(|chip| view! { <ConditionChip chip=chip /> }).collect_view()
            }}
            <Show when=nothing>
                <li class="chips__none">"Nothing asked: the gallery in its own order"</li>
            </Show>
            <Show when=anything>
                <li>
                    <button
                        class="button button--quiet"
                        type="button"
                        data-testid="clear-all"
                        on:click=move |_| state.go(Step::Clear)
                    >
                        "Clear all"
                    </button>
                </li>
            </Show>
        </ul>
    }
}

/// One condition.
#[component]
fn ConditionChip(chip: Chip) -> impl IntoView {
    let state = use_state();
    let Chip {
        condition,
        task,
        title,
    } = chip;
    let wanted = condition.wanted;
    let spoken = format!("Remove {}{title}", if wanted { "" } else { "without " });
    view! {
        <li class="chip" class:chip--not=!wanted style=task.map(hue::style).unwrap_or_default()>
            {task.map(|task| view! { <Barcode task=task bars=16 /> })}
            <span class="chip__words">
                {(!wanted).then(|| view! { <b class="chip__not">"not "</b> })} {title}
            </span>
            <button
                class="chip__remove"
                type="button"
                aria-label=spoken
                on:click=move |_| state.go(Step::Drop(condition.clone()))
            >
                <Icon symbol=Symbol::Close />
            </button>
        </li>
    }
}

/// The picture the results should be like.
#[component]
fn ExampleChip() -> impl IntoView {
    let state = use_state();
    let example = Memo::new(move |_| state.view.with(|view| view.example));
    let gallery_chip = move |index: usize| {
        view! {
            <li class="chip chip--picture" data-testid="example-chip">
                {move || state.data().map(|_| view! { <Picture index=index class="chip__picture" /> })}
                <span class="chip__words">"like this one"</span>
                <button
                    class="chip__remove"
                    type="button"
                    aria-label="Remove the example"
                    on:click=move |_| state.go(Step::Unlike)
                >
                    <Icon symbol=Symbol::Close />
                </button>
            </li>
        }
    };
    // What the lens sees in it.
    let seen = move || {
        let lens = state.lens.get()?;
        let (value, probability) = predict(&state.own_row(lens)?)?;
        let data = state.data_now()?;
        let value = value_title(data.manifest.tasks.get(lens)?, value);
        Some(format!(
            ": {value}, {}",
            format::percent(probability.into())
        ))
    };
    let own_chip = move || {
        state.own.get().map(|own| {
            let words = match &own.state {
                Embedded::Waiting => "being looked at…".to_owned(),
                Embedded::Ready { .. } => format!("{}{}", own.name, seen().unwrap_or_default()),
                Embedded::Failed(message) => message.clone(),
            };
            let failed = matches!(own.state, Embedded::Failed(_));
            view! {
                <li class="chip chip--picture" class:chip--failed=failed data-testid="own-picture-chip">
                    <img class="chip__picture" src=own.url alt="Your picture" />
                    <span class="chip__words" role=failed.then_some("alert")>{words}</span>
                    <button
                        class="chip__remove"
                        type="button"
                        aria-label="Remove your picture"
                        on:click=move |_| state.drop_own_picture()
                    >
                        <Icon symbol=Symbol::Close />
                    </button>
                </li>
            }
        })
    };
    move || match example.get() {
        None => None,
        Some(Example::Gallery(index)) => Some(gallery_chip(index).into_any()),
        Some(Example::Own) => Some(own_chip.into_any()),
    }
}
