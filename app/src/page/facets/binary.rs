//! A yes/no task: with, without, or either.

use leptos::prelude::*;

use crate::page::query::action::Action;
use crate::page::query::conditions::state as condition_state;
use crate::page::query::view::Condition;
use crate::page::state::use_state;
use crate::page::text;
use crate::page::text::titles::task_title;
use crate::page::ui::barcode::Barcode;
use crate::page::ui::format;
use crate::page::ui::hue;

use super::range::{FacetRange, RangeToggle};

/// One row with two buttons, of which at most one is pressed.
#[component]
pub fn BinaryFacet(
    /// The task.
    task: usize,
) -> impl IntoView {
    let state = use_state();
    let spec = state
        .tasks
        .with_untracked(|tasks| tasks.get(task).cloned())?;
    let title = task_title(&spec);
    let (no, yes) = (spec.values.first()?.clone(), spec.values.get(1)?.clone());
    let name = spec.name.clone();
    let asked = Memo::new({
        let (name, no, yes) = (name.clone(), no.clone(), yes.clone());
        move |_| {
            state.conditions.with(|conditions| {
                condition_state(conditions, &name, &yes)
                    .or_else(|| condition_state(conditions, &name, &no).map(|wanted| !wanted))
            })
        }
    });
    let button = |wanted: bool, word: &'static str, value: &str| {
        let condition = Condition::new(&name, &yes, wanted);
        let count = Memo::new(move |_| {
            let facets = state.facet_counts(task)?;
            facets.counts.get(usize::from(wanted)).copied()
        });
        let share = move || {
            let all = state.facet_counts(task).map_or(0, |facets| facets.images);
            format!(
                "--share:{:.3}",
                count.get().unwrap_or(0) as f64 / all.max(1) as f64
            )
        };
        let spoken = text::facets::of(&title);
        view! {
            <button
                class="pair__side"
                class:pair__side--not=!wanted
                type="button"
                data-testid=format!("value-{name}-{value}")
                aria-pressed=move || (asked.get() == Some(wanted)).to_string()
                style=share
                on:click=move |_| state.go(Action::Toggle(condition.clone()))
            >
                <span>
                    <span class="sr-only">{spoken}</span>
                    {word}
                </span>
                <span class="count">{move || count.get().map(format::count)}</span>
            </button>
        }
    };
    let range = RwSignal::new(false);
    let [without, with] = text::facets::sides(&title);
    let with = button(true, with, &yes);
    let without = button(false, without, &no);
    Some(view! {
        <div
            class="facet facet--binary"
            data-testid=format!("facet-{name}")
            style=hue::style(task)
            on:pointerenter=move |_| state.expect_values(task)
        >
            <div class="facet__name">
                <Barcode task=task />
                <span>{title.clone()}</span>
                <RangeToggle open=range label=text::facets::range(&title) />
            </div>
            <div class="pair" role="group" aria-label=title.clone()>
                {with}
                {without}
            </div>
            <FacetRange open=range task=task />
        </div>
    })
}
