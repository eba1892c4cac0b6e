//! Rows of the side-by-side view: their tasks, how their results compare, and moving among them.

use modulens_retrieval::Ranked;
use modulens_schema::Task;

use crate::page::results::moves::Move;
use crate::page::text;
use crate::page::ui::format;

/// Images in a row.
pub const PICTURES: usize = 60;
/// The most rows there can be.
pub const ROWS: usize = 8;
/// First results that two rows are compared by.
pub const FIRST: usize = 20;
/// Rows there are to begin with.
const BEGIN: usize = 4;

/// The tasks of the rows named, in that order. What the gallery does not have is left out.
pub fn rows(tasks: &[Task], names: &[String]) -> Vec<usize> {
    let position = |name: &String| tasks.iter().position(|task| task.name == *name);
    names.iter().filter_map(position).take(ROWS).collect()
}

/// The rows to begin with: the lens, then one by one the task whose fingerprint lies farthest from all that are there.
pub fn beginning(fingerprints: &[Vec<f32>], tasks: usize, selected_task: usize) -> Vec<usize> {
    let print = |task: usize| fingerprints.get(task).map_or(&[][..], Vec::as_slice);
    let apart = |a: usize, b: usize| -> f32 {
        let pairs = print(a).iter().zip(print(b));
        pairs.map(|(a, b)| (a - b) * (a - b)).sum()
    };
    let mut chosen: Vec<usize> = (selected_task < tasks)
        .then_some(selected_task)
        .into_iter()
        .collect();
    while chosen.len() < BEGIN.min(tasks) {
        let nearest = |task: usize| {
            let apart = chosen.iter().map(|&other| apart(task, other));
            apart.fold(f32::INFINITY, f32::min)
        };
        let others = (0..tasks).filter(|task| !chosen.contains(task));
        // The first of equals.
        let farthest = others.fold(None, |best: Option<(usize, f32)>, task| {
            let apart = nearest(task);
            match best {
                Some((_, most)) if apart <= most => best,
                _ => Some((task, apart)),
            }
        });
        let Some((task, _)) = farthest else { break };
        chosen.push(task);
    }
    chosen
}

/// The row that takes the place of one that goes: the next, else the one before.
pub fn neighbour(rows: &[usize], task: usize) -> Option<usize> {
    let at = rows.iter().position(|&row| row == task)?;
    let before = at.checked_sub(1);
    let next = rows.get(at + 1).or_else(|| rows.get(before?));
    next.copied()
}

/// Number of the first images that two rows have in common, and of how many.
pub fn shared(one: &[Ranked], other: &[Ranked]) -> (usize, usize) {
    let of = FIRST.min(one.len()).min(other.len());
    let (one, other) = (&one[..of], &other[..of]);
    let both = |ranked: &&Ranked| other.iter().any(|known| known.index == ranked.index);
    (one.iter().filter(both).count(), of)
}

/// The place of an image in a row, from 0.
pub fn place(row: &[Ranked], picture: usize) -> Option<usize> {
    row.iter().position(|ranked| ranked.index == picture)
}

/// The places of an image in the rows, each by its task's title: "Picture 12: 1st in Closure, 40th in Gender, not
/// shown in Category".
pub fn places_in_words(picture: usize, rows: &[(&str, Option<usize>)]) -> String {
    let shown = rows.iter().filter_map(|(title, place)| {
        let place = format::ordinal((*place)? + 1);
        Some(text::side_by_side::place_in(&place, &title))
    });
    let missing = rows.iter().filter(|(_, place)| place.is_none());
    let missing: Vec<&str> = missing.map(|(title, _)| *title).collect();
    let missing = match missing.as_slice() {
        [] => None,
        [only] => Some(text::side_by_side::not_in(&only)),
        [some @ .., last] => Some(text::side_by_side::not_in_any(&some.join(", "), &last)),
    };
    let words: Vec<String> = shown.chain(missing).collect();
    text::side_by_side::places(&picture, &words.join(", "))
}

/// A place in the rows: which row, and which cell of it; cell 0 is the heading.
pub type Cell = (usize, usize);

/// The cell that a move leads to, in rows of so many pictures each. `None` where there is nothing that way.
pub fn step(from: Cell, step: Move, lengths: &[usize]) -> Option<Cell> {
    let (row, cell) = from;
    let length = |row: usize| lengths.get(row).copied().unwrap_or(0);
    let to = match step {
        Move::Left => (row, cell.saturating_sub(1)),
        Move::Right => (row, (cell + 1).min(length(row))),
        Move::Up => (row.saturating_sub(1), cell),
        Move::Down => ((row + 1).min(lengths.len().saturating_sub(1)), cell),
        Move::First => (row, 0),
        Move::Last => (row, length(row)),
        Move::PageUp | Move::PageDown => return None,
    };
    let to = (to.0, to.1.min(length(to.0)));
    (to != from).then_some(to)
}

#[cfg(test)]
mod tests {
    use modulens_schema::TaskKind;

    use super::*;

    fn tasks() -> [Task; 2] {
        [
            Task::binary("Smiling"),
            Task::with_values("Closure", TaskKind::Categorical, ["a", "b", "c"]),
        ]
    }

    #[test]
    fn rows_that_are_not_there_are_left_out() {
        let names = ["Closure", "Gone", "Smiling"].map(String::from);
        assert_eq!(rows(&tasks(), &names), [1, 0]);
        let many: Vec<Task> = (0..20).map(|at| Task::binary(at.to_string())).collect();
        let all: Vec<String> = many.iter().map(|task| task.name.clone()).collect();
        assert_eq!(rows(&many, &all).len(), ROWS);
    }

    #[test]
    fn the_first_rows_differ_most() {
        let prints = [
            vec![0.0, 0.0],
            vec![0.1, 0.0],
            vec![1.0, 1.0],
            vec![0.0, 0.9],
            vec![0.9, 0.9],
        ];
        assert_eq!(beginning(&prints, 5, 0), [0, 2, 3, 4]);
        assert_eq!(beginning(&prints, 5, 2), [2, 0, 3, 4]);
        assert_eq!(beginning(&prints[..3], 3, 1), [1, 2, 0], "all there are");
        assert_eq!(beginning(&[], 6, 4), [4, 0, 1, 2], "no fingerprints");
        assert_eq!(beginning(&[], 0, 0), [0; 0]);
    }

    #[test]
    fn a_row_that_goes_has_a_neighbour() {
        let next = |task| neighbour(&[4, 7, 2], task);
        assert_eq!([next(4), next(2), next(9)], [Some(7), Some(7), None]);
        assert_eq!(neighbour(&[4], 4), None);
    }

    #[test]
    fn what_rows_share_is_counted_among_the_first() {
        let row = |pictures: std::ops::Range<usize>| -> Vec<Ranked> {
            let ranked = |index| Ranked { index, score: 0.5 };
            pictures.map(ranked).collect()
        };
        assert_eq!(shared(&row(0..60), &row(8..60)), (12, 20));
        assert_eq!(shared(&row(0..5), &row(3..60)), (2, 5));
        assert_eq!(shared(&row(0..0), &row(0..60)), (0, 0));
        assert_eq!(place(&row(7..9), 8), Some(1));
    }

    #[test]
    fn places_are_said_in_words() {
        let rows = |places: [Option<usize>; 3]| -> Vec<(&str, Option<usize>)> {
            ["Closure", "Gender", "Category"]
                .into_iter()
                .zip(places)
                .collect()
        };
        assert_eq!(
            places_in_words(12, &rows([Some(0), Some(39), None])),
            "Picture 12: 1st in Closure, 40th in Gender, not shown in Category"
        );
        assert_eq!(
            places_in_words(12, &rows([None, Some(2), None])),
            "Picture 12: 3rd in Gender, not shown in Closure or Category"
        );
        assert_eq!(
            places_in_words(12, &rows([None, None, None])),
            "Picture 12: not shown in Closure, Gender or Category"
        );
    }

    #[test]
    fn moves_stay_within_the_rows() {
        let lengths = [60, 3, 60];
        let go = |from, to| step(from, to, &lengths);
        assert_eq!(go((0, 1), Move::Left), Some((0, 0)), "the heading");
        assert_eq!(go((0, 0), Move::Left), None);
        assert_eq!(go((0, 5), Move::Down), Some((1, 3)), "a short row");
        assert_eq!(go((1, 3), Move::Right), None);
        assert_eq!(go((2, 7), Move::Down), None);
        assert_eq!(go((2, 7), Move::Last), Some((2, 60)));
        assert_eq!(go((2, 7), Move::First), Some((2, 0)));
        assert_eq!(go((2, 7), Move::PageDown), None);
        assert_eq!(
            step((0, 1), Move::Down, &[]),
            Some((0, 0)),
            "the rows have gone"
        );
    }
}
