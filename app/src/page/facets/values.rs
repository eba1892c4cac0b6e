//! A task with several values: each wanted, unwanted, or neither.

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
use crate::page::ui::icon::{Icon, Symbol};

use super::range::{FacetRange, RangeToggle};

/// The values of one task, with the number of pictures each is predicted for.
#[component]
pub fn ValuesFacet(
    /// The task.
    task: usize,
) -> impl IntoView {
    let state = use_state();
    let spec = state
        .tasks
        .with_untracked(|tasks| tasks.get(task).cloned())?;
    let range = RwSignal::new(false);
    let title = task_title(&spec);
    let name = spec.name.clone();
    let values = spec
        .values
        .iter()
        .enumerate()
        .map(|(value, title)| {
            view! { <Value task=task value=value task_name=name.clone() title=title.clone() /> }
        })
        .collect_view();
    Some(view! {
        <div
            class="facet"
            on:pointerenter=move |_| state.expect_values(task)
            role="group"
            aria-label=title.clone()
            data-testid=format!("facet-{name}")
            style=hue::style(task)
        >
            <div class="facet__name">
                <Barcode task=task />
                <span>{title.clone()}</span>
                <RangeToggle open=range label=text::facets::range(&title) />
            </div>
            <ul class="values">{values}</ul>
            <FacetRange open=range task=task />
        </div>
    })
}

/// One value: a button that asks for it, and a smaller one that asks for its absence.
#[component]
fn Value(task: usize, value: usize, task_name: String, title: String) -> impl IntoView {
    let state = use_state();
    let asked = Memo::new({
        let (task_name, title) = (task_name.clone(), title.clone());
        move |_| {
            state
                .conditions
                .with(|conditions| condition_state(conditions, &task_name, &title))
        }
    });
    let toggle = |wanted: bool| {
        let condition = Condition::new(&task_name, &title, wanted);
        move |_| state.go(Action::Toggle(condition.clone()))
    };
    let (want, avoid) = (toggle(true), toggle(false));
    let count = Memo::new(move |_| state.facet_counts(task)?.counts.get(value).copied());
    let share = move || {
        let most = state
            .facet_counts(task)
            .and_then(|facets| facets.counts.iter().max().copied());
        let share = count
            .get()
            .zip(most)
            .map_or(0.0, |(count, most)| count as f64 / most.max(1) as f64);
        format!("--share:{share:.3}")
    };
    view! {
        <li class="value" style=share>
            <button
                class="value__want"
                type="button"
                data-testid=format!("value-{task_name}-{title}")
                aria-pressed=move || (asked.get() == Some(true)).to_string()
                on:click=want
            >
                <span class="value__name">{title.clone()}</span>
                <span class="count">{move || count.get().map(format::count)}</span>
            </button>
            <button
                class="value__not"
                type="button"
                data-testid=format!("avoid-{task_name}-{title}")
                aria-label=text::facets::exclude(&title)
                aria-pressed=move || (asked.get() == Some(false)).to_string()
                on:click=avoid
            >
                <Icon symbol=Symbol::Minus />
            </button>
        </li>
    }
}
