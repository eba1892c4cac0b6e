//! The texts of a model card on the network and its quality, from the manifest alone.

use modulens_schema::{Quality, Task, TaskQuality};
use serde_json::Value;

use crate::page::text::titles::{lower_first, task_title};
use crate::page::ui::descending::descending;
use crate::page::ui::format;

/// The network in one line: what it is, its channels, and the pictures it takes.
pub fn network(network: &Value, side: u32) -> String {
    let (name, inside) = match network.get("backbone") {
        Some(Value::String(name)) => (name.as_str(), None),
        Some(Value::Object(kinds)) => kinds
            .iter()
            .next()
            .map_or(("", None), |(name, inside)| (name.as_str(), Some(inside))),
        _ => ("", None),
    };
    let title = match name {
        "small" => "Small residual network",
        "face" => "The paper\u{2019}s face network",
        "resnet18" => "ResNet-18, cut after its third stage",
        "efficientnet-lite0" => "EfficientNet-Lite0",
        _ => "Convolutional network",
    };
    let widths: Vec<String> = inside
        .and_then(|inside| inside.get("widths")?.as_array())
        .map(|widths| widths.iter().map(ToString::to_string).collect())
        .unwrap_or_default();
    let channels = if widths.is_empty() {
        String::new()
    } else {
        format!(", {} channels", widths.join("\u{2013}"))
    };
    format!("{title}{channels}, pictures of {side} × {side} pixels")
}

/// The places at which the network is modulated: "stage 4 and the embedding".
pub fn sites(sites: &[String]) -> String {
    let named = sites.iter().map(|site| match site.strip_prefix("stage") {
        Some(number) => format!("stage {number}"),
        None if site == "embedding" => "the embedding".into(),
        None => site.clone(),
    });
    enumerate(&named.collect::<Vec<_>>())
}

/// "a", "a and b", "a, b and c"; "nowhere" for nothing.
fn enumerate(parts: &[String]) -> String {
    match parts {
        [] => "nowhere".into(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// The best and the weakest lens, and how far probabilities can be trusted. `None` where nothing was measured.
pub fn summary(tasks: &[Task], quality: &Quality) -> Option<[String; 2]> {
    let title = |name: &str| {
        let task = tasks.iter().find(|task| task.name == name);
        task.map_or_else(|| name.to_owned(), |task| lower_first(&task_title(task)))
    };
    let measured = quality.tasks.iter();
    let by_accuracy =
        |a: &&TaskQuality, b: &&TaskQuality| a.triplet_accuracy.total_cmp(&b.triplet_accuracy);
    let best = measured.clone().max_by(by_accuracy)?;
    let weakest = measured.clone().min_by(by_accuracy)?;
    let error = |quality: &TaskQuality| quality.calibration_error;
    let worst = measured
        .clone()
        .max_by(|a, b| error(a).total_cmp(&error(b)))?;
    let mean = measured.map(error).sum::<f64>() / quality.tasks.len() as f64;
    let spread = if quality.tasks.len() > 1 {
        format!(
            " Best: {} ({}). Weakest: {} ({}).",
            title(&best.name),
            format::percent_fine(best.triplet_accuracy),
            title(&weakest.name),
            format::percent_fine(weakest.triplet_accuracy),
        )
    } else {
        String::new()
    };
    Some([
        format!(
            "{} on average.{spread} Chance would be 50 %.",
            format::percent_fine(quality.mean_triplet_accuracy)
        ),
        format!(
            "Percentages are calibrated: they are {} off on average, {} at most ({}).",
            points(mean),
            points(worst.calibration_error),
            title(&worst.name)
        ),
    ])
}

/// A share as percentage points: "0.5 points".
fn points(share: f64) -> String {
    format!("{:.1} points", share * 100.0)
}

/// The tasks in the order of a chart, the best first.
pub fn by_accuracy(quality: &Quality) -> Vec<usize> {
    let accuracies: Vec<f64> = quality
        .tasks
        .iter()
        .map(|task| task.triplet_accuracy)
        .collect();
    descending(&accuracies)
}

#[cfg(test)]
mod tests {
    use modulens_schema::{Interval, Split};
    use serde_json::json;

    use super::*;

    fn quality(figures: &[(&str, f64, f64)]) -> Quality {
        let task = |&(name, triplet_accuracy, calibration_error): &(&str, f64, f64)| TaskQuality {
            name: name.into(),
            triplet_accuracy,
            ci95: Interval {
                low: triplet_accuracy - 0.01,
                high: triplet_accuracy + 0.01,
            },
            precision_at_10: 0.9,
            map: 0.9,
            calibration_error,
            auc: None,
            images: 100,
        };
        Quality {
            dataset: "faces".into(),
            split: Split::Test,
            mean_triplet_accuracy: 0.9,
            tasks: figures.iter().map(task).collect(),
        }
    }

    #[test]
    fn networks_are_told_by_their_configuration() {
        let small = json!({ "backbone": { "small": { "widths": [16, 32], "input": 96 } } });
        assert_eq!(
            network(&small, 96),
            "Small residual network, 16\u{2013}32 channels, pictures of 96 × 96 pixels"
        );
        assert!(network(&json!({ "backbone": "resnet18" }), 112).starts_with("ResNet-18"));
        let pretrained = json!({ "backbone": { "efficientnet-lite0": { "input": 128 } } });
        assert!(network(&pretrained, 128).starts_with("EfficientNet-Lite0, pictures of 128"));
        for strange in [
            json!({}),
            json!({ "backbone": 3 }),
            json!({ "backbone": {} }),
        ] {
            assert!(network(&strange, 9).starts_with("Convolutional network, pictures of 9"));
        }
    }

    #[test]
    fn sites_are_enumerated() {
        let named =
            |names: &[&str]| sites(&names.iter().map(|&name| name.into()).collect::<Vec<_>>());
        assert_eq!(named(&["stage4", "embedding"]), "stage 4 and the embedding");
        assert_eq!(named(&["embedding"]), "the embedding");
        assert_eq!(named(&[]), "nowhere");
        assert_eq!(named(&["stage2", "stage3", "x"]), "stage 2, stage 3 and x");
    }

    #[test]
    fn the_best_and_the_weakest_are_named() {
        let tasks = [Task::binary("Bald"), Task::binary("Smiling")];
        let measured = quality(&[("Bald", 0.97, 0.002), ("Smiling", 0.85, 0.012)]);
        let [accuracy, calibration] = summary(&tasks, &measured).expect("measured");
        assert_eq!(
            accuracy,
            "90.0 % on average. Best: bald (97.0 %). Weakest: smiling (85.0 %). Chance would be 50 %."
        );
        assert!(
            calibration.contains("0.7 points off on average, 1.2 points at most (smiling)"),
            "{calibration}"
        );
        assert_eq!(
            by_accuracy(&quality(&[("A", 0.8, 0.0), ("B", 0.9, 0.0)])),
            [1, 0]
        );
        assert_eq!(summary(&tasks, &quality(&[])), None);
    }
}
