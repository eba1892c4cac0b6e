//! The columns of labels of the open gallery.

use std::sync::Arc;

use leptos::prelude::*;
use modulens_retrieval::Subject;
use modulens_schema::Task;

use crate::page::query::view::LabelCondition;
use crate::page::state::State;
use crate::store_protocol::MOST_FACET_VALUES;

impl State {
    /// The columns that can be filtered by, tracked; `None` while they are on their way.
    pub fn label_columns(&self) -> Option<Arc<[Task]>> {
        let open = self.open();
        if !open.labels_known.get() {
            return None;
        }
        let columns = open.ground_truth.with(|truth| {
            let truth = truth.as_ref()?;
            Some(Arc::clone(&truth.columns))
        });
        Some(columns.unwrap_or_default())
    }

    /// The visitor's own columns that have a facet; tracked.
    pub fn label_facets(&self) -> Vec<usize> {
        self.open().ground_truth.with(|truth| {
            let columns = truth.as_ref().filter(|truth| truth.own);
            let columns = columns.map_or(&[][..], |truth| &truth.columns);
            let has_facet = |task: &Task| (1..=MOST_FACET_VALUES).contains(&task.values.len());
            let columns = columns.iter().enumerate();
            let columns = columns.filter(|(_, task)| has_facet(task));
            columns.map(|(column, _)| column).collect()
        })
    }

    /// True if there are other facets than the network's; tracked.
    pub fn has_other_facets(&self) -> bool {
        self.user_tasks.with(|tasks| !tasks.is_empty()) || !self.label_facets().is_empty()
    }

    /// The images that have what is asked of anything but a subject; tracked.
    pub(super) fn matching(&self, subject: Subject) -> Option<Vec<bool>> {
        self.open()
            .answer
            .with(|answer| Some(answer.as_ref()?.ranking.mask.all_but(subject)))
    }

    /// True if a filter on labels is in the query; tracked.
    pub(super) fn asks_label(&self, label: &LabelCondition) -> bool {
        self.view.with(|view| view.labels.contains(label))
    }

    /// The network's task that has the name of a column.
    pub(super) fn task_of_column(&self, column: &Task) -> Option<(usize, String)> {
        let data = self.data_now()?;
        let same = |task: &Task| task.name.eq_ignore_ascii_case(&column.name);
        let task = data.manifest.tasks.iter().position(same)?;
        Some((task, data.manifest.tasks[task].name.clone()))
    }
}
