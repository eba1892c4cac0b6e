//! The results of `trainer few-shot`, beside a comparison.

use std::collections::BTreeSet;
use std::path::PathBuf;

use modulens_training::error::TrainerError;
use modulens_training::files;

use super::tables::Table;
use crate::few_shot::{FewShot, Fit, Row};

/// The introduction above the section's table.
pub(super) const ABOUT: &str = "The network stays as it is, with every feature of a gallery; a task that it was not trained for is \
     fitted to a few labelled pictures, as scaling vectors or with rows of its own for the last layer. Triplet accuracy on the \
     test split, mean over draws of examples, and the worst and the best draw. With 0 examples the task is seen through the mean \
     of the network's own.";

/// Reads what `trainer few-shot --json` printed into files.
///
/// # Errors
/// A file that cannot be read or holds something else.
pub(super) fn read(paths: &[PathBuf]) -> Result<Vec<FewShot>, TrainerError> {
    paths
        .iter()
        .map(|path| {
            let bytes = files::read(path)?;
            serde_json::from_slice(&bytes).map_err(|error| {
                TrainerError::Message(format!(
                    "{} is not what `trainer few-shot --json` prints: {error}",
                    path.display()
                ))
            })
        })
        .collect()
}

/// A row for every task and kind of fit.
pub(super) fn table(found: &[FewShot]) -> Table {
    let numbers: BTreeSet<usize> = found
        .iter()
        .flat_map(|one| one.rows.iter().map(|row| row.examples))
        .collect();
    let mut columns = vec!["task".to_owned(), "fitted".to_owned()];
    columns.extend(numbers.iter().map(|examples| match examples {
        1 => "1 example".to_owned(),
        _ => format!("{examples} examples"),
    }));
    let mut rows = Vec::new();
    for one in found {
        for fit in [Fit::Scales, Fit::Directions] {
            let cell = |examples: &usize| {
                let of_fit = |row: &&Row| row.fit.is_none_or(|kind| kind == fit);
                let mut fitted = one.rows.iter().filter(of_fit);
                let row = fitted.find(|row| row.examples == *examples);
                row.map_or_else(|| "–".to_owned(), accuracy)
            };
            let mut line = vec![one.task.clone(), fit.name().to_owned()];
            line.extend(numbers.iter().map(cell));
            rows.push(line);
        }
    }
    Table {
        columns,
        rows,
        best: None,
    }
}

fn accuracy(row: &Row) -> String {
    let percent = |share: f64| format!("{:.1}", 100.0 * share);
    match row.examples {
        0 => percent(row.triplet_accuracy),
        _ => format!(
            "{} ({} – {})",
            percent(row.triplet_accuracy),
            percent(row.low),
            percent(row.high)
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_fits_share_the_row_of_no_examples() {
        let row = |examples, fit, accuracy: f64| Row {
            examples,
            fit,
            triplet_accuracy: accuracy,
            low: accuracy - 0.01,
            high: accuracy + 0.01,
            precision_at_10: 0.5,
        };
        let found = FewShot {
            task: "Hat".into(),
            values: 2,
            runs: 3,
            rows: vec![
                row(0, None, 0.5),
                row(8, Some(Fit::Scales), 0.6),
                row(8, Some(Fit::Directions), 0.7),
            ],
        };
        let text = serde_json::to_string(&found).expect("JSON");
        let place = tempfile::tempdir().expect("a folder");
        let path = place.path().join("hat.json");
        std::fs::write(&path, text).expect("written");
        let read = read(&[path]).expect("reads");
        assert_eq!(read, [found]);
        let table = table(&read);
        assert_eq!(
            table.columns,
            ["task", "fitted", "0 examples", "8 examples"]
        );
        assert_eq!(table.rows[0][2..], ["50.0", "60.0 (59.0 – 61.0)"]);
        assert_eq!(table.rows[1][2..], ["50.0", "70.0 (69.0 – 71.0)"]);
    }
}
