//! `trainer few-shot`: what a few labelled pictures make of a task that a network was never trained for.
//!
//! The network, and so every feature of a gallery that is already there, stays as it is; only what the new task has of
//! its own is fitted: [`scales`] as the network's tasks have, or [`directions`] too. Examples come from the training
//! split, as many of each value; the figures from the test split.
//!
//! With `--json` one object is printed: `task`, `values`, `runs`, `rows`: per number of examples and kind of fit
//! `examples`, `fit`, `triplet_accuracy`, `low`, `high` (over the runs) and `precision_at_10`. The row of 0 examples is
//! the mean of the network's own tasks.

pub mod directions;
mod new_task;
pub mod scales;

use std::path::PathBuf;

use directions::Background;
use modulens_retrieval::measure::{TripletGenerator, column, retrieval, triplet_accuracy};
use modulens_retrieval::{Embeddings, Random, Tail};
use modulens_schema::{FoldedTail, Split};
use modulens_training::data::{self, Pictures, spread};
use modulens_training::device::{self, Backend};
use modulens_training::embed;
use modulens_training::error::TrainerError;
use modulens_training::output::{print, to_json};
use modulens_training::run::Run;
use scales::FitConfig;
use serde::{Deserialize, Serialize};

pub use new_task::NewTask;

/// Training pictures that examples are drawn from, spread over the split.
const POOL: usize = 4_000;
/// Triplets of the test split.
const TRIPLETS: usize = 20_000;
/// Queries of the test split.
const QUERIES: usize = 1_000;

/// Arguments of `trainer few-shot`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder of a run whose sites are all late.
    run: PathBuf,
    /// The task, by its name in the dataset; one that the run was not trained for.
    #[arg(long, value_name = "NAME")]
    task: String,
    /// Take the pictures from here instead of where the run was trained.
    #[arg(long, value_name = "PATH")]
    data: Option<PathBuf>,
    /// Numbers of examples.
    #[arg(long, value_delimiter = ',', default_values_t = [8, 32, 128])]
    examples: Vec<usize>,
    /// Draws of examples for each number.
    #[arg(long, default_value_t = 5)]
    runs: usize,
    /// Decides which examples are drawn.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The backend that computes the features.
    #[arg(long, value_enum, default_value_t)]
    backend: Backend,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

/// The fitted parameters of a new task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Fit {
    /// Scaling vectors, like the tasks of the network.
    Scales,
    /// Rows of its own for the shared layer.
    Directions,
}

/// The results of a few-shot measurement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FewShot {
    /// The task.
    pub task: String,
    /// Its values.
    pub values: usize,
    /// Draws of examples.
    pub runs: usize,
    /// One for every number of examples.
    pub rows: Vec<Row>,
}

/// The result for one number of examples.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Labelled pictures.
    pub examples: usize,
    /// The fitted parameters; `None` without examples.
    pub fit: Option<Fit>,
    /// Mean over the draws.
    pub triplet_accuracy: f64,
    /// The worst draw.
    pub low: f64,
    /// The best draw.
    pub high: f64,
    /// Mean over the draws.
    pub precision_at_10: f64,
}

/// Measures a new task and prints the figures.
///
/// # Errors
/// A run with early sites, or that was trained for the task; a dataset without it, or with too few pictures of a value.
pub fn run(args: &Args) -> Result<(), TrainerError> {
    let found = measure(args)?;
    if args.json {
        return print(&to_json(&found)?);
    }
    let mut text = format!(
        "{}: {} values; {} draws of examples\n\nexamples   fit          triplets   worst .. best     P@10\n",
        found.task, found.values, found.runs
    );
    for row in &found.rows {
        text.push_str(&format!(
            "{:>8}   {:10}   {:5.2} %   {:5.1} .. {:5.1}    {:5.1}\n",
            row.examples,
            row.fit.map_or("-", Fit::name),
            100.0 * row.triplet_accuracy,
            100.0 * row.low,
            100.0 * row.high,
            100.0 * row.precision_at_10
        ));
    }
    print(&text)
}

/// Measures without printing.
///
/// # Errors
/// As [`run`].
pub fn measure(args: &Args) -> Result<FewShot, TrainerError> {
    let run = Run::open(&args.run)?;
    if run.record.tasks.iter().any(|task| task.name == args.task) {
        return Err(TrainerError::Message(format!(
            "{} was trained for {}; a task is new when it is left out of data.tasks",
            args.run.display(),
            args.task
        )));
    }
    let opened = device::open(args.backend)?;
    let network = run.network(&opened.device)?;
    let tail = network.fold_tail().map_err(|why| TrainerError::Run {
        path: args.run.clone(),
        message: format!("only the vectors of a late tail can be fitted to new pictures: {why}"),
    })?;
    let mut config = run.config.data.clone();
    config.tasks = vec![args.task.clone()];
    let data = data::open(&config, args.data.as_deref())?;
    let Some(task) = data.dataset.tasks.first() else {
        return Err(TrainerError::Message(format!(
            "{} has no task {} with two known values",
            data.dataset.name, args.task
        )));
    };
    let values = task.values.len();
    let memory = config.memory_megabytes;
    let input = &run.record.input;
    let train = data.dataset.in_split(Split::Train);
    let pool = spread(train, POOL, 0);
    let pool = Pictures::load_these(&data, pool, Split::Train.name(), input, memory)?;
    let test = Pictures::load(&data, Split::Test, input, memory)?;
    let pool_features = embed::features(&network, &pool, &opened.device)?;
    let known = Labelled {
        tail: &tail,
        values,
        background: Background::new(&pool_features, tail.channels),
        pool: &pool_features,
        pool_labels: column(&pool.labels(), 0),
        test: embed::features(&network, &test, &opened.device)?,
        test_labels: column(&test.labels(), 0),
    };
    let mut rows = vec![row(0, None, &[known.score(&NewTask::mean(&tail))?])];
    for &examples in &args.examples {
        for kind in [Fit::Scales, Fit::Directions] {
            let scores = (0..args.runs.max(1) as u64)
                .map(|draw| known.draw_and_fit(examples, kind, Random::stream(args.seed, draw)))
                .collect::<Result<Vec<_>, _>>()?;
            rows.push(row(examples, Some(kind), &scores));
        }
    }
    Ok(FewShot {
        task: args.task.clone(),
        values,
        runs: args.runs.max(1),
        rows,
    })
}

/// Features and labels of the new task.
struct Labelled<'a> {
    tail: &'a FoldedTail,
    values: usize,
    background: Background<'a>,
    pool: &'a [f32],
    pool_labels: Vec<Option<u8>>,
    test: Vec<f32>,
    test_labels: Vec<Option<u8>>,
}

/// Triplet accuracy and precision among the ten nearest.
type Score = (f64, f64);

impl Labelled<'_> {
    /// Draws examples, as many of each value, and measures what they make.
    fn draw_and_fit(
        &self,
        examples: usize,
        kind: Fit,
        mut random: Random,
    ) -> Result<Score, TrainerError> {
        let each = (examples / self.values.max(1)).max(1);
        let (mut features, mut labels) = (Vec::new(), Vec::new());
        for value in 0..self.values as u8 {
            let of_value: Vec<usize> = (0..self.pool_labels.len())
                .filter(|&image| self.pool_labels[image] == Some(value))
                .collect();
            if of_value.len() < each {
                return Err(TrainerError::Message(format!(
                    "{each} examples of each value are needed, and the training split has {} of value {value}; ask for \
                     fewer with --examples",
                    of_value.len()
                )));
            }
            for place in random.sample(of_value.len(), each) {
                let channels = self.tail.channels;
                let image = of_value[place];
                features.extend_from_slice(&self.pool[image * channels..(image + 1) * channels]);
                labels.push(value);
            }
        }
        let fitted = kind.fit(self.tail, &self.background, &features, &labels, self.values)?;
        self.score(&fitted)
    }

    fn score(&self, task: &NewTask) -> Result<Score, TrainerError> {
        let tail = Tail::new(task.alone(self.tail))?;
        let (images, length) = (self.test_labels.len(), tail.embedding());
        let mut rows = vec![0.0; images * length];
        tail.embed_rows(&self.test, 0, &mut rows)?;
        let embeddings = Embeddings::from_unit_rows(images, length, rows)?;
        let nothing = || {
            TrainerError::Message(
                "the test split has too few pictures of two values of the task".into(),
            )
        };
        let generator = TripletGenerator::new(&self.test_labels, 1, 1).ok_or_else(nothing)?;
        let triplets: Vec<_> = generator.take(TRIPLETS).collect();
        let found = retrieval(
            &embeddings,
            &self.test_labels,
            10,
            QUERIES,
            &mut Random::new(1),
        );
        Ok((
            triplet_accuracy(&embeddings, &triplets),
            found.ok_or_else(nothing)?.precision_at_k,
        ))
    }
}

impl Fit {
    /// Fits a task with `values` values to some pictures: features `[n, C]` row-major and a value for each;
    /// `background` is of many pictures.
    ///
    /// # Errors
    /// Fewer than two values among the labels, or a device that does not give the result back.
    pub fn fit(
        self,
        tail: &FoldedTail,
        background: &Background<'_>,
        features: &[f32],
        labels: &[u8],
        values: usize,
    ) -> Result<NewTask, TrainerError> {
        match self {
            Self::Scales => scales::fit(tail, features, labels, values, &FitConfig::default()),
            Self::Directions => directions::fit(tail, background, features, labels, values),
        }
    }

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Scales => "scales",
            Self::Directions => "directions",
        }
    }
}

fn row(examples: usize, fit: Option<Fit>, scores: &[Score]) -> Row {
    let count = scores.len() as f64;
    let accuracies = || scores.iter().map(|score| score.0);
    Row {
        examples,
        fit,
        triplet_accuracy: accuracies().sum::<f64>() / count,
        low: accuracies().fold(1.0, f64::min),
        high: accuracies().fold(0.0, f64::max),
        precision_at_10: scores.iter().map(|score| score.1).sum::<f64>() / count,
    }
}
