//! The labels of each image under each task.

use thiserror::Error;

/// The labels of `images` images under `tasks` tasks: a value index, or unknown.
///
/// Unknown is never "no": a task that does not apply to an image, or was never labelled, takes no
/// part in a loss, a measure or a filter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels {
    tasks: usize,
    /// Row-major `[images, tasks]`; [`Labels::UNKNOWN`] where nothing is known.
    cells: Vec<u8>,
}

/// A label table that does not fit its tasks.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LabelsError {
    /// The table is not a whole number of rows.
    #[error("{cells} label cells are not a whole number of rows of {tasks} tasks")]
    Ragged {
        /// Cells given.
        cells: usize,
        /// Tasks of a row.
        tasks: usize,
    },
}

impl Labels {
    /// The cell that stands for "not known".
    pub const UNKNOWN: u8 = u8::MAX;

    /// An empty table over `tasks` tasks.
    pub fn new(tasks: usize) -> Self {
        Self {
            tasks,
            cells: Vec::new(),
        }
    }

    /// A table from its row-major cells `[images, tasks]`.
    ///
    /// # Errors
    /// When the cells are not a whole number of rows.
    pub fn from_cells(tasks: usize, cells: Vec<u8>) -> Result<Self, LabelsError> {
        if (tasks == 0 && !cells.is_empty()) || (tasks > 0 && !cells.len().is_multiple_of(tasks)) {
            return Err(LabelsError::Ragged {
                cells: cells.len(),
                tasks,
            });
        }
        Ok(Self { tasks, cells })
    }

    /// Adds the labels of one more image; missing cells of a short row are unknown.
    pub fn push(&mut self, row: impl IntoIterator<Item = Option<u8>>) {
        let start = self.cells.len();
        self.cells.extend(
            row.into_iter()
                .take(self.tasks)
                .map(|value| value.unwrap_or(Self::UNKNOWN)),
        );
        self.cells.resize(start + self.tasks, Self::UNKNOWN);
    }

    /// The value of an image under a task; `None` where unknown or out of range.
    pub fn get(&self, image: usize, task: usize) -> Option<u8> {
        if task >= self.tasks {
            return None;
        }
        let row = image.checked_mul(self.tasks)?;
        self.cells
            .get(row.checked_add(task)?)
            .copied()
            .filter(|&cell| cell != Self::UNKNOWN)
    }

    /// Number of tasks.
    pub fn tasks(&self) -> usize {
        self.tasks
    }

    /// Number of images.
    pub fn images(&self) -> usize {
        self.cells.len().checked_div(self.tasks).unwrap_or(0)
    }

    /// The row-major cells `[images, tasks]`.
    pub fn cells(&self) -> &[u8] {
        &self.cells
    }

    /// The table of some of the images, in the order given. Images out of range become all-unknown rows.
    #[must_use]
    pub fn select(&self, images: &[usize]) -> Self {
        let mut chosen = Self::new(self.tasks);
        for &image in images {
            chosen.push((0..self.tasks).map(|task| self.get(image, task)));
        }
        chosen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_is_not_a_value() {
        let mut labels = Labels::new(3);
        labels.push([Some(1), None, Some(0)]);
        labels.push([Some(0)]);
        assert_eq!(labels.images(), 2);
        assert_eq!(labels.get(0, 0), Some(1));
        assert_eq!(labels.get(0, 1), None);
        assert_eq!(labels.get(1, 2), None);
        assert_eq!(labels.get(0, 3), None, "no reading over the end of a row");
        assert_eq!(labels.get(9, 0), None);
        // Numbers of pictures come from addresses.
        for image in [usize::MAX, usize::MAX / 3, usize::MAX / 3 + 1] {
            assert_eq!(labels.get(image, 2), None);
        }
    }

    #[test]
    fn selection_keeps_the_order_given() {
        let labels = Labels::from_cells(1, vec![3, 4, 5]).expect("one task");
        assert_eq!(labels.select(&[2, 0]).cells(), [5, 3]);
    }

    #[test]
    fn ragged_tables_are_refused() {
        assert!(Labels::from_cells(2, vec![0; 3]).is_err());
        assert!(Labels::from_cells(0, vec![0]).is_err());
    }
}
