//! Tasks that the visitor taught, beside those of the network.

use modulens_schema::Task;

use crate::page::query::view::UserTask;

/// The tasks of a gallery and, after them, one yes/no task per user task.
pub fn with_user_tasks(tasks: &[Task], user_tasks: &[UserTask]) -> Vec<Task> {
    let taught = usable(tasks, user_tasks).map(|user_task| Task::binary(user_task.name.as_str()));
    tasks.iter().cloned().chain(taught).collect()
}

/// The most user tasks that are learned: a link may bring any number.
const MOST: usize = 24;

/// The user tasks whose name is not a task's: a link may bring one that another gallery has.
pub fn usable<'a>(
    tasks: &'a [Task],
    user_tasks: &'a [UserTask],
) -> impl Iterator<Item = &'a UserTask> {
    let is_new = |user_task: &&UserTask| tasks.iter().all(|task| task.name != user_task.name);
    user_tasks.iter().filter(is_new).take(MOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lessons_come_after_the_tasks_and_never_in_their_place() {
        let tasks = [Task::binary("Smiling")];
        let user_task = |name: &str| UserTask {
            name: name.into(),
            yes: vec![1],
            no: vec![2],
        };
        let all = with_user_tasks(&tasks, &[user_task("Smiling"), user_task("Mine")]);
        let names: Vec<_> = all.iter().map(|task| task.name.as_str()).collect();
        assert_eq!(names, ["Smiling", "Mine"]);
        let many: Vec<_> = (0..99).map(|at| user_task(&at.to_string())).collect();
        assert_eq!(usable(&tasks, &many).count(), MOST);
    }
}
