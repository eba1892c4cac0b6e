//! What a gallery shows first, before anybody asked.

use modulens_schema::{Task, TaskKind};

use super::view::Condition;

/// First queries by task and value, for the datasets we know; all that a gallery has of one row are used.
const KNOWN: [&[(&str, &str, bool)]; 2] = [
    &[("Smiling", "yes", true), ("Eyeglasses", "yes", false)],
    &[("Closure", "Lace up", true)],
];

/// The conditions a gallery starts with: never empty unless there is no task at all.
pub fn first_conditions(tasks: &[Task]) -> Vec<Condition> {
    let known = |&(task, value, wanted): &(&str, &str, bool)| {
        let task = tasks
            .iter()
            .find(|known| known.name.eq_ignore_ascii_case(task))?;
        let value = task.values.get(task.value_index(value)?)?;
        Some(Condition {
            task: task.name.clone(),
            value: value.clone(),
            wanted,
        })
    };
    let found = KNOWN
        .iter()
        .map(|row| row.iter().filter_map(known).collect::<Vec<_>>())
        .find(|conditions| !conditions.is_empty());
    found.unwrap_or_else(|| {
        let first = tasks.first().and_then(|task| {
            let value = if task.kind == TaskKind::Binary {
                task.values.last()
            } else {
                task.values.first()
            };
            value.map(|value| (task, value))
        });
        first
            .map(|(task, value)| Condition {
                task: task.name.clone(),
                value: value.clone(),
                wanted: true,
            })
            .into_iter()
            .collect()
    })
}

/// The lens to look through: the one asked for, else the first condition's, else the first task.
pub fn lens(tasks: &[Task], asked: Option<&str>, conditions: &[Condition]) -> Option<usize> {
    let position = |name: &str| tasks.iter().position(|task| task.name == name);
    asked
        .and_then(position)
        .or_else(|| {
            conditions
                .iter()
                .find_map(|condition| position(&condition.task))
        })
        .or(if tasks.is_empty() { None } else { Some(0) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_datasets_start_with_a_good_question() {
        let faces = [
            Task::binary("Male"),
            Task::binary("Eyeglasses"),
            Task::binary("Smiling"),
        ];
        let first = first_conditions(&faces);
        assert_eq!(first.len(), 2);
        assert_eq!((first[0].task.as_str(), first[0].wanted), ("Smiling", true));
        assert_eq!(
            (first[1].task.as_str(), first[1].wanted),
            ("Eyeglasses", false)
        );
        let shoes = [Task::with_values(
            "Closure",
            TaskKind::Categorical,
            ["Lace Up", "Zipper"],
        )];
        assert_eq!(
            first_conditions(&shoes)[0].value,
            "Lace Up",
            "spelt as the gallery spells it"
        );
    }

    #[test]
    fn any_gallery_starts_with_something() {
        let own = [Task::binary("Striped"), Task::binary("Round")];
        assert_eq!(first_conditions(&own)[0].value, "yes");
        assert!(first_conditions(&[]).is_empty());
    }

    #[test]
    fn an_unknown_lens_falls_back() {
        let tasks = [Task::binary("A"), Task::binary("B")];
        let condition = Condition {
            task: "B".into(),
            value: "yes".into(),
            wanted: true,
        };
        assert_eq!(
            lens(&tasks, Some("A"), std::slice::from_ref(&condition)),
            Some(0)
        );
        assert_eq!(lens(&tasks, Some("gone"), &[condition]), Some(1));
        assert_eq!(lens(&tasks, None, &[]), Some(0));
        assert_eq!(lens(&[], None, &[]), None);
    }
}
