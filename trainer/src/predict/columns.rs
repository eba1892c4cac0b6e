//! The columns of a table of predictions: one for each value of each task.

use std::collections::BTreeSet;

use modulens_schema::Task;
use modulens_training::error::TrainerError;

use super::network::Predicted;

/// The names of the columns of probabilities, `Smiling=yes`, in the order of [`row`].
///
/// # Errors
/// Two columns of one name.
pub(super) fn names(tasks: &[Task]) -> Result<Vec<String>, TrainerError> {
    let of_task = |task: &Task| -> Vec<String> {
        let values = task.values.iter();
        values
            .map(|value| format!("{}={value}", task.name))
            .collect()
    };
    let names: Vec<String> = tasks.iter().flat_map(of_task).collect();
    let mut known = BTreeSet::new();
    match names.iter().find(|name| !known.insert(name.as_str())) {
        Some(twice) => Err(TrainerError::Message(format!(
            "two values of the bundle's tasks become the column {twice:?}; choose one of them with --tasks, or use --json"
        ))),
        None => Ok(names),
    }
}

/// The probabilities of an image: those of the first task's values, then the next task's.
pub(super) fn row(predicted: &Predicted, image: usize) -> impl Iterator<Item = f32> + '_ {
    predicted
        .probabilities
        .iter()
        .flat_map(move |table| of(table, predicted.images, image))
        .copied()
}

/// The part of a table `[images, ...]` that is one image's.
pub(super) fn of(table: &[f32], images: usize, image: usize) -> &[f32] {
    let width = table.len() / images.max(1);
    table
        .get(image * width..(image + 1) * width)
        .unwrap_or_default()
}

/// The likeliest value of a task and its probability.
pub(super) fn likeliest<'a>(task: &'a Task, probabilities: &[f32]) -> (&'a str, f32) {
    let values = task.values.iter().zip(probabilities);
    values.fold(
        ("", f32::NEG_INFINITY),
        |best, (value, &probability)| match probability > best.1 {
            true => (value, probability),
            false => best,
        },
    )
}
