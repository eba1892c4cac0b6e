//! The side-by-side view: the query through several tasks, each row answered in slices so that the browser gets its
//! turn.

use std::sync::Arc;

use leptos::prelude::*;
use modulens_retrieval::{Query, Ranked, Search};

use crate::page::query::resolve;
use crate::page::shell::gallery::Source;
use crate::page::state::State;
use crate::page::text;
use crate::page::text::titles::task_title;
use crate::page::ui::effect::effect;
use crate::turn;

use super::rows::PICTURES;

/// The features, the number of images, and those that are no results.
type Of = (Source, usize, Arc<Vec<usize>>);

/// The answer of one row.
#[derive(Debug, PartialEq)]
pub struct RowAnswer {
    /// The task's title.
    pub title: String,
    /// The first results, the best first.
    pub best: Vec<Ranked>,
    task: usize,
    query: Query,
    /// The features it was answered with, how many images there were, and those that are no results.
    of: Of,
}

impl RowAnswer {
    /// Number of images it ranks.
    pub fn pictures(&self) -> usize {
        self.of.1.saturating_sub(self.of.2.len())
    }
}

impl State {
    /// The answer under a task, as far as it is known; tracked.
    pub fn row(&self, task: usize) -> Option<Arc<RowAnswer>> {
        self.open()
            .beside
            .with(|rows| rows.iter().find(|row| row.task == task).cloned())
    }

    /// Answers every new query under the tasks of the rows.
    pub(crate) fn keep_beside(&self) {
        let state = *self;
        let asked = Memo::new(move |_| state.row_queries());
        effect(move || {
            let open = state.open();
            let of = (open.source.get(), open.images.get(), open.excluded.get());
            state.open().learned.track();
            if let Some(asked) = asked.get() {
                let open = state.open_now();
                open.run_latest(open.answering_beside, state.answer_beside(asked, of));
            }
        });
    }

    /// The rows' tasks and queries; `None` while something they need is on its way.
    fn row_queries(&self) -> Option<Vec<(usize, Query)>> {
        let rows = self.rows.get();
        if rows.is_empty() {
            return Some(Vec::new());
        }
        let compares = self.compares();
        let tasks = self.tasks.get();
        let query = |&task: &usize| {
            let query = self.query_through(Some(task))?;
            Some((task, resolve::row(task, tasks.get(task)?, query, compares)))
        };
        rows.iter().map(query).collect()
    }

    /// Answers row by row. Rows that are answered already are kept, and those answered anew are shown until then.
    /// The next query cancels this.
    async fn answer_beside(self, asked: Vec<(usize, Query)>, of: Of) {
        let tasks: Vec<usize> = asked.iter().map(|(task, _)| *task).collect();
        let is_gone = |row: &Arc<RowAnswer>| !tasks.contains(&row.task);
        if self
            .open_now()
            .beside
            .with_untracked(|rows| rows.iter().any(is_gone))
        {
            self.open_now()
                .beside
                .update(|rows| rows.retain(|row| !is_gone(row)));
        }
        self.learn();
        for (task, query) in asked {
            if !self.has_tasks_of(&query) {
                return;
            }
            let known =
                |row: &Arc<RowAnswer>| row.task == task && row.query == query && row.of == of;
            if self
                .open_now()
                .beside
                .with_untracked(|rows| rows.iter().any(known))
            {
                continue;
            }
            turn::breathe().await;
            let best = self.answer_row(&query, of.0).await;
            if let Some(best) = best {
                let title = self
                    .tasks
                    .with_untracked(|tasks| tasks.get(task).map(task_title));
                let row = Arc::new(RowAnswer {
                    title: title.unwrap_or_default(),
                    best,
                    task,
                    query,
                    of: of.clone(),
                });
                self.open_now().beside.update(|rows| {
                    rows.retain(|known| known.task != row.task);
                    rows.push(row);
                });
            }
        }
    }

    /// Answers one row. `None` where that cannot be had.
    async fn answer_row(&self, query: &Query, source: Source) -> Option<Vec<Ranked>> {
        let hidden = self.open_now().excluded.get_untracked();
        let mut search = Search::new(query);
        self.advance(&mut search, source).await?;
        for task in self.show_predictions_of(query, source) {
            self.count_facet(task);
        }
        turn::breathe().await;
        let best = self.open_now().searchers.try_update_value(|searchers| {
            Some(search.best(searchers.of(source)?, PICTURES, &hidden))
        });
        best.flatten()?
            .map_err(|error| {
                self.notify(text::side_by_side::not_answered(&error));
            })
            .ok()
    }
}
