//! The default query of a gallery.

use modulens_schema::{Quality, Task, TaskKind};

use super::view::Condition;

/// First queries by task and value, for the datasets we know. The row of which a gallery can answer most is used,
/// the earlier one of two that are equal.
const KNOWN: [&[(&str, &str, bool)]; 3] = [
    &[("Smiling", "yes", true), ("Eyeglasses", "yes", false)],
    &[("Wearing_Hat", "yes", true), ("Eyeglasses", "yes", false)],
    &[("Closure", "Lace up", true)],
];

/// The precision at 10 below which a task is no good first impression: one in four of what one sees would be wrong.
const GOOD: f64 = 0.75;

/// The conditions a gallery starts with, asking nothing that the network was measured to be bad at: never empty
/// unless there is no task at all.
pub fn first_conditions(tasks: &[Task], quality: &Quality) -> Vec<Condition> {
    let good = |task: &Task| {
        let measured = quality.tasks.iter().find(|one| one.name == task.name);
        measured.is_none_or(|one| one.precision_at_10 >= GOOD)
    };
    let known = |&(task, value, wanted): &(&str, &str, bool)| {
        let task = tasks
            .iter()
            .find(|known| known.name.eq_ignore_ascii_case(task) && good(known))?;
        let value = task.values.get(task.value_index(value)?)?;
        Some(Condition::new(&task.name, value, wanted))
    };
    let found = KNOWN
        .iter()
        .rev()
        .map(|row| row.iter().filter_map(known).collect::<Vec<_>>())
        .max_by_key(Vec::len)
        .filter(|conditions| !conditions.is_empty());
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
            .map(|(task, value)| Condition::new(&task.name, value, true))
            .into_iter()
            .collect()
    })
}

/// The lens to look through: the one asked for; else, with an example, none, which is overall; else the first
/// condition's, else the first task.
pub fn selected_task(
    tasks: &[Task],
    asked: Option<&str>,
    conditions: &[Condition],
    example: bool,
) -> Option<usize> {
    let position = |name: &str| tasks.iter().position(|task| task.name == name);
    let asked = asked.and_then(position);
    if example {
        return asked;
    }
    asked
        .or_else(|| {
            conditions
                .iter()
                .find_map(|condition| position(&condition.task))
        })
        .or(if tasks.is_empty() { None } else { Some(0) })
}

#[cfg(test)]
pub(crate) mod tests {
    use modulens_schema::{Interval, Split, TaskQuality};

    use super::*;
    use crate::page::query::view::OVERALL;

    /// Figures of the tasks named; of the others nothing is known.
    pub(crate) fn quality(measured: &[(&str, f64)]) -> Quality {
        let task = |&(name, figure): &(&str, f64)| TaskQuality {
            name: name.into(),
            triplet_accuracy: figure,
            ci95: Interval {
                low: 0.0,
                high: 1.0,
            },
            precision_at_10: figure,
            map: 0.5,
            calibration_error: 0.0,
            auc: None,
            images: 10,
        };
        Quality {
            dataset: "test".into(),
            split: Split::Test,
            mean_triplet_accuracy: 0.5,
            tasks: measured.iter().map(task).collect(),
        }
    }

    #[test]
    fn known_datasets_start_with_a_good_question() {
        let faces = [
            Task::binary("Male"),
            Task::binary("Eyeglasses"),
            Task::binary("Smiling"),
        ];
        let first = first_conditions(&faces, &quality(&[]));
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
            first_conditions(&shoes, &quality(&[]))[0].value,
            "Lace Up",
            "spelt as the gallery spells it"
        );
    }

    #[test]
    fn what_the_network_is_bad_at_is_not_asked_first() {
        let faces = ["Smiling", "Eyeglasses", "Wearing_Hat"].map(Task::binary);
        let asked = |smiling: f64| first_conditions(&faces, &quality(&[("Smiling", smiling)]));
        assert_eq!(asked(0.9)[0].task, "Smiling");
        assert_eq!(asked(0.6)[0].task, "Wearing_Hat");
        assert_eq!(asked(0.6).len(), 2);
    }

    #[test]
    fn any_gallery_starts_with_something() {
        let own = [Task::binary("Striped"), Task::binary("Round")];
        assert_eq!(first_conditions(&own, &quality(&[]))[0].value, "yes");
        assert!(first_conditions(&[], &quality(&[])).is_empty());
    }

    #[test]
    fn an_unknown_lens_falls_back() {
        let tasks = [Task::binary("A"), Task::binary("B")];
        let condition = Condition::new("B", "yes", true);
        assert_eq!(
            selected_task(&tasks, Some("A"), std::slice::from_ref(&condition), false),
            Some(0)
        );
        let one = [condition];
        assert_eq!(selected_task(&tasks, Some("gone"), &one, false), Some(1));
        assert_eq!(selected_task(&tasks, None, &[], false), Some(0));
        assert_eq!(selected_task(&[], None, &[], false), None);
    }

    #[test]
    fn an_example_is_compared_overall_unless_a_task_is_asked_for() {
        let tasks = [Task::binary("A"), Task::binary("B")];
        let condition = [Condition::new("B", "yes", true)];
        let lens = |asked| selected_task(&tasks, asked, &condition, true);
        assert_eq!(
            [lens(None), lens(Some(OVERALL)), lens(Some("gone"))],
            [None; 3]
        );
        assert_eq!(lens(Some("B")), Some(1));
        let odd = [Task::binary("A"), Task::binary(OVERALL)];
        assert_eq!(
            selected_task(&odd, Some(OVERALL), &condition, true),
            Some(1)
        );
    }
}
