//! `trainer search`: a search over a bundle, in the terminal.
//!
//! The site's own code on the site's own files: the arguments resolve into the query that the address of the page
//! resolves into, and the ranking is the same. Only an image from outside the bundle needs the network itself.
//!
//! With `--json` one object is printed:
//!
//! ```text
//! bundle, query: [{ task, any_of | none_of: [value, ..], weight } | { task (null: overall), like | unlike, weight }],
//! only: [{ task, value, low, high }], labels: [{ task, any_of, none_of }], differs: [task, ..], name, least, sort, reversed,
//! images, found,
//! results: [{ rank, index, id, score, parts: [score, ..], picture (path or null), labels: { task: value | null } }]
//! ```

mod example;
mod found;
pub(crate) mod terms;
mod text;

use std::path::PathBuf;
use std::sync::Arc;

use modulens_bundle::Bundle;
use modulens_retrieval::{Clause, Criterion, Gallery, GivenLabels, Order, Query, Tail};
use modulens_schema::Task;
use modulens_training::error::TrainerError;
use modulens_training::output::{print, to_json};

pub use found::{Found, Hit, LabelledAs, Part, Test, Within};

use found::{labels, part};

/// Arguments of `trainer search`.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Args {
    /// The bundle's folder.
    pub bundle: PathBuf,
    /// The query.
    #[command(flatten)]
    pub asked: Asked,
    /// Number of results.
    #[arg(long, default_value_t = 10)]
    pub top: usize,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
}

/// The arguments that make up the query. A weight is in percent of an ordinary part's, as in the address of the page.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Asked {
    /// A value that is wanted, `Smiling=yes`; of several of one task, any.
    #[arg(long = "where", value_name = "TASK=VALUE[~WEIGHT]")]
    pub wanted: Vec<String>,
    /// A value that is not wanted, `Eyeglasses=yes`; of several of one task, none.
    #[arg(long = "not", value_name = "TASK=VALUE[~WEIGHT]")]
    pub unwanted: Vec<String>,
    /// Find images like this one: an id of the bundle, or a picture file; may be given several times.
    #[arg(long, value_name = "ID|FILE")]
    pub like: Vec<String>,
    /// Find images unlike this one; may be given several times.
    #[arg(long, value_name = "ID|FILE")]
    pub unlike: Vec<String>,
    /// Like or unlike it in what: a task, or `overall` for all of them together; may be given several times. Overall if
    /// it is not given.
    #[arg(long = "task", value_name = "TASK[~WEIGHT]")]
    pub tasks: Vec<String>,
    /// Only images whose probability of a value lies between two percentages, `Smiling=yes:20-80`.
    #[arg(long, value_name = "TASK=VALUE:LOW-HIGH")]
    pub only: Vec<String>,
    /// Only images that came with this label, `Smiling=yes`; of several of one task, any.
    #[arg(long = "label", value_name = "TASK=VALUE")]
    pub labels: Vec<String>,
    /// Only images that came with another label than this one, `Smiling=yes`.
    #[arg(long = "not-label", value_name = "TASK=VALUE")]
    pub not_labels: Vec<String>,
    /// Only images whose label under this task is not the predicted value.
    #[arg(long, value_name = "TASK")]
    pub differs: Vec<String>,
    /// Only images whose id contains this, in small or capital letters.
    #[arg(long, default_value = "", value_name = "TEXT")]
    pub name: String,
    /// Sort the results by `name`, by the probability of a value (`Smiling=yes`), by a label (`label:Closure`), or in a
    /// random order (`random`, `random~SEED`); by score, the best first, if it is not given.
    #[arg(long, value_name = "ORDER")]
    pub sort: Option<String>,
    /// Sort the other way round.
    #[arg(long)]
    pub reverse: bool,
    /// The least score of a result, in percent.
    #[arg(long, default_value_t = 0, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    pub least: u8,
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
        print(&text::render(&found))
    }
}

/// Searches without printing.
///
/// # Errors
/// As [`run`].
pub fn search(args: &Args) -> Result<Found, TrainerError> {
    let bundle = Bundle::open(&args.bundle)?;
    if bundle.manifest.images == 0 {
        return Err(TrainerError::Message(format!(
            "{} is a bundle without images, so there is nothing to search; `trainer predict` runs its network on images",
            args.bundle.display()
        )));
    }
    let Some(folded) = bundle.tail.clone() else {
        return Err(TrainerError::Message(format!(
            "{} has no folded tail: its network is not modulated late, and every task needs the network \
             itself; search it on the site",
            args.bundle.display()
        )));
    };
    let tail = Tail::new(folded)?;
    let mut gallery = Gallery::new(tail, &bundle.heads, bundle.features.clone())?;
    let tasks = &bundle.manifest.tasks;
    let values = tasks.iter().map(|task| task.values.len()).collect();
    let given = GivenLabels::of_tasks(bundle.ids.clone(), bundle.labels.clone(), values);
    gallery.set_given(Arc::new(given));
    let (query, examples) = args
        .asked
        .resolve(tasks, |like| example::find(like, &bundle))?;
    let ranking = gallery.rank(&query, &[])?;
    let results = ranking.order.iter().take(args.top).enumerate();
    let results = results
        .map(|(place, ranked)| Hit {
            rank: place + 1,
            index: ranked.index,
            id: bundle.ids[ranked.index].clone(),
            score: ranked.score,
            parts: ranking.clause_scores(ranked.index),
            picture: bundle.manifest.picture_path(ranked.index),
            labels: labels(&bundle, &query, ranked.index),
        })
        .collect();
    let mut examples = examples.into_iter();
    let part = |clause: &Clause| part(tasks, clause, &mut examples);
    let only = query.limits.iter().map(|limit| Within {
        task: tasks[limit.task].name.clone(),
        value: tasks[limit.task].values[limit.value].clone(),
        low: limit.low,
        high: limit.high,
    });
    let names = |task: usize, values: &[usize]| -> Vec<String> {
        let values = values.iter();
        values
            .map(|&value| tasks[task].values[value].clone())
            .collect()
    };
    let labelled = query.labels.iter().map(|filter| LabelledAs {
        task: tasks[filter.column].name.clone(),
        any_of: names(filter.column, &filter.any_of),
        none_of: names(filter.column, &filter.none_of),
    });
    let differs = query.disagree.iter().map(|&task| tasks[task].name.clone());
    Ok(Found {
        bundle: args.bundle.clone(),
        only: only.collect(),
        labels: labelled.collect(),
        differs: differs.collect(),
        query: query.all.iter().map(part).collect(),
        name: query.name,
        least: query.min_score,
        sort: query.order.by.words(tasks, tasks),
        reversed: query.order.reversed,
        images: gallery.images(),
        found: ranking.order.len(),
        results,
    })
}

impl Asked {
    /// The query, and the id or file of every example in it.
    fn resolve(
        &self,
        tasks: &[Task],
        features: impl Fn(&str) -> Result<Vec<f32>, TrainerError>,
    ) -> Result<(Query, Vec<String>), TrainerError> {
        if !self.tasks.is_empty() && self.like.is_empty() && self.unlike.is_empty() {
            return Err(TrainerError::Message(
                "--task says in what an example is compared: give --like or --unlike, too".into(),
            ));
        }
        let (mut query, mut examples) = (Query::default(), Vec::new());
        for (texts, wanted) in [(&self.wanted, true), (&self.unwanted, false)] {
            for text in texts {
                let ((task, value), weight) =
                    terms::weighted(text, |text| terms::value(text, tasks))?;
                query.add_value(task, value, wanted, weight);
            }
        }
        let lens = |text: &String| terms::weighted(text, |text| terms::lens(text, tasks));
        let mut lenses = self.tasks.iter().map(lens).collect::<Result<Vec<_>, _>>()?;
        if lenses.is_empty() {
            lenses.push((None, 1.0));
        }
        for (likes, negated) in [(&self.like, false), (&self.unlike, true)] {
            for like in likes {
                let features = features(like)?;
                for &(task, weight) in &lenses {
                    query.all.push(Clause {
                        task,
                        criterion: Criterion::Similar {
                            features: features.clone(),
                            negated,
                        },
                        weight,
                    });
                    examples.push(like.clone());
                }
            }
        }
        for text in &self.only {
            query.limits.push(terms::limit(text, tasks)?);
        }
        // The labels of a bundle are those of its tasks.
        for (texts, wanted) in [(&self.labels, true), (&self.not_labels, false)] {
            for text in texts {
                let (task, value) = terms::value(text, tasks)?;
                query.add_label(task, value, wanted);
            }
        }
        for text in &self.differs {
            query.disagree.push(terms::task(text, tasks)?);
        }
        query.name.clone_from(&self.name);
        query.min_score = f32::from(self.least) / 100.0;
        query.order = Order {
            by: match &self.sort {
                Some(text) => terms::order(text, tasks)?,
                None => Default::default(),
            },
            reversed: self.reverse,
        };
        let filters = query.limits.len() + query.labels.len() + query.disagree.len();
        let is_plain = query.name.is_empty() && query.order.is_by_score();
        if query.all.is_empty() && filters == 0 && is_plain {
            return Err(TrainerError::Message(format!(
                "nothing to search for: give --where, --not, --only, --label, --differs, --name, --like or --sort; \
                 the tasks are {}",
                terms::names(tasks)
            )));
        }
        Ok((query, examples))
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use modulens_schema::{Features, FoldedTail, HeadWeights, Heads, Labels};
    use serde::Deserialize;

    use super::*;

    /// The gallery and the queries that the page is held to as well.
    #[derive(Deserialize)]
    struct Fixture {
        tasks: Vec<Task>,
        channels: usize,
        embedding: usize,
        features: Vec<f32>,
        tail: Vec<Vec<f32>>,
        heads: Vec<[Vec<f32>; 2]>,
        labels: Vec<u8>,
        queries: Vec<Recorded>,
    }

    #[derive(Deserialize)]
    struct Recorded {
        arguments: Vec<String>,
        ids: Vec<usize>,
    }

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        args: Args,
    }

    fn asked(arguments: &[String]) -> Asked {
        let line = ["search", "bundle"].into_iter();
        let line = line.chain(arguments.iter().map(String::as_str));
        Line::try_parse_from(line).expect("parses").args.asked
    }

    #[test]
    fn the_search_finds_the_same_as_the_page() {
        let fixture = include_str!("../../../crates/retrieval/fixtures/queries.json");
        let fixture: Fixture = serde_json::from_str(fixture).expect("a fixture");
        let [feature_scale, weight, bias, embedding_scale] = fixture
            .tail
            .try_into()
            .expect("the four tables of a folded tail");
        let tail = Tail::new(FoldedTail {
            tasks: fixture.tasks.len(),
            channels: fixture.channels,
            embedding: fixture.embedding,
            rectified: true,
            feature_scale,
            weight,
            bias,
            embedding_scale,
        })
        .expect("a tail");
        let weights = fixture.heads.into_iter();
        let heads = Heads {
            embedding: fixture.embedding,
            tasks: weights
                .map(|[weight, bias]| HeadWeights { weight, bias })
                .collect(),
        };
        let rows = fixture.features.len() / fixture.channels;
        let features = Features::new(rows, fixture.channels, fixture.features).expect("fits");
        let mut gallery = Gallery::new(tail, &heads, features.clone()).expect("fits");
        let labels = Labels::from_cells(fixture.tasks.len(), fixture.labels).expect("rows");
        let values = fixture.tasks.iter().map(|task| task.values.len());
        let ids = (0..rows).map(|image| format!("img{image}.jpg")).collect();
        let given = GivenLabels::of_tasks(ids, labels, values.collect());
        gallery.set_given(Arc::new(given));
        for Recorded { arguments, ids } in fixture.queries {
            // The ids of the gallery are its indices.
            let find = |id: &str| Ok(features.row(id.parse().expect("an index")).to_vec());
            let (query, _) = asked(&arguments)
                .resolve(&fixture.tasks, find)
                .expect("resolves");
            let ranking = gallery.rank(&query, &[]).expect("ranks");
            let found = ranking.order.iter().take(50).map(|ranked| ranked.index);
            assert_eq!(found.collect::<Vec<_>>(), ids, "{arguments:?}");
        }
    }
}
