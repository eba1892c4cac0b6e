//! `trainer add-task`: a bundle with one more task, from a few labelled pictures of it.
//!
//! Network, features and pictures stay byte for byte what they are, and the tasks that were there rank as before; the
//! new one is fitted as in [`modulens_experiments::few_shot`]. Some of the labelled pictures are kept back: the figures in the
//! manifest are measured on them.
//!
//! With `--json` one object is printed: `bundle`, `task`, `values`, `fit`, `examples`, `measured_on`, and `quality`,
//! the new task's object of `trainer eval`.

use std::path::{Path, PathBuf};

use modulens_bundle::{Bundle, HeadWeights, Heads, Writer, files as names, heads, labels, tail};
use modulens_dataset::{Labelled, read_labels};
use modulens_experiments::few_shot::directions::Background;
use modulens_experiments::few_shot::{Fit, NewTask};
use modulens_retrieval::head::{self, FitConfig};
use modulens_retrieval::measure::{EvalConfig, evaluate};
use modulens_retrieval::{Embeddings, Head, Random, Tail};
use modulens_schema::{FoldedTail, Labels, Task, TaskQuality};
use modulens_training::error::TrainerError;
use modulens_training::files;
use modulens_training::output::{notes, print, to_json};
use serde::Serialize;

/// Penalty of the head on an embedding of a few examples: stronger than on a whole training split.
const HEAD_L2: f64 = 1e-2;

/// Arguments of `trainer add-task`.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// The bundle's folder.
    bundle: PathBuf,
    /// The new task's name.
    #[arg(long, value_name = "NAME")]
    task: String,
    /// A table (CSV and the like): images by their ids in the bundle (its ids.txt), and their values.
    #[arg(long, value_name = "FILE")]
    labels: PathBuf,
    /// Fit to so many of the labelled pictures, as many of each value, and measure on the others [default: half of
    /// them].
    #[arg(long)]
    examples: Option<usize>,
    /// The parameters to fit.
    #[arg(long, value_enum, default_value_t = Fit::Directions)]
    fit: Fit,
    /// Decides which pictures are examples.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Write the new bundle here; an older bundle is replaced.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

/// The added task.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Added {
    /// The new bundle.
    pub bundle: PathBuf,
    /// The new task.
    pub task: String,
    /// Its values.
    pub values: Vec<String>,
    /// The fitted parameters.
    pub fit: Fit,
    /// Pictures it was fitted to.
    pub examples: usize,
    /// Labelled pictures that it was measured on.
    pub measured_on: usize,
    /// The metrics on the held-out images.
    pub quality: TaskQuality,
}

/// Adds a task and says how good it is.
///
/// # Errors
/// As [`add`].
pub fn run(args: &Args) -> Result<(), TrainerError> {
    let added = add(args)?;
    if args.json {
        return print(&to_json(&added)?);
    }
    let quality = &added.quality;
    print(&format!(
        "{} ({}), fitted to {} pictures, measured on {} others:\n{:.1} % of triplets ({:.1} .. {:.1}), P@10 {:.1} %\nwritten: {}",
        added.task,
        added.values.join(", "),
        added.examples,
        added.measured_on,
        100.0 * quality.triplet_accuracy,
        100.0 * quality.ci95.low,
        100.0 * quality.ci95.high,
        100.0 * quality.precision_at_10,
        added.bundle.display()
    ))
}

/// Checks that a task of this name can be asked for: `TASK=VALUE~WEIGHT`, in whatever case.
fn check_name(name: &str, tasks: &[Task]) -> Result<(), String> {
    if let Some(known) = tasks
        .iter()
        .find(|task| task.name.eq_ignore_ascii_case(name.trim()))
    {
        return Err(format!("the bundle has a task {} already", known.name));
    }
    let problem = if name.is_empty() {
        "is empty"
    } else if name.trim() != name {
        "begins or ends with a space"
    } else if name.contains(['=', '~']) {
        "holds a = or a ~, which separate the parts of a query"
    } else if name.contains(char::is_control) {
        "holds a control character"
    } else {
        return Ok(());
    };
    Err(format!("the name {name:?} {problem}; give another --task"))
}

/// Adds a task without printing.
///
/// # Errors
/// A bundle that cannot be read, has no folded tail or has the task already; labels that do not fit it, or are too few
/// to fit and to measure; a disk that does not take the result.
pub fn add(args: &Args) -> Result<Added, TrainerError> {
    let bundle = Bundle::open(&args.bundle)?;
    let says = |message: String| TrainerError::Message(message);
    if bundle.manifest.images == 0 {
        return Err(says(format!(
            "{} is a bundle without images; a task is fitted to labelled images of the bundle itself",
            args.bundle.display()
        )));
    }
    let Some(tail) = &bundle.tail else {
        return Err(says(format!(
            "{} has no folded tail: its network has early sites, and a task can only be fitted behind the features",
            args.bundle.display()
        )));
    };
    check_name(&args.task, &bundle.manifest.tasks).map_err(says)?;
    let text = files::read(&args.labels)?;
    let path = args.labels.display().to_string();
    let known = read_labels(&path, text, &args.task, &bundle.ids)?;
    notes(&known.report.to_string());
    let (examples, others) = divide(&known, args.examples, args.seed).map_err(says)?;

    let features = &bundle.features.data[..];
    let channels = tail.channels;
    let values = known.task.values.len();
    let (mut rows, mut seen) = (Vec::new(), Vec::new());
    for &image in &examples {
        rows.extend_from_slice(bundle.features.row(image));
        seen.extend(known.labels[image]);
    }
    let background = Background::new(features, channels);
    let new = args.fit.fit(tail, &background, &rows, &seen, values)?;
    let embeddings = embed(&new, tail, features)?;
    let head = fit_head(&embeddings, &examples, &known)?;
    let quality = measure(&bundle, &known, &embeddings, &head, &others, args.seed)?;
    write(args, &bundle, &known, &new.added_to(tail), &head, &quality)?;
    Ok(Added {
        bundle: args.out.clone(),
        task: known.task.name,
        values: known.task.values,
        fit: args.fit,
        examples: examples.len(),
        measured_on: others.len(),
        quality,
    })
}

/// Draws examples, as many of each value, and leaves the others to be measured on.
fn divide(
    known: &Labelled,
    wanted: Option<usize>,
    seed: u64,
) -> Result<(Vec<usize>, Vec<usize>), String> {
    let values = known.task.values.len();
    let labelled = known.labels.iter().flatten().count();
    let each = (wanted.unwrap_or(labelled / 2) / values).max(1);
    let (mut examples, mut others) = (Vec::new(), Vec::new());
    let mut random = Random::new(seed);
    for value in 0..values {
        let of_value: Vec<usize> = (0..known.labels.len())
            .filter(|&image| known.labels[image] == Some(value as u8))
            .collect();
        // A rarer value gives what it has, less the two that a measurement needs.
        let taken = each.min(of_value.len().saturating_sub(2));
        if taken == 0 {
            return Err(format!(
                "{} labelled pictures are {:?}; at least three of each value are needed, one to fit and two to measure",
                of_value.len(),
                known.task.values[value]
            ));
        }
        let chosen = random.sample(of_value.len(), taken);
        examples.extend(chosen.iter().map(|&place| of_value[place]));
        others.extend(
            (0..of_value.len())
                .filter(|place| !chosen.contains(place))
                .map(|place| of_value[place]),
        );
    }
    examples.sort_unstable();
    others.sort_unstable();
    Ok((examples, others))
}

/// The embeddings of all pictures under the new task alone.
fn embed(new: &NewTask, tail: &FoldedTail, features: &[f32]) -> Result<Embeddings, TrainerError> {
    // In the dimensions of the grown tail, so that heads fit.
    let grown = Tail::new(new.added_to(tail))?;
    let images = features.len() / tail.channels.max(1);
    let mut rows = vec![0.0; images * grown.embedding()];
    grown.embed_rows(features, tail.tasks, &mut rows)?;
    Ok(Embeddings::from_unit_rows(images, grown.embedding(), rows)?)
}

fn fit_head(
    embeddings: &Embeddings,
    examples: &[usize],
    known: &Labelled,
) -> Result<HeadWeights, TrainerError> {
    let labels: Vec<Option<u8>> = examples.iter().map(|&image| known.labels[image]).collect();
    let config = FitConfig {
        l2: HEAD_L2,
        ..FitConfig::default()
    };
    let fitted = head::fit(
        &embeddings.select(examples),
        &labels,
        known.task.values.len(),
        &config,
    )?;
    Ok(fitted.weights().clone())
}

/// The new task's figures on the pictures that it was not fitted to.
fn measure(
    bundle: &Bundle,
    known: &Labelled,
    embeddings: &Embeddings,
    head: &HeadWeights,
    others: &[usize],
    seed: u64,
) -> Result<TaskQuality, TrainerError> {
    let mut labels = Labels::new(1);
    for &image in others {
        labels.push([known.labels[image]]);
    }
    let held_out = embeddings.select(others);
    let found = evaluate(
        &bundle.manifest.quality.dataset,
        bundle.manifest.splits_shown,
        std::slice::from_ref(&known.task),
        &labels,
        &[Head::new(head.clone(), embeddings.dim())?],
        &EvalConfig {
            seed,
            ..EvalConfig::default()
        },
        |_| Ok::<_, TrainerError>(held_out.clone()),
    )?;
    let mut tasks = found.quality.tasks;
    tasks
        .pop()
        .ok_or_else(|| TrainerError::Message("nothing was measured".into()))
}

fn write(
    args: &Args,
    bundle: &Bundle,
    known: &Labelled,
    grown: &FoldedTail,
    head: &HeadWeights,
    quality: &TaskQuality,
) -> Result<(), TrainerError> {
    let mut writer = Writer::new(&args.out)?;
    let copied = [names::WEIGHTS, names::FEATURES, names::IDS];
    for name in copied {
        writer.file(name, &read_checked(bundle, name)?)?;
    }
    if let Some(format) = &bundle.manifest.picture {
        for index in 0..bundle.manifest.images {
            writer.picture(&bundle.picture(index)?, &format.extension)?;
        }
    }
    writer.file(names::TAIL, &tail::encode(grown)?)?;
    if bundle.domain.is_some() {
        writer.file(names::DOMAIN, &read_checked(bundle, names::DOMAIN)?)?;
    }
    let all = Heads {
        embedding: grown.embedding,
        tasks: bundle
            .heads
            .tasks
            .iter()
            .map(|old| widened(old, bundle.heads.embedding, grown.embedding))
            .chain([head.clone()])
            .collect(),
    };
    writer.file(names::READOUTS, &heads::encode(&all)?)?;
    let mut tasks: Vec<Task> = bundle.manifest.tasks.clone();
    tasks.push(known.task.clone());
    let mut table = Labels::new(tasks.len());
    for (image, label) in known.labels.iter().enumerate() {
        let old = (0..tasks.len() - 1).map(|task| bundle.labels.get(image, task));
        table.push(old.chain([*label]));
    }
    writer.file(names::LABELS, &labels::pack(&table, &tasks)?)?;

    let mut manifest = bundle.manifest.clone();
    manifest.tasks = tasks;
    manifest.embedding = grown.embedding;
    manifest.quality.tasks.push(quality.clone());
    let measured = &manifest.quality.tasks;
    let sum: f64 = measured.iter().map(|task| task.triplet_accuracy).sum();
    manifest.quality.mean_triplet_accuracy = (sum / measured.len() as f64 * 1e6).round() / 1e6;
    writer.finish(manifest)?;
    Ok(())
}

/// The bytes of a file as they are, checked.
fn read_checked(bundle: &Bundle, name: &str) -> Result<Vec<u8>, TrainerError> {
    let bytes = files::read(&Path::new(&bundle.dir).join(name))?;
    bundle.manifest.check(name, &bytes)?;
    Ok(bytes)
}

/// A head that does not look at the dimensions that were added.
fn widened(old: &HeadWeights, from: usize, to: usize) -> HeadWeights {
    let weight = old
        .weight
        .chunks_exact(from.max(1))
        .flat_map(|row| {
            row.iter()
                .copied()
                .chain(std::iter::repeat_n(0.0, to - from))
        })
        .collect();
    HeadWeights {
        weight,
        bias: old.bias.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A name with `=` or `~` made a task that no query could ask for.
    #[test]
    fn names_that_no_query_can_hold_are_refused() {
        let tasks = [Task::binary("Smiling")];
        assert_eq!(check_name("Wearing hat", &tasks), Ok(()));
        for (name, why) in [
            ("smiling", "has a task Smiling already"),
            ("", "is empty"),
            (" Hat", "a space"),
            ("Hat=yes", "= or a ~"),
            ("Hat~50", "= or a ~"),
            ("Hat\n", "a space"),
            ("H\u{1b}at", "control"),
        ] {
            let error = check_name(name, &tasks).expect_err(name);
            assert!(error.contains(why), "{name:?}: {error}");
        }
    }

    #[test]
    fn every_value_gives_examples_and_keeps_two_back() {
        let known = Labelled {
            task: Task::binary("Hat"),
            report: modulens_dataset::Report::default(),
            labels: (0..20)
                .map(|image| (image != 19).then_some(u8::from(image < 4)))
                .collect(),
        };
        let (examples, others) = divide(&known, Some(12), 1).expect("divides");
        let count = |images: &[usize], value| {
            images
                .iter()
                .filter(|&&image| known.labels[image] == Some(value))
                .count()
        };
        assert_eq!((count(&examples, 0), count(&examples, 1)), (6, 2));
        assert_eq!((count(&others, 0), count(&others, 1)), (9, 2));
        assert!(examples.iter().all(|image| !others.contains(image)));
        let mut few = known;
        few.labels[..2].fill(None);
        assert!(
            divide(&few, None, 1)
                .expect_err("two")
                .contains("at least three")
        );
    }
}
