//! The visitor's own labels of one image.

use leptos::prelude::*;
use modulens_schema::{NewLabel, Task};

use crate::page::state::{State, use_state};
use crate::page::text;
use crate::page::text::titles::task_title;
use crate::page::ui::format;

use super::corrections::is_corrected;

/// The values of all columns, texts included, and where they differ from what is predicted; nothing where the image has
/// no labels.
#[component]
pub fn LabelDetails(
    /// The image.
    index: usize,
) -> impl IntoView {
    let state = use_state();
    let rows = Memo::new(move |_| {
        let truth = state.open().ground_truth.get().filter(|truth| truth.own)?;
        let facets = state.label_facets();
        let values = truth.columns.iter().enumerate().filter_map(|(at, column)| {
            let is_corrected = is_corrected(&truth.corrections, &column.name, index);
            // A number is shown as it is written, not its range, which one could choose.
            let is_number = !is_corrected && truth.written(&column.name, index).is_some();
            let value = truth.own_label(at, index).map(str::to_owned);
            let is_choice = !is_number && facets.contains(&at);
            (value.is_some() || is_choice).then(|| Row {
                title: task_title(column),
                value: value.unwrap_or_default(),
                choice: is_choice.then(|| column.clone()),
                is_corrected,
            })
        });
        let texts = truth.own_texts().filter_map(|(_, name)| {
            Some(Row {
                title: name.clone(),
                value: truth.written(name, index)?.to_owned(),
                choice: None,
                is_corrected: false,
            })
        });
        let rows: Vec<_> = values.chain(texts).collect();
        (!rows.is_empty()).then_some(rows)
    });
    let differing = Memo::new(move |_| {
        let truth = state.open().ground_truth.get().filter(|truth| truth.own)?;
        let data = state.data()?;
        let parts = data.manifest.tasks.iter().enumerate();
        let parts = parts.filter_map(|(task, spec)| {
            let predictions = state.predictions(task)?;
            if !truth.given.disagrees(index, task, predictions.row(index)) {
                return None;
            }
            let label = truth.labels().get(index, task)?;
            let (value, share) = predictions.prediction(index)?;
            Some(text::labels::differing(
                &task_title(spec),
                spec.values.get(usize::from(label))?,
                spec.values.get(value)?,
                &format::percent(share.into()),
            ))
        });
        let parts: Vec<String> = parts.collect();
        (!parts.is_empty()).then(|| parts.join("; "))
    });
    move || {
        let rows = rows.get()?;
        let row = |row: Row| {
            let Row {
                title,
                value,
                choice,
                is_corrected,
            } = row;
            let value = match choice {
                Some(column) => choice_of(state, index, &column, &value),
                None => value.into_any(),
            };
            view! {
                <dt>{title}</dt>
                <dd>
                    {value}
                    {is_corrected
                        .then(|| view! { <span class="own-labels__corrected">{text::labels::CORRECTED}</span> })}
                </dd>
            }
        };
        Some(view! {
            <section class="own-labels" data-testid="own-labels">
                <h2 class="detail__title">{text::labels::YOURS}</h2>
                <p class="own-labels__differ" data-testid="labels-differ" hidden=move || differing.get().is_none()>
                    <b>{text::labels::DIFFERS_HERE}</b>
                    {move || differing.get()}
                </p>
                <dl class="own-labels__rows">{rows.into_iter().map(row).collect_view()}</dl>
            </section>
        })
    }
}

/// A label of an image.
#[derive(Clone, Debug, PartialEq)]
struct Row {
    title: String,
    value: String,
    /// The column, where the label can be corrected.
    choice: Option<Task>,
    is_corrected: bool,
}

/// The values of a column to choose from, and none.
fn choice_of(state: State, image: usize, column: &Task, value: &str) -> AnyView {
    let none = [(String::new(), text::labels::NONE.to_owned())];
    let values = column
        .values
        .iter()
        .map(|value| (value.clone(), value.clone()));
    let options = none.into_iter().chain(values).map(|(name, title)| {
        let selected = name == value;
        view! {
            <option value=name prop:selected=selected>
                {title}
            </option>
        }
    });
    let options = options.collect_view();
    let name = column.name.clone();
    let correct = move |event| {
        let label = match event_target_value(&event) {
            none if none.is_empty() => NewLabel::Unknown,
            value => NewLabel::Value(value),
        };
        state.correct_labels(name.clone(), label, vec![image]);
    };
    view! {
        <select
            class="field own-labels__choice"
            aria-label=text::labels::correct(&task_title(column))
            data-testid=format!("correct-{}", column.name)
            on:change=correct
        >
            {options}
        </select>
    }
    .into_any()
}
