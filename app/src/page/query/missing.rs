//! Parts of a view that the gallery shown does not have: a link may come from another gallery or another browser.

use leptos::prelude::*;
use modulens_schema::Task;

use super::conditions::locate;
use super::view::{Condition, Example, LabelTest, Like, OVERALL, SortBy, View};
use crate::page::library::own;
use crate::page::shell::load::shipped_base;
use crate::page::state::State;
use crate::page::text;

/// The gallery that a view is held against.
#[derive(Clone, Copy, Debug)]
pub struct Has<'a> {
    /// Its tasks, user tasks included.
    pub tasks: &'a [Task],
    /// Number of its images.
    pub images: usize,
    /// The columns of the labels that they came with; `None` while these are on their way.
    pub columns: Option<&'a [Task]>,
    /// Those of its tasks whose predictions can differ from a label: the network's, where the images have labels.
    pub labelled: &'a [Task],
}

/// The parts of a view that a gallery does not have, in words, each once. Own images are not among them.
pub fn missing(view: &View, has: Has<'_>) -> Vec<String> {
    let task = |name: &str| {
        has.tasks.iter().any(|task| task.name == name)
            || view.user_tasks.iter().any(|task| task.name == name)
    };
    let value = |name: &str, value: &str| {
        let condition = Condition::new(name, value, true);
        locate(has.tasks, &condition).is_some() || view.user_tasks.iter().any(|it| it.name == name)
    };
    let image = |index: usize| index < has.images;
    let mut parts = Vec::new();
    for condition in view.conditions.iter().flatten() {
        if !value(&condition.task, &condition.value) {
            parts.push(format!("{}: {}", condition.task, condition.value));
        }
    }
    for bound in &view.bounds {
        if !value(&bound.task, &bound.value) {
            parts.push(format!("{}: {}", bound.task, bound.value));
        }
    }
    match &view.sort.by {
        SortBy::Value { task, value: named } if !value(task, named) => {
            parts.push(format!("{task}: {named}"));
        }
        SortBy::Label(name) => {
            let mut columns = has.columns.into_iter().flatten();
            let known = has.columns.is_none() || columns.any(|column| column.name == *name);
            if !known {
                parts.push(name.clone());
            }
        }
        _ => {}
    }
    for label in &view.labels {
        let is_there = match (&label.test, has.columns) {
            (_, None) => true,
            (LabelTest::Differs, _) => has.labelled.iter().any(|task| task.name == label.column),
            (test, Some(columns)) => {
                let value = test.value().unwrap_or_default();
                locate(columns, &Condition::new(&label.column, value, true)).is_some()
            }
        };
        if !is_there {
            parts.push(text::labels::condition(label));
        }
    }
    let likes = view.examples.iter().filter_map(|like| like.task.as_ref());
    let lenses = likes
        .chain(&view.selected_task)
        .filter(|name| *name != OVERALL);
    let names = lenses.chain(&view.rows);
    parts.extend(names.filter(|name| !task(name)).cloned());
    let examples = view.examples.iter().filter_map(|like| match like.example {
        Example::Gallery(index) => Some(index),
        Example::Own(_) => None,
    });
    let images = examples.chain(view.open).filter(|&index| !image(index));
    parts.extend(images.map(|index| text::query::image(&index)));
    let mut once = Vec::with_capacity(parts.len());
    parts.retain(|part| {
        let is_new = !once.contains(part);
        once.push(part.clone());
        is_new
    });
    parts
}

/// The notice with other words about what is missing. Something else may be said in it, of the address or the labels.
fn said_now(notice: Option<String>, before: Option<&str>, now: Option<&str>) -> Option<String> {
    let other = notice.unwrap_or_default();
    let other = before.map_or_else(|| other.clone(), |before| other.replace(before, ""));
    let both = format!("{} {}", other.trim(), now.unwrap_or_default());
    let both = both.trim();
    (!both.is_empty()).then(|| both.to_owned())
}

impl State {
    /// Says what the view asks for that is not there, as long as it does.
    pub(crate) fn keep_missing_said(&self) {
        let state = *self;
        let missing = Memo::new(move |_| state.say_missing());
        Effect::new(move |before: Option<Option<String>>| {
            let now = missing.get();
            let before = before.flatten();
            if now.is_some() || before.is_some() {
                let said = state.notice.get_untracked();
                state
                    .notice
                    .set(said_now(said, before.as_deref(), now.as_deref()));
            }
            now
        });
    }

    /// The sentences for all that is missing; `None` where nothing is, and while a gallery is on its way.
    fn say_missing(&self) -> Option<String> {
        let data = self.data()?;
        let shown = self.shown.get()?;
        let is_it = match data.kept_id() {
            Some(id) => own::id_of(&shown) == Some(id),
            None => data.network_base == shipped_base(&shown),
        };
        if !is_it {
            return None;
        }
        let tasks = self.tasks.get();
        let columns = self.label_columns();
        let has = Has {
            tasks: &tasks,
            images: data.manifest.images,
            columns: columns.as_deref(),
            labelled: match self.open().ground_truth.with(Option::is_some) {
                true => &data.manifest.tasks,
                false => &[],
            },
        };
        self.view.with(|view| {
            let mut said = Vec::new();
            if let Some(asked) = view.gallery.as_ref().filter(|asked| **asked != shown) {
                said.push(text::query::no_gallery(asked, &data.manifest.title));
            }
            let parts = missing(view, has);
            if !parts.is_empty() {
                said.push(text::query::left_out(&parts));
            }
            if view.examples.iter().any(|like| !self.holds(like.example)) {
                said.push(text::query::OWN_LOST.into());
            }
            (!said.is_empty()).then(|| said.join(" "))
        })
    }

    /// False for an image of the visitor's own that is not kept any more; tracked.
    pub fn holds(&self, example: Example) -> bool {
        match example {
            Example::Gallery(_) => true,
            Example::Own(number) => self.own_embedded(number).is_some(),
        }
    }

    /// The examples of the query that are there, tracked.
    pub fn examples_here(&self) -> Vec<Like> {
        let examples = self.view.with(|view| view.examples.clone());
        let images = self.data().map_or(0, |data| data.manifest.images);
        let is_here = |like: &Like| match like.example {
            Example::Gallery(index) => index < images,
            own @ Example::Own(_) => self.holds(own),
        };
        examples.into_iter().filter(is_here).collect()
    }
}

#[cfg(test)]
mod tests {
    use modulens_schema::TaskKind;

    use super::*;
    use crate::page::query::query_string::decode;

    fn parts(address: &str) -> Vec<String> {
        let tasks = [
            Task::binary("Smiling"),
            Task::with_values("Closure", TaskKind::Categorical, ["a", "b"]),
        ];
        let has = Has {
            tasks: &tasks,
            images: 10,
            columns: Some(&tasks[1..]),
            labelled: &tasks[..1],
        };
        missing(&decode(address), has)
    }

    /// `want.Foo=yes` gave a heading "Yes" and every image, without a word.
    #[test]
    fn tasks_of_another_gallery_were_taken_silently() {
        let none = Vec::<String>::new();
        assert_eq!(
            parts("want.Foo=yes&not.Closure=z"),
            ["Foo: yes", "Closure: z"]
        );
        assert_eq!(
            parts("only.Foo=yes:5-9&row=Bar&lens=Bar"),
            ["Foo: yes", "Bar"]
        );
        assert_eq!(parts("like.Bar=3&lens=Smiling"), ["Bar"]);
        assert_eq!(
            parts("label.Smiling=yes&differs=Bar&label.Closure=z").len(),
            3
        );
        assert_eq!(parts("label.Closure=a&differs=Smiling"), none);
        assert_eq!(parts("teach.Mine=1/2&want.Mine=yes&lens=Mine"), none);
        assert_eq!(parts("want.Smiling=yes&want.Closure=a&like=9&open=9"), none);
    }

    /// `differs` gave no image, without a word, where the labels could not be loaded.
    #[test]
    fn differences_from_labels_that_are_not_there_were_asked_silently() {
        let tasks = [Task::binary("Smiling"), Task::binary("Mine")];
        let parts = |columns: Option<&[Task]>, labelled: &[Task]| {
            let has = Has {
                tasks: &tasks,
                images: 10,
                columns,
                labelled,
            };
            missing(&decode("differs=Smiling&differs=Mine"), has).len()
        };
        assert_eq!(parts(Some(&[]), &[]), 2, "no labels");
        assert_eq!(parts(Some(&tasks[..1]), &tasks[..1]), 1, "a taught task");
        assert_eq!(parts(None, &[]), 0, "on their way");
    }

    #[test]
    fn the_notice_says_what_is_missing_as_long_as_it_is() {
        let said = |notice: &str, before, now| said_now(Some(notice.into()), before, now);
        assert_eq!(said_now(None, None, Some("A.")).as_deref(), Some("A."));
        assert_eq!(said("B.", None, Some("A.")).as_deref(), Some("B. A."));
        assert_eq!(
            said("B. A.", Some("A."), Some("C.")).as_deref(),
            Some("B. C.")
        );
        assert_eq!(said("A. B.", Some("A."), None).as_deref(), Some("B."));
        assert_eq!(said("A.", Some("A."), None), None);
    }

    #[test]
    fn images_beyond_the_gallery_were_taken_silently() {
        assert_eq!(
            parts("like=10&open=10&unlike=11"),
            ["picture 10", "picture 11"]
        );
        assert_eq!(parts("own-like=99"), Vec::<String>::new());
    }
}
