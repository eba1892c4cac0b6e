//! Reading `Smiling=yes`.

use modulens_schema::Task;

use crate::error::TrainerError;

/// The index of a task, its name compared without regard to case.
pub(super) fn task(name: &str, tasks: &[Task]) -> Result<usize, TrainerError> {
    let name = name.trim();
    tasks
        .iter()
        .position(|task| task.name.eq_ignore_ascii_case(name))
        .ok_or_else(|| {
            TrainerError::Message(format!(
                "there is no task {name:?}; the tasks are {}",
                names(tasks)
            ))
        })
}

/// The indices of a task and one of its values.
pub(super) fn value(text: &str, tasks: &[Task]) -> Result<(usize, usize), TrainerError> {
    let Some((name, value)) = text.split_once('=') else {
        return Err(TrainerError::Message(format!(
            "{text:?} is not of the form TASK=VALUE, such as Smiling=yes"
        )));
    };
    let index = task(name, tasks)?;
    let known = &tasks[index];
    let value = value.trim();
    let found = known.value_index(value).ok_or_else(|| {
        TrainerError::Message(format!(
            "{} has no value {value:?}; its values are {}",
            known.name,
            known.values.join(", ")
        ))
    })?;
    Ok((index, found))
}

/// The names of all tasks in one line.
pub(super) fn names(tasks: &[Task]) -> String {
    tasks
        .iter()
        .map(|task| task.name.as_str())
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use modulens_schema::TaskKind;

    use super::*;

    #[test]
    fn terms_are_read_and_mistakes_are_answered_with_what_there_is() {
        let tasks = [
            Task::binary("Smiling"),
            Task::with_values("Heel", TaskKind::Ordinal, ["Flat", "1in - 4in"]),
        ];
        assert_eq!(value("smiling=YES", &tasks).expect("there"), (0, 1));
        assert_eq!(value("Heel = 1in - 4in", &tasks).expect("there"), (1, 1));
        let error = |text: &str| value(text, &tasks).expect_err(text).to_string();
        assert!(error("Smiling").contains("TASK=VALUE"));
        assert!(error("Hat=yes").contains("Smiling, Heel"));
        assert!(error("Heel=high").contains("Flat, 1in - 4in"));
    }
}
