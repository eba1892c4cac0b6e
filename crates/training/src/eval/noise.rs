//! The known noise of the labels.

use std::fmt::Write as _;

use modulens_dataset::Format;
use modulens_schema::{Quality, noise};

use crate::attribution::{self, Origin};
use crate::data::OpenData;
use crate::error::TrainerError;

/// A line for every task of `CelebA` about whose labels something is published; nothing for other data, such as faces
/// that were drawn and know what they are.
pub(super) fn render(data: &OpenData, quality: &Quality) -> Result<String, TrainerError> {
    let real = data.dataset.format == Format::Celeba
        && matches!(attribution::find(data, None)?, Origin::Restricted(_));
    let known: Vec<_> = quality
        .tasks
        .iter()
        .filter_map(|task| Some((task, noise::celeba(&task.name)?)))
        .filter(|_| real)
        .collect();
    let mut text = String::new();
    if known.is_empty() {
        return Ok(text);
    }
    // Writing to a String cannot fail.
    let _ = writeln!(text, "\nThe labels themselves ({}):", noise::SOURCE);
    for (task, noise) in known {
        let ceiling = noise.triplet_ceiling().map_or_else(String::new, |ceiling| {
            format!(
                "; who sees every picture as it is gets {:.1} % of triplets",
                100.0 * ceiling
            )
        });
        let _ = writeln!(
            text,
            "{} ({:.1} %): {}{ceiling}",
            task.name,
            100.0 * task.triplet_accuracy,
            noise.sentence
        );
    }
    Ok(text)
}
