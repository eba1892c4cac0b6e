//! The applied filters as chips.

use modulens_schema::Task;

use super::view::Condition;
use crate::page::text::titles::asked_title;

/// One applied filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chip {
    /// The condition it stands for.
    pub condition: Condition,
    /// The task's index; absent where the gallery does not have the task or its value.
    pub task: Option<usize>,
    /// True if "not" belongs before its words.
    pub negated: bool,
    /// Its words.
    pub title: String,
}

/// The chips of some conditions, in the order they were added.
pub fn chips(tasks: &[Task], conditions: &[Condition]) -> Vec<Chip> {
    let chip = |condition: &Condition| {
        let (negated, title) = asked_title(tasks, condition);
        Chip {
            condition: condition.clone(),
            task: locate(tasks, condition).map(|(task, _)| task),
            negated,
            title,
        }
    };
    conditions.iter().map(chip).collect()
}

/// The indices of a condition's task and value, where the gallery has both.
pub fn locate(tasks: &[Task], condition: &Condition) -> Option<(usize, usize)> {
    tasks
        .iter()
        .enumerate()
        .find(|(_, task)| task.name == condition.task)
        .and_then(|(index, task)| Some((index, task.value_index(&condition.value)?)))
}

/// The state of one value: wanted, unwanted, or neither.
pub fn state(conditions: &[Condition], task: &str, value: &str) -> Option<bool> {
    conditions
        .iter()
        .find(|condition| condition.task == task && condition.value == value)
        .map(|condition| condition.wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chip_of_an_unknown_task_can_still_be_removed() {
        let tasks = [Task::binary("Smiling")];
        let known = Condition::new("Smiling", "yes", true);
        let gone = Condition::new("Gone", "x", false);
        let chips = chips(&tasks, &[known.clone(), gone.clone()]);
        assert_eq!(
            (chips[0].task, chips[0].title.as_str()),
            (Some(0), "Smiling")
        );
        assert_eq!((chips[1].task, &chips[1].condition), (None, &gone));
        assert_eq!(locate(&tasks, &known), Some((0, 1)));
        assert_eq!(state(&[known], "Smiling", "yes"), Some(true));
        assert_eq!(state(&[gone], "Smiling", "yes"), None);
    }
}
