//! The texts that both forms of a report share.

use modulens_schema::Interval;

use crate::compare::{Comparison, MethodFigures, TaskFigures};
use crate::train::compliance::{Compliance, Layer, ratio};

/// The protocol of the figures, in a few words.
pub(super) fn protocol(found: &Comparison) -> String {
    let mut differences = found.methods.iter().flat_map(|method| &method.difference);
    let reference = differences.next().map(|found| found.from.as_str());
    format!(
        "{} on the {} split; {} tasks; every method is trained for {} epochs of {} pictures from {} seed{} ({}); computed \
         with {}.{}",
        found.dataset,
        found.split.name(),
        found.tasks.len(),
        found.epochs,
        found.images_trained_on,
        found.seeds.len(),
        if found.seeds.len() == 1 { "" } else { "s" },
        found
            .seeds
            .iter()
            .map(u64::to_string)
            .collect::<Vec<_>>()
            .join(", "),
        found.device,
        reference.map_or_else(String::new, |from| format!(" Differences are from {from}.")),
    )
}

/// The legend of the columns.
pub(super) const LEGEND: &str = "Triplet accuracy: share of triplets whose anchor is nearer to the picture of its own value than \
     to that of another; means over tasks and seeds, with 95 % intervals over pictures and seeds. Difference: in points, with the interval of a \
     difference on the same pictures and seeds. Permuted: the same with every task seen through the modulation of another. Extra: learned parameters beyond those of the same network without \
     modulation. Bytes: kept per picture, in half precision, so that every task can be searched. Switch: multiplications of \
     another task for a kept picture, in percent of a pass from the pixels. Head: how the outputs are held against the values of a task. mAP: mean average precision, its intervals over seeds alone. GMACs: thousands of \
     millions of multiplications of the training of a seed. Compliance: how many pairs of tasks and mini-batches have gradients \
     on the layers they share with a positive inner product for each with a negative one, after the last epoch of the first seed, where they overlap; \
     in brackets their share and the mean cosine. Moves: how far the embedding of a task moves between two pictures \
     that differ in its own value only, as a multiple of how far it moves when only another's value changes.";

/// The headings of the table of methods.
pub(super) const COLUMNS: [&str; 16] = [
    "method",
    "head",
    "triplets",
    "95 % interval",
    "difference",
    "mAP",
    "mAP difference",
    "permuted",
    "parameters",
    "extra",
    "bytes",
    "switch",
    "compliance",
    "moves",
    "GMACs",
    "minutes",
];

/// A method's row in that table.
pub(super) fn row(method: &MethodFigures) -> [String; 16] {
    let nothing = || "–".to_owned();
    let compliance = method.last_compliance(false).and_then(Compliance::all);
    [
        method.name.clone(),
        match method.head.as_str() {
            "" => nothing(),
            head => head.to_owned(),
        },
        percent(method.mean_triplet_accuracy),
        format!(
            "{:.1} – {:.1}",
            100.0 * method.ci95.low,
            100.0 * method.ci95.high
        ),
        method
            .difference
            .as_ref()
            .map_or_else(nothing, |found| apart(found.mean, found.ci95)),
        percent(mean_of(method, &|task| task.quality.map)),
        method.difference.as_ref().map_or_else(nothing, |found| {
            found
                .map_ci95
                .map_or_else(nothing, |ci95| apart(found.mean_map, ci95))
        }),
        method
            .permuted_mean_triplet_accuracy
            .map_or_else(nothing, percent),
        method.parameters.to_string(),
        format!("{} %", signed(method.extra_parameters_percent, 2)),
        method.gallery_bytes_per_image.to_string(),
        format!("{:.2} %", method.task_switch_percent_of_forward),
        compliance
            .and_then(Layer::agreement)
            .map_or_else(nothing, |(positive, cosine)| {
                format!(
                    "{} ({:.0} %, {})",
                    ratio(positive),
                    100.0 * positive,
                    signed(cosine, 2)
                )
            }),
        disentangled(method).map_or_else(nothing, |moves| format!("{moves:.1}")),
        match method.training_gmacs > 0.0 {
            true => format!("{:.0}", method.training_gmacs),
            false => nothing(),
        },
        format!("{:.1}", method.train_minutes),
    ]
}

/// The headings of the table of further figures.
pub(super) const OTHER_COLUMNS: [&str; 6] = [
    "method",
    "P@10",
    "R@1",
    "R@10",
    "balanced accuracy",
    "calibration error",
];

/// A method's row in that table: means over its tasks.
pub(super) fn other_row(method: &MethodFigures) -> [String; 6] {
    let mean = |figure: &dyn Fn(&TaskFigures) -> f64| percent(mean_of(method, figure));
    [
        method.name.clone(),
        mean(&|task| task.quality.precision_at_10),
        mean(&|task| task.recall_at_1),
        mean(&|task| task.recall_at_10),
        mean(&|task| task.balanced_accuracy),
        mean(&|task| task.quality.calibration_error),
    ]
}

/// The mean of a figure over the tasks.
fn mean_of(method: &MethodFigures, figure: &dyn Fn(&TaskFigures) -> f64) -> f64 {
    let sum: f64 = method.tasks.iter().map(figure).sum();
    sum / method.tasks.len().max(1) as f64
}

/// A difference in points with its interval.
fn apart(mean: f64, interval: Interval) -> String {
    let points = |share: f64| signed(100.0 * share, 1);
    format!(
        "{} ({} – {})",
        points(mean),
        points(interval.low),
        points(interval.high)
    )
}

/// The movement of a task's embedding when its own value changes, as a multiple of the movement
/// when another's does.
fn disentangled(method: &MethodFigures) -> Option<f64> {
    let found = method.counterfactual?;
    (found.kept > 0.0).then(|| found.changed / found.kept)
}

/// A number with its sign, zero without a minus.
pub(super) fn signed(value: f64, digits: usize) -> String {
    let text = format!("{value:+.digits$}");
    if text.trim_start_matches(['-', '0', '.']).is_empty() {
        return text.replacen('-', "+", 1);
    }
    text
}

pub(super) fn percent(fraction: f64) -> String {
    format!("{:.2} %", 100.0 * fraction)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_has_no_minus() {
        assert_eq!(signed(-0.001, 2), "+0.00");
        assert_eq!(signed(-0.01, 2), "-0.01");
        assert_eq!(signed(0.126, 2), "+0.13");
    }
}
