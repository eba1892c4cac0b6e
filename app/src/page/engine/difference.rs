//! Features computed here beside the shipped ones: which are searched, and how far they are apart.

use leptos::prelude::*;
use modulens_bundle::Features;

use crate::page::shell::gallery::{Searchers, Source};
use crate::page::state::State;
use crate::page::text;
use crate::turn;

use super::feature_difference::{self, FeatureDifference};

/// Examples per task whose results are compared.
const EXAMPLES: usize = 5;

/// The difference between features computed here and the shipped ones.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// The features themselves.
    pub features: FeatureDifference,
    /// Share of equal top results; absent until all tasks are compared.
    pub equal_results: Option<f64>,
}

impl State {
    /// Searches the shipped features or those computed here.
    pub fn use_source(&self, source: Source) {
        let there = self
            .open_now()
            .searchers
            .try_update_value(|searchers| searchers.of(source).is_some())
            .unwrap_or(false);
        if there && self.open_now().source.get_untracked() != source {
            self.open_now()
                .predictions
                .update(|predictions| predictions.fill(None));
            self.open_now().source.set(source);
        }
    }

    /// Makes features computed here ready to be searched.
    pub(crate) fn keep_features(&self, features: Features) {
        let kept = self.open_now().searchers.try_update_value(|searchers| {
            let mut local = searchers.shipped.clone()?;
            local.set_features(features).ok()?;
            searchers.local = Some(local);
            searchers.alike = None;
            Some(())
        });
        if kept.flatten().is_none() {
            self.notify(text::engine::FEATURES_MISFIT);
        }
    }

    /// Compares features and results, one task at a time.
    pub(crate) async fn measure_difference(&self) {
        let both = |searchers: &mut Searchers| {
            let features = feature_difference::compare(
                searchers.shipped.as_ref()?.features(),
                searchers.local.as_ref()?.features(),
            )?;
            Some(features)
        };
        let Some(features) = self.open_now().searchers.try_update_value(both).flatten() else {
            return;
        };
        self.open_now().difference.set(Some(Difference {
            features,
            equal_results: None,
        }));
        let tasks = self.open_now().predictions.with_untracked(Vec::len);
        let (mut equal, mut all) = (0, 0);
        for task in 0..tasks {
            turn::breathe().await;
            let counted = self.open_now().searchers.try_update_value(|searchers| {
                let (shipped, local) = (searchers.shipped.as_mut()?, searchers.local.as_mut()?);
                let examples = feature_difference::spread(shipped.images(), EXAMPLES);
                feature_difference::equal_results(shipped, local, task, &examples).ok()
            });
            if let Some((same, looked_at)) = counted.flatten() {
                equal += same;
                all += looked_at;
            }
        }
        let equal_results = (all > 0).then(|| equal as f64 / all as f64);
        self.open_now().difference.set(Some(Difference {
            features,
            equal_results,
        }));
    }
}
