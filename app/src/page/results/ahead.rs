//! Computing ahead what the pointer rests on: when the button is pressed, most of its answer is there.

use leptos::prelude::*;
use modulens_retrieval::{Clause, Criterion, Query, Search};

use crate::page::browser::clock;
use crate::page::state::State;

/// Milliseconds that the pointer rests before anything is computed: on its way it passes over others.
const REST: u32 = 50;

impl State {
    /// Compares all images with one ahead, as *more like this* will.
    pub(crate) fn expect_like(&self, image: usize) {
        let source = self.open_now().source.get_untracked();
        let features = self.features(image, source);
        let compares = self.view.with_untracked(|view| !view.examples.is_empty());
        let clause = features.map(|features| Clause {
            // A first example is compared overall.
            task: self.compared.get_untracked().filter(|_| compares),
            criterion: Criterion::Similar {
                features,
                negated: false,
            },
            weight: 1.0,
        });
        self.expect(clause.map(Query::from));
    }

    /// Answers the query ahead as it is through another lens.
    pub(crate) fn expect_lens(&self, task: Option<usize>) {
        self.expect(untrack(|| self.query_through(task)));
    }

    /// Predicts a task ahead, as asking for one of its values will.
    pub(crate) fn expect_values(&self, task: usize) {
        self.expect(Some(Clause::any_of(task, [0]).into()));
    }

    /// Answers a query ahead, in place of the one before.
    fn expect(&self, query: Option<Query>) {
        let (state, open) = (*self, self.open_now());
        let Some(query) = query else { return };
        open.run_latest(open.expecting, async move {
            clock::sleep(REST).await;
            if state.has_tasks_of(&query) {
                let source = open.source.get_untracked();
                state.advance(&mut Search::new(&query), source).await;
            }
        });
    }
}
