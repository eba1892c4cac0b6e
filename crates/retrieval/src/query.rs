//! The query: what a search ranks by, and what it leaves out.

use crate::{Gallery, Need, Order, OrderBy, RetrievalError};

/// A query in indices: clauses that rank, and filters on what is ranked.
///
/// The address of the page and the arguments of `trainer search` resolve into it. Without clauses the ranking is the
/// gallery's own order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    /// The clauses, all of which a result should satisfy; [`crate::score`] defines how well it does.
    pub all: Vec<Clause>,
    /// The limits, within all of which a result must lie.
    pub limits: Vec<Limit>,
    /// Filters on the labels that the images came with, all of which a result must pass; one for each column.
    pub labels: Vec<LabelFilter>,
    /// Tasks whose predicted value is not the label that a result came with.
    pub disagree: Vec<usize>,
    /// A part of the name of every result, in small or capital letters; empty for any name.
    pub name: String,
    /// The least score of a result, 0..1; without clauses it has no effect.
    pub min_score: f32,
    /// The order of the results.
    pub order: Order,
}

/// A part of a query that scores every image between 0 and 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Clause {
    /// The task it is about; without one, all of the network's tasks together (*overall*): only for similarity.
    pub task: Option<usize>,
    /// The criterion under that task.
    pub criterion: Criterion,
    /// Its weight next to the other clauses; 1 for an ordinary clause.
    pub weight: f32,
}

/// The criterion of a clause.
#[derive(Clone, Debug, PartialEq)]
pub enum Criterion {
    /// Any of these values, each named once.
    AnyOf(Vec<usize>),
    /// None of these values, each named once.
    NoneOf(Vec<usize>),
    /// Similarity to an example.
    Similar {
        /// The example's backbone features, `[C]`.
        features: Vec<f32>,
        /// Dissimilarity instead.
        negated: bool,
    },
    /// Any value, as long as the head is confident.
    Confident,
}

/// Bounds on the probability of a value, both included, 0..1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limit {
    /// The task.
    pub task: usize,
    /// The value.
    pub value: usize,
    /// The least probability.
    pub low: f32,
    /// The greatest probability.
    pub high: f32,
}

/// A filter on one column of the labels that the images came with. Images without a label there never pass.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LabelFilter {
    /// The column.
    pub column: usize,
    /// The label is one of these; with none, any.
    pub any_of: Vec<usize>,
    /// The label is none of these.
    pub none_of: Vec<usize>,
}

impl LabelFilter {
    /// True if a label passes.
    pub(crate) fn passes(&self, label: usize) -> bool {
        (self.any_of.is_empty() || self.any_of.contains(&label)) && !self.none_of.contains(&label)
    }
}

impl Query {
    /// Adds a label that is wanted or not wanted. Several wanted ones of one column mean any of them, several unwanted
    /// ones none of them.
    pub fn add_label(&mut self, column: usize, value: usize, wanted: bool) {
        let same = |filter: &LabelFilter| filter.column == column;
        let at = self.labels.iter().position(same).unwrap_or_else(|| {
            self.labels.push(LabelFilter {
                column,
                ..LabelFilter::default()
            });
            self.labels.len() - 1
        });
        let filter = &mut self.labels[at];
        let values = match wanted {
            true => &mut filter.any_of,
            false => &mut filter.none_of,
        };
        if !values.contains(&value) {
            values.push(value);
        }
    }

    /// Adds a value that is wanted or not wanted.
    ///
    /// Values of one task exclude each other, so that they make up one clause: several wanted ones mean any of them,
    /// several unwanted ones none of them. Where some are wanted, the unwanted ones say nothing more. The clause weighs
    /// as much as its weightiest value.
    pub fn add_value(&mut self, task: usize, value: usize, wanted: bool, weight: f32) {
        let same =
            |clause: &&mut Clause| clause.task == Some(task) && clause.criterion.is_of_values();
        let Some(clause) = self.all.iter_mut().find(same) else {
            let criterion = if wanted {
                Criterion::AnyOf(vec![value])
            } else {
                Criterion::NoneOf(vec![value])
            };
            self.all.push(Clause {
                task: Some(task),
                criterion,
                weight,
            });
            return;
        };
        clause.weight = clause.weight.max(weight);
        match (&mut clause.criterion, wanted) {
            (Criterion::AnyOf(values), true) | (Criterion::NoneOf(values), false)
                if !values.contains(&value) =>
            {
                values.push(value);
            }
            (criterion @ Criterion::NoneOf(_), true) => *criterion = Criterion::AnyOf(vec![value]),
            _ => {}
        }
    }

    /// The numbers that an answer needs, task by task, each once; without those of overall similarity, which needs the
    /// embeddings of all the network's tasks.
    pub fn needs(&self) -> Vec<(usize, Need)> {
        let clauses = self.all.iter();
        let clauses = clauses.filter_map(|clause| Some((clause.task?, clause.need())));
        let limits = self.limits.iter();
        let limits = limits.map(|limit| (limit.task, Need::Probabilities));
        let disagree = self.disagree.iter();
        let disagree = disagree.map(|&task| (task, Need::Probabilities));
        let sorted = self.sorted_by().map(|task| (task, Need::Probabilities));
        let mut needs = Vec::new();
        for need in clauses.chain(limits).chain(disagree).chain(sorted) {
            if !needs.contains(&need) {
                needs.push(need);
            }
        }
        needs
    }

    /// The task whose predictions the results are sorted by.
    pub(crate) fn sorted_by(&self) -> Option<usize> {
        match self.order.by {
            OrderBy::Value { task, .. } => Some(task),
            _ => None,
        }
    }

    /// True if an attribute value is asked for, or asked not to be there.
    pub fn has_values(&self) -> bool {
        self.all
            .iter()
            .any(|clause| clause.criterion.is_of_values())
    }

    /// Refuses weights that cannot weigh, numbers that are not finite, and tasks and values that the gallery lacks.
    pub(crate) fn check(&self, gallery: &Gallery) -> Result<(), RetrievalError> {
        let value_exists = |task: usize, value: usize| {
            let values = gallery.head(task)?.values();
            match value < values {
                true => Ok(()),
                false => Err(RetrievalError::NoValue {
                    task,
                    value,
                    values,
                }),
            }
        };
        for (at, clause) in self.all.iter().enumerate() {
            let weight = clause.weight;
            if !(weight.is_finite() && weight > 0.0) {
                return Err(RetrievalError::Weight { clause: at, weight });
            }
            match clause.task {
                Some(task) => _ = gallery.head(task)?,
                None if matches!(clause.criterion, Criterion::Similar { .. }) => {}
                None => return Err(RetrievalError::NoTaskNamed { clause: at }),
            }
            match &clause.criterion {
                Criterion::AnyOf(values) | Criterion::NoneOf(values) => {
                    if let Some(task) = clause.task {
                        values
                            .iter()
                            .try_for_each(|&value| value_exists(task, value))?;
                    }
                }
                Criterion::Similar { features, .. } => {
                    if features.iter().any(|value| !value.is_finite()) {
                        return Err(RetrievalError::NotFinite {
                            what: "an example's features",
                        });
                    }
                }
                Criterion::Confident => {}
            }
        }
        for limit in &self.limits {
            value_exists(limit.task, limit.value)?;
            if !(limit.low.is_finite() && limit.high.is_finite()) {
                return Err(RetrievalError::NotFinite { what: "a limit" });
            }
        }
        let column_exists = |column: usize| {
            let columns = gallery.given().values.len();
            let values = gallery.given().values.get(column).copied();
            values.ok_or(RetrievalError::NoColumn { column, columns })
        };
        match self.order.by {
            OrderBy::Value { task, value } => value_exists(task, value)?,
            OrderBy::Label { column, .. } => _ = column_exists(column)?,
            OrderBy::Score | OrderBy::Name | OrderBy::Random(_) => {}
        }
        for filter in &self.labels {
            let values = column_exists(filter.column)?;
            for &value in filter.any_of.iter().chain(&filter.none_of) {
                if value >= values {
                    let task = filter.column;
                    return Err(RetrievalError::NoValue {
                        task,
                        value,
                        values,
                    });
                }
            }
        }
        for &task in &self.disagree {
            gallery.head(task)?;
        }
        if !self.min_score.is_finite() {
            return Err(RetrievalError::NotFinite {
                what: "the least score",
            });
        }
        Ok(())
    }
}

impl From<Clause> for Query {
    fn from(clause: Clause) -> Self {
        [clause].into_iter().collect()
    }
}

impl FromIterator<Clause> for Query {
    fn from_iter<T: IntoIterator<Item = Clause>>(clauses: T) -> Self {
        Self {
            all: clauses.into_iter().collect(),
            ..Self::default()
        }
    }
}

impl Clause {
    /// Any of some values.
    pub fn any_of(task: usize, values: impl Into<Vec<usize>>) -> Self {
        Self::new(task, Criterion::AnyOf(values.into()))
    }

    /// None of some values.
    pub fn none_of(task: usize, values: impl Into<Vec<usize>>) -> Self {
        Self::new(task, Criterion::NoneOf(values.into()))
    }

    /// Similarity to an example, by its backbone features.
    pub fn similar(task: usize, features: impl Into<Vec<f32>>) -> Self {
        let features = features.into();
        Self::new(
            task,
            Criterion::Similar {
                features,
                negated: false,
            },
        )
    }

    /// Similarity to an example under all of the network's tasks together, by its backbone features.
    pub fn similar_overall(features: impl Into<Vec<f32>>) -> Self {
        Self {
            task: None,
            ..Self::similar(0, features)
        }
    }

    /// Dissimilarity to an example, by its backbone features.
    pub fn dissimilar(task: usize, features: impl Into<Vec<f32>>) -> Self {
        let features = features.into();
        Self::new(
            task,
            Criterion::Similar {
                features,
                negated: true,
            },
        )
    }

    /// Confidence of a task's head.
    pub fn confident(task: usize) -> Self {
        Self::new(task, Criterion::Confident)
    }

    fn new(task: usize, criterion: Criterion) -> Self {
        Self {
            task: Some(task),
            criterion,
            weight: 1.0,
        }
    }

    /// The same clause with another weight.
    #[must_use]
    pub fn weighted(self, weight: f32) -> Self {
        Self { weight, ..self }
    }

    /// The numbers that its score needs.
    pub(crate) fn need(&self) -> Need {
        match self.criterion {
            Criterion::Similar { .. } => Need::Similarity,
            Criterion::AnyOf(_) | Criterion::NoneOf(_) | Criterion::Confident => {
                Need::Probabilities
            }
        }
    }
}

impl Criterion {
    /// True if it names attribute values.
    pub fn is_of_values(&self) -> bool {
        matches!(self, Self::AnyOf(_) | Self::NoneOf(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_one_task_make_up_one_clause() {
        let mut query = Query::default();
        for (task, value, wanted, weight) in [
            (1, 0, false, 0.5),
            (0, 1, true, 1.0),
            (1, 3, false, 2.0),
            (1, 3, false, 1.0),
        ] {
            query.add_value(task, value, wanted, weight);
        }
        let expected = [
            Clause::none_of(1, [0, 3]).weighted(2.0),
            Clause::any_of(0, [1]),
        ];
        assert_eq!(query.all, expected);
        query.add_value(1, 2, true, 1.5);
        query.add_value(1, 1, true, 0.1);
        query.add_value(1, 0, false, 3.0);
        let expected = [
            Clause::any_of(1, [2, 1]).weighted(3.0),
            Clause::any_of(0, [1]),
        ];
        assert_eq!(query.all, expected, "unwanted values only add weight");
    }

    #[test]
    fn every_need_is_named_once() {
        let clauses = [
            Clause::any_of(0, [1]),
            Clause::similar(2, [1.0]),
            Clause::similar_overall([1.0]),
            Clause::dissimilar(2, [2.0]),
            Clause::confident(1),
        ];
        let mut query: Query = clauses.into_iter().collect();
        let limit = |task| Limit {
            task,
            value: 0,
            low: 0.0,
            high: 1.0,
        };
        query.limits = vec![limit(0), limit(2)];
        let needs = [
            (0, Need::Probabilities),
            (2, Need::Similarity),
            (1, Need::Probabilities),
            (2, Need::Probabilities),
        ];
        assert_eq!(query.needs(), needs);
        assert!(query.has_values());
        assert!(!Query::from(Clause::confident(0)).has_values());
    }
}
