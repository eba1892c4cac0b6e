//! The tasks of the welcome, and the images it begins with.

use modulens_schema::{Quality, Task, TaskKind};

use crate::page::ui::descending::descending;

/// Rows of the welcome.
pub const ROWS: usize = 3;
/// Images that are tried.
const TRIED: usize = 24;
/// Tasks that everybody sees at once, of the datasets we know.
const KNOWN: [[&str; ROWS]; 2] = [
    ["Smiling", "Eyeglasses", "Wearing_Hat"],
    ["Closure", "HeelHeight", "ToeStyle"],
];

/// The tasks of the rows: known ones, else those whose triplets the network orders best. Fewer than [`ROWS`] where the
/// gallery has no more.
pub fn tasks(tasks: &[Task], quality: &Quality) -> Vec<usize> {
    let place = |name: &&str| {
        let mut tasks = tasks.iter();
        tasks.position(|task| task.name.eq_ignore_ascii_case(name))
    };
    let known = |row: &[&str; ROWS]| -> Option<Vec<usize>> { row.iter().map(place).collect() };
    if let Some(known) = KNOWN.iter().find_map(known) {
        return known;
    }
    let accuracy = |task: usize| {
        let mut measured = quality.tasks.iter();
        let measured = measured.find(|one| one.name == tasks[task].name);
        measured.map_or(0.0, |one| one.triplet_accuracy)
    };
    let accuracies: Vec<f64> = (0..tasks.len()).map(accuracy).collect();
    let mut all = descending(&accuracies);
    all.truncate(ROWS);
    all
}

/// The probability that an image shows what a task is about: "yes", or for other tasks its most probable value.
pub fn shown(task: &Task, probabilities: &[f32]) -> f32 {
    match task.kind {
        TaskKind::Binary => probabilities.last().copied().unwrap_or(0.0),
        _ => probabilities.iter().copied().fold(0.0, f32::max),
    }
}

/// The images that show all tasks most clearly, the clearest first: by the least of their probabilities, `[tasks][N]`. Those
/// in `hidden` (ascending) are left out.
pub fn images(shown: &[Vec<f32>], hidden: &[usize]) -> Vec<usize> {
    let count = shown.iter().map(Vec::len).min().unwrap_or(0);
    let least = |image: usize| {
        shown
            .iter()
            .map(|row| row[image])
            .fold(1.0, f32::min)
            .into()
    };
    let least: Vec<f64> = (0..count).map(least).collect();
    let mut images = descending(&least);
    images.retain(|image| hidden.binary_search(image).is_err());
    images.truncate(TRIED);
    images
}

/// The contrast of rows: how often an image of one row does not show what another row is about. One that does not show
/// what its own row is about counts against it, as much as it can gain. `shown` is `[tasks][N]`, with a row for each task.
pub fn contrast(rows: &[Vec<usize>], shown: &[Vec<f32>]) -> i32 {
    let lacks = |task: usize, image: usize| {
        let share = shown.get(task).and_then(|shown| shown.get(image));
        share.is_some_and(|&share| share < 0.5)
    };
    let of_image = |row: usize, image: usize| {
        let others = (0..shown.len()).filter(|&other| other != row);
        let others: i32 = others.map(|other| i32::from(lacks(other, image))).sum();
        let most = i32::try_from(shown.len()).unwrap_or(i32::MAX);
        if lacks(row, image) { -most } else { others }
    };
    let rows = rows.iter().enumerate();
    rows.flat_map(|(row, images)| images.iter().map(move |&image| of_image(row, image)))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::query::defaults::tests::quality;

    #[test]
    fn known_tasks_are_shown_and_else_those_that_the_network_is_best_at() {
        let faces = ["Wearing_Hat", "Bald", "Smiling", "Eyeglasses"].map(Task::binary);
        assert_eq!(tasks(&faces, &quality(&[("Bald", 0.99)])), [2, 3, 0]);
        let own = ["A", "B", "C", "D"].map(Task::binary);
        let measured = quality(&[("C", 0.9), ("A", 0.8), ("D", 0.95)]);
        assert_eq!(tasks(&own, &measured), [3, 2, 0]);
        assert_eq!(tasks(&own[..1], &measured), [0]);
        assert_eq!(tasks(&[], &measured), [0; 0]);
    }

    #[test]
    fn an_image_that_shows_all_of_it_is_the_first() {
        let closure = Task::with_values("Closure", TaskKind::Categorical, ["a", "b", "c"]);
        assert_eq!(shown(&Task::binary("A"), &[0.25, 0.75]), 0.75);
        assert_eq!(shown(&closure, &[0.25, 0.5, 0.25]), 0.5);
        let rows = [vec![0.9, 0.2, 0.8], vec![0.1, 0.9, 0.7]];
        assert_eq!(images(&rows, &[]), [2, 1, 0]);
        assert_eq!(images(&rows, &[1]), [2, 0]);
        assert_eq!(images(&[], &[]), [0; 0]);
    }

    #[test]
    fn rows_that_share_only_their_own_task_have_the_most_contrast() {
        let shown = [vec![1.0, 1.0, 0.0], vec![1.0, 0.0, 1.0]];
        assert_eq!(contrast(&[vec![0], vec![0]], &shown), 0);
        assert_eq!(contrast(&[vec![0, 1], vec![2]], &shown), 2);
        assert_eq!(
            contrast(&[vec![2], vec![0]], &shown),
            -2,
            "not even its own"
        );
        assert_eq!(contrast(&[vec![9]], &shown), 0);
    }
}
