//! The histogram of a task's probabilities, and bounds on them.

use leptos::ev::MouseEvent;
use leptos::prelude::*;
use modulens_retrieval::FacetCounts;
use modulens_schema::TaskKind;
use wasm_bindgen::JsCast as _;
use web_sys::Element;

use crate::page::query::action::Action;
use crate::page::query::view::Bound;
use crate::page::state::use_state;
use crate::page::text;
use crate::page::text::titles::{task_title, value_title};
use crate::page::ui::icon::{Icon, Symbol};

use super::histogram::{edge, path};

/// Opens and closes the histogram.
#[component]
pub fn RangeToggle(
    /// True while it is open.
    open: RwSignal<bool>,
    /// Its label.
    label: String,
) -> impl IntoView {
    view! {
        <button
            class="facet__range"
            type="button"
            aria-expanded=move || open.get().to_string()
            aria-label=label.clone()
            title=label
            on:click=move |_| open.update(|open| *open = !*open)
        >
            <Icon symbol=Symbol::Range />
        </button>
    }
}

/// A histogram of one value's probabilities over the images that match the rest of the query, and
/// two sliders that filter the results by it. A click on the histogram sets the lower one.
#[component]
pub fn FacetRange(
    /// True while it is open.
    open: RwSignal<bool>,
    /// The task.
    task: usize,
) -> impl IntoView {
    move || open.get().then(|| view! { <Range task=task /> })
}

#[component]
fn Range(task: usize) -> impl IntoView {
    let state = use_state();
    let spec = state
        .tasks
        .with_untracked(|tasks| tasks.get(task).cloned())?;
    let binary = spec.kind == TaskKind::Binary;
    let asked = state.conditions.with_untracked(|conditions| {
        let asked = conditions.iter().find(|asked| asked.task == spec.name)?;
        spec.value_index(&asked.value)
    });
    let value = RwSignal::new(if binary { 1 } else { asked.unwrap_or(0) });
    let spec = StoredValue::new(spec);
    let bound = Memo::new(move |_| {
        let value = value.get();
        spec.with_value(|spec| {
            let (task, value) = (spec.name.clone(), spec.values.get(value)?.clone());
            let known = state.view.with(|view| {
                let same = |bound: &&Bound| bound.task == task && bound.value == value;
                view.bounds.iter().find(same).cloned()
            });
            Some(known.unwrap_or(Bound {
                task,
                value,
                low: 0,
                high: 100,
            }))
        })
    });
    let low = move || bound.get().map_or(0, |bound| bound.low);
    let high = move || bound.get().map_or(100, |bound| bound.high);
    let from = move |low: u8| {
        let bound = bound.get_untracked()?;
        Some(Action::Bound(Bound {
            high: bound.high.max(low),
            low,
            ..bound
        }))
    };
    let to = move |high: u8| {
        let bound = bound.get_untracked()?;
        Some(Action::Bound(Bound {
            low: bound.low.min(high),
            high,
            ..bound
        }))
    };
    let bars = move || {
        let facets = state.facet_counts(task)?;
        Some(path(facets.histogram(value.get())))
    };
    let press = move |event: MouseEvent| {
        let action = place(&event).and_then(|share| from(edge(share, FacetCounts::BINS)));
        if let Some(action) = action {
            state.go(action);
        }
    };
    let title = spec.with_value(task_title);
    let values = (!binary).then(|| {
        let options = spec.with_value(|spec| {
            let option = |at: usize| {
                view! {
                    <option value=at.to_string() selected=move || value.get() == at>
                        {value_title(spec, at)}
                    </option>
                }
            };
            (0..spec.values.len()).map(option).collect_view()
        });
        view! {
            <select
                class="select"
                aria-label=text::facets::histogram_of(&title)
                on:change=move |event| value.set(event_target_value(&event).parse().unwrap_or(0))
            >
                {options}
            </select>
        }
    });
    let slider =
        move |label: &'static str, at: Signal<u8>, action: Callback<u8, Option<Action>>| {
            let read = move |event: &leptos::ev::Event| {
                action.run(event_target_value(event).parse().unwrap_or(0))
            };
            let spoken = text::facets::limit_of(&spec.with_value(task_title), &label);
            view! {
                <label class="range__bound">
                    <span aria-hidden="true">{label}</span>
                    <input
                        class="slider"
                        type="range"
                        min="0"
                        max="100"
                        step="5"
                        aria-label=spoken
                        aria-valuetext=move || format!("{} %", at.get())
                        prop:value=move || at.get().to_string()
                        on:input=move |event| {
                            if let Some(action) = read(&event) {
                                state.slide(action);
                            }
                        }
                        on:change=move |event| {
                            if let Some(action) = read(&event) {
                                state.go(action);
                            }
                        }
                    />
                    <output>{move || format!("{} %", at.get())}</output>
                </label>
            }
        };
    let box_ = format!("0 0 {} 1", FacetCounts::BINS);
    Some(view! {
        <div class="range" data-testid=spec.with_value(|spec| format!("range-{}", spec.name))>
            {values}
            <svg
                class="range__bars"
                viewBox=box_
                preserveAspectRatio="none"
                aria-hidden="true"
                style=move || format!("--low:{};--high:{}", low(), high())
                on:click=press
            >
                <path d=bars></path>
            </svg>
            <p class="range__scale" aria-hidden="true">
                <span>"unlikely"</span>
                <span>"likely"</span>
            </p>
            {slider("from", Signal::derive(low), Callback::new(from))}
            {slider("to", Signal::derive(high), Callback::new(to))}
        </div>
    })
}

/// The horizontal position of a mouse event within its element, 0..1.
fn place(event: &MouseEvent) -> Option<f64> {
    let element: Element = event.current_target()?.dyn_into().ok()?;
    let area = element.get_bounding_client_rect();
    (area.width() > 0.0).then(|| (f64::from(event.client_x()) - area.left()) / area.width())
}
