//! `trainer search`: a search over a bundle, in the terminal.
//!
//! The very code the site runs: cached features, folded tail, readouts, exact ranking. Only a picture from
//! outside the bundle needs the network itself.
//!
//! With `--json` one object is printed:
//!
//! ```text
//! bundle, query: [{ task, value, wanted } | { task, like }], images,
//! results: [{ rank, index, id, score, parts: [score, ..], picture (path or null), labels: { task: value | null } }]
//! ```

mod example;
mod terms;

use std::collections::BTreeMap;
use std::path::PathBuf;

use modulens_bundle::Bundle;
use modulens_retrieval::{Gallery, Part, Query, Tail, top_k_where};
use serde::Serialize;

use crate::error::TrainerError;
use crate::output::{print, to_json};

/// Arguments of `trainer search`.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Args {
    /// The bundle's folder.
    pub bundle: PathBuf,
    /// A value that is wanted, `Smiling=yes`; may be given several times.
    #[arg(long = "where", value_name = "TASK=VALUE")]
    pub wanted: Vec<String>,
    /// A value that is not wanted, `Eyeglasses=yes`; may be given several times.
    #[arg(long = "not", value_name = "TASK=VALUE")]
    pub unwanted: Vec<String>,
    /// Find images like this one: an id of the bundle, or a picture file.
    #[arg(long, value_name = "ID|FILE", requires = "tasks")]
    pub like: Option<String>,
    /// Like it in what: a task; may be given several times.
    #[arg(long = "task", value_name = "TASK", requires = "like")]
    pub tasks: Vec<String>,
    /// How many results.
    #[arg(long, default_value_t = 10)]
    pub top: usize,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Found {
    /// The bundle's folder.
    pub bundle: PathBuf,
    /// What was looked for.
    pub query: Vec<Asked>,
    /// Images searched.
    pub images: usize,
    /// The best, best first.
    pub results: Vec<Hit>,
}

/// One part of the query, in words.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Asked {
    /// A value.
    Value {
        /// The task's name.
        task: String,
        /// The value's name.
        value: String,
        /// Whether it is wanted.
        wanted: bool,
    },
    /// An example.
    Like {
        /// The task's name.
        task: String,
        /// The id or file.
        like: String,
    },
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
    /// How well it answers, 0..1.
    pub score: f32,
    /// The score of every part of the query.
    pub parts: Vec<f32>,
    /// The picture's path inside the bundle.
    pub picture: Option<String>,
    /// What its labels say about the tasks asked for.
    pub labels: BTreeMap<String, Option<String>>,
}

/// Searches and prints.
///
/// # Errors
/// A bundle that cannot be used, or a query that does not fit it.
pub fn run(args: &Args) -> Result<(), TrainerError> {
    let found = search(args)?;
    if args.json {
        print(&to_json(&found)?)
    } else {
        print(&render(&found))
    }
}

/// Searches without printing.
///
/// # Errors
/// As [`run`].
pub fn search(args: &Args) -> Result<Found, TrainerError> {
    let bundle = Bundle::open(&args.bundle)?;
    let Some(folded) = bundle.tail.clone() else {
        return Err(TrainerError::Message(format!(
            "{} has no folded tail: its network is not modulated late, and every task needs the network \
             itself; search it on the site",
            args.bundle.display()
        )));
    };
    let tail = Tail::new(folded)?;
    let mut gallery = Gallery::new(tail, &bundle.readouts, bundle.features.clone())?;
    let (query, asked, itself) = query(args, &bundle, &gallery)?;
    let scores = gallery.score(&query)?;
    let best = top_k_where(&scores.total, args.top, |index| Some(index) != itself);
    let results = best
        .into_iter()
        .enumerate()
        .map(|(place, ranked)| Hit {
            rank: place + 1,
            index: ranked.index,
            id: bundle.ids[ranked.index].clone(),
            score: ranked.score,
            parts: scores.explain(ranked.index),
            picture: bundle.manifest.picture_path(ranked.index),
            labels: labels(&bundle, &query, ranked.index),
        })
        .collect();
    Ok(Found {
        bundle: args.bundle.clone(),
        query: asked,
        images: gallery.images(),
        results,
    })
}

/// The query, the same in words, and the image of the bundle that is itself the example.
fn query(
    args: &Args,
    bundle: &Bundle,
    gallery: &Gallery,
) -> Result<(Query, Vec<Asked>, Option<usize>), TrainerError> {
    let tasks = &bundle.manifest.tasks;
    let (mut query, mut asked) = (Query::default(), Vec::new());
    for (texts, wanted) in [(&args.wanted, true), (&args.unwanted, false)] {
        for text in texts {
            let (task, value) = terms::value(text, tasks)?;
            query = query.and_value(task, value, wanted);
            asked.push(Asked::Value {
                task: tasks[task].name.clone(),
                value: tasks[task].values[value].clone(),
                wanted,
            });
        }
    }
    let mut itself = None;
    if let Some(like) = &args.like {
        let example = example::find(like, bundle)?;
        itself = example.index;
        for name in &args.tasks {
            let task = terms::task(name, tasks)?;
            let mut embedding = vec![0.0; gallery.tail().embedding()];
            gallery
                .tail()
                .embed(&example.features, task, &mut embedding)?;
            query = query.and_example(task, embedding, true);
            asked.push(Asked::Like {
                task: tasks[task].name.clone(),
                like: like.clone(),
            });
        }
    }
    if query.parts.is_empty() {
        return Err(TrainerError::Message(format!(
            "nothing to search for: give --where, --not, or --like with --task; the tasks are {}",
            terms::names(tasks)
        )));
    }
    Ok((query, asked, itself))
}

/// What an image's labels say about the tasks of a query.
fn labels(bundle: &Bundle, query: &Query, image: usize) -> BTreeMap<String, Option<String>> {
    let label = |part: &Part| {
        let task = &bundle.manifest.tasks[part.task];
        let value = bundle.labels.get(image, part.task).map(usize::from);
        (
            task.name.clone(),
            value.and_then(|value| task.values.get(value).cloned()),
        )
    };
    query.parts.iter().map(label).collect()
}

fn render(found: &Found) -> String {
    let words = |asked: &Asked| match asked {
        Asked::Value {
            task,
            value,
            wanted: true,
        } => format!("{task} = {value}"),
        Asked::Value {
            task,
            value,
            wanted: false,
        } => format!("{task} is not {value}"),
        Asked::Like { task, like } => format!("{task} like {like}"),
    };
    let query: Vec<String> = found.query.iter().map(words).collect();
    let mut text = format!("{} among {} images\n", query.join(", "), found.images);
    for hit in &found.results {
        let parts: Vec<String> = hit.parts.iter().map(|part| format!("{part:.3}")).collect();
        let labels: Vec<String> = hit
            .labels
            .iter()
            .map(|(task, value)| format!("{task} {}", value.as_deref().unwrap_or("unknown")))
            .collect();
        text.push_str(&format!(
            "{:>4}  {:.4}  {:24}  [{}]  labelled: {}\n",
            hit.rank,
            hit.score,
            hit.picture.as_deref().unwrap_or(&hit.id),
            parts.join(" "),
            labels.join(", ")
        ));
    }
    text
}
