//! Leaving images out of a search by what is known, or predicted, about them.

use modulens_schema::Labels;

/// What a filter looks at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum By {
    /// The label that came with the image. An image whose label is unknown passes no filter of this kind,
    /// wanted or not: unknown is never "no".
    Label,
    /// The value with the highest probability; every image has one.
    Prediction,
    /// The value's calibrated probability: an image has the value if it is at least so probable, and has it
    /// not if it is less.
    Probability {
        /// The least probability, 0..1.
        at_least: f32,
    },
}

/// One condition on an image.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Filter {
    /// The task.
    pub task: usize,
    /// The value.
    pub value: usize,
    /// Whether the image must have the value, or must not.
    pub wanted: bool,
    /// What tells whether it has.
    pub by: By,
}

impl Filter {
    /// Whether an image with this value passes; `None` is unknown.
    pub(crate) fn accepts(&self, value: Option<usize>) -> bool {
        value.is_some_and(|value| (value == self.value) == self.wanted)
    }

    /// Whether an image passes by its label.
    pub fn accepts_label(&self, labels: &Labels, image: usize) -> bool {
        self.accepts(labels.get(image, self.task).map(usize::from))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_passes_neither_way() {
        let labels = Labels::from_cells(1, vec![0, 1, Labels::UNKNOWN]).expect("3 x 1");
        let passes = |wanted| {
            let filter = Filter {
                task: 0,
                value: 1,
                wanted,
                by: By::Label,
            };
            (0..4)
                .map(|image| filter.accepts_label(&labels, image))
                .collect::<Vec<_>>()
        };
        assert_eq!(passes(true), [false, true, false, false]);
        assert_eq!(passes(false), [true, false, false, false]);
    }
}
