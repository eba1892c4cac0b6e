//! Computing ahead what the pointer rests on: when the button is pressed, most of its answer is there.

use leptos::prelude::*;
use modulens_retrieval::{Clause, Criterion, Query, Search};

use crate::page::browser::clock;
use crate::page::state::State;
use crate::turn;

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
        open.expected.set_value(None);
        open.run_latest(open.expecting, async move {
            clock::sleep(REST).await;
            if state.has_tasks_of(&query) {
                open.expected.set_value(Some(query.clone()));
                let source = open.source.get_untracked();
                state.advance(&mut Search::new(&query), source).await;
                open.expected.set_value(None);
            }
        });
    }

    /// Ends what is computed ahead, unless this query needs it.
    pub(super) fn expect_no_other(&self, query: &Query) {
        if !self.is_expected(query) {
            let open = self.open_now();
            open.cancel(open.expecting);
            open.expected.set_value(None);
        }
    }

    /// Waits until what is computed ahead of a query is there.
    pub(super) async fn await_expected(&self, query: &Query) {
        while self.is_expected(query) {
            turn::breathe().await;
        }
    }

    /// True while an example of the query is being compared ahead.
    fn is_expected(&self, query: &Query) -> bool {
        let same = |a: &Clause, b: &Clause| a.task == b.task && a.criterion == b.criterion;
        self.open_now().expected.with_value(|expected| {
            let expected = expected.iter().flat_map(|query| &query.all);
            let mut expected = expected.filter(|clause| !clause.criterion.is_of_values());
            expected.any(|one| query.all.iter().any(|other| same(one, other)))
        })
    }
}
