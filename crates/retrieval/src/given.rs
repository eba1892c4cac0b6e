//! Names and labels that the images came with, and filters on them.

use modulens_schema::Labels;

use crate::query::LabelFilter;

/// The names and labels that the images of a gallery came with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GivenLabels {
    /// The name of every image: its source id.
    pub ids: Vec<String>,
    /// Under the network's tasks, `[N, T]`, to be held against the predictions.
    pub tasks: Labels,
    /// In the columns that can be filtered by, `[N, C]`.
    pub columns: Labels,
    /// Number of values of each column.
    pub values: Vec<usize>,
}

impl GivenLabels {
    /// Labels whose columns are the tasks themselves, with so many values each.
    pub fn of_tasks(ids: Vec<String>, tasks: Labels, values: Vec<usize>) -> Self {
        Self {
            ids,
            columns: tasks.clone(),
            tasks,
            values,
        }
    }

    /// For each of the first images, true if it passes a filter. An image whose label is unknown never does.
    pub(crate) fn passing(&self, filter: &LabelFilter, images: usize) -> Vec<bool> {
        let passes = |image: usize| {
            let label = self.columns.get(image, filter.column).map(usize::from);
            label.is_some_and(|label| filter.passes(label))
        };
        (0..images).map(passes).collect()
    }

    /// For each of the first images, true if its label is known and not the most probable value of a task.
    /// `probabilities` are `[N, values]`.
    pub(crate) fn disagreeing(
        &self,
        task: usize,
        probabilities: &[f32],
        values: usize,
    ) -> Vec<bool> {
        let rows = probabilities.chunks_exact(values.max(1)).enumerate();
        rows.map(|(image, row)| self.disagrees(image, task, row))
            .collect()
    }

    /// True if the label of an image is known and not the most probable value, the first of equals.
    pub fn disagrees(&self, image: usize, task: usize, probabilities: &[f32]) -> bool {
        let Some(label) = self.tasks.get(image, task).map(usize::from) else {
            return false;
        };
        let (before, rest) = probabilities.split_at(label.min(probabilities.len()));
        rest.split_first().is_some_and(|(own, after)| {
            before.iter().any(|p| p >= own) || after.iter().any(|p| p > own)
        })
    }

    /// The number of images with each value of a column; `keep` has one entry per image.
    pub fn counts(&self, column: usize, keep: &[bool]) -> Vec<usize> {
        let mut counts = vec![0; self.values.get(column).copied().unwrap_or_default()];
        for (image, _) in keep.iter().enumerate().filter(|(_, keep)| **keep) {
            let label = self.columns.get(image, column).map(usize::from);
            if let Some(count) = label.and_then(|label| counts.get_mut(label)) {
                *count += 1;
            }
        }
        counts
    }
}
