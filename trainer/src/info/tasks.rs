//! Tasks with their values, and how often each occurs.

use std::fmt::Write as _;

use modulens_schema::{Labels, Task};
use serde::Serialize;

/// One task.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct TaskInfo {
    name: String,
    kind: modulens_schema::TaskKind,
    values: Vec<ValueInfo>,
    /// Images of which nothing is known; absent where there are no labels to count.
    #[serde(skip_serializing_if = "Option::is_none")]
    unknown: Option<usize>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct ValueInfo {
    value: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    images: Option<usize>,
}

/// All tasks; with labels, counted.
pub(super) fn tasks(tasks: &[Task], labels: Option<&Labels>) -> Vec<TaskInfo> {
    tasks
        .iter()
        .enumerate()
        .map(|(index, task)| {
            let counts = labels.map(|labels| count(labels, index, task.values.len()));
            let values = task
                .values
                .iter()
                .enumerate()
                .map(|(value, name)| ValueInfo {
                    value: name.clone(),
                    images: counts.as_ref().map(|(values, _)| values[value]),
                });
            TaskInfo {
                name: task.name.clone(),
                kind: task.kind,
                values: values.collect(),
                unknown: counts.as_ref().map(|(_, unknown)| *unknown),
            }
        })
        .collect()
}

/// Images of every value, and those of which nothing is known.
fn count(labels: &Labels, task: usize, values: usize) -> (Vec<usize>, usize) {
    let (mut counts, mut unknown) = (vec![0; values], 0);
    for image in 0..labels.images() {
        match labels
            .get(image, task)
            .and_then(|value| counts.get_mut(usize::from(value)))
        {
            Some(count) => *count += 1,
            None => unknown += 1,
        }
    }
    (counts, unknown)
}

/// One line per task.
pub(super) fn render(tasks: &[TaskInfo], text: &mut String) {
    let width = tasks.iter().map(|task| task.name.len()).max().unwrap_or(0);
    for task in tasks {
        let values: Vec<String> = task
            .values
            .iter()
            .map(|value| match value.images {
                Some(images) => format!("{} {images}", value.value),
                None => value.value.clone(),
            })
            .collect();
        // Writing to a String cannot fail.
        let _ = write!(text, "  {:width$}  {}", task.name, values.join(", "));
        if let Some(unknown @ 1..) = task.unknown {
            let _ = write!(text, "; unknown {unknown}");
        }
        text.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_unknowns_are_counted() {
        let known = [Task::binary("Smiling"), Task::binary("Hat")];
        let labels = Labels::from_cells(2, vec![1, 0, 1, Labels::UNKNOWN, 0, 0]).expect("3 x 2");
        let mut text = String::new();
        render(&tasks(&known, Some(&labels)), &mut text);
        assert_eq!(
            text,
            "  Smiling  no 1, yes 2\n  Hat      no 2, yes 0; unknown 1\n"
        );
        text.clear();
        render(&tasks(&known[..1], None), &mut text);
        assert_eq!(text, "  Smiling  no, yes\n");
    }
}
