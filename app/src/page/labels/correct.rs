//! Correcting the labels of the selected images.

use leptos::html::Details;
use leptos::prelude::*;
use modulens_schema::NewLabel;

use crate::page::state::use_state;
use crate::page::text;
use crate::page::text::titles::task_title;
use crate::page::ui::effect::effect;
use crate::page::ui::menu::{self, Menu};

/// A choice by its number; the chosen one is that of the signal, whatever was chosen in the list before.
fn option(chosen: RwSignal<usize>, at: usize, title: String) -> AnyView {
    view! {
        <option value=at.to_string() prop:selected=move || chosen.get() == at>
            {title}
        </option>
    }
    .into_any()
}

/// A menu that gives the selected images a label; nothing where the gallery has no columns of the visitor's.
#[component]
pub fn CorrectLabels() -> impl IntoView {
    let state = use_state();
    let element = NodeRef::<Details>::new();
    let column = RwSignal::new(0_usize);
    let value = RwSignal::new(0_usize);
    let facets = Memo::new(move |_| state.label_facets());
    effect(move || {
        state.open();
        column.set(0);
        value.set(0);
    });
    let spec = move || {
        let facets = facets.get();
        let at = facets.get(column.get()).or(facets.first()).copied()?;
        state.label_columns()?.get(at).cloned()
    };
    let columns = move || {
        let all = state.label_columns().unwrap_or_default();
        let titles = facets.get().into_iter().enumerate();
        let titles = titles.filter_map(|(at, column)| Some((at, task_title(all.get(column)?))));
        titles
            .map(|(at, title)| option(column, at, title))
            .collect_view()
    };
    let values = move || {
        let values = spec().map(|spec| spec.values).unwrap_or_default();
        let none = std::iter::once(text::labels::NONE.to_owned());
        let values = values.into_iter().chain(none).enumerate();
        values
            .map(|(at, title)| option(value, at, title))
            .collect_view()
    };
    let chosen = |signal: RwSignal<usize>| {
        move |event| signal.set(event_target_value(&event).parse().unwrap_or(0))
    };
    let give = move |_| {
        let Some(spec) = untrack(spec) else { return };
        let chosen = value.get_untracked();
        let label = match spec.values.get(chosen) {
            Some(value) => NewLabel::Value(value.clone()),
            None if chosen == spec.values.len() => NewLabel::Unknown,
            None => return,
        };
        let images = state.open_now().selection.get_untracked();
        menu::close(element);
        state.correct_labels(spec.name, label, images.images().to_vec());
    };
    view! {
        <div hidden=move || facets.with(Vec::is_empty)>
            <Menu element=element label=text::labels::CORRECT testid="selection-label">
                <label class="tools__field">
                    <span>{text::labels::COLUMN}</span>
                    <select
                        class="field"
                        data-testid="label-column"
                        on:change=move |event| {
                            chosen(column)(event);
                            value.set(0);
                        }
                    >
                        {columns}
                    </select>
                </label>
                <label class="tools__field">
                    <span>{text::labels::LABEL}</span>
                    <select class="field" data-testid="label-value" on:change=chosen(value)>
                        {values}
                    </select>
                </label>
                <button
                    class="button"
                    type="button"
                    data-testid="label-give"
                    on:click=give
                >
                    {text::labels::GIVE}
                </button>
            </Menu>
        </div>
    }
}
