//! Answering the query, and predicting every task for the whole gallery.
//!
//! Embedding a whole gallery under one task takes some ten milliseconds for thousands of images, so it is done in
//! slices, and the browser gets its turn in between.

use std::sync::Arc;

use leptos::prelude::*;
use modulens_retrieval::{Need, Progress, Query, RetrievalError, Search};

use crate::page::browser::clock;
use crate::page::engine::own_picture::Embedded;
use crate::page::query::resolve::{Context, ExampleFeatures, resolve};
use crate::page::query::view::{Example, View};
use crate::page::shell::gallery::Source;
use crate::page::state::State;
use crate::page::text;
use crate::page::text::titles::task_title;
use crate::page::ui::effect::effect;
use crate::turn;

use super::predictions::Predictions;

/// Images prepared before the browser gets its turn: some two milliseconds, ten on a slow phone.
const SLICE: usize = 1024;
/// Milliseconds of computing before the browser gets its turn: what takes less is shown in the frame of the action, and
/// the browser does not draw the page twice.
pub(super) const TURN: f64 = 10.0;

impl State {
    /// Answers every new query, and predicts all tasks when there is time.
    pub(crate) fn keep_searching(&self) {
        let state = *self;
        let query = Memo::new(move |_| state.query_through(state.compared.get()));
        effect(move || {
            // A new source is a new answer, even to the same query.
            state.open().source.track();
            // So are more images, fewer of them, and more labels.
            state.open().images.track();
            state.open().excluded.track();
            // Near-duplicates are folded into one, or not any more.
            state.folded.track();
            state.open().learned.track();
            if state.view.with(View::needs_labels) {
                // And so are corrected ones.
                state.open().ground_truth.track();
            }
            if let Some(query) = query.get() {
                let open = state.open_now();
                state.expect_no_other(&query);
                open.run_latest(open.answering, state.answer_query(query));
            }
        });
        effect(move || {
            state.open().source.track();
            state.open().images.track();
            state.open().learned.track();
            if state.gallery.with(|gallery| gallery.ready().is_some()) {
                state.open_now().spawn(state.predict_all());
            }
        });
    }

    /// The query through a lens, tracked; `None` while something it needs is on its way.
    pub(crate) fn query_through(&self, selected_task: Option<usize>) -> Option<Query> {
        let source = self.open().source.get();
        self.in_context(selected_task, |context, state| {
            let features = |example| match example {
                Example::Gallery(index) => match state.features(index, source) {
                    Some(features) => ExampleFeatures::Ready(features),
                    None => {
                        // An own gallery is searched while its features are still being read.
                        state.open().images.track();
                        match state.open().whole.get() {
                            false => ExampleFeatures::Waiting,
                            // A picture the gallery does not have is no part of the query.
                            true => ExampleFeatures::Missing,
                        }
                    }
                },
                Example::Own(number) => match state.own_embedded(number) {
                    Some(Embedded::Ready { features, .. }) => {
                        ExampleFeatures::Ready(features.to_vec())
                    }
                    Some(Embedded::Waiting) => ExampleFeatures::Waiting,
                    Some(Embedded::Failed(_)) | None => ExampleFeatures::Missing,
                },
            };
            state.view.with(|view| resolve(view, context, features))
        })?
    }

    /// True if the query compares anything through the lens, so that another lens is another answer; tracked.
    pub fn compares(&self) -> bool {
        let compares = self.in_context(None, |context, state| {
            state.view.with(|view| context.compares(view))
        });
        compares.unwrap_or_default()
    }

    /// Does something with all that the view is resolved with, tracked; `None` without a gallery.
    fn in_context<T>(
        &self,
        selected_task: Option<usize>,
        with: impl FnOnce(&Context<'_>, &Self) -> T,
    ) -> Option<T> {
        let data = self.data()?;
        let tasks = self.tasks.get();
        let asked = self.view.with(View::needs_labels);
        let columns = asked.then(|| self.label_columns()).flatten();
        let context = Context {
            tasks: &tasks,
            network: data.manifest.tasks.len(),
            first: &data.first,
            selected_task,
            columns: columns.as_deref(),
            labelled: asked && self.open().ground_truth.with(Option::is_some),
        };
        Some(with(&context, self))
    }

    /// True if images can be compared in a task: a user task only says how likely they have it.
    pub fn has_embeddings(&self, task: usize) -> bool {
        self.gallery.with(|gallery| {
            gallery
                .ready()
                .is_some_and(|data| task < data.manifest.tasks.len())
        })
    }

    /// The features of a picture of the gallery; `None` where there is no such picture.
    pub(super) fn features(&self, index: usize, source: Source) -> Option<Vec<f32>> {
        self.open_now()
            .searchers
            .try_update_value(|searchers| {
                let row = searchers.of(source)?.features().row(index).to_vec();
                (!row.is_empty()).then_some(row)
            })
            .flatten()
    }

    /// Computes an answer and shows it. The next query cancels this.
    async fn answer_query(self, query: Query) {
        if self.open_now().answer.with_untracked(Option::is_none) {
            // The page has just got its gallery, and is drawn first.
            turn::breathe().await;
        }
        self.learn();
        if !self.has_tasks_of(&query) {
            return;
        }
        let source = self.open_now().source.get_untracked();
        self.await_expected(&query).await;
        let mut search = Search::new(&query);
        let Some(mut millis) = self.advance(&mut search, source).await else {
            return;
        };
        // The answer comes with facet counts of its own.
        self.show_predictions_of(&query, source);
        if millis > TURN {
            turn::breathe().await;
        }
        let hidden = self.open_now().excluded.get_untracked();
        let started = clock::now();
        let ranking = self
            .open_now()
            .searchers
            .try_update_value(|searchers| Some(search.rank(searchers.of(source)?, &hidden)))
            .flatten();
        millis += clock::now() - started;
        match ranking {
            Some(Ok(ranking)) => self.show_ranking(ranking, query, millis, source).await,
            Some(Err(error)) => self.search_failed(&error),
            None => {}
        }
    }

    /// Tells the visitor that the results are still those of an earlier query.
    fn search_failed(&self, error: &RetrievalError) {
        self.notify(text::results::not_answered(&error));
    }

    /// False if a task of the query was forgotten meanwhile: the query without it follows.
    pub(crate) fn has_tasks_of(&self, query: &Query) -> bool {
        let tasks = self.open_now().predictions.with_untracked(Vec::len);
        query.needs().iter().all(|(task, _)| *task < tasks)
    }

    /// Advances a search to its end, a slice at a time. Returns the milliseconds it took, waiting not counted; `None`
    /// where that cannot be had.
    pub(crate) async fn advance(&self, search: &mut Search<'_>, source: Source) -> Option<f64> {
        let (mut millis, mut turn) = (0.0, 0.0);
        loop {
            let started = clock::now();
            let progress = self
                .open_now()
                .searchers
                .try_update_value(|searchers| Some(search.advance(searchers.of(source)?, SLICE)));
            let took = clock::now() - started;
            (millis, turn) = (millis + took, turn + took);
            match progress.flatten()? {
                Ok(Progress::Done) => return Some(millis),
                Ok(Progress::Working) => {}
                Err(error) => {
                    self.search_failed(&error);
                    return None;
                }
            }
            if turn > TURN {
                turn::breathe().await;
                turn = 0.0;
            }
        }
    }

    /// Predicts one task for every image, a slice at a time, and counts its facet.
    pub(crate) async fn predict(&self, task: usize, wanted: &dyn Fn() -> bool) {
        let source = self.open_now().source.get_untracked();
        loop {
            let left = self.open_now().searchers.try_update_value(|searchers| {
                Some(
                    searchers
                        .of(source)?
                        .advance(task, Need::Probabilities, SLICE),
                )
            });
            match left.flatten() {
                Some(Ok(0)) => break,
                Some(Ok(_)) => {}
                Some(Err(error)) => {
                    // A task that was forgotten meanwhile is no error.
                    if wanted() {
                        let title = self
                            .tasks
                            .with_untracked(|tasks| tasks.get(task).map(task_title));
                        self.notify(text::results::not_predicted(
                            &title.unwrap_or_default(),
                            &error,
                        ));
                    }
                    return;
                }
                None => return,
            }
            turn::breathe().await;
            if !wanted() {
                return;
            }
        }
        if self.show_predictions(task, source) {
            self.count_facet(task);
        }
    }

    /// Shows the predictions that a search has computed. Returns the tasks whose predictions are new.
    pub(crate) fn show_predictions_of(&self, query: &Query, source: Source) -> Vec<usize> {
        let needs = query.needs().into_iter();
        let predicted = needs.filter(|(_, need)| *need == Need::Probabilities);
        predicted
            .map(|(task, _)| task)
            .filter(|&task| self.show_predictions(task, source))
            .collect()
    }

    /// Shows the predictions of one task, if they are not shown yet. Returns whether they are new.
    fn show_predictions(&self, task: usize, source: Source) -> bool {
        let known = self.open_now().predictions.with_untracked(|all| {
            let predictions = all.get(task).and_then(Option::as_ref);
            predictions.map(|predictions| predictions.images())
        });
        let predictions = self.open_now().searchers.try_update_value(|searchers| {
            let gallery = searchers.of(source)?;
            if known == Some(gallery.images()) {
                return None;
            }
            let values = gallery.head(task).ok()?.values();
            let probabilities = gallery.probabilities(task).ok()?;
            Some(Predictions::new(values, probabilities))
        });
        let Some(predictions) = predictions.flatten() else {
            return false;
        };
        self.open_now().predictions.update(|all| {
            if let Some(place) = all.get_mut(task) {
                *place = Some(Arc::new(predictions));
            }
        });
        true
    }

    /// Predicts all tasks, the lens first, as long as the source stays and nothing was added.
    async fn predict_all(self) {
        let source = self.open_now().source.get_untracked();
        let images = self.open_now().images.get_untracked();
        let tasks = self.open_now().predictions.with_untracked(Vec::len);
        let selected_task = self.selected_task.get_untracked();
        let learned = self.open_now().learned.get_untracked();
        let wanted = move || {
            self.open_now().source.get_untracked() == source
                && self.open_now().images.get_untracked() == images
                && Arc::ptr_eq(&self.open_now().learned.get_untracked(), &learned)
        };
        for task in selected_task.into_iter().chain(0..tasks) {
            // The answer to what was asked goes first, and whatever else the visitor waits for.
            clock::idle().await;
            if !wanted() {
                return;
            }
            self.predict(task, &wanted).await;
        }
    }

    /// The probabilities of a task's values for a picture of the visitor's own.
    pub fn own_row(&self, number: u32, task: usize) -> Option<Vec<f32>> {
        let Some(Embedded::Ready { features, .. }) = self.own_embedded(number) else {
            return None;
        };
        self.open_now()
            .searchers
            .try_update_value(|searchers| {
                let gallery = searchers.shipped.as_ref()?;
                gallery.predict(&features, task).ok()
            })
            .flatten()
    }
}
