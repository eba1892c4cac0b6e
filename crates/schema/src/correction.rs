//! Corrections of the labels that images came with.

use serde::{Deserialize, Serialize};

/// One label of some images, as the visitor corrected it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// The name of the column.
    pub column: String,
    /// The label from now on.
    pub label: NewLabel,
    /// The images, ascending.
    pub images: Vec<usize>,
}

/// A label in place of the one that an image came with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NewLabel {
    /// The one it came with, after all.
    AsItCame,
    /// None: it is not known.
    Unknown,
    /// This value of the column.
    Value(String),
}

/// Corrections after one more; those of the same label and image before it do not count any more.
pub fn with_correction(all: &[Correction], change: &Correction) -> Vec<Correction> {
    let mut images = change.images.clone();
    images.sort_unstable();
    images.dedup();
    let mut after: Vec<Correction> = all.to_vec();
    for known in &mut after {
        if known.column == change.column {
            known
                .images
                .retain(|image| images.binary_search(image).is_err());
        }
    }
    if change.label != NewLabel::AsItCame {
        let same =
            |known: &&mut Correction| known.column == change.column && known.label == change.label;
        match after.iter_mut().find(same) {
            Some(known) => {
                known.images.extend(images);
                known.images.sort_unstable();
            }
            None => after.push(Correction {
                images,
                ..change.clone()
            }),
        }
    }
    after.retain(|known| !known.images.is_empty());
    after
}

/// The changes that take a change back.
pub fn taken_back(before: &[Correction], change: &Correction) -> Vec<Correction> {
    let mut back = vec![Correction {
        label: NewLabel::AsItCame,
        ..change.clone()
    }];
    let mut changed = change.images.clone();
    changed.sort_unstable();
    let of_column = before.iter().filter(|known| known.column == change.column);
    back.extend(of_column.filter_map(|known| {
        let again = |image: &&usize| changed.binary_search(image).is_ok();
        let images: Vec<usize> = known.images.iter().filter(again).copied().collect();
        (!images.is_empty()).then(|| Correction {
            images,
            ..known.clone()
        })
    }));
    back
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(column: &str, label: &str, images: &[usize]) -> Correction {
        Correction {
            column: column.into(),
            label: match label {
                "" => NewLabel::AsItCame,
                "?" => NewLabel::Unknown,
                value => NewLabel::Value(value.into()),
            },
            images: images.to_vec(),
        }
    }

    #[test]
    fn the_last_correction_of_a_label_counts() {
        let one = with_correction(&[], &change("Hat", "yes", &[5, 2, 2]));
        assert_eq!(one, [change("Hat", "yes", &[2, 5])]);
        let two = with_correction(&one, &change("Hat", "no", &[5]));
        assert_eq!(two, [change("Hat", "yes", &[2]), change("Hat", "no", &[5])]);
        let three = with_correction(&two, &change("Smile", "?", &[2]));
        let four = with_correction(&three, &change("Hat", "yes", &[1, 5]));
        assert_eq!(
            four,
            [change("Hat", "yes", &[1, 2, 5]), change("Smile", "?", &[2])]
        );
        let none = with_correction(&four, &change("Hat", "", &[1, 2, 5, 9]));
        assert_eq!(none, [change("Smile", "?", &[2])]);
    }

    #[test]
    fn a_correction_is_taken_back_to_what_was_there_before() {
        let mut before = vec![change("Hat", "yes", &[2]), change("Hat", "?", &[3])];
        let made = change("Hat", "no", &[1, 2, 3]);
        let mut after = with_correction(&before, &made);
        assert_ne!(after, before);
        for back in taken_back(&before, &made) {
            after = with_correction(&after, &back);
        }
        after.sort_by_key(|known| known.images.clone());
        before.sort_by_key(|known| known.images.clone());
        assert_eq!(after, before);
    }
}
