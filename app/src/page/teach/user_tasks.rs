//! Tasks that the visitor taught, beside those of the network.

use modulens_schema::Task;

use crate::page::query::view::UserTask;

/// The tasks of a gallery and, after them, one yes/no task per user task in use.
pub fn with_user_tasks(tasks: &[Task], user_tasks: &[UserTask]) -> Vec<Task> {
    let taught = user_tasks.iter();
    let taught = taught.map(|user_task| Task::binary(user_task.name.as_str()));
    tasks.iter().cloned().chain(taught).collect()
}

/// The most user tasks that are learned, and that are kept with a gallery.
pub const MOST: usize = 24;

/// The user tasks in use, in their order: those whose name is not a task's, since a link may bring one that another
/// gallery has. Of more than [`MOST`], those that are asked for come first.
pub fn usable(
    tasks: &[Task],
    user_tasks: &[UserTask],
    is_asked: impl Fn(&str) -> bool,
) -> Vec<UserTask> {
    let is_new = |user_task: &&UserTask| tasks.iter().all(|task| task.name != user_task.name);
    let all: Vec<&UserTask> = user_tasks.iter().filter(is_new).collect();
    if all.len() <= MOST {
        return all.into_iter().cloned().collect();
    }
    let asked: Vec<bool> = all.iter().map(|task| is_asked(&task.name)).collect();
    let mut needed = asked.iter().filter(|asked| **asked).count().min(MOST);
    let mut others = MOST - needed;
    let fitting = all.into_iter().zip(asked).filter(|(_, asked)| {
        let room = if *asked { &mut needed } else { &mut others };
        let fits = *room > 0;
        *room = room.saturating_sub(1);
        fits
    });
    fitting.map(|(task, _)| task.clone()).collect()
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
        let not_asked = |_: &str| false;
        let user_tasks = usable(
            &tasks,
            &[user_task("Smiling"), user_task("Mine")],
            not_asked,
        );
        let all = with_user_tasks(&tasks, &user_tasks);
        let names: Vec<_> = all.iter().map(|task| task.name.as_str()).collect();
        assert_eq!(names, ["Smiling", "Mine"]);
        let many: Vec<_> = (0..99).map(|at| user_task(&at.to_string())).collect();
        assert_eq!(usable(&tasks, &many, not_asked), many[..MOST]);
        assert_eq!(usable(&tasks, &many, |_| true), many[..MOST]);
        let some = usable(&tasks, &many, |name| name == "3" || name == "90");
        assert_eq!(some.len(), MOST);
        assert_eq!(some[..MOST - 1], many[..MOST - 1]);
        assert_eq!(some[MOST - 1], many[90], "it is asked for");
    }
}
