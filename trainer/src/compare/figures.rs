//! `compare.json`: what a comparison found, one object.
//!
//! ```text
//! version, dataset, split, tasks: [name], seeds, device, images_trained_on, epochs,
//! methods: [{ name, about, mean_triplet_accuracy, ci95: [low, high], per_seed: [..], difference: { from, mean, ci95 },
//!             parameters, extra_parameters_percent, gallery_bytes_per_image, task_switch_percent_of_forward, train_minutes,
//!             images_per_second, permuted_mean_triplet_accuracy, counterfactual: { pairs, changed, kept }, ucr,
//!             tasks: [the objects of `trainer eval`] }]
//! ```
//!
//! Accuracies are means over the seeds. Their intervals hold both what other images and what other seeds could have
//! given: a replicate of the bootstrap draws images (the same for every method) and as many seeds as there are, with
//! replacement. With one seed the interval is over images alone.

use modulens_retrieval::Random;
use modulens_retrieval::measure::interval95;
use modulens_schema::{Interval, Quality, Split, TaskQuality};
use serde::{Deserialize, Serialize};

use super::counterfactual::Counterfactual;
use super::examples::Example;
use super::measured::Measured;
use super::plan::Planned;
use super::task_map::TaskMap;
use crate::run::RunRecord;
use crate::train::compliance::Compliance;

/// Version of this object.
pub const VERSION: u32 = 1;

/// Bytes of a kept number: half precision, as a bundle stores features.
const BYTES: usize = 2;

/// A whole comparison.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// [`VERSION`].
    pub version: u32,
    /// Name of the dataset.
    pub dataset: String,
    /// The split measured.
    pub split: Split,
    /// The tasks' names, in the networks' order.
    pub tasks: Vec<String>,
    /// The seeds that every method was trained from.
    pub seeds: Vec<u64>,
    /// The device.
    pub device: String,
    /// Training images of an epoch.
    pub images_trained_on: usize,
    /// Epochs of every method.
    pub epochs: usize,
    /// The methods in the order of the plan.
    pub methods: Vec<MethodFigures>,
}

/// One method.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MethodFigures {
    /// Its name in the plan.
    pub name: String,
    /// A description, in a sentence.
    pub about: String,
    /// Mean over tasks and seeds.
    pub mean_triplet_accuracy: f64,
    /// 95 % interval of that mean.
    pub ci95: Interval,
    /// The mean over tasks of each seed.
    pub per_seed: Vec<f64>,
    /// The difference from the reference method, if one was named.
    pub difference: Option<Difference>,
    /// Learned parameters.
    pub parameters: usize,
    /// The additional parameters relative to the same network without modulation, in percent.
    pub extra_parameters_percent: f64,
    /// Bytes kept for an image, in half precision, so that every task can be searched.
    pub gallery_bytes_per_image: usize,
    /// Multiplications of another task for a kept image, in percent of a pass from the pixels.
    pub task_switch_percent_of_forward: f64,
    /// Minutes of training of a seed, mean.
    pub train_minutes: f64,
    /// Training images per second, best epoch of all seeds.
    pub images_per_second: f64,
    /// Mean triplet accuracy with the modulation of every task given to another.
    pub permuted_mean_triplet_accuracy: Option<f64>,
    /// The movement of embeddings between images that differ in one attribute, mean over the seeds;
    /// if the dataset has such pairs.
    pub counterfactual: Option<Counterfactual>,
    /// Update compliance along training, of the first seed; empty where it was not measured.
    pub ucr: Vec<Compliance>,
    /// The similarity of tasks, mean over the seeds; if the network has modulation vectors.
    pub task_map: Option<TaskMap>,
    /// The results of a few queries with the first seed; empty if the plan does not ask for them.
    pub examples: Vec<Example>,
    /// The figures of every task, means over the seeds.
    pub tasks: Vec<TaskFigures>,
}

/// The difference between the means of two methods.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// The other method.
    pub from: String,
    /// This one's mean triplet accuracy less the other's.
    pub mean: f64,
    /// 95 % interval: every replicate looks at both methods on the same pictures and seeds, so that what is hard for
    /// both counts for neither.
    pub ci95: Interval,
}

/// One task of a method: the object that `trainer eval` prints, and more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaskFigures {
    /// The metrics that `trainer eval` prints.
    #[serde(flatten)]
    pub quality: TaskQuality,
    /// Share of queries whose nearest image has their value.
    pub recall_at_1: f64,
    /// Share of queries with an image of their value among the ten nearest.
    pub recall_at_10: f64,
    /// Share of images that the head tells right, every value weighing the same.
    pub balanced_accuracy: f64,
}

impl MethodFigures {
    /// The last measurement of its gradients, or of those with permuted modulation.
    pub fn last_compliance(&self, permuted: bool) -> Option<&Compliance> {
        self.ucr.iter().rfind(|found| found.permuted == permuted)
    }
}

/// The difference of a method from another one that was trained with the same seeds.
pub(super) fn difference(from: &str, theirs: &[Measured], ours: &[Measured]) -> Difference {
    let tasks: Vec<usize> = (0..theirs.first().map_or(0, |one| one.quality.tasks.len())).collect();
    let mean = |measured: &[Measured]| {
        let sum: f64 = measured
            .iter()
            .map(|one| one.quality.mean_triplet_accuracy)
            .sum();
        sum / measured.len().max(1) as f64
    };
    let apart = mean(ours) - mean(theirs);
    let pairs = replicate_means(&tasks, ours)
        .into_iter()
        .zip(replicate_means(&tasks, theirs));
    let found = interval95(pairs.filter_map(|(ours, theirs)| Some(ours? - theirs?)));
    Difference {
        from: from.to_owned(),
        mean: rounded(apart),
        ci95: rounded_or(found, apart),
    }
}

/// Puts the figures of a method's seeds together.
pub(super) fn of_method(
    planned: &Planned,
    record: &RunRecord,
    measured: &[Measured],
    ucr: Vec<Compliance>,
) -> MethodFigures {
    let (network, values) = (&record.network, record.values());
    let parameters = record.method.num_params(network, &values);
    let plain = network.num_params() - network.modulation_params();
    let seeds = measured.len().max(1) as f64;
    let mean = |figure: &dyn Fn(&Measured) -> f64| measured.iter().map(figure).sum::<f64>() / seeds;
    let tasks = (0..record.tasks.len()).map(|task| of_task(task, measured));
    let all: Vec<usize> = (0..record.tasks.len()).collect();
    let accuracy = mean(&|one| one.quality.mean_triplet_accuracy);
    let permuted = measured
        .iter()
        .map(|one| one.permuted)
        .collect::<Option<Vec<f64>>>();
    MethodFigures {
        name: planned.name.clone(),
        about: planned.about.clone(),
        mean_triplet_accuracy: rounded(accuracy),
        ci95: interval(&all, measured, accuracy),
        per_seed: measured
            .iter()
            .map(|one| one.quality.mean_triplet_accuracy)
            .collect(),
        difference: None,
        parameters,
        extra_parameters_percent: rounded(
            100.0 * (parameters as f64 - plain as f64) / plain.max(1) as f64,
        ),
        gallery_bytes_per_image: BYTES * record.method.cached_values(network, &values),
        task_switch_percent_of_forward: rounded(
            100.0 * record.method.switch_macs(network, &values) as f64
                / record.method.forward_macs(network, &values).max(1) as f64,
        ),
        train_minutes: rounded(mean(&|one| one.train_seconds) / 60.0),
        images_per_second: measured
            .iter()
            .map(|one| rounded(one.images_per_second))
            .fold(0.0, f64::max),
        permuted_mean_triplet_accuracy: permuted
            .map(|all| rounded(all.iter().sum::<f64>() / seeds)),
        counterfactual: of_counterfactuals(measured),
        ucr: ucr.into_iter().map(Compliance::rounded).collect(),
        task_map: TaskMap::mean(
            &measured
                .iter()
                // Masks that are given say nothing of what was learned.
                .filter(|_| network.modulation_params() > 0)
                .filter_map(|one| one.task_map.clone())
                .collect::<Vec<_>>(),
        ),
        examples: measured
            .first()
            .map(|one| one.examples.clone())
            .unwrap_or_default(),
        tasks: tasks.flatten().collect(),
    }
}

fn of_counterfactuals(measured: &[Measured]) -> Option<Counterfactual> {
    let all = measured.iter().map(|one| one.counterfactual);
    let all = all.collect::<Option<Vec<_>>>()?;
    let first = all.first()?;
    let mean = |figure: &dyn Fn(&Counterfactual) -> f64| {
        rounded(all.iter().map(figure).sum::<f64>() / all.len() as f64)
    };
    Some(Counterfactual {
        pairs: first.pairs,
        changed: mean(&|one| one.changed),
        kept: mean(&|one| one.kept),
    })
}

fn of_task(task: usize, measured: &[Measured]) -> Option<TaskFigures> {
    let of = |quality: &Quality| quality.tasks.get(task).cloned();
    let all: Vec<TaskQuality> = measured
        .iter()
        .map(|one| of(&one.quality))
        .collect::<Option<_>>()?;
    let first = all.first()?;
    let mean = |figure: &dyn Fn(&TaskQuality) -> f64| {
        all.iter().map(figure).sum::<f64>() / all.len() as f64
    };
    let accuracy = mean(&|task| task.triplet_accuracy);
    let of_seeds = |figures: &dyn Fn(&Measured) -> Option<f64>| {
        let sum: Option<f64> = measured.iter().map(figures).sum();
        Some(rounded(sum? / measured.len() as f64))
    };
    let quality = TaskQuality {
        name: first.name.clone(),
        triplet_accuracy: rounded(accuracy),
        ci95: interval(&[task], measured, accuracy),
        precision_at_10: rounded(mean(&|task| task.precision_at_10)),
        map: rounded(mean(&|task| task.map)),
        calibration_error: rounded(mean(&|task| task.calibration_error)),
        auc: all
            .iter()
            .map(|task| task.auc)
            .sum::<Option<f64>>()
            .map(|sum| rounded(sum / all.len() as f64)),
        images: first.images,
    };
    Some(TaskFigures {
        quality,
        recall_at_1: of_seeds(&|one| one.recall_at_1.get(task).copied())?,
        recall_at_10: of_seeds(&|one| one.recall_at_10.get(task).copied())?,
        balanced_accuracy: of_seeds(&|one| one.balanced_accuracy.get(task).copied())?,
    })
}

/// The interval of the mean over some tasks. Seeds are drawn as often as there are any; images were drawn when the
/// replicates were made.
fn interval(tasks: &[usize], measured: &[Measured], mean: f64) -> Interval {
    let means = replicate_means(tasks, measured).into_iter().flatten();
    rounded_or(interval95(means), mean)
}

/// The mean over some tasks in every replicate of the bootstrap, which draws as many seeds as there are; nothing where
/// it drew no triplet of one of them.
fn replicate_means(tasks: &[usize], measured: &[Measured]) -> Vec<Option<f64>> {
    let replicates = measured
        .iter()
        .flat_map(|one| one.replicates.iter().map(Vec::len))
        .min()
        .unwrap_or(0);
    // The same draws of seeds for every method, as for images.
    let mut random = Random::stream(1, 0x0005_eed5);
    let mut one_mean = |replicate: usize| {
        let seeds: Vec<usize> = measured
            .iter()
            .map(|_| random.below(measured.len()))
            .collect();
        let (mut sum, mut count) = (0.0, 0);
        for seed in seeds {
            for &task in tasks {
                let share = measured[seed].replicates.get(task)?.get(replicate)?;
                sum += (*share)?;
                count += 1;
            }
        }
        (count > 0).then(|| sum / f64::from(count))
    };
    (0..replicates).map(&mut one_mean).collect()
}

/// An interval as it is written; one point where none was found.
fn rounded_or(found: Option<Interval>, point: f64) -> Interval {
    let found = found.unwrap_or(Interval {
        low: point,
        high: point,
    });
    Interval {
        low: rounded(found.low),
        high: rounded(found.high),
    }
}

fn rounded(figure: f64) -> f64 {
    (figure * 1e6).round() / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(seed: u64, accuracies: [f64; 2]) -> Measured {
        let task = |accuracy: f64, name: &str| TaskQuality {
            name: name.into(),
            triplet_accuracy: accuracy,
            ci95: Interval {
                low: accuracy,
                high: accuracy,
            },
            precision_at_10: 0.5,
            map: 0.5,
            calibration_error: 0.0,
            auc: None,
            images: 10,
        };
        Measured {
            seed,
            quality: Quality {
                dataset: "bars".into(),
                split: Split::Test,
                mean_triplet_accuracy: f64::midpoint(accuracies[0], accuracies[1]),
                tasks: vec![task(accuracies[0], "a"), task(accuracies[1], "b")],
            },
            recall_at_1: vec![0.5; 2],
            recall_at_10: vec![0.5; 2],
            task_map: None,
            examples: Vec::new(),
            balanced_accuracy: vec![0.5; 2],
            // Replicates that differ by image draws of +-0.01, the same for both tasks.
            replicates: accuracies
                .iter()
                .map(|accuracy| {
                    (0..400)
                        .map(|replicate| {
                            Some(accuracy + if replicate % 2 == 0 { 0.01 } else { -0.01 })
                        })
                        .collect()
                })
                .collect(),
            permuted: None,
            counterfactual: None,
            train_seconds: 60.0,
            images_per_second: 10.0,
            best_epoch: 1,
        }
    }

    #[test]
    fn one_seed_has_the_interval_of_its_images() {
        let one = [measured(1, [0.8, 0.9])];
        let found = interval(&[0, 1], &one, 0.85);
        assert_eq!((found.low, found.high), (0.84, 0.86));
    }

    #[test]
    fn seeds_that_differ_widen_it() {
        let seeds = [
            measured(1, [0.7, 0.8]),
            measured(2, [0.8, 0.9]),
            measured(3, [0.9, 1.0]),
        ];
        let found = interval(&[0, 1], &seeds, 0.85);
        // Three draws of three: the lowest mean is that of the first seed thrice, in 1 of 27 replicates.
        assert!(found.low < 0.78 && found.high > 0.92, "{found:?}");
        assert!(found.low >= 0.739 && found.high <= 0.961, "{found:?}");
        let task = of_task(1, &seeds).expect("figures");
        assert!((task.quality.triplet_accuracy - 0.9).abs() < 1e-9);
        assert_eq!(task.recall_at_10, 0.5);
    }

    #[test]
    fn what_is_hard_for_both_counts_for_neither() {
        let theirs = [measured(1, [0.7, 0.8]), measured(2, [0.8, 0.9])];
        let ours = [measured(1, [0.71, 0.81]), measured(2, [0.81, 0.91])];
        let found = difference("theirs", &theirs, &ours);
        // Seeds differ by ten points and images by two; the methods by exactly one.
        assert_eq!(
            (found.mean, found.ci95.low, found.ci95.high),
            (0.01, 0.01, 0.01)
        );
        assert!(interval(&[0, 1], &ours, 0.81).low < 0.79);
    }

    #[test]
    fn a_replicate_without_triplets_is_left_out() {
        let mut one = measured(1, [0.8, 0.9]);
        one.replicates[1][0] = None;
        let found = interval(&[0, 1], &[one], 0.85);
        assert_eq!((found.low, found.high), (0.84, 0.86));
    }
}
