//! Near-duplicates folded in the results: found in slices, the results shown meanwhile as far as they are known.

use std::collections::HashMap;
use std::sync::Arc;

use leptos::prelude::*;
use modulens_retrieval::{Alike, Progress, Query, Ranking};

use crate::page::browser::clock;
use crate::page::browser::frames;
use crate::page::shell::gallery::Source;
use crate::page::state::State;
use crate::turn;

use super::answer::Answer;
use super::search::TURN;

/// Numbers read before the clock is looked at: about a millisecond.
const BUDGET: usize = 1 << 19;

impl State {
    /// Shows a ranking, with near-duplicates folded where that is wanted. The next query cancels this.
    pub(super) async fn show_ranking(
        self,
        ranking: Ranking,
        query: Query,
        millis: f64,
        source: Source,
    ) {
        let is_known = !self.folded.get_untracked() || self.find_alike(source);
        let whole = (!is_known).then(|| (ranking.clone(), query.clone()));
        self.show_folded(ranking, query, millis, source);
        // Whoever asked sees the pictures first.
        frames::drawn().await;
        self.count_facets().await;
        let Some((ranking, query)) = whole else {
            return;
        };
        turn::breathe().await;
        while !self.find_alike(source) {
            turn::breathe().await;
        }
        self.show_folded(ranking, query, millis, source);
    }

    /// Goes on finding near-duplicates for a turn. True once all are found.
    fn find_alike(&self, source: Source) -> bool {
        let started = clock::now();
        let advance = || {
            let progress = self.open_now().searchers.try_update_value(|searchers| {
                let known = searchers.alike.take().filter(|(of, _)| *of == source);
                let (_, mut alike) = known.unwrap_or_else(|| (source, Default::default()));
                let progress = alike.advance(searchers.of(source)?.features(), BUDGET);
                searchers.alike = Some((source, alike));
                Some(progress)
            });
            progress.flatten()
        };
        while clock::now() - started <= TURN {
            if advance() != Some(Progress::Working) {
                return true;
            }
        }
        false
    }

    fn show_folded(&self, mut ranking: Ranking, query: Query, millis: f64, source: Source) {
        let results = ranking.order.len();
        let alike = match self.folded.get_untracked() {
            true => self.fold(&mut ranking, source),
            false => HashMap::new(),
        };
        self.open_now().answer.set(Some(Arc::new(Answer {
            folded: results - ranking.order.len(),
            alike,
            ranking,
            query,
            millis,
        })));
    }

    /// Folds the near-duplicates that are known.
    fn fold(&self, ranking: &mut Ranking, source: Source) -> HashMap<usize, Alike> {
        let folded = self.open_now().searchers.try_update_value(|searchers| {
            let known = searchers.alike.as_ref().filter(|(of, _)| *of == source);
            known.map(|(_, alike)| alike.fold(&mut ranking.order))
        });
        folded.flatten().unwrap_or_default()
    }
}
