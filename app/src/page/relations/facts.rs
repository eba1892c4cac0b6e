//! Task relations in words, from the modulation vectors of a network.

use serde_json::Value;

use crate::page::text;
use crate::page::ui::format;

use super::modulation::{Part, Scaling};

/// Tasks that are named as most or least alike.
const NAMED: usize = 3;

/// The facts of one task.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// "41 of 64".
    pub used: String,
    /// "12 (×1.21), 40 (×0.98)".
    pub strongest: String,
    /// "61 %".
    pub share: String,
    /// "Bangs 0.52, No beard 0.51"; empty where there is no other task.
    pub most: String,
    /// The same for the least alike; empty where all others are named already.
    pub least: String,
}

impl Facts {
    /// The facts of a task. `titles` are the names of all tasks, for people.
    pub fn of(scaling: &Scaling, task: usize, titles: &[String]) -> Self {
        let usage = scaling.usage(task);
        let nearest = scaling.nearest(task);
        let named = |others: &[(usize, f64)]| {
            let one = |&(other, alike): &(usize, f64)| {
                let title = titles.get(other).map(String::as_str).unwrap_or_default();
                format!("{title} {}", cosine(scaling, alike))
            };
            others.iter().map(one).collect::<Vec<_>>().join(", ")
        };
        let (most, rest) = nearest.split_at(nearest.len().min(NAMED));
        let mut least: Vec<_> = rest.iter().rev().take(NAMED).copied().collect();
        least.truncate(rest.len());
        Self {
            used: format!(
                "{} of {}",
                scaling.width() - usage.off,
                format::count(scaling.width())
            ),
            strongest: usage
                .strongest
                .iter()
                .map(|(at, scale)| format!("{} (×{scale:.2})", at + 1))
                .collect::<Vec<_>>()
                .join(", "),
            share: format::percent(usage.share),
            most: named(most),
            least: named(&least),
        }
    }
}

/// A cosine with two digits, or with three if tasks are so similar that two would not tell them
/// apart. Never rounds up to 1.
pub fn cosine(scaling: &Scaling, alike: f64) -> String {
    let digits = if scaling.usual() > 0.9 { 3 } else { 2 };
    let last = 0.1_f64.powi(digits);
    let same = 1.0 - alike < 1e-6;
    let shown = if same { 1.0 } else { alike.min(1.0 - last) };
    // No minus before nothing.
    let shown = if shown.abs() < last / 2.0 { 0.0 } else { shown };
    format!("{shown:.*}", digits as usize)
}

/// The definition of "alike".
pub const ALIKE: &str = text::relations::ALIKE;

/// The shared and the modulated parts of the network, in sentences.
pub fn explain(scaled: &[(Part, usize)], idle: &[Part]) -> Vec<String> {
    let what = |&(part, size): &(Part, usize)| {
        let of = match part {
            Part::Embedding => "embedding",
            Part::Features => "features",
        };
        text::relations::part_of(&format::counted(size, part.noun()), &of)
    };
    let sizes: Vec<String> = scaled.iter().map(what).collect();
    let mut said = Vec::new();
    if sizes.is_empty() {
        return vec![text::relations::NOT_SCALED.into()];
    }
    let own: usize = scaled.iter().map(|(_, size)| size).sum();
    said.push(text::relations::one_network(
        &format::counted(own, "number"),
        &sizes.join(" and "),
    ));
    said.push(
        if idle.contains(&Part::Features) {
            text::relations::SAME_FEATURES
        } else {
            text::relations::SAME_BEFORE
        }
        .into(),
    );
    if idle.contains(&Part::Embedding) {
        said.push(text::relations::EMBEDDING_NOT_SCALED.into());
    }
    said
}

/// The initial values before training, if they differed between tasks.
pub fn start(part: Part, network: &Value) -> Option<String> {
    let rest = disjoint(network).filter(|_| part == Part::Embedding)?;
    Some(text::relations::started(&rest))
}

/// The initial factor of a task outside its own dimensions, if tasks began with dimensions of their
/// own.
fn disjoint(network: &Value) -> Option<f64> {
    network
        .get("embedding_start")?
        .get("disjoint")?
        .get("rest")?
        .as_f64()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn titles(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn a_task_is_told_in_words() {
        let scaling = Scaling::new(
            vec![
                1.0, 0.0, 0.5, 1.0, 0.0, 0.5, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 0.5, 0.0, 1.0,
            ],
            5,
        )
        .expect("fits");
        let facts = Facts::of(&scaling, 0, &titles(&["A", "B", "C", "D", "E"]));
        assert_eq!(facts.used, "2 of 3");
        assert_eq!(facts.strongest, "1 (×1.00), 3 (×0.50)");
        assert_eq!(facts.share, "100 %");
        assert_eq!(facts.most, "B 1.00, E 0.80, D 0.63");
        assert_eq!(facts.least, "C 0.00");
    }

    #[test]
    fn a_task_alone_is_compared_with_none() {
        let scaling = Scaling::new(vec![1.0, 0.2], 1).expect("fits");
        let facts = Facts::of(&scaling, 0, &titles(&["A"]));
        assert_eq!((facts.most.as_str(), facts.least.as_str()), ("", ""));
        assert_eq!(facts.used, "2 of 2");
    }

    #[test]
    fn few_tasks_are_named_once() {
        let scaling = Scaling::new(vec![1.0, 0.0, 0.0, 1.0, 1.0, 1.0], 3).expect("fits");
        let facts = Facts::of(&scaling, 0, &titles(&["A", "B", "C"]));
        assert_eq!(
            (facts.most.as_str(), facts.least.as_str()),
            ("C 0.71, B 0.00", "")
        );
    }

    #[test]
    fn nearly_one_is_not_one() {
        let scaling = |values: &[f32]| Scaling::new(values.to_vec(), 2).expect("fits");
        let apart = scaling(&[1.0, 0.0, 0.0, 1.0]);
        let found = [1.0, 0.9999, 0.994, 0.0, -0.001].map(|alike| cosine(&apart, alike));
        assert_eq!(found, ["1.00", "0.99", "0.99", "0.00", "0.00"]);
        let near = scaling(&[1.0, 0.9, 0.9, 1.0]);
        let found = [1.0, 0.9999, 0.9876].map(|alike| cosine(&near, alike));
        assert_eq!(found, ["1.000", "0.999", "0.988"]);
    }

    #[test]
    fn what_is_not_scaled_is_said() {
        let both = explain(&[(Part::Embedding, 64), (Part::Features, 128)], &[]).join(" ");
        assert!(both.contains("192 numbers of its own"), "{both}");
        assert!(
            both.contains(
                "the 64 dimensions of the embedding and the 128 channels of the features are"
            ),
            "{both}"
        );
        let one = explain(&[(Part::Embedding, 64)], &[Part::Features]).join(" ");
        assert!(one.contains("nothing scales them"), "{one}");
        let other = explain(&[(Part::Features, 8)], &[Part::Embedding]).join(" ");
        assert!(other.contains("is not scaled"), "{other}");
        assert!(other.contains("before that is the same"), "{other}");
        let none = explain(&[], &Part::ALL);
        assert_eq!(none.len(), 1);
        assert!(none[0].contains("scales nothing"));
    }

    #[test]
    fn where_training_began_is_said_of_the_embedding() {
        let network = json!({ "embedding_start": { "disjoint": { "rest": 0.1 } } });
        let said = start(Part::Embedding, &network).expect("disjoint");
        assert!(said.contains("all others at 0.1"), "{said}");
        assert_eq!(start(Part::Features, &network), None);
        assert_eq!(
            start(Part::Embedding, &json!({ "embedding_start": "ones" })),
            None
        );
    }
}
