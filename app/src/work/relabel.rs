//! A dataset's labels in the words of a network's tasks.

use modulens_schema::{Labels, Task};

/// The labels of `images` images under `wanted` tasks, `[images, wanted]`: matched by the names of tasks and values,
/// without regard to case. What the dataset does not know is [`Labels::UNKNOWN`].
pub fn relabel(known: &[Task], labels: &Labels, images: usize, wanted: &[Task]) -> Vec<u8> {
    let columns: Vec<Option<(usize, Vec<u8>)>> =
        wanted.iter().map(|task| column(known, task)).collect();
    let mut cells = Vec::with_capacity(images * wanted.len());
    for image in 0..images {
        cells.extend(
            columns
                .iter()
                .map(|column| {
                    let (task, values) = column.as_ref()?;
                    let value = usize::from(labels.get(image, *task)?);
                    values.get(value).copied()
                })
                .map(|cell: Option<u8>| cell.unwrap_or(Labels::UNKNOWN)),
        );
    }
    cells
}

/// The dataset's column for a task, and for each of its values the network's.
fn column(known: &[Task], wanted: &Task) -> Option<(usize, Vec<u8>)> {
    let at = known
        .iter()
        .position(|task| task.name.eq_ignore_ascii_case(&wanted.name))?;
    let value = |name: &String| {
        let index = wanted.value_index(name)?;
        u8::try_from(index).ok()
    };
    let values = known[at].values.iter();
    Some((
        at,
        values
            .map(|name| value(name).unwrap_or(Labels::UNKNOWN))
            .collect(),
    ))
}

#[cfg(test)]
mod tests {
    use modulens_schema::TaskKind;

    use super::*;

    #[test]
    fn tasks_and_values_are_matched_by_name() {
        let known = [
            Task::with_values(
                "closure",
                TaskKind::Categorical,
                ["Zipper", "Buckle", "Magnet"],
            ),
            Task::binary("Smiling"),
        ];
        let wanted = [
            Task::binary("Smiling"),
            Task::binary("Male"),
            Task::with_values("Closure", TaskKind::Categorical, ["Buckle", "Zipper"]),
        ];
        let mut labels = Labels::new(2);
        labels.push([Some(0), Some(1)]);
        labels.push([Some(1), None]);
        labels.push([Some(2), Some(0)]);
        let none = Labels::UNKNOWN;
        assert_eq!(
            relabel(&known, &labels, 4, &wanted),
            [1, none, 1, none, none, 0, 0, none, none, none, none, none],
            "a value the network does not know, and a picture without labels, are unknown"
        );
    }
}
