//! The modulation vectors of the shown gallery's network.

use leptos::prelude::*;

use crate::page::state::State;

use super::modulation::{Part, Scaling};

impl State {
    /// The scaling vectors of all tasks, tracked. `None` while no gallery is there.
    pub fn scaling(&self, part: Part) -> Option<Scaling> {
        let tasks = self.data()?.manifest.tasks.len();
        let scales = self.open_now().searchers.with_value(|searchers| {
            let tail = searchers.shipped.as_ref()?.tail().folded();
            Some(match part {
                Part::Embedding => tail.embedding_scale.clone(),
                Part::Features => tail.feature_scale.clone(),
            })
        });
        Scaling::new(scales?, tasks)
    }
}
