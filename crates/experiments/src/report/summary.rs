//! The texts that both forms of a report share.

use modulens_schema::Interval;

use crate::compare::{Comparison, MethodFigures};

/// The methods that others are held against, as a sentence behind a space; nothing without any. The one that most are
/// held against comes first, the others with the methods they are for.
pub(super) fn references<'a>(methods: impl Iterator<Item = &'a MethodFigures>) -> String {
    let mut references: Vec<(&str, Vec<String>)> = Vec::new();
    for method in methods {
        let Some(difference) = &method.difference else {
            continue;
        };
        let name = format!("“{}”", method.name);
        match references
            .iter_mut()
            .find(|(from, _)| *from == difference.from)
        {
            Some((_, names)) if names.contains(&name) => {}
            Some((_, names)) => names.push(name),
            None => references.push((&difference.from, vec![name])),
        }
    }
    references.sort_by_key(|(_, names)| std::cmp::Reverse(names.len()));
    let mut text = String::new();
    for (place, (from, names)) in references.iter().enumerate() {
        text += &match place {
            0 => format!(" Differences are from “{from}”"),
            _ => format!("; of {} from “{from}”", names.join(", ")),
        };
    }
    match text.is_empty() {
        true => text,
        false => text + ".",
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

/// A difference in points with its interval, whose ends keep their signs when they are rounded to zero: so one sees
/// if zero lies inside.
pub(super) fn apart(mean: f64, interval: Interval) -> String {
    let [low, high] = [interval.low, interval.high].map(|share| 100.0 * share);
    format!("{} ({low:+.1} – {high:+.1})", signed(100.0 * mean, 1))
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

    #[test]
    fn an_interval_shows_if_zero_lies_inside() {
        let interval = Interval {
            low: -0.012,
            high: -0.0002,
        };
        assert_eq!(apart(-0.006, interval), "-0.6 (-1.2 – -0.0)");
        let interval = Interval {
            high: 0.0002,
            ..interval
        };
        assert_eq!(apart(-0.0001, interval), "+0.0 (-1.2 – +0.0)");
    }
}
