//! Facet counts of the images that have what is asked.

use std::sync::Arc;

use leptos::prelude::*;
use modulens_retrieval::{FacetCounts, Subject};

use crate::page::browser::clock;
use crate::page::state::State;
use crate::turn;

/// Milliseconds of counting before the browser gets its turn.
const SLICE: f64 = 8.0;

impl State {
    /// Counts every facet whose predictions are known anew, for an answer just shown.
    pub(crate) async fn count_facets(&self) {
        let tasks = self.open_now().predictions.with_untracked(Vec::len);
        let mut counted = Vec::new();
        let mut started = clock::now();
        for task in 0..tasks {
            counted.extend(self.counted(task).map(|counts| (task, counts)));
            let last = task + 1 == tasks;
            if last || clock::now() - started > SLICE {
                self.open_now().facet_counts.update(|all| {
                    all.resize(tasks, None);
                    for (task, counts) in counted.drain(..) {
                        all[task] = Some(counts);
                    }
                });
                turn::breathe().await;
                started = clock::now();
            }
        }
    }

    /// Counts the facet of one task by the answer shown, for predictions that are new.
    pub(crate) fn count_facet(&self, task: usize) {
        if let Some(counts) = self.counted(task) {
            self.open_now().facet_counts.update(|all| {
                if all.len() <= task {
                    all.resize(task + 1, None);
                }
                all[task] = Some(counts);
            });
        }
    }

    fn counted(&self, task: usize) -> Option<Arc<FacetCounts>> {
        let predictions = self
            .open_now()
            .predictions
            .with_untracked(|all| all.get(task).cloned().flatten())?;
        // Until there is an answer, everything that is shown counts.
        let keep = self.open_now().answer.with_untracked(|answer| {
            let mask = &answer.as_ref()?.ranking.mask;
            let task = Subject::Task(task);
            (!mask.is_open_to(task)).then(|| mask.all_but(task))
        });
        Some(Arc::new(predictions.facet_counts(keep.as_deref())))
    }
}
