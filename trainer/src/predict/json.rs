//! Predictions as one JSON object a line.

use modulens_schema::Task;
use modulens_training::error::TrainerError;
use modulens_training::output::to_json_line;
use serde::{Serialize, Serializer};

use super::columns::{likeliest, of};
use super::network::Predicted;

#[derive(Serialize)]
struct Image<'a> {
    id: &'a str,
    /// Absent where the bundle does not describe its training images.
    #[serde(skip_serializing_if = "Option::is_none")]
    out_of_domain: Option<bool>,
    tasks: Vec<TaskValues<'a>>,
}

#[derive(Serialize)]
struct TaskValues<'a> {
    name: &'a str,
    /// The likeliest.
    value: &'a str,
    probabilities: Probabilities<'a>,
}

/// Values with their probabilities, in the task's order.
struct Probabilities<'a>(&'a [String], &'a [f32]);

impl Serialize for Probabilities<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().zip(self.1))
    }
}

/// The lines of some images.
pub(super) fn lines(
    tasks: &[Task],
    ids: &[&str],
    predicted: &Predicted,
) -> Result<String, TrainerError> {
    let mut text = String::new();
    for (image, id) in ids.iter().enumerate() {
        let values = tasks.iter().zip(&predicted.probabilities);
        let values = values.map(|(task, table)| {
            let probabilities = of(table, predicted.images, image);
            TaskValues {
                name: &task.name,
                value: likeliest(task, probabilities).0,
                probabilities: Probabilities(&task.values, probabilities),
            }
        });
        let tasks = values.collect();
        let out_of_domain = predicted.outside.get(image).copied();
        text.push_str(&to_json_line(&Image {
            id,
            out_of_domain,
            tasks,
        })?);
        text.push('\n');
    }
    Ok(text)
}
