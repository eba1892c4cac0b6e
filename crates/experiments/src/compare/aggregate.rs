//! The figures of a method from those of its runs: means over seeds and their intervals.

use modulens_schema::{Interval, Quality, TaskQuality};
use modulens_training::run::Run;

use super::beyond::Beyond;
use super::conditions::Conditions;
use super::counterfactual::Counterfactual;
use super::figures::{Difference, MethodFigures, TaskFigures};
use super::intervals;
use super::measured::Measured;
use super::plan::Planned;
use super::task_map::TaskMap;
use super::trials::Trial;
use super::unseen::Unseen;
use crate::compliance::Compliance;

/// Bytes of a kept number: half precision, as a bundle stores features.
const BYTES: usize = 2;

/// The difference of a method from another one that was trained with the same seeds.
pub(super) fn difference(from: &str, theirs: &[Measured], ours: &[Measured]) -> Difference {
    let tasks: Vec<usize> = (0..theirs.first().map_or(0, |one| one.quality.tasks.len())).collect();
    let seeds = less(&seed_means(&tasks, ours), &seed_means(&tasks, theirs));
    let replicates = replicate_means(&tasks, ours)
        .into_iter()
        .zip(replicate_means(&tasks, theirs))
        .filter_map(|(ours, theirs)| Some(ours? - theirs?))
        .collect::<Vec<_>>();
    let maps = less(&maps(ours), &maps(theirs));
    let apart = intervals::mean(&seeds);
    Difference {
        from: from.to_owned(),
        mean: rounded(apart),
        ci95: rounded_or(intervals::of_images_and_seeds(&seeds, &replicates), apart),
        mean_map: rounded(intervals::mean(&maps)),
        map_ci95: intervals::of_seeds(&maps).map(|found| rounded_or(Some(found), 0.0)),
    }
}

fn less(ours: &[f64], theirs: &[f64]) -> Vec<f64> {
    ours.iter().zip(theirs).map(|(a, b)| a - b).collect()
}

/// The mean average precision of every seed.
fn maps(measured: &[Measured]) -> Vec<f64> {
    measured.iter().map(Measured::mean_map).collect()
}

/// Puts the figures of a method's seeds together; each epoch saw so many images. `run` is that of the first seed.
pub(super) fn of_method(
    planned: &Planned,
    run: &Run,
    measured: &[Measured],
    images: usize,
    ucr: Vec<Compliance>,
    trials: Vec<Trial>,
) -> MethodFigures {
    let record = &run.record;
    let ucr = ucr.into_iter().map(Compliance::rounded);
    let (mut averaged, ucr): (Vec<_>, Vec<_>) = ucr.partition(|one| one.averaged);
    let epochs = run.config.train.epochs;
    let images_seen = images * epochs;
    let network = &record.network;
    let parameters = record.method.num_params(network);
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
        head: network.head.name().to_owned(),
        table: planned.table.clone(),
        epochs,
        trials,
        mean_triplet_accuracy: rounded(accuracy),
        ci95: interval(&all, measured, accuracy),
        per_seed: measured
            .iter()
            .map(|one| one.quality.mean_triplet_accuracy)
            .collect(),
        mean_map: rounded(intervals::mean(&maps(measured))),
        map_per_seed: maps(measured).into_iter().map(rounded).collect(),
        difference: None,
        training_gmacs: rounded(
            3.0 * record.method.all_tasks_macs(network) as f64 * images_seen as f64 / 1e9,
        ),
        parameters,
        extra_parameters_percent: rounded(
            100.0 * (parameters as f64 - plain as f64) / plain.max(1) as f64,
        ),
        gallery_bytes_per_image: BYTES * record.method.cached_values(network),
        task_switch_percent_of_forward: rounded(
            100.0 * record.method.switch_macs(network) as f64
                / record.method.forward_macs(network).max(1) as f64,
        ),
        train_minutes: rounded(mean(&|one| one.train_seconds) / 60.0),
        images_per_second: measured
            .iter()
            .map(|one| rounded(one.images_per_second))
            .fold(0.0, f64::max),
        permuted_mean_triplet_accuracy: permuted
            .map(|all| rounded(all.iter().sum::<f64>() / seeds)),
        counterfactual: of_counterfactuals(measured),
        conditions: of_conditions(measured),
        unseen: of_unseen(measured),
        beyond: Beyond::over_seeds(&measured.iter().map(|one| &one.beyond).collect::<Vec<_>>()),
        ucr,
        ucr_averaged: averaged.pop(),
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

fn of_conditions(measured: &[Measured]) -> Option<Conditions> {
    let all = measured.iter().map(|one| one.conditions);
    let all = all.collect::<Option<Vec<_>>>()?;
    let mean = |figure: &dyn Fn(&Conditions) -> f64| {
        rounded(intervals::mean(&all.iter().map(figure).collect::<Vec<_>>()))
    };
    Some(Conditions {
        queries: all.first()?.queries,
        precision_at_10: mean(&|one| one.precision_at_10),
        map: mean(&|one| one.map),
    })
}

fn of_unseen(measured: &[Measured]) -> Vec<Unseen> {
    let first = measured.first().map_or(&[][..], |one| &one.unseen);
    let mean = |place: usize, figure: &dyn Fn(&Unseen) -> f64| {
        let all = measured.iter().filter_map(|one| one.unseen.get(place));
        rounded(intervals::mean(&all.map(figure).collect::<Vec<_>>()))
    };
    let of_one = |(place, one): (usize, &Unseen)| Unseen {
        name: one.name.clone(),
        precision_at_10: mean(place, &|one| one.precision_at_10),
        map: mean(place, &|one| one.map),
    };
    first.iter().enumerate().map(of_one).collect()
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

/// The interval of the mean over some tasks.
fn interval(tasks: &[usize], measured: &[Measured], mean: f64) -> Interval {
    let replicates: Vec<f64> = replicate_means(tasks, measured)
        .into_iter()
        .flatten()
        .collect();
    let found = intervals::of_images_and_seeds(&seed_means(tasks, measured), &replicates);
    // Shares end at 0 and 1, whatever Student's t says.
    let found = found.map(|Interval { low, high }| Interval {
        low: low.max(0.0),
        high: high.min(1.0),
    });
    rounded_or(found, mean)
}

/// The mean over some tasks of every seed.
fn seed_means(tasks: &[usize], measured: &[Measured]) -> Vec<f64> {
    let of_seed = |one: &Measured| {
        let accuracies = tasks
            .iter()
            .filter_map(|&task| one.quality.tasks.get(task))
            .map(|task| task.triplet_accuracy);
        intervals::mean(&accuracies.collect::<Vec<_>>())
    };
    measured.iter().map(of_seed).collect()
}

/// The mean over some tasks and all seeds in every replicate of the bootstrap over images; nothing where it drew no
/// triplet of one of them.
fn replicate_means(tasks: &[usize], measured: &[Measured]) -> Vec<Option<f64>> {
    let replicates = measured
        .iter()
        .flat_map(|one| one.replicates.iter().map(Vec::len))
        .min()
        .unwrap_or(0);
    let one_mean = |replicate: usize| {
        let mut shares = Vec::with_capacity(measured.len() * tasks.len());
        for one in measured {
            for &task in tasks {
                shares.push((*one.replicates.get(task)?.get(replicate)?)?);
            }
        }
        (!shares.is_empty()).then(|| intervals::mean(&shares))
    };
    (0..replicates).map(one_mean).collect()
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
    use modulens_schema::Split;

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
            version: crate::compare::measured::VERSION,
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
            conditions: None,
            unseen: Vec::new(),
            beyond: Beyond::default(),
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
        // Seeds deviate by 0.1 and replicates by 0.01: a deviation of 0.0586 with 2.12 degrees of freedom, for which Student's
        // t is 4.07. No share is above 1.
        assert!((found.low - (0.85 - 0.2387)).abs() < 1e-3, "{found:?}");
        assert_eq!(found.high, 1.0);
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
        assert_eq!(found.mean_map, 0.0);
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
