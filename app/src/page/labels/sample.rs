//! Marks for a user task, taken from a column of labels.

use modulens_retrieval::GivenLabels;

/// The most marks of each kind that are taken.
pub const MOST: usize = 200;

/// Images whose label in a column is a value, and images with another label; of many a sample spread over the gallery.
/// `hidden` images (ascending) are none of them.
pub fn marks(
    given: &GivenLabels,
    column: usize,
    value: usize,
    images: usize,
    hidden: &[usize],
) -> (Vec<usize>, Vec<usize>) {
    let labelled = (0..images)
        .filter(|image| hidden.binary_search(image).is_err())
        .filter_map(|image| {
            let label = given.columns.get(image, column)?;
            Some((image, usize::from(label) == value))
        });
    let (yes, no): (Vec<_>, Vec<_>) = labelled.partition(|(_, yes)| *yes);
    let spread = |all: &[(usize, bool)]| {
        let count = all.len().min(MOST);
        (0..count).map(|at| all[at * all.len() / count].0).collect()
    };
    (spread(&yes), spread(&no))
}

#[cfg(test)]
mod tests {
    use modulens_schema::Labels;

    use super::*;

    #[test]
    fn one_value_is_held_against_the_rest_and_of_many_some_are_taken() {
        let none = Labels::UNKNOWN;
        let mut cells = vec![2, 0, none, 1, 2, 2];
        cells.extend([1; 1000]);
        let given = GivenLabels {
            columns: Labels::from_cells(1, cells).expect("rows"),
            values: vec![3],
            ..GivenLabels::default()
        };
        let (yes, no) = marks(&given, 0, 2, 1006, &[4]);
        assert_eq!(yes, [0, 5]);
        assert_eq!((no.len(), no[0]), (MOST, 1));
        assert!(no[MOST - 1] > 990 && no.is_sorted());
        assert_eq!(marks(&given, 3, 0, 1006, &[]), (Vec::new(), Vec::new()));
    }
}
