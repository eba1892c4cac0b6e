//! The visitor's table with the corrections in it, as CSV.

use js_sys::Array;
use leptos::prelude::*;

use crate::page::browser::save;
use crate::page::results::csv::{self, Cell};
use crate::page::shell::gallery::GroundTruth;
use crate::page::state::State;
use crate::page::text;
use crate::turn;

use super::corrections::corrected_columns;

/// Rows written before the browser gets its turn.
const SLICE: usize = 256;

/// The names of the columns: the image, the visitor's columns, those of text, and what was corrected.
fn head(truth: &GroundTruth) -> Vec<String> {
    let mut head = vec![text::results::NAME.to_owned()];
    head.extend(truth.columns.iter().map(|column| column.name.clone()));
    head.extend(truth.own_texts().map(|(_, name)| name.clone()));
    head.push(text::labels::CORRECTED.to_owned());
    head
}

/// The row of an image.
fn row(truth: &GroundTruth, image: usize) -> Vec<Cell<'_>> {
    let texts = truth.texts.1.get(image).map_or(&[][..], Vec::as_slice);
    let text = |text: Option<&'_ str>| match text {
        Some(text) if !text.is_empty() => Cell::Text(text.to_owned().into()),
        _ => Cell::Empty,
    };
    let mut cells = vec![text(truth.given.ids.get(image).map(String::as_str))];
    let columns = 0..truth.columns.len();
    cells.extend(columns.map(|column| text(truth.own_label(column, image))));
    let texts = truth.own_texts().map(|(at, _)| texts.get(at));
    cells.extend(texts.map(|words| text(words.map(String::as_str))));
    cells.push(text(Some(
        &corrected_columns(&truth.corrections, image).join("; "),
    )));
    cells
}

impl State {
    /// True if the gallery has columns of the visitor's, which can be corrected; tracked.
    pub fn has_own_labels(&self) -> bool {
        self.open().ground_truth.with(|truth| {
            let own = truth.as_ref().filter(|truth| truth.own);
            own.is_some_and(|truth| !(truth.columns.is_empty() && truth.texts.0.is_empty()))
        })
    }

    /// Lets the browser save the visitor's table of all images, with the corrections in it.
    pub fn save_label_table(&self) {
        let state = *self;
        self.save(Box::pin(async move {
            let open = state.open_now();
            let truth = open.ground_truth.get_untracked();
            let (Some(truth), Some(data)) = (truth, state.data_now()) else {
                return Ok(());
            };
            let gone = open.hidden.get_untracked();
            let images = 0..open.images.get_untracked();
            let images: Vec<usize> = images
                .filter(|image| gone.binary_search(image).is_err())
                .collect();
            let parts = Array::of1(&csv::head(&head(&truth)).into());
            for some in images.chunks(SLICE) {
                let rows: Vec<_> = some.iter().map(|&image| row(&truth, image)).collect();
                parts.push(&csv::lines(&rows).into());
                turn::breathe().await;
            }
            let name = text::labels::file(&data.manifest.title);
            let name = csv::file_name(&name, "csv");
            save::texts(&parts, "text/csv;charset=utf-8", &name)
        }));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use modulens_schema::{Correction, NewLabel};

    use super::*;
    use crate::page::labels::corrections::apply;
    use crate::page::results::sheet::tests::sheet;

    #[test]
    fn the_table_has_what_was_corrected_and_says_so() {
        let truth = sheet(true).truth.expect("labels");
        let corrections = vec![Correction {
            column: "smiling".into(),
            label: NewLabel::Value("yes".into()),
            images: vec![0, 2],
        }];
        let truth = GroundTruth {
            given: apply(&truth.came, &[], &truth.columns, &corrections),
            corrections,
            ..GroundTruth::clone(&Arc::clone(&truth))
        };
        assert_eq!(
            head(&truth),
            ["name", "Age", "smiling", "Place", "corrected"]
        );
        let line = |image| csv::lines(&[row(&truth, image)]);
        assert_eq!(line(0), "a.png,12.5,yes,Rome,smiling\r\n");
        assert_eq!(line(1), "\"'=b,\"\"c\"\".png\",0-9,,,\r\n");
        assert_eq!(line(2), "d.png,,yes,,smiling\r\n");
    }
}
