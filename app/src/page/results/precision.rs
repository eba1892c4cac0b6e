//! Precision at k of the query by the labels that came with the images.

use modulens_retrieval::{Criterion, Query, Ranking};
use modulens_schema::Labels;

use crate::page::text;

/// The first results, counted by whether their labels match the query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Precision {
    /// First results whose labels say so.
    pub right: usize,
    /// First results whose labels say yes or no; where a label is unknown a result is neither.
    pub labelled: usize,
}

impl Precision {
    /// Looks at the first `first` results. `None` where no value is asked for (an example says nothing about labels),
    /// or where nothing is labelled.
    pub fn measure(
        query: &Query,
        ranking: &Ranking,
        labels: &Labels,
        first: usize,
    ) -> Option<Self> {
        if !query.has_values() {
            return None;
        }
        let verdict = |image: usize| {
            let mut right = true;
            for clause in &query.all {
                let (values, wanted) = match &clause.criterion {
                    Criterion::AnyOf(values) => (values, true),
                    Criterion::NoneOf(values) => (values, false),
                    Criterion::Similar { .. } | Criterion::Confident => continue,
                };
                let label = usize::from(labels.get(image, clause.task?)?);
                right &= values.contains(&label) == wanted;
            }
            Some(right)
        };
        let verdicts: Vec<bool> = ranking
            .order
            .iter()
            .take(first)
            .filter_map(|ranked| verdict(ranked.index))
            .collect();
        let right = verdicts.iter().filter(|right| **right).count();
        (!verdicts.is_empty()).then_some(Self {
            right,
            labelled: verdicts.len(),
        })
    }

    /// In words.
    pub fn words(&self) -> String {
        text::results::precision(self.labelled, self.right)
    }
}

#[cfg(test)]
mod tests {
    use modulens_retrieval::{Clause, Ranked};

    use super::*;

    fn ranking(order: &[usize]) -> Ranking {
        let ranked = |&index: &usize| Ranked { index, score: 0.5 };
        Ranking {
            order: order.iter().map(ranked).collect(),
            ..Ranking::default()
        }
    }

    #[test]
    fn labels_judge_and_unknown_is_neither() {
        let unknown = Labels::UNKNOWN;
        // Two tasks, four pictures.
        let labels =
            Labels::from_cells(2, vec![1, 0, 1, 1, 0, 0, unknown, 0]).expect("four times two");
        let clauses = [Clause::any_of(0, [1]), Clause::none_of(1, [1])];
        let query = clauses.into_iter().collect();
        let at =
            |order: &[usize], first| Precision::measure(&query, &ranking(order), &labels, first);
        let all = at(&[0, 1, 2, 3], 50).expect("labelled");
        assert_eq!((all.right, all.labelled), (1, 3));
        assert_eq!(all.words(), "of the first 3, 1 is right");
        assert_eq!(at(&[0, 1], 1).expect("one").words(), "the first is right");
        assert_eq!(at(&[3], 50), None, "nothing is known");
        assert_eq!(
            Precision::measure(&Query::default(), &ranking(&[0]), &labels, 5),
            None
        );
    }
}
