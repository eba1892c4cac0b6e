//! Tasks that the visitor taught, beside those of the network.

use modulens_schema::Task;

use crate::page::query::view::Lesson;

/// The tasks of a gallery and, after them, one yes/no task per lesson.
pub fn with_lessons(tasks: &[Task], lessons: &[Lesson]) -> Vec<Task> {
    let taught = usable(tasks, lessons).map(|lesson| Task::binary(lesson.name.as_str()));
    tasks.iter().cloned().chain(taught).collect()
}

/// The most lessons that are learned: a link may bring any number.
const MOST: usize = 24;

/// The lessons whose name is not a task's: a link may bring one that another gallery has.
pub fn usable<'a>(tasks: &'a [Task], lessons: &'a [Lesson]) -> impl Iterator<Item = &'a Lesson> {
    let is_new = |lesson: &&Lesson| tasks.iter().all(|task| task.name != lesson.name);
    lessons.iter().filter(is_new).take(MOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lessons_come_after_the_tasks_and_never_in_their_place() {
        let tasks = [Task::binary("Smiling")];
        let lesson = |name: &str| Lesson {
            name: name.into(),
            yes: vec![1],
            no: vec![2],
        };
        let all = with_lessons(&tasks, &[lesson("Smiling"), lesson("Mine")]);
        let names: Vec<_> = all.iter().map(|task| task.name.as_str()).collect();
        assert_eq!(names, ["Smiling", "Mine"]);
        let many: Vec<_> = (0..99).map(|at| lesson(&at.to_string())).collect();
        assert_eq!(usable(&tasks, &many).count(), MOST);
    }
}
