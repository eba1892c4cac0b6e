//! The tables of a report, the same for the page and for Markdown.

use modulens_schema::Interval;

use crate::compare::{Comparison, MethodFigures, TaskFigures};
use crate::compliance::{Compliance, ratio};

use super::summary::{apart, disentangled, percent, signed};

/// A table: a heading line and rows of as many cells.
pub(super) struct Table {
    /// The headings of the columns.
    pub(super) columns: Vec<String>,
    /// The rows.
    pub(super) rows: Vec<Vec<String>>,
    /// The row that stands out.
    pub(super) best: Option<usize>,
}

impl Table {
    pub(super) fn new(columns: &[&str]) -> Self {
        Self {
            columns: columns.iter().map(|&column| column.to_owned()).collect(),
            rows: Vec::new(),
            best: None,
        }
    }

    /// Takes out the columns that hold what the first one does.
    pub(super) fn drop_repeats(&mut self) {
        for column in (1..self.columns.len()).rev() {
            let is_repeated = self.rows.iter().all(|row| row[column] == row[0]);
            if is_repeated && !self.rows.is_empty() {
                self.columns.remove(column);
                for row in &mut self.rows {
                    row.remove(column);
                }
            }
        }
    }
}

/// The legend of the tables of methods.
pub(super) const LEGEND: &str = "Triplets: share of triplets whose anchor is nearer to the picture of its own value than \
     to that of another; means over tasks and seeds, with 95 % intervals over pictures and seeds. Difference: in points, with \
     the interval of a difference on the same pictures and seeds; where zero lies inside, which of the two is better is not \
     known. Head: how the outputs are held against the values of a task. mAP: mean average precision, its intervals over \
     seeds alone. Permuted: triplets with every task seen through the modulation of another. Extra: learned parameters \
     beyond those of the same network without modulation. Bytes: kept per picture, in half precision, so that every task \
     can be searched. Switch: multiplications of another task for a kept picture, in percent of a pass from the pixels. \
     Compliance: how many pairs of tasks and mini-batches have gradients on the layers they share with a positive inner \
     product for each with a negative one, after the last epoch, where they overlap; in brackets their share with its 95 % \
     interval over batches and seeds, and the mean cosine. Moves: how far the embedding of a task moves between two pictures that differ in its own \
     value only, as a multiple of how far it moves when only another's value changes. GMACs: thousands of millions of \
     multiplications of the training of a seed.";

/// The names of the tables of methods, in the order of the plan; the main one is empty.
pub(super) fn names(found: &Comparison) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for method in &found.methods {
        if !names.contains(&method.table.as_str()) {
            names.push(&method.table);
        }
    }
    names
}

/// The methods of one table, the best mean standing out.
pub(super) fn methods(found: &Comparison, name: &str) -> Table {
    let mut table = Table::new(&[
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
        "epochs",
        "GMACs",
        "minutes",
    ]);
    let methods = || found.methods.iter().filter(|method| method.table == name);
    let best = methods()
        .map(|method| method.mean_triplet_accuracy)
        .fold(0.0, f64::max);
    for (place, method) in methods().enumerate() {
        if method.mean_triplet_accuracy >= best {
            table.best = Some(place);
        }
        table.rows.push(row(method, found.epochs));
    }
    table
}

fn row(method: &MethodFigures, epochs: usize) -> Vec<String> {
    let nothing = || "–".to_owned();
    let difference = method.difference.as_ref();
    vec![
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
        difference.map_or_else(nothing, |found| apart(found.mean, found.ci95)),
        percent(mean_of(method, &|task| task.quality.map)),
        difference
            .and_then(|found| Some(apart(found.mean_map, found.map_ci95?)))
            .unwrap_or_else(nothing),
        method
            .permuted_mean_triplet_accuracy
            .map_or_else(nothing, percent),
        method.parameters.to_string(),
        format!("{} %", signed(method.extra_parameters_percent, 2)),
        method.gallery_bytes_per_image.to_string(),
        format!("{:.2} %", method.task_switch_percent_of_forward),
        compliance(method.last_compliance(false)).unwrap_or_else(nothing),
        disentangled(method).map_or_else(nothing, |moves| format!("{moves:.1}")),
        match method.epochs {
            0 => epochs.to_string(),
            own => own.to_string(),
        },
        match method.training_gmacs > 0.0 {
            true => format!("{:.0}", method.training_gmacs),
            false => nothing(),
        },
        format!("{:.1}", method.train_minutes),
    ]
}

/// A ratio with its share and interval, and the mean cosine.
fn compliance(found: Option<&Compliance>) -> Option<String> {
    let (positive, cosine) = found?.all()?.agreement()?;
    let within = found?.ci95.map_or_else(String::new, |ci95| {
        format!(", {:.0} – {:.0}", 100.0 * ci95.low, 100.0 * ci95.high)
    });
    Some(format!(
        "{} ({:.0} %{within}; {})",
        ratio(positive),
        100.0 * positive,
        signed(cosine, 2)
    ))
}

/// The legend of [`controls`].
pub(super) const CONTROLS: &str = "Update compliance after the last epoch on the same batches, of the same network: every task \
     seen through its own modulation, through the mean over all tasks, and through that of another task. Where the mean gives \
     as much agreement as their own, it does not come from what is special to the tasks.";

/// Update compliance under controls; nothing where none was measured.
pub(super) fn controls(found: &Comparison) -> Option<Table> {
    let mut table = Table::new(&["method", "own", "mean", "another task's"]);
    for method in &found.methods {
        let cells = [
            method.last_compliance(false),
            method.ucr_averaged.as_ref(),
            method.last_compliance(true),
        ]
        .map(compliance);
        if cells[1..].iter().any(Option::is_some) {
            let cells = cells.map(|cell| cell.unwrap_or_else(|| "–".to_owned()));
            let name = std::iter::once(method.name.clone());
            table.rows.push(name.chain(cells).collect());
        }
    }
    (!table.rows.is_empty()).then_some(table)
}

/// The legend of [`tasks`].
pub(super) const TASKS: &str = "Triplets in percent, means over the seeds, with 95 % intervals.";

/// Triplet accuracy task by task.
pub(super) fn tasks(found: &Comparison) -> Table {
    let mut columns = vec!["method"];
    columns.extend(found.tasks.iter().map(String::as_str));
    let mut table = Table::new(&columns);
    for method in &found.methods {
        let mut row = vec![method.name.clone()];
        row.extend(method.tasks.iter().map(|task| {
            let Interval { low, high } = task.quality.ci95;
            let percent = |share: f64| format!("{:.1}", 100.0 * share);
            let accuracy = percent(task.quality.triplet_accuracy);
            format!("{accuracy} ({} – {})", percent(low), percent(high))
        }));
        table.rows.push(row);
    }
    table
}

/// The legend of [`others`].
pub(super) const OTHERS: &str = "Means over tasks and seeds. Balanced accuracy: share of pictures whose value is told right, \
     every value weighing the same. Two conditions: queries such as “Bald, not Eyeglasses”, ranked by the product of two \
     probabilities; the share of right ones among the first ten, and mean average precision.";

/// Further figures.
pub(super) fn others(found: &Comparison) -> Table {
    let mut table = Table::new(&[
        "method",
        "P@10",
        "R@1",
        "R@10",
        "balanced accuracy",
        "calibration error",
        "two conditions, P@10",
        "two conditions, mAP",
    ]);
    for method in &found.methods {
        let mean = |figure: &dyn Fn(&TaskFigures) -> f64| percent(mean_of(method, figure));
        let conditions = |figure: f64| percent(figure);
        let (precision, map) = method.conditions.map_or_else(
            || ("–".to_owned(), "–".to_owned()),
            |found| (conditions(found.precision_at_10), conditions(found.map)),
        );
        table.rows.push(vec![
            method.name.clone(),
            mean(&|task| task.quality.precision_at_10),
            mean(&|task| task.recall_at_1),
            mean(&|task| task.recall_at_10),
            mean(&|task| task.balanced_accuracy),
            mean(&|task| task.quality.calibration_error),
            precision,
            map,
        ]);
    }
    table
}

/// The legend of [`unseen`].
pub(super) const UNSEEN: &str = "Mean average precision in percent of finding pictures with the query's value of an attribute \
     that no method was trained on, by the mean of the cosines under all tasks; means over the seeds.";

/// Attributes nobody trained on, by likeness; nothing where none was measured.
pub(super) fn unseen(found: &Comparison) -> Option<Table> {
    let measured = || {
        found
            .methods
            .iter()
            .filter(|method| !method.unseen.is_empty())
    };
    let mut columns = vec!["method", "mean"];
    columns.extend(
        measured()
            .next()?
            .unseen
            .iter()
            .map(|one| one.name.as_str()),
    );
    let mut table = Table::new(&columns);
    for method in measured() {
        let maps = method.unseen.iter().map(|one| one.map);
        let mean = maps.clone().sum::<f64>() / method.unseen.len() as f64;
        let mut row = vec![method.name.clone(), format!("{:.1}", 100.0 * mean)];
        row.extend(maps.map(|map| format!("{:.1}", 100.0 * map)));
        table.rows.push(row);
    }
    Some(table)
}

/// The legend of [`trials`].
pub(super) const TRIALS: &str = "Each method was tried with the same settings on the validation split, from a seed of its own, \
     and trained with the one that has the largest mean of triplets and mAP. The test split was measured after that.";

/// The settings that were tried; nothing without trials.
pub(super) fn trials(found: &Comparison) -> Option<Table> {
    let mut table = Table::new(&["method", "setting", "triplets", "mAP", "chosen"]);
    for method in &found.methods {
        for trial in &method.trials {
            table.rows.push(vec![
                method.name.clone(),
                trial.setting.clone(),
                percent(trial.mean_triplet_accuracy),
                percent(trial.mean_map),
                if trial.chosen { "yes" } else { "" }.to_owned(),
            ]);
        }
    }
    (!table.rows.is_empty()).then_some(table)
}

/// The mean of a figure over the tasks.
fn mean_of(method: &MethodFigures, figure: &dyn Fn(&TaskFigures) -> f64) -> f64 {
    let sum: f64 = method.tasks.iter().map(figure).sum();
    sum / method.tasks.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_that_repeat_the_first_are_dropped() {
        let mut table = Table::new(&["epochs", "pictures", "epochs of it", "tasks"]);
        for epochs in ["8", "24"] {
            let row = [epochs, "24", epochs, "7"].map(str::to_owned);
            table.rows.push(row.to_vec());
        }
        table.drop_repeats();
        assert_eq!(table.columns, ["epochs", "pictures", "tasks"]);
        assert_eq!(table.rows[0], ["8", "24", "7"]);
    }
}
