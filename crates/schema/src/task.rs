//! A task: one notion of similarity.

use serde::{Deserialize, Serialize};

use crate::case;

/// The relation of a task's values to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TaskKind {
    /// Exactly two values, `no` (index 0) and `yes` (index 1): a CelebA attribute.
    Binary,
    /// Several values without an order: the closure of a shoe.
    Categorical,
    /// Several values from low to high: the height of a heel.
    Ordinal,
}

/// One notion of similarity, with the values an image can have under it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Task {
    /// The dataset's own name, also the stable identifier (`Wearing_Hat`, `Closure`).
    pub name: String,
    /// The relation of the values to each other.
    pub kind: TaskKind,
    /// The values in index order; `["no", "yes"]` for a binary task.
    pub values: Vec<String>,
}

impl Task {
    /// A yes/no task.
    pub fn binary(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            kind: TaskKind::Binary,
            values: vec!["no".into(), "yes".into()],
        }
    }

    /// A task with named values, unordered or ordered.
    pub fn with_values(
        name: impl Into<String>,
        kind: TaskKind,
        values: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        Self {
            name: name.into(),
            kind,
            values: values.into_iter().map(Into::into).collect(),
        }
    }

    /// The name for people: `Wearing_Hat` reads "Wearing hat", `5_o_Clock_Shadow` "5 o clock shadow".
    pub fn title(&self) -> String {
        let mut words = case::lower(&self.name.replace('_', " "));
        if let Some(first) = words.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        words
    }

    /// The index of a value, compared without regard to case.
    pub fn value_index(&self, value: &str) -> Option<usize> {
        self.values
            .iter()
            .position(|known| known.eq_ignore_ascii_case(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_read_like_words() {
        assert_eq!(Task::binary("Wearing_Hat").title(), "Wearing hat");
        assert_eq!(Task::binary("5_o_Clock_Shadow").title(), "5 o clock shadow");
        assert_eq!(Task::binary("").title(), "");
        assert_eq!(Task::binary("Ärmel_lang").title(), "ärmel lang");
    }

    #[test]
    fn values_are_found_in_any_case() {
        let task = Task::with_values("Closure", TaskKind::Categorical, ["Lace up", "Slip-On"]);
        assert_eq!(task.value_index("lace UP"), Some(0));
        assert_eq!(task.value_index("Zipper"), None);
    }
}
