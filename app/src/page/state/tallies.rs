//! Counting what is predicted for the pictures that have what is asked, for the facets.

use std::sync::Arc;

use leptos::prelude::*;

use super::State;
use crate::page::browser::clock;

/// Milliseconds of counting before the browser gets its turn.
const SLICE: f64 = 8.0;

impl State {
    /// Counts anew under every task whose outcome is known.
    pub(super) async fn fill_tallies(&self, wanted: &impl Fn() -> bool) {
        let tasks = self.outcomes.with_untracked(Vec::len);
        let mut counted = Vec::new();
        let mut started = clock::now();
        for task in 0..tasks {
            counted.extend(self.count(task).map(|tally| (task, tally)));
            let last = task + 1 == tasks;
            if last || clock::now() - started > SLICE {
                self.tallies.update(|tallies| {
                    tallies.resize(tasks, None);
                    for (task, tally) in counted.drain(..) {
                        tallies[task] = Some(tally);
                    }
                });
                clock::breathe().await;
                if !wanted() {
                    return;
                }
                started = clock::now();
            }
        }
    }

    /// Counts under one task.
    pub(super) fn fill_tally(&self, task: usize) {
        if let Some(tally) = self.count(task) {
            self.tallies.update(|tallies| {
                if tallies.len() <= task {
                    tallies.resize(task + 1, None);
                }
                tallies[task] = Some(tally);
            });
        }
    }

    fn count(&self, task: usize) -> Option<Arc<modulens_retrieval::Tally>> {
        let outcome = self
            .outcomes
            .with_untracked(|outcomes| outcomes.get(task).cloned().flatten())?;
        // Until there is an answer, everything that is shown counts.
        let keep = self.answer.with_untracked(|answer| {
            let passing = &answer.as_ref()?.ranking.passing;
            (!passing.is_open_to(task)).then(|| passing.all_but(task))
        });
        Some(Arc::new(outcome.tally(keep.as_deref())))
    }
}
