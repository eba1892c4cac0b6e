//! Answering the question asked, and finding out what the network says under every task.
//!
//! Embedding a whole gallery under one task takes some ten milliseconds for thousands of pictures, so it is
//! done one task at a time, and the browser gets its turn in between.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use modulens_retrieval::Need;

use super::own_picture::Embedded;
use super::{Answer, Source, State};
use crate::page::browser::clock;
use crate::page::core::outcome::Outcome;
use crate::page::core::question::{Likeness, Question};
use crate::page::core::ranking::rank;
use crate::page::core::view::{Example, Like};

/// Pictures prepared before the browser gets its turn: some two milliseconds, ten on a slow phone.
const SLICE: usize = 1024;

impl State {
    /// Answers every new question, and fills in the outcomes of all tasks when there is time.
    pub(super) fn keep_searching(&self) {
        let state = *self;
        let question = Memo::new(move |_| state.question());
        Effect::new(move |_| {
            // A new source is a new answer, even to the same question.
            state.source.track();
            // So are more pictures, and more marks.
            state.images.track();
            state.learned.track();
            if let Some(question) = question.get() {
                spawn_local(state.answer_question(question));
            }
        });
        Effect::new(move |_| {
            state.source.track();
            state.images.track();
            state.learned.track();
            if state.gallery.with(|gallery| gallery.ready().is_some()) {
                spawn_local(state.fill_outcomes());
            }
        });
    }

    /// The question in indices; `None` while something it needs is on its way.
    fn question(&self) -> Option<Question> {
        self.question_through(self.compared.get())
    }

    /// The question as it would be asked through another lens.
    pub(super) fn question_through(&self, lens: Option<usize>) -> Option<Question> {
        self.data()?;
        let tasks = self.tasks.get();
        let conditions = self.conditions.get();
        let source = self.source.get();
        let mut examples = Vec::new();
        for like in self.view.with(|view| view.examples.clone()) {
            let Some(task) = self.own_task(&like).or(lens) else {
                continue;
            };
            let features = match like.example {
                // A picture the gallery does not have is no part of the question.
                Example::Gallery(index) => self.features(index, source),
                Example::Own(number) => match self.own_embedded(number) {
                    Some(Embedded::Ready { features, .. }) => Some(features.to_vec()),
                    Some(Embedded::Waiting) => return None,
                    Some(Embedded::Failed(_)) | None => None,
                },
            };
            examples.extend(features.map(|features| Likeness {
                task,
                features,
                wanted: like.wanted,
                weight: like.weight,
            }));
        }
        let question = Question::new(&tasks, &conditions, examples);
        let (bounds, at_least) = self.view.with(|view| (view.bounds.clone(), view.at_least));
        Some(question.within(&tasks, &bounds, at_least))
    }

    /// The task an example is compared in whatever the lens; one that the gallery does not have is none.
    fn own_task(&self, like: &Like) -> Option<usize> {
        let name = like.task.as_ref()?;
        let tasks = self.tasks.get();
        let task = tasks.iter().position(|task| task.name == *name)?;
        self.has_embeddings(task).then_some(task)
    }

    /// Whether the question compares anything through the lens, so that another lens is another answer.
    pub fn compares(&self) -> bool {
        let examples = self.view.with(|view| view.examples.clone());
        examples
            .iter()
            .any(|like| like.weight.counts() && self.own_task(like).is_none())
    }

    /// Whether pictures can be compared in a task: a taught one only says how likely they have it.
    pub fn has_embeddings(&self, task: usize) -> bool {
        self.gallery.with(|gallery| {
            gallery
                .ready()
                .is_some_and(|data| task < data.manifest.tasks.len())
        })
    }

    /// The features of a picture of the gallery; `None` where there is no such picture.
    fn features(&self, index: usize, source: Source) -> Option<Vec<f32>> {
        self.searchers
            .try_update_value(|searchers| {
                let row = searchers.of(source)?.features().row(index).to_vec();
                (!row.is_empty()).then_some(row)
            })
            .flatten()
    }

    /// Computes an answer and shows it, unless the question has become another meanwhile.
    async fn answer_question(self, question: Question) {
        let epoch = self.epoch.get_value();
        let turn = self.turn.try_update_value(|turn| {
            *turn += 1;
            *turn
        });
        let wanted = move || self.is_current(epoch) && Some(self.turn.get_value()) == turn;
        if self.answer.with_untracked(Option::is_none) {
            // The page has just got its gallery, and is drawn first.
            clock::breathe().await;
            if !wanted() {
                return;
            }
        }
        let mut millis = 0.0;
        self.learn();
        // A task that was forgotten meanwhile: the question without it follows.
        let tasks = self.outcomes.with_untracked(Vec::len);
        if question.needs().iter().any(|(task, _)| *task >= tasks) {
            return;
        }
        for (task, need) in question.needs() {
            millis += self.prepare(task, need, &wanted).await;
            if !wanted() {
                return;
            }
        }
        clock::breathe().await;
        if !wanted() {
            return;
        }
        let source = self.source.get_untracked();
        let hidden = self.hidden.get_untracked();
        let started = clock::now();
        let ranking = self
            .searchers
            .try_update_value(|searchers| {
                searchers
                    .of(source)
                    .map(|gallery| rank(gallery, &question, &hidden))
            })
            .flatten();
        millis += clock::now() - started;
        match ranking {
            Some(Ok(ranking)) => {
                self.answer.set(Some(Arc::new(Answer {
                    ranking,
                    question,
                    millis,
                })));
                self.fill_tallies(&wanted).await;
            }
            Some(Err(error)) => leptos::logging::error!("the search failed: {error}"),
            None => {}
        }
    }

    /// Gets a task ready for a search and finds out what the network says under it, a slice at a time. Returns the
    /// milliseconds it took, waiting not counted.
    pub(super) async fn prepare(&self, task: usize, need: Need, wanted: &dyn Fn() -> bool) -> f64 {
        let source = self.source.get_untracked();
        let mut millis = 0.0;
        loop {
            let started = clock::now();
            let left = self.searchers.try_update_value(|searchers| {
                Some(searchers.of(source)?.advance(task, need, SLICE))
            });
            millis += clock::now() - started;
            match left.flatten() {
                Some(Ok(0)) => break,
                Some(Ok(_)) => {}
                Some(Err(error)) => {
                    // One that was forgotten meanwhile is nothing to complain of.
                    if wanted() {
                        leptos::logging::error!("task {task} cannot be searched: {error}");
                    }
                    return millis;
                }
                None => return millis,
            }
            clock::breathe().await;
            if !wanted() {
                return millis;
            }
        }
        if need == Need::Probabilities {
            let started = clock::now();
            self.show_outcome(task, source);
            millis += clock::now() - started;
        }
        millis
    }

    /// Shows what the network says under one task, if that is not shown yet.
    fn show_outcome(&self, task: usize, source: Source) {
        let known = self.outcomes.with_untracked(|outcomes| {
            let outcome = outcomes.get(task).and_then(Option::as_ref);
            outcome.map(|outcome| outcome.pictures())
        });
        let outcome = self.searchers.try_update_value(|searchers| {
            let gallery = searchers.of(source)?;
            if known == Some(gallery.images()) {
                return None;
            }
            let values = gallery.readout(task).ok()?.values();
            let probabilities = gallery.probabilities(task).ok()?;
            Some(Outcome::new(values, probabilities))
        });
        if let Some(outcome) = outcome.flatten() {
            self.outcomes.update(|outcomes| {
                if let Some(place) = outcomes.get_mut(task) {
                    *place = Some(Arc::new(outcome));
                }
            });
            self.fill_tally(task);
        }
    }

    /// Finds out what the network says under all tasks, the lens first, as long as gallery and source stay and
    /// nothing was added.
    async fn fill_outcomes(self) {
        let (epoch, source) = (self.epoch.get_value(), self.source.get_untracked());
        let images = self.images.get_untracked();
        let tasks = self.outcomes.with_untracked(Vec::len);
        let lens = self.lens.get_untracked();
        let learned = self.learned.get_untracked();
        let wanted = move || {
            self.is_current(epoch)
                && self.source.get_untracked() == source
                && self.images.get_untracked() == images
                && Arc::ptr_eq(&self.learned.get_untracked(), &learned)
        };
        for task in lens.into_iter().chain(0..tasks) {
            // The answer to what was asked goes first, and whatever else the visitor waits for.
            clock::idle().await;
            if !wanted() {
                return;
            }
            self.prepare(task, Need::Probabilities, &wanted).await;
        }
    }

    /// What the network says about a picture of the visitor's own under a task.
    pub fn own_row(&self, number: u32, task: usize) -> Option<Vec<f32>> {
        let Some(Embedded::Ready { features, .. }) = self.own_embedded(number) else {
            return None;
        };
        self.searchers
            .try_update_value(|searchers| {
                let gallery = searchers.shipped.as_ref()?;
                gallery.outcome(&features, task).ok()
            })
            .flatten()
    }
}
