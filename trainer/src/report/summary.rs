//! What both forms of a report say.

use crate::compare::{Comparison, MethodFigures};
use crate::train::compliance::{ALL, Compliance, Layer};

/// The last measurement of a method's gradients, or of its control.
pub(super) fn last(method: &MethodFigures, permuted: bool) -> Option<&Compliance> {
    method.ucr.iter().rfind(|found| found.permuted == permuted)
}

/// The layer that stands for all shared ones.
pub(super) fn all(found: &Compliance) -> Option<&Layer> {
    found.layers.iter().find(|layer| layer.name == ALL)
}

/// Share of agreeing gradients and mean cosine of a layer, over all pairs and batches.
pub(super) fn agreement(layer: &Layer) -> Option<(f64, f64)> {
    let batches: usize = layer.pairs.iter().map(|pair| pair.batches).sum();
    let (mut positive, mut cosine) = (0.0, 0.0);
    for pair in &layer.pairs {
        positive += pair.positive * pair.batches as f64;
        cosine += pair.cosine * pair.batches as f64;
    }
    (batches > 0).then(|| (positive / batches as f64, cosine / batches as f64))
}

/// How the figures were made, in a few words.
pub(super) fn protocol(found: &Comparison) -> String {
    format!(
        "{} on the {} split; {} tasks; every method is trained for {} epochs of {} pictures from {} seed{} ({}); computed \
         with {}.",
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
    )
}

/// What the columns mean.
pub(super) const LEGEND: &str = "Triplet accuracy: share of triplets whose anchor is nearer to the picture of its own value than \
     to that of another; means over tasks and seeds, with 95 % intervals over pictures and seeds. Permuted: the same with \
     every task seen through the modulation of another. Extra: learned parameters beyond those of the same network without \
     modulation. Bytes: kept per picture, in half precision, so that every task can be searched. Switch: multiplications of \
     another task for a kept picture, in percent of a pass from the pixels. Compliance: share of mini-batches and pairs of \
     tasks whose gradients on the layers they share have a positive inner product, after the last epoch of the first seed; the \
     denominator is all measured batches in which their gradients overlap there; in brackets the mean cosine. Moves: how far the embedding of a task moves between two pictures \
     that differ in its own value only, as a multiple of how far it moves when only another's value changes.";

/// What is not in a report of the default galleries, and how to have it.
pub(super) const NOT_RUN: &str = "CelebA and UT-Zappos50K are not run here: their terms forbid passing pictures on, so nothing of \
     them is in this repository. The same command with a plan whose base is `trainer/configs/celeba-7.toml` or \
     `trainer/configs/zappos.toml`, and `--data PATH`, runs them.";

/// How far a task's embedding moves when its own value changes, as a multiple of when another's does.
pub(super) fn disentangled(method: &MethodFigures) -> Option<f64> {
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
    use crate::train::compliance::Pair;

    #[test]
    fn zero_has_no_minus() {
        assert_eq!(signed(-0.001, 2), "+0.00");
        assert_eq!(signed(-0.01, 2), "-0.01");
        assert_eq!(signed(0.126, 2), "+0.13");
    }

    #[test]
    fn pairs_weigh_their_batches() {
        let pair = |batches, positive, cosine| Pair {
            tasks: [0, 1],
            batches,
            positive,
            cosine,
        };
        let layer = Layer {
            name: ALL.into(),
            pairs: vec![pair(3, 1.0, 0.5), pair(1, 0.0, -0.5)],
        };
        assert_eq!(agreement(&layer), Some((0.75, 0.25)));
        let none = Layer {
            name: ALL.into(),
            pairs: Vec::new(),
        };
        assert_eq!(agreement(&none), None);
    }
}
