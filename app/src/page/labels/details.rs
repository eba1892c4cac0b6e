//! The visitor's own labels of one image.

use leptos::prelude::*;

use crate::page::state::use_state;
use crate::page::text;
use crate::page::text::titles::task_title;
use crate::page::ui::format;

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
        let (names, texts) = &truth.texts;
        let texts = texts.get(index).map_or(&[][..], Vec::as_slice);
        let values = truth.columns.iter().enumerate().filter_map(|(at, column)| {
            // A number is shown as it is written, not its range.
            if is_written(names, texts, &column.name) {
                return None;
            }
            let value = truth.given.columns.get(index, at)?;
            let value = column.values.get(usize::from(value))?;
            Some((task_title(column), value.clone()))
        });
        let texts = names.iter().zip(texts).filter(|(_, text)| !text.is_empty());
        let texts = texts.map(|(name, text)| (name.clone(), text.clone()));
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
        let row = |(name, value): (String, String)| {
            view! {
                <dt>{name}</dt>
                <dd>{value}</dd>
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

/// True if an image has a text under the name of a column, in any case. `texts` are those of the image, or none.
fn is_written(names: &[String], texts: &[String], column: &str) -> bool {
    let mut written = names.iter().zip(texts);
    written.any(|(name, text)| name.eq_ignore_ascii_case(column) && !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Another import wrote the column as text: the value of this image was shown nowhere.
    #[test]
    fn a_value_was_hidden_by_a_text_of_another_image() {
        let names = ["Age".to_owned(), "Place".to_owned()];
        let texts = [String::new(), "Rome".to_owned()];
        assert!(!is_written(&names, &texts, "Age"));
        assert!(!is_written(&names, &[], "Place"));
        assert!(is_written(&names, &texts, "place"));
    }
}
