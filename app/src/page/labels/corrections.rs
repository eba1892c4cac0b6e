//! Labels of an own gallery that the visitor corrects: kept beside those that the images came with.

use std::sync::Arc;

use leptos::prelude::*;
use modulens_retrieval::GivenLabels;
use modulens_schema::{Correction, Labels, NewLabel, Task, taken_back, with_correction};

use crate::page::shell::gallery::GroundTruth;
use crate::page::state::State;
use crate::store_protocol::Request;

/// A correction that can be taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Corrected {
    /// The correction.
    pub change: Correction,
    /// The changes that take it back.
    back: Vec<Correction>,
}

/// The labels that images came with, corrected: in the columns of the visitor, and under the network's tasks of the same
/// names.
pub fn apply(
    came: &Arc<GivenLabels>,
    tasks: &[Task],
    columns: &[Task],
    corrections: &[Correction],
) -> Arc<GivenLabels> {
    if corrections.is_empty() {
        return Arc::clone(came);
    }
    let mut given = GivenLabels::clone(came);
    // A value that the network's task does not have is unknown under it; one that the column does not have is no correction.
    given.tasks = corrected(&given.tasks, tasks, corrections, true);
    given.columns = corrected(&given.columns, columns, corrections, false);
    Arc::new(given)
}

fn corrected(
    labels: &Labels,
    columns: &[Task],
    corrections: &[Correction],
    unknown: bool,
) -> Labels {
    let mut cells = labels.cells().to_vec();
    for Correction {
        column,
        label,
        images,
    } in corrections
    {
        let same = |spec: &Task| spec.name.eq_ignore_ascii_case(column);
        let Some(at) = columns.iter().position(same) else {
            continue;
        };
        let value = match label {
            NewLabel::AsItCame => continue,
            NewLabel::Unknown => None,
            NewLabel::Value(value) => match columns[at].value_index(value) {
                None if !unknown => continue,
                value => value,
            },
        };
        let cell = value.and_then(|value| u8::try_from(value).ok());
        for &image in images {
            // The numbers may be a stranger's.
            let row = image.checked_mul(columns.len());
            let place = row.and_then(|row| cells.get_mut(row.checked_add(at)?));
            if let Some(place) = place {
                *place = cell.unwrap_or(Labels::UNKNOWN);
            }
        }
    }
    Labels::from_cells(columns.len(), cells).unwrap_or_else(|_| labels.clone())
}

/// True if the visitor corrected the label of an image in a column.
pub fn is_corrected(corrections: &[Correction], column: &str, image: usize) -> bool {
    let mut names = corrected_columns(corrections, image).into_iter();
    names.any(|name| name.eq_ignore_ascii_case(column))
}

/// The columns of an image that the visitor corrected, by their names.
pub fn corrected_columns(corrections: &[Correction], image: usize) -> Vec<&str> {
    let of_image = corrections
        .iter()
        .filter(|known| known.images.binary_search(&image).is_ok());
    of_image.map(|known| known.column.as_str()).collect()
}

impl State {
    /// Corrects a label of some images, and offers to take it back.
    pub fn correct_labels(&self, column: String, label: NewLabel, images: Vec<usize>) {
        if images.is_empty() {
            return;
        }
        let change = Correction {
            column,
            label,
            images,
        };
        let open = self.open_now();
        let back = open.ground_truth.with_untracked(|truth| {
            let corrections = truth.as_ref().map_or(&[][..], |truth| &truth.corrections);
            taken_back(corrections, &change)
        });
        self.correct(&change);
        open.corrected.set(Some(Corrected { change, back }));
    }

    /// Takes the last correction back.
    pub fn undo_correction(&self) {
        let corrected = self.open_now().corrected;
        if let Some(Corrected { back, .. }) = corrected.get_untracked() {
            corrected.set(None);
            for change in &back {
                self.correct(change);
            }
        }
    }

    fn correct(&self, change: &Correction) {
        let open = self.open_now();
        let (Some(data), Some(truth)) = (self.data_now(), open.ground_truth.get_untracked()) else {
            return;
        };
        let Some(id) = data.kept_id() else { return };
        self.save_change(Request::Correct {
            id: id.to_owned(),
            change: change.clone(),
        });
        let corrections = with_correction(&truth.corrections, change);
        let given = apply(
            &truth.came,
            &data.manifest.tasks,
            &truth.columns,
            &corrections,
        );
        self.show_ground_truth(Ok(GroundTruth {
            given,
            corrections,
            ..GroundTruth::clone(&truth)
        }));
    }
}

#[cfg(test)]
mod tests {
    use modulens_schema::TaskKind;

    use super::*;

    #[test]
    fn a_correction_changes_the_column_and_the_task_of_the_same_name() {
        let tasks = [Task::binary("Smiling"), Task::binary("Hat")];
        let columns = [
            Task::with_values("place", TaskKind::Categorical, ["a", "b"]),
            Task::with_values("smiling", TaskKind::Categorical, ["yes", "no", "maybe"]),
        ];
        let none = Labels::UNKNOWN;
        let came = Arc::new(GivenLabels {
            tasks: Labels::from_cells(2, vec![1, none, 0, 1]).expect("rows"),
            columns: Labels::from_cells(2, vec![0, 0, 1, 1]).expect("rows"),
            values: vec![2, 3],
            ..GivenLabels::default()
        });
        let correction = |column: &str, label: NewLabel, images: &[usize]| Correction {
            column: column.into(),
            label,
            images: images.to_vec(),
        };
        let value = |name: &str| NewLabel::Value(name.into());
        assert!(Arc::ptr_eq(&apply(&came, &tasks, &columns, &[]), &came));
        let given = apply(
            &came,
            &tasks,
            &columns,
            &[
                correction("smiling", value("no"), &[0, 9]),
                correction("smiling", value("maybe"), &[1]),
                correction("place", NewLabel::Unknown, &[0]),
                correction("gone", value("a"), &[0]),
                correction("place", value("elsewhere"), &[1]),
                correction("place", value("b"), &[usize::MAX / 2 + 1]),
            ],
        );
        assert_eq!(given.columns.cells(), [none, 1, 1, 2]);
        assert_eq!(given.tasks.cells(), [0, none, none, 1]);
        let some = [
            correction("b", NewLabel::Unknown, &[1, 4]),
            correction("a", value("x"), &[4]),
        ];
        assert_eq!(corrected_columns(&some, 4), ["b", "a"]);
        assert_eq!(corrected_columns(&some, 2), [""; 0]);
    }
}
