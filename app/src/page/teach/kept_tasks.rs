//! User tasks kept with a gallery: an own gallery's lie in the store, those of the site's galleries in the browser's
//! storage, under the gallery and its version.
//!
//! A link brings user tasks, too. Those that are not kept are used as the link has them, until the visitor keeps them.

use leptos::prelude::*;
use leptos::task::spawn_local;
use modulens_bundle::files;
use modulens_schema::{UserTaskChange, case};

use crate::page::browser::memory;
use crate::page::query::action::Action;
use crate::page::query::view::{UserTask, View};
use crate::page::shell::gallery::GalleryData;
use crate::page::state::State;
use crate::page::text;
use crate::store_protocol::Request;

use super::state::Teaching;
use super::user_tasks::MOST;

/// The user tasks that are kept with the open gallery.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeptTasks {
    /// The tasks, in the order they were taught.
    pub tasks: Vec<UserTask>,
    /// Names of those of which a link brought another version, which is the one that is used.
    pub other_version: Vec<String>,
    /// The kept version of the task being taught, from before that began.
    pub before: Option<UserTask>,
}

impl KeptTasks {
    /// True if the task of that name is used as it is kept.
    pub fn has(&self, name: &str) -> bool {
        self.tasks.iter().any(|task| task.name == name)
            && !self.other_version.iter().any(|other| other == name)
    }

    /// The tasks in use: those kept, and after them those of the view only.
    pub fn with(&self, asked: &[UserTask]) -> Vec<UserTask> {
        let asked_for = |name: &str| asked.iter().find(|task| task.name == name);
        let kept = self.tasks.iter().map(|task| {
            let other = asked_for(&task.name).filter(|_| !self.has(&task.name));
            other.unwrap_or(task).clone()
        });
        let is_kept = |name: &str| self.tasks.iter().any(|task| task.name == name);
        let others = asked.iter().filter(|task| !is_kept(&task.name));
        kept.chain(others.cloned()).collect()
    }

    /// False if a task of that name would be one more than can be kept.
    pub fn has_room_for(&self, name: &str) -> bool {
        self.tasks.len() < MOST || self.tasks.iter().any(|task| task.name == name)
    }

    /// Uses the version that a link brought again, if the task is kept.
    fn use_other_version(&mut self, name: &str) {
        if self.has(name) {
            self.other_version.push(name.to_owned());
        }
    }

    /// Keeps a task in place of the one of its name; one without a mark is kept no more.
    pub fn put(&mut self, task: UserTask) {
        self.other_version.retain(|other| *other != task.name);
        let at = self.tasks.iter().position(|known| known.name == task.name);
        let is_empty = task.yes.is_empty() && task.no.is_empty();
        match at {
            Some(at) if is_empty => _ = self.tasks.remove(at),
            Some(at) => self.tasks[at] = task,
            None if is_empty => {}
            None => self.tasks.push(task),
        }
    }

    /// The tasks of a link that are kept otherwise.
    fn compare(&mut self, asked: &[UserTask]) {
        let others = self.tasks.iter().filter(|kept| {
            let same = |task: &&UserTask| task.name == kept.name;
            asked.iter().find(same).is_some_and(|task| task != *kept)
        });
        self.other_version = others.map(|task| task.name.clone()).collect();
    }
}

/// A deleted task, while that can be taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deleted {
    /// The task.
    pub task: UserTask,
    /// True if it was used as it was kept.
    pub was_kept: bool,
    /// True if it was the version that a link brought of a kept task.
    pub other_version: bool,
}

/// The tasks in a text of the browser's storage.
///
/// # Errors
/// The text, if it cannot be read.
fn parse(text: Option<String>) -> Result<Vec<UserTask>, String> {
    let Some(text) = text else {
        return Ok(Vec::new());
    };
    serde_json::from_str(&text).map_err(|_| text)
}

/// Keeps a change of one task in the browser's storage: another tab may have changed others there. Returns false where
/// that failed.
fn keep_change(key: &str, change: UserTaskChange) -> bool {
    let mut tasks = match parse(memory::recall(key)) {
        Ok(tasks) => tasks,
        // What cannot be read stays under another key.
        Err(text) if memory::keep(&format!("{key}.unreadable"), Some(&text)) => Vec::new(),
        Err(_) => return false,
    };
    change.apply(&mut tasks);
    serde_json::to_string(&tasks)
        .is_ok_and(|text| memory::keep(key, (!tasks.is_empty()).then_some(text.as_str())))
}

/// The place of the tasks of a gallery of the site in the browser's storage.
fn key(data: &GalleryData) -> String {
    let version = data.manifest.files.get(files::FEATURES);
    let version = version.map_or("", |file| file.sha256.get(..16).unwrap_or_default());
    format!("modulens.taught.{}{version}", data.network_base)
}

impl State {
    /// Recalls the tasks kept with a gallery of the site.
    pub(crate) fn recall_tasks(&self, data: &GalleryData) {
        if data.kept_id().is_none() {
            let tasks = parse(memory::recall(&key(data))).unwrap_or_else(|_| {
                self.notify(text::teach::UNREADABLE);
                Vec::new()
            });
            self.keep_tasks_of(tasks);
        }
    }

    /// Takes over the tasks that were kept with the gallery being opened.
    pub(crate) fn keep_tasks_of(&self, tasks: Vec<UserTask>) {
        let mut kept = KeptTasks {
            tasks,
            ..KeptTasks::default()
        };
        self.view
            .with_untracked(|view| kept.compare(&view.user_tasks));
        self.open_now().kept_tasks.set(kept);
    }

    /// Refuses one more kept task where there are as many as there can be.
    ///
    /// # Errors
    /// A sentence that says so.
    pub(crate) fn room_for(&self, name: &str) -> Result<(), String> {
        let kept = self.open_now().kept_tasks;
        match kept.with_untracked(|kept| kept.has_room_for(name)) {
            true => Ok(()),
            false => Err(text::teach::too_many(&MOST)),
        }
    }

    /// Changes one of the kept tasks, and saves that.
    pub(super) fn change_kept(&self, change: impl FnOnce(&mut KeptTasks)) {
        let open = self.open_now();
        let before = open.kept_tasks.with_untracked(|kept| kept.tasks.clone());
        open.kept_tasks.update(change);
        let change = open
            .kept_tasks
            .with_untracked(|kept| UserTaskChange::between(&before, &kept.tasks));
        let (Some(data), Some(change)) = (self.data_now(), change) else {
            return;
        };
        match data.kept_id() {
            Some(id) => self.save_change(Request::Taught {
                id: id.to_owned(),
                change,
            }),
            None => {
                if !keep_change(&key(&data), change) {
                    self.notify(text::teach::not_kept(&text::teach::NO_STORAGE));
                }
            }
        }
    }

    /// Saves changes of own galleries, one after the other: of their tasks, hidden images and labels.
    pub(crate) fn save_change(&self, request: Request) {
        let runs = self.unsaved_changes.try_update_value(|unsaved| {
            // Marks may come faster than they are saved.
            if !unsaved
                .0
                .last_mut()
                .is_some_and(|last| join(last, &request))
            {
                unsaved.0.push(request);
            }
            std::mem::replace(&mut unsaved.1, true)
        });
        if runs == Some(false) {
            let state = *self;
            spawn_local(async move {
                while let Some(request) = state.next_unsaved() {
                    let not_kept: fn(&dyn std::fmt::Display) -> String = match request {
                        Request::Hide { .. } => text::selection::not_kept,
                        Request::Correct { .. } => text::labels::not_kept,
                        _ => text::teach::not_kept,
                    };
                    let saved = async {
                        state.store().await?.call(request, &[]).await?;
                        Ok::<_, String>(())
                    };
                    if let Err(message) = saved.await {
                        state.notify(not_kept(&message));
                    }
                }
            });
        }
    }

    fn next_unsaved(&self) -> Option<Request> {
        let next = self.unsaved_changes.try_update_value(|unsaved| {
            unsaved.1 = !unsaved.0.is_empty();
            unsaved.1.then(|| unsaved.0.remove(0))
        });
        next.flatten()
    }

    /// Keeps a task that a link brought.
    pub fn keep_task(&self, name: &str) {
        if let Err(message) = self.room_for(name) {
            self.notify(message);
            return;
        }
        let task = self.user_task_now(name);
        self.change_kept(|kept| kept.put(task));
    }

    /// The task of a name as it is used now; without marks where there is none.
    pub(super) fn user_task_now(&self, name: &str) -> UserTask {
        self.known_tasks.with_untracked(|known| {
            let known = known.iter().find(|task| task.name == name).cloned();
            known.unwrap_or_else(|| UserTask {
                name: name.to_owned(),
                ..UserTask::default()
            })
        })
    }

    /// A view as a link and the history have it: with the marks of the tasks that it asks for, and of that being taught.
    pub(crate) fn with_marks(&self, view: &View) -> View {
        let open = self.open_now();
        let marking = open.teaching.get_untracked();
        let needed = |task: &UserTask| {
            view.asks_for(&task.name)
                || matches!(&marking, Teaching::Marking(name) if *name == task.name)
        };
        let mut with = view.clone();
        open.kept_tasks.with_untracked(|kept| {
            let tasks = kept.with(&view.user_tasks).into_iter();
            with.user_tasks = tasks
                .filter(|task| !kept.has(&task.name) || needed(task))
                .collect();
        });
        with
    }

    /// Marks were taken back, or made again, by going through the history while a task is taught.
    pub(crate) fn follow_marks(&self) {
        let open = self.open_now();
        let Teaching::Marking(name) = open.teaching.get_untracked() else {
            return;
        };
        let asked = self.view.with_untracked(|view| {
            let mut tasks = view.user_tasks.iter();
            tasks.find(|task| task.name == name).cloned()
        });
        self.change_kept(|kept| {
            if kept.other_version.contains(&name) {
                return;
            }
            let before = kept.before.clone().filter(|task| task.name == name);
            kept.put(asked.or(before).unwrap_or_else(|| UserTask {
                name,
                ..UserTask::default()
            }));
        });
    }

    /// Gives a task another name.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the name.
    pub fn rename_task(&self, from: &str, written: &str) -> Result<(), String> {
        let to = self.new_name(written)?;
        let is_taken = self.known_tasks.with_untracked(|user_tasks| {
            let same = |task: &UserTask| case::lower(&task.name) == case::lower(&to);
            user_tasks
                .iter()
                .any(|task| same(task) && task.name != from)
        });
        if is_taken {
            return Err(text::teach::taken(&to));
        }
        self.end_teaching();
        if to == from {
            return Ok(());
        }
        // The task deleted last may have this name.
        self.open_now().deleted.set(None);
        self.change_kept(|kept| {
            let tasks = kept.tasks.iter_mut().map(|task| &mut task.name);
            for name in tasks.chain(&mut kept.other_version) {
                if name == from {
                    to.clone_into(name);
                }
            }
        });
        self.go(Action::Rename(from.to_owned(), to));
        Ok(())
    }

    /// Brings back the task that was deleted last.
    pub fn restore_deleted(&self) {
        let open = self.open_now();
        let Some(deleted) = open.deleted.get_untracked() else {
            return;
        };
        open.deleted.set(None);
        let task = deleted.task;
        if deleted.was_kept {
            self.change_kept(|kept| kept.put(task));
        } else {
            if deleted.other_version {
                open.kept_tasks
                    .update(|kept| kept.use_other_version(&task.name));
            }
            self.go(Action::Teach {
                task,
                is_new: false,
            });
        }
    }
}

/// Makes one change of two, if both are of one task; returns true if it did.
fn join(last: &mut Request, next: &Request) -> bool {
    match (last, next) {
        (
            Request::Taught { id, change },
            Request::Taught {
                id: same,
                change: next,
            },
        ) => id == same && change.join(next),
        _ => false,
    }
}

/// Changes of own galleries that are to be saved, and whether that is under way.
pub(crate) type UnsavedChanges = (Vec<Request>, bool);

#[cfg(test)]
mod tests {
    use super::*;

    fn task(name: &str, yes: &[usize]) -> UserTask {
        UserTask {
            name: name.into(),
            yes: yes.into(),
            no: Vec::new(),
        }
    }

    fn names(tasks: &[UserTask]) -> Vec<&str> {
        tasks.iter().map(|task| task.name.as_str()).collect()
    }

    /// A taught task lived in the address only: without the link it was gone.
    #[test]
    fn a_taught_task_lived_in_the_address_only() {
        let mut kept = KeptTasks::default();
        kept.put(task("A", &[1]));
        kept.put(task("B", &[2]));
        assert_eq!(names(&kept.with(&[])), ["A", "B"]);
        kept.put(task("A", &[1, 3]));
        assert_eq!(
            kept.with(&[task("A", &[1])])[0].yes,
            [1, 3],
            "as it is kept"
        );
        kept.put(task("B", &[]));
        assert_eq!(names(&kept.with(&[])), ["A"]);
    }

    #[test]
    fn a_link_brings_tasks_that_are_not_kept_and_other_versions() {
        let mut kept = KeptTasks::default();
        kept.put(task("A", &[1]));
        kept.put(task("B", &[2]));
        let link = [task("B", &[7]), task("C", &[8]), task("A", &[1])];
        kept.compare(&link);
        assert_eq!(kept.other_version, ["B"]);
        let all = kept.with(&link);
        assert_eq!(names(&all), ["A", "B", "C"]);
        assert_eq!(all[1].yes, [7]);
        assert!(kept.has("A") && !kept.has("B") && !kept.has("C"));
        kept.put(all[1].clone());
        assert!(kept.has("B"));
        assert_eq!(kept.with(&[])[1].yes, [7]);
    }

    /// The link's version of a kept task was deleted, and bringing it back did nothing.
    #[test]
    fn a_deleted_version_of_a_link_could_not_be_brought_back() {
        let mut kept = KeptTasks::default();
        kept.put(task("A", &[1]));
        let link = [task("A", &[7])];
        kept.compare(&link);
        kept.other_version.clear();
        assert_eq!(kept.with(&link)[0].yes, [1]);
        kept.use_other_version("A");
        kept.use_other_version("A");
        kept.use_other_version("B");
        assert_eq!(kept.other_version, ["A"]);
        assert_eq!(kept.with(&link)[0].yes, [7]);
    }

    /// The 25th kept task was taken for a new one at each mark, which replaced all earlier marks.
    #[test]
    fn there_is_no_room_for_more_tasks_than_are_used() {
        let mut kept = KeptTasks::default();
        for at in 0..MOST {
            let name = at.to_string();
            assert!(kept.has_room_for(&name));
            kept.put(task(&name, &[1]));
        }
        assert!(kept.has_room_for("3") && !kept.has_room_for("Mine"));
    }

    /// A text that could not be read was taken for no tasks, and overwritten by the next mark.
    #[test]
    fn a_text_that_cannot_be_read_is_not_an_empty_list() {
        assert_eq!(parse(None), Ok(Vec::new()));
        assert_eq!(parse(Some("[{".into())), Err("[{".into()));
        let text = serde_json::to_string(&[task("A", &[1])]).expect("plain");
        assert_eq!(parse(Some(text)), Ok(vec![task("A", &[1])]));
    }
}
