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
use super::remove_part::RemovePart;
use super::view::{Bound, Condition, Like};
use crate::page::text::titles::condition_title;

/// The chips of the question: pictures, attributes, bounds, the least score.
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
    let limits = Memo::new(move |_| state.view.with(|view| (view.bounds.clone(), view.at_least)));
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
                let (bounds, at_least) = limits.get();
                let tasks = state.tasks.get();
                let chip = |(at, bound): (usize, &Bound)| {
                    let condition = Condition::new(&bound.task, &bound.value, true);
                    let title = condition_title(&tasks, &condition);
                    let words = text::query::limit(&title, &bound.low, &bound.high);
                    view! { <PlainChip words=words remove=Action::Remove(PartAt::Bound(at)) /> }
                };
                let bounds = bounds.iter().enumerate().map(chip).collect_view();
                let least = (at_least > 0)
                    .then(|| {
                        view! {
                            <PlainChip
                                words=text::query::least(&at_least)
                                remove=Action::AtLeast(0)
                            />
                        }
                    });
                let labels = state.view.with(|view| view.labels.clone()).into_iter().enumerate();
                let labels = labels
                    .map(|(at, label)| {
                        let words = text::labels::condition(&label);
                        view! { <PlainChip words=words remove=Action::Remove(PartAt::Label(at)) /> }
                    })
                    .collect_view();
                (bounds, labels, least)
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
