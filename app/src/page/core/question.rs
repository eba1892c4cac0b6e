//! A question in indices: what is asked of which task, which pictures are examples, and which are results at all.

use modulens_retrieval::Need;
use modulens_schema::Task;

use super::chips::locate;
use super::view::{Bound, Condition};
use super::weight::Weight;

/// A question in indices.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Question {
    /// What is asked of each task.
    pub groups: Vec<Group>,
    /// The pictures to be similar to, or not.
    pub examples: Vec<Likeness>,
    /// Which pictures are results at all.
    pub limits: Vec<Limit>,
    /// The least score of a result, 0..1.
    pub at_least: f32,
}

/// What is asked of one task.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// The task.
    pub task: usize,
    /// Any of these values.
    pub wanted: Vec<usize>,
    /// None of these values.
    pub unwanted: Vec<usize>,
    /// How much it counts: as much as its weightiest value.
    pub weight: Weight,
}

/// A picture to be similar to under one task, or unlike to.
#[derive(Clone, Debug, PartialEq)]
pub struct Likeness {
    /// The task.
    pub task: usize,
    /// The picture's features, `[C]`.
    pub features: Vec<f32>,
    /// Like it, or unlike it.
    pub wanted: bool,
    /// How much it counts.
    pub weight: Weight,
}

/// Bounds on the probability of a value, both included, 0..1.
#[derive(Clone, Debug, PartialEq)]
pub struct Limit {
    /// The task.
    pub task: usize,
    /// The value.
    pub value: usize,
    /// The least probability.
    pub low: f32,
    /// The greatest.
    pub high: f32,
}

/// A part of a question that gives scores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartOf {
    /// One of [`Question::groups`].
    Group(usize),
    /// One of [`Question::examples`].
    Example(usize),
}

impl Question {
    /// Gathers conditions by task, in the order the tasks were first asked. What the gallery does not have, and what
    /// rests, is left out.
    pub fn new(tasks: &[Task], conditions: &[Condition], examples: Vec<Likeness>) -> Self {
        let mut groups: Vec<Group> = Vec::new();
        for condition in conditions.iter().filter(|asked| asked.weight.counts()) {
            let Some((task, value)) = locate(tasks, condition) else {
                continue;
            };
            let at = groups
                .iter()
                .position(|group| group.task == task)
                .unwrap_or_else(|| {
                    groups.push(Group {
                        task,
                        weight: condition.weight,
                        ..Group::default()
                    });
                    groups.len() - 1
                });
            let group = &mut groups[at];
            group.weight = group.weight.max(condition.weight);
            let list = if condition.wanted {
                &mut group.wanted
            } else {
                &mut group.unwanted
            };
            if !list.contains(&value) {
                list.push(value);
            }
        }
        Self {
            groups,
            examples: examples
                .into_iter()
                .filter(|example| example.weight.counts())
                .collect(),
            limits: Vec::new(),
            at_least: 0.0,
        }
    }

    /// The same question of fewer pictures.
    #[must_use]
    pub fn within(mut self, tasks: &[Task], bounds: &[Bound], at_least: u8) -> Self {
        let limit = |bound: &Bound| {
            let condition = Condition::new(&bound.task, &bound.value, true);
            let (task, value) = locate(tasks, &condition)?;
            Some(Limit {
                task,
                value,
                low: f32::from(bound.low) / 100.0,
                high: f32::from(bound.high) / 100.0,
            })
        };
        self.limits = bounds.iter().filter_map(limit).collect();
        self.at_least = f32::from(at_least) / 100.0;
        self
    }

    /// What the answer needs of which task.
    pub fn needs(&self) -> Vec<(usize, Need)> {
        let groups = self.groups.iter().map(|group| group.task);
        let limits = self.limits.iter().map(|limit| limit.task);
        let mut needs: Vec<(usize, Need)> = groups
            .chain(limits)
            .map(|task| (task, Need::Probabilities))
            .chain(
                self.examples
                    .iter()
                    .map(|example| (example.task, Need::Embeddings)),
            )
            .collect();
        let mut seen = Vec::new();
        needs.retain(|need| {
            let new = !seen.contains(need);
            seen.push(*need);
            new
        });
        needs
    }

    /// How much a part counts.
    pub fn weight(&self, part: PartOf) -> Weight {
        match part {
            PartOf::Group(at) => self.groups.get(at).map(|group| group.weight),
            PartOf::Example(at) => self.examples.get(at).map(|example| example.weight),
        }
        .unwrap_or_default()
    }
}
