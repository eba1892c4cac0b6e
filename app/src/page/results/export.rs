//! Saving results as a table or as JSON, and the state of what is being saved.

use std::future::Future;
use std::pin::Pin;

use js_sys::Array;
use leptos::prelude::*;

use crate::page::browser::clock;
use crate::page::browser::save;
use crate::page::query::view::{Example, Like};
use crate::page::selection::selected::Selection;
use crate::page::state::State;
use crate::page::text;
use crate::turn;

use super::csv;
use super::json::{self, About};
use super::sheet::{Sheet, rows};

/// Rows written before the browser gets its turn.
const SLICE: usize = 256;
/// Milliseconds between two looks for the labels.
const LOOK: u32 = 50;

/// The form of saved results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Comma-separated values.
    Csv,
    /// JSON.
    Json,
}

/// Something being saved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Saving {
    /// Images done.
    pub done: usize,
    /// Images in all; 0 while it is only being prepared.
    pub total: usize,
}

/// A task that saves something: of one type, so that running it is compiled once.
type Task = Pin<Box<dyn Future<Output = Result<(), String>>>>;

impl State {
    /// Lets the browser save all results, or the selected images only.
    pub fn save_results(&self, form: Form, selected: bool) {
        let selected = selected.then(|| self.open_now().selection.get_untracked());
        let state = *self;
        self.save(Box::pin(async move {
            let selected = selected.as_ref().map(Selection::images);
            state.write_results(form, selected).await
        }));
    }

    /// Runs a task that saves something, in place of one before, and says why if it fails.
    pub(crate) fn save(&self, task: Task) {
        let (state, open) = (*self, self.open_now());
        open.saving.set(Some(Saving::default()));
        open.run_latest(open.saving_task, async move {
            let saved = task.await;
            open.saving.set(None);
            if let Err(message) = saved {
                state.notify(message);
            }
        });
    }

    /// Stops what is being saved.
    pub fn stop_saving(&self) {
        self.save(Box::pin(async { Ok(()) }));
    }

    /// Waits until the labels and ids are here, or it is known that they cannot be had.
    pub(crate) async fn labels_there(&self) {
        while !self.open_now().labels_known.get_untracked() {
            clock::sleep(LOOK).await;
        }
    }

    async fn write_results(self, form: Form, selected: Option<&[usize]>) -> Result<(), String> {
        let open = self.open_now();
        // The answer on the screen, whatever is asked while it is being saved.
        let answer = open.answer.get_untracked();
        self.labels_there().await;
        let tasks = open.predictions.with_untracked(Vec::len);
        for task in 0..tasks {
            self.predict(task, &|| true).await;
        }
        let (Some(answer), Some(data)) = (answer, self.data_now()) else {
            return Ok(());
        };
        let rows = rows(&answer, selected);
        let sheet = Sheet {
            tasks: self.tasks.get_untracked(),
            answer,
            truth: open.ground_truth.get_untracked(),
            predictions: open.predictions.get_untracked(),
            taught: self.user_tasks.get_untracked(),
        };
        let columns = match form {
            Form::Csv => sheet.columns(&rows),
            Form::Json => sheet.label_columns(),
        };
        let title = &data.manifest.title;
        let parts = Array::new();
        let write = |text: &str| _ = parts.push(&text.into());
        match form {
            Form::Csv => {
                let heads = columns.iter().map(|column| sheet.head(*column));
                write(&csv::head(&heads.collect::<Vec<_>>()));
            }
            Form::Json => {
                let about = About {
                    gallery: self.shown.get_untracked().unwrap_or_default(),
                    title: title.clone(),
                    images: open.images.get_untracked(),
                    examples: self.example_ids(&sheet),
                };
                write(&json::head(&sheet, &about));
            }
        }
        for (at, some) in rows.chunks(SLICE).enumerate() {
            open.saving.set(Some(Saving {
                done: at * SLICE,
                total: rows.len(),
            }));
            let text = match form {
                Form::Csv => {
                    let cells = some.iter().map(|row| {
                        let columns = columns.iter();
                        columns.map(|column| sheet.cell(*column, *row)).collect()
                    });
                    csv::lines(&cells.collect::<Vec<_>>())
                }
                Form::Json => json::items(&sheet, &columns, some, at == 0),
            };
            write(&text);
            turn::breathe().await;
        }
        let name = match selected {
            Some(_) => text::selection::file(title),
            None => text::results::file(title),
        };
        let (kind, extension) = match form {
            Form::Csv => ("text/csv;charset=utf-8", "csv"),
            Form::Json => {
                write(json::END);
                ("application/json", "json")
            }
        };
        save::texts(&parts, kind, &csv::file_name(&name, extension))
    }

    /// The id of every example that the query has, where it is known which they are.
    fn example_ids(&self, sheet: &Sheet) -> Vec<Option<String>> {
        let ids = sheet
            .truth
            .as_ref()
            .map_or(&[][..], |truth| &truth.given.ids);
        let similar = |it: &modulens_retrieval::Clause| !it.criterion.is_of_values();
        let clauses = sheet
            .answer
            .query
            .all
            .iter()
            .filter(|it| similar(it))
            .count();
        let id = |like: &Like| match like.example {
            Example::Gallery(image) => ids.get(image).cloned(),
            Example::Own(_) => None,
        };
        let examples: Vec<_> = self.view.with_untracked(|view| {
            let counting = view.examples.iter().filter(|like| like.weight.counts());
            counting.map(id).collect()
        });
        // One that the gallery does not have is no part of the query.
        match examples.len() == clauses {
            true => examples,
            false => Vec::new(),
        }
    }
}
