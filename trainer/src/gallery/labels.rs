//! Labels of images for the tasks of a network that was trained on others.

use modulens_dataset::Dataset;
use modulens_schema::{Labels, Task};

/// The labels of images for the tasks of a network: those of the dataset's tasks of the same name, for values of the same
/// name. An image of which only a part is shown has none: nobody says which part they are about.
///
/// # Shapes
/// `kept` holds an image's id, its place in the dataset, and whether all of it is shown; the result is `[kept, tasks]`.
pub(super) fn of(dataset: &Dataset, tasks: &[Task], kept: &[(String, usize, bool)]) -> Labels {
    let columns: Vec<Option<(usize, Vec<Option<usize>>)>> =
        tasks.iter().map(|task| column(dataset, task)).collect();
    let mut labels = Labels::new(tasks.len());
    for &(_, image, whole) in kept {
        labels.push(columns.iter().map(|column| {
            let (of, values) = column.as_ref().filter(|_| whole)?;
            let value = dataset.labels.get(image, *of)?;
            let place = (*values.get(usize::from(value))?)?;
            u8::try_from(place).ok()
        }));
    }
    labels
}

/// The dataset's task of the same name, and the place of each of its values among the network's.
fn column(dataset: &Dataset, task: &Task) -> Option<(usize, Vec<Option<usize>>)> {
    let of = dataset.tasks.iter().position(|own| own.name == task.name)?;
    let place = |value: &String| task.values.iter().position(|known| known == value);
    Some((of, dataset.tasks[of].values.iter().map(place).collect()))
}
