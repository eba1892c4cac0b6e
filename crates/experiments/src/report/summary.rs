//! The texts that both forms of a report share.

use modulens_schema::Interval;

use crate::compare::{Comparison, MethodFigures};

/// The methods that others are held against, as a sentence behind a space; nothing without any.
pub(super) fn references<'a>(methods: impl Iterator<Item = &'a MethodFigures>) -> String {
    let mut references: Vec<&str> = Vec::new();
    for difference in methods.flat_map(|method| &method.difference) {
        if !references.contains(&difference.from.as_str()) {
            references.push(&difference.from);
        }
    }
    match references[..] {
        [] => String::new(),
        _ => format!(" Differences are from {}.", references.join(", and from ")),
    }
}

/// The number of seeds, and which.
pub(super) fn seeds(found: &Comparison) -> String {
    let seeds: Vec<String> = found.seeds.iter().map(u64::to_string).collect();
    let plural = if seeds.len() == 1 { "" } else { "s" };
    format!("{} seed{plural} ({})", seeds.len(), seeds.join(", "))
}

/// The protocol of the figures, in a few words.
pub(super) fn protocol(found: &Comparison) -> String {
    format!(
        "{} on the {} split; {} tasks; every method is trained for {} epochs of {} pictures from {} unless a table says \
         otherwise; computed with {}.{}",
        found.dataset,
        found.split.name(),
        found.tasks.len(),
        found.epochs,
        found.images_trained_on,
        seeds(found),
        found.device,
        references(found.methods.iter()),
    )
}

/// A difference in points with its interval.
pub(super) fn apart(mean: f64, interval: Interval) -> String {
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

    #[test]
    fn zero_has_no_minus() {
        assert_eq!(signed(-0.001, 2), "+0.00");
        assert_eq!(signed(-0.01, 2), "-0.01");
        assert_eq!(signed(0.126, 2), "+0.13");
    }
}
