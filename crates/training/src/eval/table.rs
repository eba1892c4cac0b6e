//! The figures for people.

use std::fmt::Write as _;

use modulens_retrieval::measure::Evaluation;

/// A table of all tasks, worst first so that it is seen, and the means.
pub(super) fn render(evaluation: &Evaluation, device: &str) -> String {
    let quality = &evaluation.quality;
    let width = quality
        .tasks
        .iter()
        .map(|task| task.name.len())
        .max()
        .unwrap_or(0)
        .max(4);
    let mut rows: Vec<_> = quality.tasks.iter().zip(&evaluation.details).collect();
    rows.sort_by(|a, b| a.0.triplet_accuracy.total_cmp(&b.0.triplet_accuracy));
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(
        text,
        "{}, {} split, {} tasks; computed with {device}\n\n\
         {:width$}  triplets   95 % interval    P@10     mAP     R@1   accuracy    AUC    calib.   images",
        quality.dataset,
        quality.split.name(),
        rows.len(),
        "task"
    );
    let percent = |fraction: f64| 100.0 * fraction;
    for (task, details) in &rows {
        let _ = writeln!(
            text,
            "{:width$}   {:6.2} %   {:5.1} .. {:5.1}   {:5.1}   {:5.1}   {:5.1}      {:5.1}   {}    {:5.1}   {:6}",
            task.name,
            percent(task.triplet_accuracy),
            percent(task.ci95.low),
            percent(task.ci95.high),
            percent(task.precision_at_10),
            percent(task.map),
            percent(details.retrieval.recall_at_1),
            percent(details.balanced_accuracy),
            auc(task.auc),
            percent(task.calibration_error),
            task.images,
        );
    }
    let n = rows.len().max(1) as f64;
    let mean =
        |figure: &dyn Fn(usize) -> f64| percent((0..rows.len()).map(figure).sum::<f64>() / n);
    let _ = writeln!(
        text,
        "{:width$}   {:6.2} %                    {:5.1}   {:5.1}   {:5.1}      {:5.1}   {}    {:5.1}\n\n\
         accuracy: share of right predictions, every value weighing the same; AUC: area under the ROC \
         curve, mean over the values; calib.: expected calibration error",
        "mean",
        percent(quality.mean_triplet_accuracy),
        mean(&|row| rows[row].0.precision_at_10),
        mean(&|row| rows[row].0.map),
        mean(&|row| rows[row].1.retrieval.recall_at_1),
        mean(&|row| rows[row].1.balanced_accuracy),
        auc(rows
            .iter()
            .map(|row| row.0.auc)
            .sum::<Option<f64>>()
            .map(|sum| sum / n)),
        mean(&|row| rows[row].0.calibration_error),
    );
    text
}

/// An area under the ROC curve in percent, five characters wide.
fn auc(area: Option<f64>) -> String {
    area.map_or_else(
        || "    -".to_owned(),
        |area| format!("{:5.1}", 100.0 * area),
    )
}

#[cfg(test)]
mod tests {
    use modulens_retrieval::measure::{Retrieval, TaskDetails};
    use modulens_schema::{Interval, Quality, Split, TaskQuality};

    use super::*;

    #[test]
    fn the_worst_task_comes_first_and_the_mean_last() {
        let task = |name: &str, accuracy: f64| TaskQuality {
            name: name.into(),
            triplet_accuracy: accuracy,
            ci95: Interval {
                low: accuracy - 0.01,
                high: accuracy + 0.01,
            },
            precision_at_10: 0.5,
            map: 0.25,
            calibration_error: 0.01,
            auc: Some(0.96),
            images: 3300,
        };
        let details = TaskDetails {
            retrieval: Retrieval {
                precision_at_k: 0.5,
                recall_at_k: 1.0,
                recall_at_1: 0.75,
                mean_average_precision: 0.25,
                queries: 3300,
            },
            balanced_accuracy: 0.875,
            replicates: vec![0.85],
        };
        let quality = Quality {
            dataset: "faces".into(),
            split: Split::Test,
            mean_triplet_accuracy: 0.9,
            tasks: vec![task("Wearing_Hat", 0.95), task("Smiling", 0.85)],
        };
        let text = render(
            &Evaluation {
                quality,
                details: vec![details; 2],
            },
            "flex",
        );
        let place = |needle: &str| text.find(needle).expect(needle);
        assert!(place("Smiling") < place("Wearing_Hat") && place("Wearing_Hat") < place("mean"));
        assert!(
            text.contains("85.00 %")
                && text.contains("90.00 %")
                && text.contains("87.5")
                && text.contains("96.0"),
            "{text}"
        );
    }
}
