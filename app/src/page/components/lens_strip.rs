//! The lenses: through which task the gallery is looked at.

use leptos::prelude::*;

use super::barcode::Barcode;
use crate::page::core::hue;
use crate::page::core::view::Step;
use crate::page::core::wording::task_title;
use crate::page::state::use_state;

/// One radio button per task. With an example, the lens decides what "alike" means.
#[component]
pub(super) fn LensStrip() -> impl IntoView {
    let state = use_state();
    let lenses = move || {
        let data = state.data()?;
        let lens = |(task, spec): (usize, &modulens_schema::Task)| {
            let name = spec.name.clone();
            view! {
                <label class="lens" style=hue::style(task)>
                    <input
                        class="sr-only"
                        type="radio"
                        name="lens"
                        data-testid=format!("lens-{name}")
                        prop:checked=move || state.lens.get() == Some(task)
                        on:change=move |_| state.go(Step::Lens(name.clone()))
                    />
                    <span class="lens__face">
                        <Barcode task=task bars=32 />
                        <span class="lens__name">{task_title(spec)}</span>
                    </span>
                </label>
            }
        };
        Some(data.manifest.tasks.iter().enumerate().map(lens).collect_view())
    };
    let has_example = move || state.view.with(|view| view.example.is_some());
    view! {
        <fieldset class="lenses" data-testid="example-task">
            <legend class="lenses__title">
                {move || if has_example() { "Similar in" } else { "Seen through" }}
            </legend>
            <div class="lenses__strip">{lenses}</div>
        </fieldset>
    }
}
