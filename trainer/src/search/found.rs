//! Results of a search, as the JSON object prints them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use modulens_bundle::Bundle;
use modulens_retrieval::{Clause, Criterion, Query};
use modulens_schema::Task;
use serde::Serialize;

/// Results of a search.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Found {
    /// The bundle's folder.
    pub bundle: PathBuf,
    /// The parts of the query.
    pub query: Vec<Part>,
    /// The limits on probabilities.
    pub only: Vec<Within>,
    /// The filters on labels.
    pub labels: Vec<LabelledAs>,
    /// The tasks whose label is not the predicted value.
    pub differs: Vec<String>,
    /// The part of every result's id that is asked for; empty for any.
    pub name: String,
    /// The least score, 0..1.
    pub least: f32,
    /// The order that was asked for, as for `--sort`; `score` for the best first.
    pub sort: String,
    /// True for the other way round.
    pub reversed: bool,
    /// Images searched.
    pub images: usize,
    /// Images that are results.
    pub found: usize,
    /// The first results.
    pub results: Vec<Hit>,
}

/// One part of the query, in words.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Part {
    /// The task's name; none for overall similarity.
    pub task: Option<String>,
    /// The wanted values or examples.
    #[serde(flatten)]
    pub asked: Test,
    /// Its weight; 1 for an ordinary part.
    pub weight: f32,
}

/// The condition of a part on its task.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Test {
    /// Any of these values.
    AnyOf(Vec<String>),
    /// None of these values.
    NoneOf(Vec<String>),
    /// Similarity to this id or file.
    Like(String),
    /// Dissimilarity to this id or file.
    Unlike(String),
}

/// A limit, in words.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Within {
    /// The task's name.
    pub task: String,
    /// The value's name.
    pub value: String,
    /// The least probability, 0..1.
    pub low: f32,
    /// The greatest.
    pub high: f32,
}

/// A filter on labels, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LabelledAs {
    /// The task's name.
    pub task: String,
    /// The label is one of these; with none, any.
    pub any_of: Vec<String>,
    /// The label is none of these.
    pub none_of: Vec<String>,
}

/// One result.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Hit {
    /// Place in the ranking, from 1.
    pub rank: usize,
    /// The image's index in the bundle.
    pub index: usize,
    /// The image's source id.
    pub id: String,
    /// The score, 0..1.
    pub score: f32,
    /// The score of every part of the query.
    pub parts: Vec<f32>,
    /// The picture's path inside the bundle.
    pub picture: Option<String>,
    /// Its labels under the tasks asked about.
    pub labels: BTreeMap<String, Option<String>>,
}

/// A clause in words; `examples` are the ids or files of the examples, in the clauses' order.
pub(super) fn part(
    tasks: &[Task],
    clause: &Clause,
    examples: &mut impl Iterator<Item = String>,
) -> Part {
    let task = clause.task.map(|task| &tasks[task]);
    let all = task.map_or(&[][..], |task| &task.values);
    let names = |values: &[usize]| -> Vec<String> {
        values.iter().map(|&value| all[value].clone()).collect()
    };
    let asked = match &clause.criterion {
        Criterion::AnyOf(values) => Test::AnyOf(names(values)),
        Criterion::NoneOf(values) => Test::NoneOf(names(values)),
        Criterion::Similar { negated: false, .. } => {
            Test::Like(examples.next().unwrap_or_default())
        }
        Criterion::Similar { negated: true, .. } => {
            Test::Unlike(examples.next().unwrap_or_default())
        }
        Criterion::Confident => Test::AnyOf(all.to_vec()),
    };
    Part {
        task: task.map(|task| task.name.clone()),
        asked,
        weight: clause.weight,
    }
}

/// The labels of an image under the tasks of a query; those of all tasks where it asks for overall similarity.
pub(super) fn labels(
    bundle: &Bundle,
    query: &Query,
    image: usize,
) -> BTreeMap<String, Option<String>> {
    let all = 0..bundle.manifest.tasks.len();
    let tasks = query.all.iter().flat_map(|clause| match clause.task {
        Some(task) => task..task + 1,
        None => all.clone(),
    });
    let label = |index: usize| {
        let task = &bundle.manifest.tasks[index];
        let value = bundle.labels.get(image, index).map(usize::from);
        (
            task.name.clone(),
            value.and_then(|value| task.values.get(value).cloned()),
        )
    };
    tasks
        .chain(query.limits.iter().map(|limit| limit.task))
        .chain(query.labels.iter().map(|filter| filter.column))
        .chain(query.disagree.iter().copied())
        .map(label)
        .collect()
}
