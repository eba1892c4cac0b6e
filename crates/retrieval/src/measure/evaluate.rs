//! All figures of a network on one split, in one object.

use modulens_schema::{Interval, Labels, Quality, Split, Task, TaskQuality};

use super::{
    Bootstrap, Retrieval, Triplet, TripletGenerator, accuracy, auc, calibration_error, column,
    correct, interval95, retrieval,
};
use crate::{Embeddings, Head, Random, RetrievalError};

/// Extent and seed of an evaluation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EvalConfig {
    /// Seed of triplets, bootstrap and samples of queries: the same seed gives the same figures.
    pub seed: u64,
    /// Triplets drawn per task.
    pub triplets: usize,
    /// Replicates of the bootstrap.
    pub replicates: usize,
    /// Most queries per task for precision, recall and average precision; all images where there are fewer.
    pub max_queries: usize,
    /// Bins of the calibration error.
    pub bins: usize,
}

impl Default for EvalConfig {
    fn default() -> Self {
        Self {
            seed: 1,
            triplets: 60_000,
            replicates: 500,
            max_queries: 4_000,
            bins: 15,
        }
    }
}

/// The neighbours looked at; the figures' name says ten.
const NEIGHBOURS: usize = 10;

/// All figures of an evaluation.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluation {
    /// The figures that go into a manifest.
    pub quality: Quality,
    /// Further figures, in task order.
    pub details: Vec<TaskDetails>,
}

/// Further figures of one task.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskDetails {
    /// Precision, recall and average precision, and the number of queries they come from.
    pub retrieval: Retrieval,
    /// Share of images whose predicted value is right, every value weighing the same.
    pub balanced_accuracy: f64,
    /// Triplet accuracy in every replicate of the bootstrap, for intervals of means: a replicate draws the same images
    /// for every task, and for every network that is measured from the same seed. Not a number where it drew no
    /// triplet.
    pub replicates: Vec<f64>,
}

/// Measures every task of a split.
///
/// `embed` gives the embeddings of all images under a task (one task at a time, so that a large split needs
/// no room for all); `labels` and `heads` are in the tasks' order. Nothing is fitted here.
///
/// # Errors
/// Errors of `embed`, tables that do not fit together, or a task of which nothing can be measured because
/// fewer than two of its values occur.
pub fn evaluate<E: From<RetrievalError>>(
    dataset: &str,
    split: Split,
    tasks: &[Task],
    labels: &Labels,
    heads: &[Head],
    config: &EvalConfig,
    mut embed: impl FnMut(usize) -> Result<Embeddings, E>,
) -> Result<Evaluation, E> {
    RetrievalError::length("the table of labels", labels.tasks(), tasks.len())?;
    RetrievalError::length("the list of heads", heads.len(), tasks.len())?;
    let bootstrap = Bootstrap::new(labels.images(), config.replicates, config.seed);
    let (mut measured, mut details) = (Vec::new(), Vec::new());
    for (index, (task, head)) in tasks.iter().zip(heads).enumerate() {
        let embeddings = embed(index)?;
        RetrievalError::length("the embeddings", embeddings.rows(), labels.images())?;
        let labels = column(labels, index);
        let (quality, detail) = measure_task(task, &embeddings, &labels, head, &bootstrap, config)?;
        measured.push(quality);
        details.push(detail);
    }
    let sum: f64 = measured.iter().map(|task| task.triplet_accuracy).sum();
    let quality = Quality {
        dataset: dataset.into(),
        split,
        mean_triplet_accuracy: rounded(sum / measured.len().max(1) as f64),
        tasks: measured,
    };
    Ok(Evaluation { quality, details })
}

fn measure_task(
    task: &Task,
    embeddings: &Embeddings,
    labels: &[Option<u8>],
    head: &Head,
    bootstrap: &Bootstrap,
    config: &EvalConfig,
) -> Result<(TaskQuality, TaskDetails), RetrievalError> {
    let too_few = || RetrievalError::TooFew {
        task: task.name.clone(),
        problem:
            "nothing can be measured, since fewer than two of its values have two images in this \
                  split; leave the task out, or take a larger split"
                .into(),
    };
    let purpose = name_hash(&task.name);
    let generator = TripletGenerator::new(labels, config.seed, purpose).ok_or_else(too_few)?;
    let triplets: Vec<Triplet> = generator.take(config.triplets).collect();
    let right = correct(embeddings, &triplets);
    let share = right.iter().filter(|&&right| right).count() as f64 / triplets.len().max(1) as f64;
    let shares = bootstrap.shares(&triplets, &right);
    let ci95 = interval95(shares.iter().copied().flatten()).ok_or_else(too_few)?;
    // Another stream than the triplets', so that their number changes nothing here.
    let mut random = Random::stream(config.seed, !purpose);
    let retrieval = retrieval(
        embeddings,
        labels,
        NEIGHBOURS,
        config.max_queries,
        &mut random,
    )
    .ok_or_else(too_few)?;
    let probabilities = head.probabilities_of_all(embeddings)?;
    let values = head.values();
    let quality = TaskQuality {
        name: task.name.clone(),
        triplet_accuracy: rounded(share),
        ci95: Interval {
            low: rounded(ci95.low),
            high: rounded(ci95.high),
        },
        precision_at_10: rounded(retrieval.precision_at_k),
        map: rounded(retrieval.mean_average_precision),
        calibration_error: calibration_error(&probabilities, values, labels, config.bins)
            .map(rounded)
            .ok_or_else(too_few)?,
        auc: auc(&probabilities, values, labels).map(rounded),
        images: labels.iter().flatten().count(),
    };
    let balanced_accuracy = accuracy(&probabilities, values, labels).ok_or_else(too_few)?;
    Ok((
        quality,
        TaskDetails {
            retrieval,
            balanced_accuracy,
            replicates: shares
                .into_iter()
                .map(|share| share.unwrap_or(f64::NAN))
                .collect(),
        },
    ))
}

/// Six decimals: more than the figures mean, and few enough that every JSON reader gets the same number.
fn rounded(figure: f64) -> f64 {
    (figure * 1e6).round() / 1e6
}

/// A task's stream of randomness hangs on its name, not on its place: leaving another task out changes
/// nothing. (FNV-1a; the highest bit is kept clear, so that a hash and its complement never meet.)
fn name_hash(name: &str) -> u64 {
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    hash >> 1
}
