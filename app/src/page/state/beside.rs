//! The question asked under several tasks, side by side: each row answered in slices, so that the browser gets its turn.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use modulens_retrieval::{Gallery, Ranked, RetrievalError};

use super::{Source, State};
use crate::page::browser::clock;
use crate::page::core::beside::Asked;
use crate::page::core::wording::task_title;

/// The answer of one row.
#[derive(Debug, PartialEq)]
pub struct Row {
    /// The task's title.
    pub title: String,
    /// What was asked.
    pub asked: Asked,
    /// The first results, the best first.
    pub best: Vec<Ranked>,
    /// What it was asked of: features, and how many pictures there were.
    of: (Source, usize),
}

impl Row {
    /// How many pictures it was asked of.
    pub fn pictures(&self) -> usize {
        self.of.1
    }
}

impl State {
    /// The answer under a task, as far as it is known; tracked.
    pub fn row(&self, task: usize) -> Option<Arc<Row>> {
        self.beside
            .with(|rows| rows.iter().find(|row| row.asked.task == task).cloned())
    }

    /// Answers every new question under the tasks of the rows.
    pub(super) fn keep_beside(&self) {
        let state = *self;
        let asked = Memo::new(move |_| state.asked_beside());
        Effect::new(move |_| {
            let of = (state.source.get(), state.images.get());
            state.learned.track();
            if let Some(asked) = asked.get() {
                spawn_local(state.answer_beside(asked, of));
            }
        });
    }

    /// What the rows ask; `None` while something they need is on its way.
    fn asked_beside(&self) -> Option<Vec<Asked>> {
        let rows = self.rows.get();
        if rows.is_empty() {
            return Some(Vec::new());
        }
        let compares = self.compares();
        let tasks = self.tasks.get();
        let asked = |&task: &usize| {
            let question = self.question_through(Some(task))?;
            Some(Asked::new(task, tasks.get(task)?, question, compares))
        };
        rows.iter().map(asked).collect()
    }

    /// Answers row by row. What was answered already is kept, and what is answered anew is shown until then.
    async fn answer_beside(self, asked: Vec<Asked>, of: (Source, usize)) {
        let epoch = self.epoch.get_value();
        let turn = self.beside_turn.try_update_value(|turn| {
            *turn += 1;
            *turn
        });
        let wanted = move || self.is_current(epoch) && Some(self.beside_turn.get_value()) == turn;
        let tasks: Vec<usize> = asked.iter().map(|asked| asked.task).collect();
        let is_gone = |row: &Arc<Row>| !tasks.contains(&row.asked.task);
        if self.beside.with_untracked(|rows| rows.iter().any(is_gone)) {
            self.beside.update(|rows| rows.retain(|row| !is_gone(row)));
        }
        self.learn();
        let known_tasks = self.outcomes.with_untracked(Vec::len);
        for asked in asked {
            // A task that was forgotten meanwhile: the question without it follows.
            let mut needed = asked.question.needs().into_iter();
            if needed.any(|(task, _)| task >= known_tasks) {
                return;
            }
            let known = |row: &Arc<Row>| row.asked == asked && row.of == of;
            if self.beside.with_untracked(|rows| rows.iter().any(known)) {
                continue;
            }
            clock::breathe().await;
            let best = self.answer_row(&asked, of.0, &wanted).await;
            if !wanted() {
                return;
            }
            if let Some(best) = best {
                let title = self
                    .tasks
                    .with_untracked(|tasks| tasks.get(asked.task).map(task_title));
                let title = title.unwrap_or_default();
                let row = Arc::new(Row {
                    title,
                    asked,
                    best,
                    of,
                });
                self.beside.update(|rows| {
                    rows.retain(|known| known.asked.task != row.asked.task);
                    rows.push(row);
                });
            }
        }
    }

    /// Answers one row, a part at a time. `None` where it is not wanted any more, or cannot be had.
    async fn answer_row(
        &self,
        asked: &Asked,
        source: Source,
        wanted: &dyn Fn() -> bool,
    ) -> Option<Vec<Ranked>> {
        let hidden = self.hidden.get_untracked();
        let mut parts = Vec::new();
        for (part, task, need) in asked.steps() {
            // Embeddings of many tasks drive one another out: each is there when it is needed.
            self.prepare(task, need, wanted).await;
            clock::breathe().await;
            if !wanted() {
                return None;
            }
            if let Some(example) = asked.only_example().filter(|_| part.is_some()) {
                return self.ask(source, |gallery| asked.nearest(gallery, example, &hidden));
            }
            if let Some(part) = part {
                let scores = self.ask(source, |gallery| asked.score(gallery, part))?;
                parts.push((part, scores));
            }
        }
        self.ask(source, |gallery| asked.best(gallery, parts, &hidden))
    }

    /// Asks what is searched.
    fn ask<T>(
        &self,
        source: Source,
        ask: impl FnOnce(&mut Gallery) -> Result<T, RetrievalError>,
    ) -> Option<T> {
        let answer = self
            .searchers
            .try_update_value(|searchers| searchers.of(source).map(ask))
            .flatten()?;
        answer
            .map_err(|error| leptos::logging::error!("a row cannot be answered: {error}"))
            .ok()
    }
}
