//! Choosing tasks by name, and dropping those that say nothing.

use std::collections::HashSet;

use modulens_schema::{Labels, Task};

use crate::error::DatasetError;
use crate::report::Report;

/// The columns of the tasks wanted, in the order asked for; all of them without a wish. Case, blanks and
/// underscores make no difference.
///
/// # Errors
/// When a name is unknown; the message lists names like it.
pub(crate) fn choose(
    names: &[&str],
    wanted: Option<&[String]>,
) -> Result<Vec<usize>, DatasetError> {
    let Some(wanted) = wanted else {
        return Ok((0..names.len()).collect());
    };
    let mut chosen = Vec::new();
    for name in wanted {
        let column = position(names, name).ok_or_else(|| unknown(names, name))?;
        if !chosen.contains(&column) {
            chosen.push(column);
        }
    }
    Ok(chosen)
}

/// The position of a name among others.
pub(crate) fn position(names: &[&str], name: &str) -> Option<usize> {
    names
        .iter()
        .position(|&known| known == name)
        .or_else(|| names.iter().position(|known| plain(known) == plain(name)))
}

fn plain(name: &str) -> String {
    name.chars()
        .filter(|character| character.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

fn unknown(names: &[&str], name: &str) -> DatasetError {
    DatasetError::UnknownTask {
        name: name.to_owned(),
        near: near(names, name),
    }
}

/// Names like `name`, as a clause; all of them when they are few.
pub(crate) fn near(names: &[&str], name: &str) -> String {
    if names.is_empty() {
        return "it has none".into();
    }
    let sought = plain(name);
    let mut ranked: Vec<(usize, &str)> = names
        .iter()
        .map(|&known| {
            let candidate = plain(known);
            let holds =
                !sought.is_empty() && (candidate.contains(&sought) || sought.contains(&candidate));
            (
                if holds {
                    1
                } else {
                    distance(&candidate, &sought)
                },
                known,
            )
        })
        .collect();
    ranked.sort_by_key(|&(distance, _)| distance);
    let close = ranked
        .iter()
        .filter(|(far, _)| *far <= 2 + sought.len() / 3)
        .count();
    if close > 0 && names.len() > 8 {
        let like: Vec<_> = ranked
            .iter()
            .take(close.min(4))
            .map(|&(_, known)| known)
            .collect();
        format!("did you mean {}?", like.join(", "))
    } else {
        format!("it has {}", names.join(", "))
    }
}

/// Edits between two short names (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, &y) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

/// Refuses tasks that differ in nothing but case: columns `size` and `size[small<large]` both become `size`, and whatever
/// is looked up by that name would be the first one's.
///
/// # Errors
/// The first name that is there twice.
pub(crate) fn check_distinct(tasks: &[Task], place: &str) -> Result<(), DatasetError> {
    let mut names = HashSet::with_capacity(tasks.len());
    match tasks
        .iter()
        .find(|task| !names.insert(task.name.to_ascii_lowercase()))
    {
        None => Ok(()),
        Some(task) => Err(DatasetError::SameTask {
            name: task.name.clone(),
            place: place.to_owned(),
        }),
    }
}

/// Drops tasks under which fewer than two values occur, and notes them: there is nothing to learn or to
/// measure.
pub(crate) fn drop_constant(
    tasks: Vec<Task>,
    labels: Labels,
    report: &mut Report,
) -> (Vec<Task>, Labels) {
    let mut seen = vec![(None, false); tasks.len()];
    for row in labels.cells().chunks_exact(tasks.len().max(1)) {
        for (&cell, (first, varies)) in row.iter().zip(&mut seen) {
            if cell != Labels::UNKNOWN {
                *varies |= first.is_some_and(|first| first != cell);
                first.get_or_insert(cell);
            }
        }
    }
    if seen.iter().all(|&(_, varies)| varies) {
        return (tasks, labels);
    }
    let kept: Vec<usize> = (0..tasks.len()).filter(|&task| seen[task].1).collect();
    for (task, (first, varies)) in tasks.iter().zip(&seen) {
        if !varies {
            let what = match first.and_then(|value| task.values.get(usize::from(value))) {
                Some(value) => format!("only {value:?} occurs"),
                None => "nothing is known".into(),
            };
            report.note(format!("task {} is left out: {what}", task.name));
        }
    }
    let mut rest = Labels::new(kept.len());
    for image in 0..labels.images() {
        rest.push(kept.iter().map(|&task| labels.get(image, task)));
    }
    let tasks = kept.iter().map(|&task| tasks[task].clone()).collect();
    (tasks, rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 10] = [
        "Smiling",
        "Young",
        "Male",
        "Wearing_Hat",
        "Wearing_Necktie",
        "Bald",
        "Bangs",
        "Chubby",
        "Eyeglasses",
        "No_Beard",
    ];

    #[test]
    fn names_are_found_as_people_write_them() {
        let wanted = [
            "wearing hat".to_owned(),
            "SMILING".into(),
            "Wearing_Hat".into(),
        ];
        assert_eq!(choose(&NAMES, Some(&wanted)).expect("known"), [3, 0]);
        assert_eq!(choose(&NAMES, None).expect("all").len(), 10);
    }

    #[test]
    fn an_unknown_name_brings_the_near_ones() {
        let message = |name: &str| {
            choose(&NAMES, Some(&[name.to_owned()]))
                .expect_err("unknown")
                .to_string()
        };
        assert!(
            message("Smilling").ends_with("did you mean Smiling?"),
            "{}",
            message("Smilling")
        );
        assert!(message("Glasses").contains("Eyeglasses"));
        assert!(message("xyzxyzxyzxyz").contains("it has Smiling, Young"));
    }

    #[test]
    fn tasks_without_a_difference_are_dropped_and_noted() {
        let tasks = vec![Task::binary("A"), Task::binary("B"), Task::binary("C")];
        let unknown = Labels::UNKNOWN;
        let cells = vec![0, 1, unknown, 1, 1, unknown];
        let labels = Labels::from_cells(3, cells).expect("two rows");
        let mut report = Report::default();
        let (tasks, labels) = drop_constant(tasks, labels, &mut report);
        assert_eq!(tasks, [Task::binary("A")]);
        assert_eq!(labels.cells(), [0, 1]);
        assert_eq!(
            report.notes,
            [
                "task B is left out: only \"yes\" occurs",
                "task C is left out: nothing is known"
            ]
        );
    }
}
