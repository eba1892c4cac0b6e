//! The differences between two records of data, named.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use modulens_schema::{Labels, Task};

use super::{Content, DataRecord, Image};

/// The most tasks that are named one by one.
const MOST_TASKS: usize = 5;

/// The changes from one record to another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Difference {
    /// Changes of tasks or their values, which a trained network cannot follow.
    shape: Vec<String>,
    /// Changes of images, labels and splits.
    content: Vec<String>,
}

impl Difference {
    /// Returns true if nothing has changed.
    pub(crate) fn is_empty(&self) -> bool {
        self.shape.is_empty() && self.content.is_empty()
    }

    /// Returns true if a network for the old data has the right shape for the new.
    pub(crate) fn fits(&self) -> bool {
        self.shape.is_empty()
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all: Vec<&str> = self
            .shape
            .iter()
            .chain(&self.content)
            .map(String::as_str)
            .collect();
        out.write_str(&all.join("; "))
    }
}

impl DataRecord {
    /// Says what has changed since a run of which the tasks alone are known, if those.
    pub(crate) fn since_unknown(&self, tasks: &[Task]) -> Difference {
        let rest = "the record of the data that it began with is missing or damaged, so the change cannot be named";
        Difference {
            shape: match tasks {
                [] => Vec::new(),
                known => shape(known, &self.tasks),
            },
            content: vec![rest.into()],
        }
    }

    /// Says what has changed since an older record.
    pub(crate) fn since(&self, before: &Self) -> Difference {
        let was: HashMap<&str, &Image> = before
            .images
            .iter()
            .map(|image| (image.id.as_str(), image))
            .collect();
        let is: HashMap<&str, &Image> = self
            .images
            .iter()
            .map(|image| (image.id.as_str(), image))
            .collect();
        let common: Vec<(&Image, &Image)> = before
            .images
            .iter()
            .filter_map(|image| Some((image, *is.get(image.id.as_str())?)))
            .collect();
        let mut content = Vec::new();
        let new = self
            .images
            .iter()
            .filter(|image| !was.contains_key(image.id.as_str()));
        content.extend(count(new, |images| match images {
            1 => "1 image is new".to_owned(),
            _ => format!("{images} images are new"),
        }));
        let gone = before
            .images
            .iter()
            .filter(|image| !is.contains_key(image.id.as_str()));
        content.extend(count(gone, |images| match images {
            1 => "1 image is gone".to_owned(),
            _ => format!("{images} images are gone"),
        }));
        let all = common.len();
        let of =
            |what: &'static str| move |images: usize| format!("{what} {images} of {all} images");
        let differing = |differs: fn(&Image, &Image) -> bool| {
            let pairs = common.iter().filter(move |(was, is)| differs(was, is));
            pairs.map(|(was, _)| *was)
        };
        content.extend(labels(before, self, &common));
        content.extend(count(
            differing(|was, is| was.split != is.split),
            of("the split differs for"),
        ));
        content.extend(count(differing(other_file), of("the file differs for")));
        content.extend(count(
            differing(|was, is| {
                is.content == Content::Unreadable && matches!(was.content, Content::Crc(_))
            }),
            of("nothing can be read any more of"),
        ));
        content.extend(count(
            differing(|was, is| {
                was.content == Content::Unreadable && matches!(is.content, Content::Crc(_))
            }),
            of("what could not be read before is there for"),
        ));
        Difference {
            shape: shape(&before.tasks, &self.tasks),
            content,
        }
    }
}

/// Returns true if an image's file is another one, as far as both are known.
fn other_file(was: &Image, is: &Image) -> bool {
    was.size != is.size
        || matches!((was.content, is.content), (Content::Crc(was), Content::Crc(is)) if was != is)
}

/// A clause on some images with the first of them as an example; nothing for none.
fn count<'a>(
    mut images: impl Iterator<Item = &'a Image>,
    clause: impl Fn(usize) -> String,
) -> Option<String> {
    let first = images.next()?;
    let all = 1 + images.count();
    let such = if all == 1 { "namely" } else { "such as" };
    Some(format!("{}, {such} {}", clause(all), first.id))
}

/// The changes of tasks and of their values.
fn shape(was: &[Task], is: &[Task]) -> Vec<String> {
    let mut found = Vec::new();
    let find = |tasks: &[Task], name: &str| tasks.iter().find(|task| task.name == name).cloned();
    let names = |tasks: Vec<&Task>| {
        let shown = tasks.iter().take(MOST_TASKS).map(|task| task.name.as_str());
        let names = shown.collect::<Vec<_>>().join(", ");
        match tasks.len().saturating_sub(MOST_TASKS) {
            0 => names,
            more => format!("{names} and {more} more"),
        }
    };
    let new: Vec<&Task> = is
        .iter()
        .filter(|task| find(was, &task.name).is_none())
        .collect();
    let gone: Vec<&Task> = was
        .iter()
        .filter(|task| find(is, &task.name).is_none())
        .collect();
    for (tasks, one, several) in [(new, "is new", "are new"), (gone, "is gone", "are gone")] {
        match tasks.len() {
            0 => {}
            1 => found.push(format!("task {} {one}", names(tasks))),
            _ => found.push(format!("tasks {} {several}", names(tasks))),
        }
    }
    let mut changed = 0;
    for task in is {
        let Some(old) = find(was, &task.name).filter(|old| old != task) else {
            continue;
        };
        changed += 1;
        if changed <= MOST_TASKS {
            found.push(values(&old, task));
        }
    }
    if changed > MOST_TASKS {
        found.push(format!(
            "the values of {} more tasks have changed",
            changed - MOST_TASKS
        ));
    }
    let order = |tasks: &[Task], others: &[Task]| -> Vec<String> {
        let common = tasks
            .iter()
            .filter(|task| find(others, &task.name).is_some());
        common.map(|task| task.name.clone()).collect()
    };
    if order(was, is) != order(is, was) {
        found.push("the tasks are in another order".into());
    }
    found
}

/// A clause on a task whose values have changed.
fn values(was: &Task, is: &Task) -> String {
    let missing = |from: &Task, to: &Task| -> Vec<String> {
        let values = from.values.iter();
        values
            .filter(|value| !to.values.contains(value))
            .map(|value| format!("{value:?}"))
            .collect()
    };
    let (new, gone) = (missing(is, was), missing(was, is));
    let named = |values: &[String]| match values {
        [one] => format!("value {one}"),
        several => format!("values {}", several.join(", ")),
    };
    let name = &is.name;
    match (new.is_empty(), gone.is_empty()) {
        (false, true) => format!("task {name} has the new {}", named(&new)),
        (true, false) => format!("task {name} no longer has the {}", named(&gone)),
        (false, false) => format!(
            "task {name} has the new {} and no longer the {}",
            named(&new),
            named(&gone)
        ),
        (true, true) => format!("task {name} has its values in another order or of another kind"),
    }
}

/// Clauses on tasks whose labels differ, the same number of images in one.
fn labels(was: &DataRecord, is: &DataRecord, common: &[(&Image, &Image)]) -> Vec<String> {
    let mut by_count: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
    for (new_place, task) in is.tasks.iter().enumerate() {
        let Some(old_place) = was.tasks.iter().position(|old| old.name == task.name) else {
            continue;
        };
        // By the names of values: a new value may have moved the others.
        let now_at: Vec<Option<usize>> = was.tasks[old_place]
            .values
            .iter()
            .map(|value| task.values.iter().position(|new| new == value))
            .collect();
        let differs = common.iter().filter(|(was, is)| {
            let (old, new) = (was.labels[old_place], is.labels[new_place]);
            match now_at.get(usize::from(old)) {
                None => new != Labels::UNKNOWN,
                Some(place) => *place != Some(usize::from(new)),
            }
        });
        match differs.count() {
            0 => {}
            images => by_count.entry(images).or_default().push(&task.name),
        }
    }
    let mut clauses: Vec<String> = Vec::new();
    let mut named = 0;
    let mut more = 0;
    for (images, tasks) in by_count.iter().rev() {
        let room = MOST_TASKS.saturating_sub(named).min(tasks.len());
        named += room;
        more += tasks.len() - room;
        if room > 0 {
            clauses.push(format!(
                "labels of {} differ for {images} of {} images",
                tasks[..room].join(", "),
                common.len()
            ));
        }
    }
    if more > 0 {
        clauses.push(format!("labels of {more} more tasks differ"));
    }
    clauses
}

#[cfg(test)]
mod tests {
    use modulens_schema::Split;

    use super::super::tests::record;
    use super::*;

    fn said(change: impl Fn(&mut DataRecord)) -> (String, bool) {
        let (before, mut now) = (record(), record());
        change(&mut now);
        let found = now.since(&before);
        (found.to_string(), found.fits())
    }

    #[test]
    fn every_change_is_named() {
        assert!(record().since(&record()).is_empty());
        type Change = fn(&mut DataRecord);
        let changes: [(Change, &str); 8] = [
            (
                |now| now.images[0].labels[1] = 1,
                "labels of colour differ for 1 of 4 images",
            ),
            (
                |now| now.images[1].labels = vec![Labels::UNKNOWN, 0],
                "labels of ring, colour differ for 1 of 4 images",
            ),
            (
                |now| now.images[2].split = Split::Train,
                "the split differs for 1 of 4 images, namely c.png",
            ),
            (
                |now| now.images[0].content = Content::Crc(8),
                "the file differs for 1 of 4 images, namely a.png",
            ),
            (
                |now| now.images.iter_mut().for_each(|image| image.size += 1),
                "the file differs for 4 of 4 images, such as a.png",
            ),
            (
                |now| now.images[0].content = Content::Unreadable,
                "nothing can be read any more of 1 of 4 images, namely a.png",
            ),
            (
                |now| now.images[2].content = Content::Crc(1),
                "what could not be read before is there for 1 of 4 images, namely c.png",
            ),
            (
                |now| {
                    now.images[3].id = "e.png".into();
                },
                "1 image is new, namely e.png; 1 image is gone, namely d.png",
            ),
        ];
        for (change, expected) in changes {
            assert_eq!(said(change), (expected.to_owned(), true));
        }
    }

    #[test]
    fn what_nobody_has_looked_at_is_no_difference() {
        let (text, _) = said(|now| {
            now.images
                .iter_mut()
                .for_each(|image| image.content = Content::Unknown);
        });
        assert_eq!(text, "");
    }

    #[test]
    fn a_new_value_is_no_other_label_of_those_that_moved() {
        let (text, fits) = said(|now| {
            now.tasks[1].values.insert(1, "green".into());
            for image in &mut now.images {
                if image.labels[1] == 1 {
                    image.labels[1] = 2;
                }
            }
            now.images[3].labels[1] = 1;
        });
        assert_eq!(
            text,
            "task colour has the new value \"green\"; labels of colour differ for 1 of 4 images"
        );
        assert!(!fits);
    }

    #[test]
    fn other_tasks_are_named() {
        let (text, fits) = said(|now| {
            now.tasks[0].name = "hole".into();
        });
        assert_eq!(
            (text.as_str(), fits),
            ("task hole is new; task ring is gone", false)
        );
        let (text, fits) = said(|now| {
            now.tasks.swap(0, 1);
            now.images
                .iter_mut()
                .for_each(|image| image.labels.swap(0, 1));
        });
        assert_eq!(
            (text.as_str(), fits),
            ("the tasks are in another order", false)
        );
        let (text, fits) = said(|now| now.tasks[1].values.swap(0, 1));
        assert!(
            text.starts_with("task colour has its values in another order"),
            "{text}"
        );
        assert!(!fits);
    }

    #[test]
    fn forty_tasks_are_not_all_named() {
        let mut before = record();
        before.tasks = (0..40)
            .map(|task| Task::binary(format!("t{task}")))
            .collect();
        before
            .images
            .iter_mut()
            .for_each(|image| image.labels = vec![0; 40]);
        let mut now = before.clone();
        now.images[0].labels = vec![1; 40];
        now.images[1].labels[7] = 1;
        assert_eq!(
            now.since(&before).to_string(),
            "labels of t7 differ for 2 of 4 images; labels of t0, t1, t2, t3 differ for 1 of 4 images; labels of 35 more \
             tasks differ"
        );
    }
}
