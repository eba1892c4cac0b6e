//! The tables in Markdown.

use std::fmt::Write as _;

use super::summary::{
    LEGEND, NOT_RUN, agreement, all, disentangled, last, percent, protocol, signed,
};
use crate::compare::Comparison;

pub(super) fn render(found: &Comparison, title: &str, notes: &[String]) -> String {
    let mut text = format!("# {title}\n\n{}\n", protocol(found));
    // Writing to a String cannot fail.
    for note in notes {
        let _ = writeln!(text, "\n{note}");
    }
    text.push_str(
        "\n[index.html](index.html) has the plots, [compare.json](compare.json) the figures.\n\n## Methods\n\n\
         | method | triplet accuracy | 95 % interval | permuted | parameters | extra | bytes | switch | compliance | moves | minutes |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for method in &found.methods {
        let compliance = last(method, false).and_then(all).and_then(agreement);
        let _ = writeln!(
            text,
            "| {} | {} | {:.1} to {:.1} | {} | {} | {:+.2} % | {} | {:.2} % | {} | {} | {:.1} |",
            escaped(&method.name),
            percent(method.mean_triplet_accuracy),
            100.0 * method.ci95.low,
            100.0 * method.ci95.high,
            method
                .permuted_mean_triplet_accuracy
                .map_or("–".into(), percent),
            method.parameters,
            method.extra_parameters_percent,
            method.gallery_bytes_per_image,
            method.task_switch_percent_of_forward,
            compliance.map_or("–".into(), |(positive, cosine)| format!(
                "{:.0} % (cosine {})",
                100.0 * positive,
                signed(cosine, 2)
            )),
            disentangled(method).map_or("–".into(), |moves| format!("{moves:.1}")),
            method.train_minutes,
        );
    }
    let _ = writeln!(text, "\n{LEGEND}\n\n## Tasks\n");
    let _ = writeln!(
        text,
        "| method | {} |\n| --- |{}",
        found
            .tasks
            .iter()
            .map(|task| escaped(task))
            .collect::<Vec<_>>()
            .join(" | "),
        " --- |".repeat(found.tasks.len())
    );
    for method in &found.methods {
        let cells: Vec<String> = method
            .tasks
            .iter()
            .map(|task| format!("{:.1}", 100.0 * task.triplet_accuracy))
            .collect();
        let _ = writeln!(
            text,
            "| {} | {} |",
            escaped(&method.name),
            cells.join(" | ")
        );
    }
    text.push_str(
        "\nTriplet accuracy in percent, means over the seeds.\n\n## What the methods are\n\n",
    );
    for method in found
        .methods
        .iter()
        .filter(|method| !method.about.is_empty())
    {
        let _ = writeln!(text, "- *{}*: {}", method.name, method.about);
    }
    let _ = writeln!(text, "\n## Not run\n\n{NOT_RUN}");
    text
}

/// A cell must not end early.
fn escaped(text: &str) -> String {
    text.replace('|', "\\|")
}
