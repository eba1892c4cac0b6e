//! A comparison for people.

use std::fmt::Write as _;

use super::figures::Comparison;
use crate::train::compliance::ALL;

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
         {:width$}  triplets   95 % interval   permuted   parameters     extra   B/image   switch   UCR   cosine  minutes",
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
    for method in &found.methods {
        let permuted = method
            .permuted_mean_triplet_accuracy
            .map_or("      -".to_owned(), |accuracy| {
                format!("{:5.1} %", 100.0 * accuracy)
            });
        let (positive, cosine) = last_compliance(method).map_or(
            ("  -".to_owned(), "    -".to_owned()),
            |(positive, cosine)| (format!("{:3.0}", 100.0 * positive), format!("{cosine:+.2}")),
        );
        let _ = writeln!(
            text,
            "{:width$}   {:6.2} %   {:5.1} .. {:5.1}    {permuted}   {:>10}  {:+7.2} %   {:>7}  {:6.2} %   {positive}    {cosine:>5}   {:6.1}",
            method.name,
            100.0 * method.mean_triplet_accuracy,
            100.0 * method.ci95.low,
            100.0 * method.ci95.high,
            method.parameters,
            method.extra_parameters_percent,
            method.gallery_bytes_per_image,
            method.task_switch_percent_of_forward,
            method.train_minutes,
        );
    }
    text.push_str(
        "\npermuted: every task through another's modulation; B/image: kept per image, in half precision; switch: another \
         task for a kept image, of a whole pass; UCR: pairs of tasks and batches whose gradients on shared layers agree, in \
         percent, after the last epoch\n",
    );
    text
}

/// Share of agreeing gradients and mean cosine over all pairs and all shared layers, after the last epoch.
fn last_compliance(method: &super::MethodFigures) -> Option<(f64, f64)> {
    let last = method.ucr.iter().rfind(|found| !found.permuted)?;
    let all = last.layers.iter().find(|layer| layer.name == ALL)?;
    let batches: usize = all.pairs.iter().map(|pair| pair.batches).sum();
    let mean = |figure: &dyn Fn(usize) -> f64| {
        let sum = (0..all.pairs.len()).map(|pair| figure(pair) * all.pairs[pair].batches as f64);
        sum.sum::<f64>() / batches.max(1) as f64
    };
    (batches > 0).then(|| {
        (
            mean(&|pair| all.pairs[pair].positive),
            mean(&|pair| all.pairs[pair].cosine),
        )
    })
}
