//! The weights: how much each part of the question counts, heard at once.

use leptos::prelude::*;

use crate::page::state::use_state;
use crate::page::text;
use crate::page::ui::each::each_item;

use super::action::{Action, PartAt};
use super::mixer_part::MixerPart;
use super::view::{Condition, Example};

/// A part of the question, by what stays the same while it is weighed and turned.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Channel {
    /// A condition: its task and value.
    Condition(String, String),
    /// A picture of the gallery.
    Picture(usize),
    /// A picture of the visitor's own.
    Own(u32),
}

impl Channel {
    fn of_condition(condition: &Condition) -> Self {
        Self::Condition(condition.task.clone(), condition.value.clone())
    }

    fn of_example(example: Example) -> Self {
        match example {
            Example::Gallery(index) => Self::Picture(index),
            Example::Own(number) => Self::Own(number),
        }
    }
}

/// One slider per part, and one for the least score.
#[component]
pub fn Mixer() -> impl IntoView {
    let state = use_state();
    let channels = Memo::new(move |_| {
        let examples = state.view.with(|view| view.examples.clone());
        let examples = examples.iter().enumerate();
        let examples =
            examples.map(|(at, like)| (PartAt::Example(at), Channel::of_example(like.example)));
        let conditions = state.conditions.get();
        let conditions = conditions.iter().enumerate();
        let conditions = conditions
            .map(|(at, condition)| (PartAt::Condition(at), Channel::of_condition(condition)));
        examples.chain(conditions).collect::<Vec<_>>()
    });
    let at_least = Memo::new(move |_| state.view.with(|view| view.at_least));
    let least = move |event: &leptos::ev::Event| {
        Action::AtLeast(event_target_value(event).parse().unwrap_or(0))
    };
    view! {
        <div
            class="mixer"
            id="mixer"
            role="group"
            aria-label=text::query::WEIGHTS
            data-testid="mixer"
            hidden=move || !state.mixing.get()
        >
            <Show when=move || state.mixing.get()>
                <ul class="mixer__parts">
                    {each_item(
                        move || channels.get(),
                        |(at, _)| view! { <MixerPart at=at /> }.into_any(),
                    )}
                </ul>
                <label class="mixer__least">
                    <span>{text::query::AT_LEAST}</span>
                    <input
                        class="slider"
                        type="range"
                        min="0"
                        max="100"
                        step="1"
                        data-testid="at-least"
                        aria-valuetext=move || format!("{} %", at_least.get())
                        prop:value=move || at_least.get().to_string()
                        on:input=move |event| state.slide(least(&event))
                        on:change=move |event| state.go(least(&event))
                    />
                    <output class="mixer__value">{move || format!("{} %", at_least.get())}</output>
                </label>
            </Show>
        </div>
    }
}
