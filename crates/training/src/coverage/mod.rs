//! Coverage of tasks and values by the splits of a dataset: the checks that come before any training.
//!
//! A task that the training split cannot teach is left out, and the rest trains. Everything here looks at labels and
//! splits alone, so it costs a moment.

mod learnable;

use modulens_dataset::{Dataset, Format};
use modulens_schema::{Labels, Split, Task};

pub(crate) use learnable::keep_learnable;
pub use learnable::{keep_learnable_of_splits, unlabelled};

/// The splits in their order.
pub(crate) const SPLITS: [Split; 3] = [Split::Train, Split::Val, Split::Test];
/// Figures on fewer images of a value say little.
const FEW: usize = 5;
/// The most notes that are told one by one.
const MOST_NOTES: usize = 20;
/// The most values that a note names.
const MOST_VALUES: usize = 5;

/// Images of every value of every task in every split.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    format: Format,
    /// Images of each split.
    images: [usize; 3],
    /// `[task][split][value]`.
    tasks: Vec<[Vec<usize>; 3]>,
}

/// The verdict on a dataset before training.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// The reason that nothing can be trained, with what to do.
    pub refused: Option<String>,
    /// Places of the tasks that training cannot learn.
    pub left_out: Vec<usize>,
    /// Sentences for people.
    pub notes: Vec<String>,
}

impl Coverage {
    /// Counts the images of a dataset by its own splits.
    pub fn of(dataset: &Dataset) -> Self {
        let parts = SPLITS.map(|split| dataset.in_split(split));
        Self::of_parts(dataset, parts.each_ref().map(Vec::as_slice))
    }

    /// Counts given images for training, validation and test.
    pub fn of_parts(dataset: &Dataset, parts: [&[usize]; 3]) -> Self {
        let count = |task: usize, values: usize| {
            parts.map(|images| count_values(&dataset.labels, images.iter().copied(), task, values))
        };
        Self {
            format: dataset.format,
            images: parts.map(<[usize]>::len),
            tasks: dataset
                .tasks
                .iter()
                .enumerate()
                .map(|(task, found)| count(task, found.values.len()))
                .collect(),
        }
    }

    /// Decides if and on which tasks a network can be trained.
    pub fn judge(&self, tasks: &[Task]) -> Verdict {
        let [train, val, test] = self.images;
        let mut verdict = Verdict {
            refused: self.empty_part(),
            ..Verdict::default()
        };
        let mut notes = Vec::new();
        let mut kept = Vec::new();
        for (place, (task, counts)) in tasks.iter().zip(&self.tasks).enumerate() {
            if counts[0].iter().filter(|&&images| images > 0).count() < 2 {
                verdict.left_out.push(place);
                if train > 0 {
                    notes.push(format!(
                        "task {} is left out, since the training split cannot teach it: {}{}",
                        task.name,
                        known(task, &counts[0]),
                        elsewhere(task, counts)
                    ));
                }
            } else {
                kept.push((task, counts));
            }
        }
        if kept.is_empty() && verdict.refused.is_none() {
            verdict.refused = Some(if notes.is_empty() {
                "there is no task: put a table of labels beside the images, or sort them into folders by class"
                    .to_owned()
            } else {
                format!(
                    "no task can be learned: the training split needs images of at least two values of a task; {}. {}",
                    notes.join("; "),
                    split_advice(self.format)
                )
            });
            notes.clear();
        }
        notes.extend(
            kept.iter()
                .filter_map(|(task, counts)| missing(task, counts)),
        );
        let unmeasured = |split: usize| {
            let lacking = kept
                .iter()
                .filter_map(move |(task, counts)| Some((&task.name, lack(task, &counts[split])?)));
            lacking.collect::<Vec<_>>()
        };
        let in_val = unmeasured(1);
        if val > 0 && !kept.is_empty() && in_val.len() == kept.len() {
            notes.push(format!(
                "no task can be measured on the validation split ({val} image{}), so the last epoch counts as the best; {}",
                if val == 1 { "" } else { "s" },
                split_advice(self.format)
            ));
        } else if val > 0 {
            notes.extend(in_val.into_iter().map(|(name, why)| {
                format!("task {name} takes no part in choosing the best epoch: in the validation split {why}")
            }));
        }
        if test == 0 {
            notes.push(format!(
                "no image is in the test split, so that `eval` has nothing to measure and `export` nothing to show; {}",
                split_advice(self.format)
            ));
        } else {
            notes.extend(unmeasured(2).into_iter().map(|(name, why)| {
                format!("task {name} cannot be measured by `eval`: in the test split {why}")
            }));
        }
        if notes.len() > MOST_NOTES {
            let more = notes.len() - MOST_NOTES;
            notes.truncate(MOST_NOTES);
            notes.push(format!("and {more} more of this kind"));
        }
        verdict.notes = notes;
        verdict
    }

    fn empty_part(&self) -> Option<String> {
        let [train, val, test] = self.images;
        let all = train + val + test;
        let (name, lacks) = match (train, val) {
            (0, _) => ("training", "there is nothing to learn from"),
            (_, 0) => ("validation", "no epoch could be chosen as the best"),
            _ => return None,
        };
        Some(format!(
            "of {all} images none is in the {name} split (train {train}, val {val}, test {test}), so {lacks}; {}",
            split_advice(self.format)
        ))
    }
}

/// The remedy for a split that lacks images.
pub fn split_advice(format: Format) -> &'static str {
    match format {
        Format::Celeba | Format::Zappos => {
            "say which images are in which split in list_eval_partition.txt, or add images"
        }
        Format::Auto | Format::Folder => {
            "say which images are in which split (train, val or test) in a column split of the table of labels, or add \
             images"
        }
    }
}

/// Images of each value of a task among some images.
fn count_values(
    labels: &Labels,
    images: impl Iterator<Item = usize>,
    task: usize,
    values: usize,
) -> Vec<usize> {
    let mut counts = vec![0; values];
    for value in images.filter_map(|image| labels.get(image, task)) {
        if let Some(count) = counts.get_mut(usize::from(value)) {
            *count += 1;
        }
    }
    counts
}

/// The reason that a task cannot be measured on images with these labels; `None` where it can. Measuring takes two images
/// of one value and one of another.
pub(crate) fn why_unmeasurable(task: &Task, labels: &Labels, place: usize) -> Option<String> {
    let counts = count_values(labels, 0..labels.images(), place, task.values.len());
    lack(task, &counts)
}

fn lack(task: &Task, counts: &[usize]) -> Option<String> {
    if counts.iter().filter(|&&images| images > 0).count() < 2 {
        return Some(known(task, counts));
    }
    counts
        .iter()
        .all(|&images| images < 2)
        .then(|| "no value has two images".to_owned())
}

/// A clause on the rarest value of a task where it is on so few images that figures say little; `None` otherwise.
pub(crate) fn why_uncertain(task: &Task, labels: &Labels, place: usize) -> Option<String> {
    let counts = count_values(labels, 0..labels.images(), place, task.values.len());
    let occurring = counts
        .iter()
        .zip(&task.values)
        .filter(|(images, _)| **images > 0);
    let (images, value) = occurring.min_by_key(|(images, _)| **images)?;
    (*images < FEW).then(|| format!("{images} of {value:?}"))
}

/// A clause for a split that knows fewer than two values of a task.
fn known(task: &Task, counts: &[usize]) -> String {
    let only = counts.iter().position(|&images| images > 0);
    match only.and_then(|value| task.values.get(value)) {
        None => "none of its images is labelled".to_owned(),
        Some(value) => format!("all of its labelled images are {value:?}"),
    }
}

/// The places of values that the training split lacks, as a further clause.
fn elsewhere(task: &Task, counts: &[Vec<usize>; 3]) -> String {
    let lacking = task.values.iter().enumerate().filter_map(|(value, name)| {
        let [train, val, test] = counts.each_ref().map(|counts| counts[value]);
        (train == 0 && val + test > 0).then(|| format!("{name:?}: {val} in val, {test} in test"))
    });
    let lacking: Vec<String> = lacking.take(MOST_VALUES).collect();
    if lacking.is_empty() {
        String::new()
    } else {
        format!(" ({})", lacking.join("; "))
    }
}

/// A note on values that no training image has.
fn missing(task: &Task, counts: &[Vec<usize>; 3]) -> Option<String> {
    let lacking: Vec<String> = (task.values.iter())
        .zip(&counts[0])
        .filter(|(_, images)| **images == 0)
        .map(|(value, _)| format!("{value:?}"))
        .collect();
    let shown = lacking.len().min(MOST_VALUES);
    let more = match lacking.len() - shown {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    (shown > 0).then(|| {
        format!(
            "task {}: no training image has the value {}{more}, so that it cannot be learned{}",
            task.name,
            lacking[..shown].join(", "),
            elsewhere(task, counts)
        )
    })
}

/// Some columns of a table of labels.
pub(crate) fn columns(labels: &Labels, tasks: &[usize]) -> Labels {
    let mut chosen = Labels::new(tasks.len());
    for image in 0..labels.images() {
        chosen.push(tasks.iter().map(|&task| labels.get(image, task)));
    }
    chosen
}

#[cfg(test)]
pub(crate) mod tests {
    use modulens_dataset::{ImageRecord, Report};
    use modulens_schema::TaskKind;

    use super::*;

    /// A dataset of one character an image: its split (`t`, `v`, `e`), then a label of each task (`-` for unknown).
    pub(crate) fn dataset(tasks: Vec<Task>, images: &[&str]) -> Dataset {
        let mut labels = Labels::new(tasks.len());
        let mut records = Vec::new();
        for (entry, text) in images.iter().enumerate() {
            let mut letters = text.chars();
            let split = match letters.next() {
                Some('t') => Split::Train,
                Some('v') => Split::Val,
                _ => Split::Test,
            };
            labels.push(letters.map(|letter| letter.to_digit(10).map(|value| value as u8)));
            records.push(ImageRecord {
                id: format!("{entry}.png"),
                entry,
                group: entry as u64,
                split,
            });
        }
        Dataset {
            name: "shapes".into(),
            format: Format::Folder,
            tasks,
            images: records,
            labels,
            texts: Vec::new(),
            report: Report::default(),
        }
    }

    fn colours() -> Task {
        Task::with_values("colour", TaskKind::Categorical, ["blue", "green", "red"])
    }

    pub(crate) fn judge(dataset: &Dataset) -> Verdict {
        Coverage::of(dataset).judge(&dataset.tasks)
    }

    #[test]
    fn an_empty_split_is_refused_with_what_to_do() {
        let of = |images: &[&str]| judge(&dataset(vec![Task::binary("ring")], images));
        let verdict = of(&["t0", "t1", "t0", "t1", "t0", "e0", "e1", "e1"]);
        let why = verdict.refused.expect("no validation");
        assert!(
            why.starts_with("of 8 images none is in the validation split (train 5, val 0, test 3)"),
            "{why}"
        );
        assert!(why.contains("column split"), "{why}");
        let why = of(&["v0", "v1", "e0"]).refused.expect("no training");
        assert!(why.contains("none is in the training split"), "{why}");
        let verdict = of(&["t0", "t1", "v0", "v0", "v1"]);
        assert_eq!(verdict.refused, None);
        assert_eq!(verdict.notes.len(), 1);
        assert!(verdict.notes[0].contains("no image is in the test split"));
    }

    #[test]
    fn values_and_tasks_that_a_split_lacks_are_noted() {
        let images = [
            "t00", "t20", "t01", "v00", "v00", "v21", "e10", "e10", "e00",
        ];
        let notes = judge(&dataset(vec![colours(), Task::binary("ring")], &images)).notes;
        assert_eq!(notes.len(), 2, "{notes:?}");
        assert!(
            notes[0].contains("colour: no training image has the value \"green\"")
                && notes[0].contains("2 in test"),
            "{notes:?}"
        );
        assert!(
            notes[1].starts_with("task ring cannot be measured by `eval`: in the test split all"),
            "{notes:?}"
        );
    }

    #[test]
    fn one_image_of_each_value_cannot_be_measured() {
        let images = ["t0", "t1", "t0", "v0", "v1", "e-", "e-"];
        let verdict = judge(&dataset(vec![Task::binary("ring")], &images));
        assert_eq!(verdict.refused, None, "it can be trained");
        assert!(verdict.notes[0].contains("the last epoch counts as the best"));
        assert!(verdict.notes[1].ends_with("none of its images is labelled"));
        let labels = Labels::from_cells(1, vec![0, 0, 1]).expect("three rows");
        assert_eq!(why_unmeasurable(&Task::binary("ring"), &labels, 0), None);
        let few = why_uncertain(&Task::binary("ring"), &labels, 0);
        assert_eq!(few.as_deref(), Some("1 of \"yes\""));
    }

    #[test]
    fn forty_faults_are_not_forty_lines() {
        let tasks = (0..40)
            .map(|task| Task::binary(format!("t{task}")))
            .collect();
        let row = |split: &str, label: &str| format!("{split}{}", label.repeat(40));
        let rows = [
            row("t", "0"),
            row("t", "1"),
            row("v", "0"),
            row("v", "0"),
            row("e", "0"),
        ];
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let notes = judge(&dataset(tasks, &rows)).notes;
        assert_eq!(notes.len(), MOST_NOTES + 1);
        assert_eq!(notes[MOST_NOTES], "and 21 more of this kind");
    }
}
