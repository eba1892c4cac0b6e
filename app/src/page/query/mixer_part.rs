//! One part of the question among the weights.

use leptos::prelude::*;

use crate::page::state::{State, use_state};
use crate::page::text;
use crate::page::ui::barcode::Barcode;
use crate::page::ui::hue;
use crate::page::ui::picture::Picture;

use super::action::{Action, PartAt};
use super::conditions::locate;
use super::remove_part::RemovePart;
use super::view::{Example, Like, OVERALL};
use super::weight::Weight;
use crate::page::text::titles::{condition_title, task_title};

/// A slider, a "not", for a picture the task it is compared in, and a way to remove it.
#[component]
pub fn MixerPart(
    /// The query part.
    at: PartAt,
) -> impl IntoView {
    let state = use_state();
    let now = Memo::new(move |_| part(state, at));
    let wanted = move || now.get().is_none_or(|(wanted, _)| wanted);
    let weight = move || now.get().map_or(Weight::ORDINARY, |(_, weight)| weight);
    let (title, task, face) = face(state, at);
    let action = move |event: &leptos::ev::Event| {
        let percent = event_target_value(event).parse().unwrap_or(100);
        Action::Weigh(at, Weight::percent(percent))
    };
    let said = move || format!("×{}", weight().factor());
    let name = title.clone();
    let remove = text::query::remove(&title);
    let not = text::query::not(&title);
    view! {
        <li
            class="mixer__part"
            class:mixer__part--not=move || !wanted()
            style=task.map(hue::style).unwrap_or_default()
        >
            <span class="mixer__name">{face} <span>{title}</span></span>
            <button
                class="toggle"
                type="button"
                aria-pressed=move || (!wanted()).to_string()
                aria-label=not
                on:click=move |_| state.go(Action::Turn(at))
            >
                {text::query::NOT}
            </button>
            <input
                class="slider"
                type="range"
                min="0"
                max=Weight::MOST.in_percent().to_string()
                step=Weight::NOTCH.to_string()
                aria-label=text::query::weight_of(&name)
                aria-valuetext=said
                data-testid="weight"
                prop:value=move || weight().in_percent().to_string()
                on:input=move |event| state.slide(action(&event))
                on:change=move |event| state.go(action(&event))
            />
            <output class="mixer__value">{said}</output>
            <RemovePart at=at label=remove />
            {through(state, at)}
        </li>
    }
}

/// The weight of a part, and true if it is included rather than excluded; tracked.
fn part(state: State, at: PartAt) -> Option<(bool, Weight)> {
    match at {
        PartAt::Condition(index) => state.conditions.with(|conditions| {
            let condition = conditions.get(index)?;
            Some((condition.wanted, condition.weight))
        }),
        PartAt::Example(index) => state.view.with(|view| {
            let like = view.examples.get(index)?;
            Some((like.wanted, like.weight))
        }),
        PartAt::Bound(_) | PartAt::Label(_) => None,
    }
}

/// The label of a part, the task that gives it a hue, and its picture.
fn face(state: State, at: PartAt) -> (String, Option<usize>, AnyView) {
    match at {
        PartAt::Condition(index) => {
            let condition = state
                .conditions
                .with_untracked(|conditions| conditions.get(index).cloned());
            let Some(condition) = condition else {
                return (String::new(), None, ().into_any());
            };
            let tasks = state.tasks.get_untracked();
            let task = locate(&tasks, &condition).map(|(task, _)| task);
            let barcode = task.map(|task| view! { <Barcode task=task bars=24 /> });
            (
                condition_title(&tasks, &condition),
                task,
                barcode.into_any(),
            )
        }
        PartAt::Example(index) => {
            let like = example(state, index);
            match like.map(|like| like.example) {
                Some(Example::Gallery(picture)) => (
                    text::query::like_picture(&picture),
                    None,
                    view! { <Picture index=picture class="chip__picture" /> }.into_any(),
                ),
                Some(Example::Own(number)) => {
                    let picture = view! {
                        <img class="chip__picture" src=move || state.own_preview(number) alt="" />
                    };
                    (text::query::LIKE_OWN.into(), None, picture.into_any())
                }
                None => (String::new(), None, ().into_any()),
            }
        }
        PartAt::Bound(_) | PartAt::Label(_) => (String::new(), None, ().into_any()),
    }
}

fn example(state: State, index: usize) -> Option<Like> {
    state
        .view
        .with_untracked(|view| view.examples.get(index).cloned())
}

/// In which task a picture is compared.
fn through(state: State, at: PartAt) -> Option<AnyView> {
    let PartAt::Example(index) = at else {
        return None;
    };
    let chosen = move || {
        state.view.with(|view| {
            let like = view.examples.get(index)?;
            like.task.clone()
        })
    };
    let data = state.data_now()?;
    let option = |spec: &modulens_schema::Task| {
        let name = spec.name.clone();
        let value = name.clone();
        view! {
            <option value=value selected=move || chosen().as_ref() == Some(&name)>
                {task_title(spec)}
            </option>
        }
    };
    let tasks = &data.manifest.tasks;
    let is_task = tasks.iter().any(|task| task.name == OVERALL);
    let overall = (!is_task).then(|| {
        view! {
            <option
                value=OVERALL
                selected=move || chosen().as_deref() == Some(OVERALL)
            >
                {text::query::OVERALL}
            </option>
        }
    });
    let options = tasks.iter().map(option).collect_view();
    Some(
        view! {
            <label class="mixer__through">
                <span>{text::query::COMPARED_IN}</span>
                <select
                    class="select"
                    data-testid="through"
                    on:change=move |event| {
                        let name = event_target_value(&event);
                        state.go(Action::Through(index, (!name.is_empty()).then_some(name)));
                    }
                >
                    <option value="" selected=move || chosen().is_none()>
                        {text::query::ANY_LENS}
                    </option>
                    {overall}
                    {options}
                </select>
            </label>
        }
        .into_any(),
    )
}
