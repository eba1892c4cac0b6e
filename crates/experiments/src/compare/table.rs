//! A comparison for people.

use std::fmt::Write as _;

use super::figures::Comparison;
use crate::compliance::{Compliance, Layer, ratio};

/// The methods, one a row, in the order of the plan.
pub(super) fn render(found: &Comparison) -> String {
    let width = found
        .methods
        .iter()
        .map(|method| method.name.chars().count())
        .max()
        .unwrap_or(0)
        .max(6);
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(
        text,
        "{}, {} split, {} tasks, {} seed{}, {} epochs of {} images; computed with {}\n\n\
         {:width$}  head            triplets   95 % interval     mAP     permuted   parameters     extra   B/image   switch    UCR   cosine  minutes",
        found.dataset,
        found.split.name(),
        found.tasks.len(),
        found.seeds.len(),
        if found.seeds.len() == 1 { "" } else { "s" },
        found.epochs,
        found.images_trained_on,
        found.device,
        "method",
    );
    let mut table = "";
    for method in &found.methods {
        if method.table != table {
            table = &method.table;
            let _ = writeln!(text, "\n{table}, {} epochs", method.epochs);
        }
        let permuted = method
            .permuted_mean_triplet_accuracy
            .map_or("      -".to_owned(), |accuracy| {
                format!("{:5.1} %", 100.0 * accuracy)
            });
        let agreement = method
            .last_compliance(false)
            .and_then(Compliance::all)
            .and_then(Layer::agreement);
        let (positive, cosine) = agreement.map_or(
            ("   -".to_owned(), "    -".to_owned()),
            |(positive, cosine)| (format!("{:>4}", ratio(positive)), format!("{cosine:+.2}")),
        );
        let _ = writeln!(
            text,
            "{:width$}  {:13}   {:6.2} %   {:5.1} .. {:5.1}   {:5.1} %   {permuted}   {:>10}  {:+7.2} %   {:>7}  {:6.2} %   {positive}    {cosine:>5}   {:6.1}",
            method.name,
            method.head,
            100.0 * method.mean_triplet_accuracy,
            100.0 * method.ci95.low,
            100.0 * method.ci95.high,
            100.0 * method.mean_map,
            method.parameters,
            method.extra_parameters_percent,
            method.gallery_bytes_per_image,
            method.task_switch_percent_of_forward,
            method.train_minutes,
        );
    }
    text.push_str(
        "\npermuted: every task through another's modulation; B/image: kept per image, in half precision; switch: another \
         task for a kept image, of a whole pass; UCR: how many pairs of tasks and batches agree in their gradients on \
         shared layers for each that does not, after the last epoch\n",
    );
    text
}
