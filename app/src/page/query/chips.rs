//! The query as chips, each removable.

use leptos::prelude::*;

use crate::page::state::use_state;
use crate::page::text;
use crate::page::ui::barcode::Barcode;
use crate::page::ui::hue;
use crate::page::ui::icon::{Icon, Symbol};

use super::action::{Action, PartAt};
use super::conditions::{Chip, chips};
use super::example_chip::ExampleChip;
use super::filters::filters;
use super::remove_part::RemovePart;
use super::view::{Like, Sort};

/// The chips of the question: pictures, attributes, filters, and the order if it is not by score.
#[component]
pub fn Chips() -> impl IntoView {
    let state = use_state();
    let examples = Memo::new(move |_| state.view.with(|view| view.examples.clone()));
    let applied = Memo::new(move |_| {
        let tasks = state.tasks.get();
        state
            .conditions
            .with(|conditions| chips(&tasks, conditions))
    });
    let limits = Memo::new(move |_| {
        let tasks = state.tasks.get();
        state.view.with(|view| filters(view, &tasks))
    });
    view! {
        <ul class="chips" data-testid="chips" aria-label=text::query::ASKED_FOR>
            {move || {
                // A chip names the task it compares in.
                state.tasks.track();
                let chip = |(at, like): (usize, Like)| view! { <ExampleChip at=at like=like /> };
                examples.get().into_iter().enumerate().map(chip).collect_view()
            }}
            {move || {
                state.data()?;
                let chip = |(at, chip): (usize, Chip)| view! { <ConditionChip at=at chip=chip /> };
                Some(applied.get().into_iter().enumerate().map(chip).collect_view())
            }}
            {move || {
                let chip = |(words, remove)| view! { <PlainChip words=words remove=remove /> };
                limits.get().into_iter().map(chip).collect_view()
            }}
            {move || {
                let sort = state.view.with(|view| view.sort.clone());
                let words = state.tasks.with(|tasks| text::results::sorted(tasks, &sort))?;
                let remove = Action::Sort(Sort::default());
                Some(view! { <PlainChip words=words remove=remove /> })
            }}
        </ul>
    }
}

/// One condition. Its words open the weights.
#[component]
fn ConditionChip(at: usize, chip: Chip) -> impl IntoView {
    let state = use_state();
    let Chip {
        condition,
        task,
        negated,
        title,
    } = chip;
    let weight = condition.weight.words();
    let spoken = text::query::remove_condition(negated, &title);
    view! {
        <li
            class="chip"
            class:chip--not=!condition.wanted
            style=task.map(hue::style).unwrap_or_default()
        >
            <button
                class="chip__words"
                type="button"
                title=text::query::WEIGH
                on:click=move |_| state.mixing.update(|open| *open = !*open)
            >
                {task.map(|task| view! { <Barcode task=task bars=16 /> })}
                <span>
                    {negated.then(|| view! { <b class="chip__not">{text::query::NOT_BEFORE}</b> })} {title}
                </span>
                {weight.map(|weight| view! { <span class="chip__weight">{weight}</span> })}
            </button>
            <RemovePart at=PartAt::Condition(at) label=spoken />
        </li>
    }
}

/// A chip of words alone.
#[component]
fn PlainChip(words: String, remove: Action) -> impl IntoView {
    let state = use_state();
    view! {
        <li class="chip chip--limit">
            <span class="chip__words">{words.clone()}</span>
            <button
                class="chip__remove"
                type="button"
                aria-label=text::query::remove_words(&words)
                on:click=move |_| state.go(remove.clone())
            >
                <Icon symbol=Symbol::Close />
            </button>
        </li>
    }
}
