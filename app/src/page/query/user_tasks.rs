//! User tasks in the view: kept, renamed, forgotten.

use super::view::{Condition, Sort, UserTask, View};

impl View {
    /// Keeps a user task; one without a picture goes, and what was asked by it with it.
    pub(super) fn teach(&mut self, user_task: &UserTask, is_new: bool, first: &[Condition]) {
        let at = self
            .user_tasks
            .iter()
            .position(|known| known.name == user_task.name);
        if user_task.yes.is_empty() && user_task.no.is_empty() {
            if let Some(at) = at {
                self.user_tasks.remove(at);
            }
            let conditions = self.conditions.get_or_insert_with(|| first.to_vec());
            conditions.retain(|condition| condition.task != user_task.name);
            self.bounds.retain(|bound| bound.task != user_task.name);
            if self.sort.task() == Some(&user_task.name) {
                self.sort = Sort::default();
            }
            self.rows.retain(|row| *row != user_task.name);
            self.selected_task = self
                .selected_task
                .take()
                .filter(|selected_task| *selected_task != user_task.name);
            return;
        }
        match at {
            Some(at) => self.user_tasks[at] = user_task.clone(),
            None => {
                self.user_tasks.push(user_task.clone());
                if is_new {
                    self.ask_only(Condition::new(&user_task.name, "yes", true));
                }
            }
        }
    }

    /// Gives a user task another name, wherever it is asked for.
    pub(super) fn rename(&mut self, from: &str, to: &str) {
        let tasks = self.user_tasks.iter_mut().map(|task| &mut task.name);
        let conditions = self.conditions.iter_mut().flatten();
        let conditions = conditions.map(|condition| &mut condition.task);
        let bounds = self.bounds.iter_mut().map(|bound| &mut bound.task);
        let rows = self.rows.iter_mut();
        let sort = self.sort.task_mut().into_iter();
        let names = tasks
            .chain(conditions)
            .chain(bounds)
            .chain(rows)
            .chain(sort);
        for name in names.chain(&mut self.selected_task) {
            if name == from {
                to.clone_into(name);
            }
        }
    }

    /// True if a user task is part of what is asked, so that a link needs its marks.
    pub fn asks_for(&self, task: &str) -> bool {
        let conditions = self.conditions.iter().flatten();
        let conditions = conditions.map(|condition| &condition.task);
        let bounds = self.bounds.iter().map(|bound| &bound.task);
        let bounds = bounds.chain(self.sort.task());
        let mut names = conditions.chain(bounds).chain(&self.rows);
        names.any(|name| name == task) || self.selected_task.as_deref() == Some(task)
    }
}

#[cfg(test)]
mod tests {
    use super::super::action::Action;
    use super::super::view::SortBy;
    use super::*;

    fn nothing() -> View {
        View {
            conditions: Some(Vec::new()),
            ..View::default()
        }
    }

    fn condition(task: &str, wanted: bool) -> Condition {
        Condition::new(task, "yes", wanted)
    }

    fn teach(task: &UserTask, is_new: bool) -> Action {
        Action::Teach {
            task: task.clone(),
            is_new,
        }
    }

    #[test]
    fn a_renamed_task_is_still_asked_for() {
        let task = UserTask {
            name: "Mine".into(),
            yes: vec![1],
            no: Vec::new(),
        };
        let view = nothing().after(&teach(&task, true), &[]);
        let view = view.after(&Action::Rename("Mine".into(), "Ours".into()), &[]);
        assert_eq!(view.user_tasks[0].name, "Ours");
        assert!(view.asks_for("Ours") && !view.asks_for("Mine"));
        let kept = View {
            user_tasks: Vec::new(),
            ..view
        };
        let more = kept.after(&teach(&task, false), &[]);
        assert_eq!(more.conditions, kept.conditions, "it was known");
    }

    #[test]
    fn a_forgotten_lesson_takes_its_questions_along() {
        let user_task = UserTask {
            name: "Mine".into(),
            yes: vec![1, 2],
            no: vec![3],
        };
        let view = nothing()
            .after(&Action::Toggle(condition("A", true)), &[])
            .after(&teach(&user_task, true), &[]);
        assert_eq!(view.user_tasks, std::slice::from_ref(&user_task));
        assert_eq!(view.conditions_or(&[]), [condition("Mine", true)]);
        assert_eq!(view.selected_task.as_deref(), Some("Mine"));
        let more = UserTask {
            no: vec![3, 4],
            ..user_task
        };
        let both = view
            .after(&Action::Toggle(condition("A", true)), &[])
            .after(&teach(&more, false), &[]);
        assert_eq!(both.user_tasks, [more]);
        assert_eq!(both.conditions_or(&[]).len(), 2, "only a new one is alone");
        let forgotten = view.after(
            &teach(
                &UserTask {
                    name: "Mine".into(),
                    ..UserTask::default()
                },
                false,
            ),
            &[],
        );
        assert_eq!(forgotten.user_tasks, []);
        assert!(forgotten.conditions_or(&[]).is_empty());
        assert_eq!(forgotten.selected_task, None);
    }

    #[test]
    fn an_order_by_a_user_task_follows_its_name_and_goes_with_it() {
        let by = |task: &str| SortBy::Value {
            task: task.into(),
            value: "yes".into(),
        };
        let mine = UserTask {
            name: "Mine".into(),
            yes: vec![1],
            no: Vec::new(),
        };
        let sort = Sort {
            by: by("Mine"),
            reversed: false,
        };
        let view = View {
            user_tasks: vec![mine.clone()],
            ..View::default()
        };
        let view = view.after(&Action::Sort(sort), &[]);
        assert!(view.asks_for("Mine"));
        let renamed = view.after(&Action::Rename("Mine".into(), "Ours".into()), &[]);
        assert_eq!(renamed.sort.by, by("Ours"));
        let task = UserTask {
            yes: Vec::new(),
            ..mine
        };
        let is_new = false;
        let gone = view.after(&Action::Teach { task, is_new }, &[]);
        assert_eq!(gone.sort, Sort::default());
    }
}
