//! A user task: taught by marked images.

use serde::{Deserialize, Serialize};

/// A task that a user taught by images that show it and images that do not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserTask {
    /// The name that the user gave it.
    pub name: String,
    /// Images that show it, by their indices in the gallery.
    pub yes: Vec<usize>,
    /// Images that do not.
    pub no: Vec<usize>,
}

/// A change of one kept task: it is kept for the first time, changed, given another name, or deleted.
///
/// Two pages may be open on one gallery: each applies its changes to what is kept by then, and leaves the tasks of the
/// other as they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserTaskChange {
    /// The name of the task before the change.
    pub name: String,
    /// The task afterwards; none where it is deleted.
    pub task: Option<UserTask>,
}

impl UserTaskChange {
    /// The change that leads from some tasks to others; `None` where there is none.
    pub fn between(before: &[UserTask], after: &[UserTask]) -> Option<Self> {
        let is_gone = |task: &&UserTask| after.iter().all(|other| other.name != task.name);
        let gone = before.iter().find(is_gone);
        let new = after.iter().find(|task| !before.contains(task));
        Some(Self {
            name: gone.or(new)?.name.clone(),
            task: new.cloned(),
        })
    }

    /// Applies the change to the kept tasks.
    pub fn apply(self, tasks: &mut Vec<UserTask>) {
        let Self { name, task } = self;
        if let Some(task) = &task {
            tasks.retain(|known| known.name == name || known.name != task.name);
        }
        let at = tasks.iter().position(|known| known.name == name);
        match (at, task) {
            (Some(at), Some(task)) => tasks[at] = task,
            (Some(at), None) => _ = tasks.remove(at),
            (None, Some(task)) => tasks.push(task),
            (None, None) => {}
        }
    }

    /// Makes one change of this and the next one, if both are of one task; returns true if it did.
    pub fn join(&mut self, next: &Self) -> bool {
        let name = self.task.as_ref().map_or(&self.name, |task| &task.name);
        let is_one = *name == next.name;
        if is_one {
            self.task.clone_from(&next.task);
        }
        is_one
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(name: &str, mark: usize) -> UserTask {
        UserTask {
            name: name.into(),
            yes: vec![mark],
            no: Vec::new(),
        }
    }

    /// A page wrote its whole list, and with it the one of another page was lost.
    #[test]
    fn tasks_of_another_page_were_overwritten() {
        let here = [task("A", 1), task("B", 1)];
        let steps = [
            vec![task("A", 2), task("B", 1)],
            vec![task("A", 2), task("C", 1)],
            vec![task("C", 1)],
            vec![task("C", 1), task("D", 1)],
        ];
        let mut kept = vec![task("A", 1), task("Other", 7), task("B", 1)];
        let mut before = here.to_vec();
        for after in steps {
            let change = UserTaskChange::between(&before, &after).expect("another list");
            change.apply(&mut kept);
            before = after;
        }
        assert_eq!(kept, [task("Other", 7), task("C", 1), task("D", 1)]);
        assert_eq!(UserTaskChange::between(&before, &before), None);
    }

    #[test]
    fn changes_of_one_task_are_joined() {
        let change = |name: &str, task: Option<UserTask>| UserTaskChange {
            name: name.into(),
            task,
        };
        let mut all = change("A", Some(task("B", 1)));
        assert!(!all.join(&change("A", None)), "there is another A by now");
        assert!(all.join(&change("B", Some(task("B", 2)))));
        assert_eq!(all, change("A", Some(task("B", 2))));
        assert!(all.join(&change("B", None)));
        assert_eq!(all, change("A", None));
        assert!(all.join(&change("A", Some(task("A", 3)))));
        assert_eq!(all, change("A", Some(task("A", 3))));
    }
}
