//! User tasks: the examples a visitor labels, and the classifiers learned from them.
//!
//! Labels are part of the view, as the query is: every one is a step that can be taken back, and a link carries them.

use std::sync::Arc;

use leptos::prelude::*;
use modulens_retrieval::Gallery;
use modulens_retrieval::few_shot::LabelledExamples;

use crate::page::browser::frames;
use crate::page::query::action::Action;
use crate::page::query::view::{Condition, UserTask};
use crate::page::shell::gallery::Source;
use crate::page::state::State;
use crate::page::text;
use crate::page::ui::effect::effect;

use super::examples;
use super::kept_tasks::Deleted;

/// Pictures suggested at a time.
const SUGGESTED: usize = 8;

/// State of the teaching bar.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Teaching {
    /// No.
    #[default]
    Nothing,
    /// The task gets a name; this one is proposed.
    Naming(String),
    /// Pictures are marked for the task of this name.
    Marking(String),
    /// The task of this name gets another one.
    Renaming(String),
}

impl Teaching {
    /// True while pictures are marked for the task of this name.
    pub fn is_marking(&self, name: &str) -> bool {
        matches!(self, Self::Marking(marked) if marked == name)
    }
}

/// A user task as it was learned.
#[derive(Clone, Debug, PartialEq)]
pub struct Learned {
    /// Its fingerprint, `[D]`.
    pub fingerprint: Vec<f32>,
    /// Pictures that show it, of those in the gallery.
    pub yes: usize,
    /// Pictures that do not.
    pub no: usize,
    /// Pictures it was taught by that are of no use here.
    pub ignored: usize,
}

/// The examples and images that the user tasks were learned from.
#[derive(Clone, Debug, PartialEq)]
pub struct LearnedOn {
    source: Source,
    images: usize,
    examples: Vec<LabelledExamples>,
}

impl State {
    /// Begins to teach: the task gets a name first.
    pub fn begin_teaching(&self, name: &str) {
        self.open_now()
            .teaching
            .set(Teaching::Naming(name.to_owned()));
    }

    /// Marks pictures for a new task of this name, or for the one that has it.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the name.
    pub fn name_task(&self, written: &str) -> Result<(), String> {
        let name = self.new_name(written)?;
        let (name, is_known) = self.known_tasks.with_untracked(|known| {
            let name = examples::user_task(known, &name).name;
            let is_known = known.iter().any(|task| task.name == name);
            (name, is_known)
        });
        if !is_known {
            self.room_for(&name)?;
        }
        self.teach_more(&name);
        Ok(())
    }

    /// A name as it is kept, if the network has no task of that name.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it.
    pub(crate) fn new_name(&self, written: &str) -> Result<String, String> {
        let data = self.data_now();
        let network = data.as_ref().map_or(&[][..], |data| &data.manifest.tasks);
        examples::name(written, network)
    }

    /// Marks more pictures for a task.
    pub fn teach_more(&self, name: &str) {
        self.open_now()
            .teaching
            .set(Teaching::Marking(name.to_owned()));
        let open = self.open_now();
        open.deleted.set(None);
        open.kept_tasks.update(|kept| {
            kept.before = kept.tasks.iter().find(|task| task.name == name).cloned();
        });
        let is_known = self
            .known_tasks
            .with_untracked(|known| known.iter().any(|user_task| user_task.name == name));
        if is_known {
            self.go(Action::Only(Condition::new(name, "yes", true)));
        } else if self.view.with_untracked(|view| !view.rows.is_empty()) {
            // Side by side, there is nothing to press.
            self.go(Action::Rows(Vec::new()));
        }
    }

    /// Begins to give a task another name.
    pub fn begin_renaming(&self, name: &str) {
        self.open_now()
            .teaching
            .set(Teaching::Renaming(name.to_owned()));
    }

    /// Ends teaching; what was taught stays.
    pub fn end_teaching(&self) {
        self.open_now().teaching.set(Teaching::Nothing);
    }

    /// Deletes a task; of one that is kept and of which a link brought another version, the latter.
    pub fn forget(&self, name: &str) {
        let now = self.marking.get_untracked();
        if now.is_some_and(|user_task| user_task.name == name) {
            self.end_teaching();
        }
        let task = self.user_task_now(name);
        let open = self.open_now();
        let (was_kept, other_version) = open.kept_tasks.with_untracked(|kept| {
            let other_version = kept.other_version.iter().any(|other| other == name);
            (kept.has(name), other_version)
        });
        let none = UserTask {
            name: name.to_owned(),
            ..UserTask::default()
        };
        self.change_kept(|kept| {
            if was_kept {
                kept.put(none.clone());
            }
            // Its version is kept still, where a link brought another one.
            kept.other_version.retain(|other| *other != name);
        });
        open.deleted.set(Some(Deleted {
            task,
            was_kept,
            other_version,
        }));
        self.go(Action::Teach {
            task: none,
            is_new: false,
        });
    }

    /// Marks a picture for the task being taught; the same mark again takes it away.
    pub fn mark(&self, picture: usize, yes: bool) {
        if let Some(user_task) = self.marking.get_untracked() {
            self.teach_task(examples::marked(&user_task, picture, yes));
        }
    }

    /// Teaches a task by these marks, and keeps it with the gallery unless a link brought it.
    pub fn teach_task(&self, task: UserTask) {
        let is_new = self
            .known_tasks
            .with_untracked(|known| known.iter().all(|known| known.name != task.name));
        if is_new && let Err(message) = self.room_for(&task.name) {
            self.notify(message);
            return;
        }
        let open = self.open_now();
        // The task deleted last may have this name.
        open.deleted.set(None);
        let is_kept = open.kept_tasks.with_untracked(|kept| kept.has(&task.name));
        if is_new || is_kept {
            self.change_kept(|kept| kept.put(task.clone()));
        }
        self.go(Action::Teach { task, is_new });
    }

    /// The task of a name; tracked.
    pub fn task_named(&self, name: &str) -> Option<usize> {
        self.tasks
            .with(|tasks| tasks.iter().position(|task| task.name == name))
    }

    /// Tasks that the network has; those after them are taught. Tracked.
    pub fn network_tasks(&self) -> usize {
        self.gallery
            .with(|gallery| gallery.ready().map_or(0, |data| data.manifest.tasks.len()))
    }

    /// A user task as it was learned; tracked.
    pub fn learned(&self, task: usize) -> Option<Learned> {
        let at = task.checked_sub(self.network_tasks())?;
        self.open().learned.with(|learned| learned.get(at).cloned())
    }

    /// The fingerprint of any task; tracked.
    pub fn fingerprint(&self, task: usize) -> Option<Vec<f32>> {
        let data = self.data()?;
        match data.fingerprints.get(task) {
            Some(fingerprint) => Some(fingerprint.clone()),
            None => self.learned(task).map(|learned| learned.fingerprint),
        }
    }

    /// Learns from every new mark, and suggests what to mark next.
    pub(crate) fn keep_learning(&self) {
        let state = *self;
        effect(move || {
            state.user_tasks.track();
            state.open().source.track();
            state.open().images.track();
            state.learn();
        });
        effect(move || {
            state.open().learned.track();
            state.open().images.track();
            state.open().excluded.track();
            match state.marking.get() {
                Some(user_task) => state.open_now().spawn(state.suggest(user_task)),
                None => state.open_now().uncertain.set(Vec::new()),
            }
        });
    }

    /// Learns the taught tasks if there are other marks than before, or many more pictures.
    pub(crate) fn learn(&self) {
        self.learn_from(|before, now| now != before && now * 4 >= before * 5);
    }

    /// Learns the taught tasks from all of a gallery that will not grow any more: a link then shows the same as here.
    pub(crate) fn learn_all(&self) {
        self.learn_from(|before, now| now != before);
    }

    /// Learns if `grown` says so of the pictures there were and those there are.
    fn learn_from(&self, grown: impl Fn(usize, usize) -> bool) {
        let Some(data) = self.data_now() else { return };
        let source = self.open_now().source.get_untracked();
        let examples: Vec<LabelledExamples> = self
            .user_tasks
            .with_untracked(|user_tasks| user_tasks.iter().map(examples::examples).collect());
        let learned = self.open_now().searchers.try_update_value(|searchers| {
            let gallery = searchers.of(source)?;
            let images = gallery.images();
            let known = self.open_now().learned_on.with_value(|on| match on {
                Some(on) => {
                    on.source == source && on.examples == examples && !grown(on.images, images)
                }
                None => examples.is_empty(),
            });
            if known {
                return None;
            }
            let learned = gallery.set_user_tasks(&examples);
            self.open_now().learned_on.set_value(Some(LearnedOn {
                source,
                images,
                examples,
            }));
            Some(learned.map(|()| all_learned(gallery, data.manifest.tasks.len())))
        });
        match learned.flatten() {
            Some(Ok(learned)) => self.show_learned(data.manifest.tasks.len(), learned),
            Some(Err(error)) => self.notify(text::teach::not_learned(&error)),
            None => {}
        }
    }

    /// Shows the learned tasks, and lets go of what was computed for those that changed.
    fn show_learned(&self, network: usize, learned: Vec<Learned>) {
        let before = self.open_now().learned.get_untracked();
        let tasks = network + learned.len();
        let changed = |at: &usize| before.get(*at) != learned.get(*at);
        let changed: Vec<usize> = (0..learned.len()).filter(changed).collect();
        self.open_now().predictions.update(|all| {
            all.resize(tasks, None);
            changed.iter().for_each(|at| all[network + at] = None);
        });
        self.open_now().facet_counts.update(|all| {
            all.resize(tasks, None);
            changed.iter().for_each(|at| all[network + at] = None);
        });
        // Rows may have been answered by what is known better now.
        if self
            .open_now()
            .beside
            .with_untracked(|rows| !rows.is_empty())
        {
            self.open_now().beside.set(Vec::new());
        }
        self.open_now().learned.set(Arc::new(learned));
    }

    /// Finds pictures to mark next.
    async fn suggest(self, user_task: Arc<UserTask>) {
        let learned = self.open_now().learned.get_untracked();
        let wanted = move || Arc::ptr_eq(&self.open_now().learned.get_untracked(), &learned);
        // The answer goes first.
        frames::drawn().await;
        let task = untrack(|| self.task_named(&user_task.name));
        let Some(task) = task.filter(|task| {
            wanted() && *task < self.open_now().predictions.with_untracked(Vec::len)
        }) else {
            self.open_now().uncertain.set(Vec::new());
            return;
        };
        self.predict(task, &wanted).await;
        if !wanted() {
            return;
        }
        let source = self.open_now().source.get_untracked();
        let mut skip = [user_task.yes.as_slice(), &user_task.no].concat();
        skip.extend_from_slice(&self.open_now().excluded.get_untracked());
        skip.sort_unstable();
        let uncertain = self.open_now().searchers.try_update_value(|searchers| {
            searchers.of(source)?.uncertain(task, SUGGESTED, &skip).ok()
        });
        self.open_now()
            .uncertain
            .set(uncertain.flatten().unwrap_or_default());
    }
}

/// Every user task as it was learned.
fn all_learned(gallery: &Gallery, network: usize) -> Vec<Learned> {
    let learned = |task: usize| {
        let (classifier, labels) = (gallery.classifier(task)?, gallery.labels(task)?);
        Some(Learned {
            fingerprint: classifier.scaling.clone(),
            yes: labels.yes.len(),
            no: labels.no.len(),
            ignored: labels.ignored,
        })
    };
    (network..gallery.tasks()).filter_map(learned).collect()
}
