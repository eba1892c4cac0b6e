//! Reasons for an image's place: the score of every clause of the query.

use modulens_retrieval::{Clause, Criterion, Query, Ranking};
use modulens_schema::Task;

use crate::page::text;
use crate::page::ui::format;

/// The score of an image for one clause of the query.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason {
    /// The task it is about.
    pub task: usize,
    /// The clause in words.
    pub words: String,
    /// The score, 0..1.
    pub score: f32,
    /// The score in figures: a probability in percent, or the cosine similarity to an example.
    pub value: String,
    /// True if it is the similarity to an example.
    pub similar: bool,
    /// The weight of the clause.
    pub weight: f32,
}

/// The reasons for an image's score, clause by clause.
pub fn reasons(tasks: &[Task], query: &Query, ranking: &Ranking, image: usize) -> Vec<Reason> {
    let reason = |(clause, scores): (&Clause, &Vec<f32>)| {
        let score = *scores.get(image)?;
        let value = match clause.criterion {
            Criterion::Similar { negated, .. } => format::cosine(score, negated),
            _ => format::percent(score.into()),
        };
        Some(Reason {
            value,
            similar: matches!(clause.criterion, Criterion::Similar { .. }),
            task: clause.task,
            words: text::detail::reason(tasks.get(clause.task)?, &clause.criterion),
            score,
            weight: clause.weight,
        })
    };
    let clauses = query.all.iter().zip(&ranking.clauses);
    clauses.filter_map(reason).collect()
}

#[cfg(test)]
mod tests {
    use modulens_schema::TaskKind;

    use super::*;

    #[test]
    fn every_clause_is_a_reason() {
        let tasks = [
            Task::binary("No_Beard"),
            Task::with_values("Closure", TaskKind::Categorical, ["Lace up", "Zipper"]),
        ];
        let clauses = [
            Clause::none_of(0, [1]),
            Clause::any_of(1, [0, 1]),
            Clause::dissimilar(1, []).weighted(0.5),
        ];
        let query = clauses.into_iter().collect();
        let ranking = Ranking {
            clauses: vec![vec![0.9, 0.1], vec![0.8, 0.2], vec![0.7, 0.3]],
            ..Ranking::default()
        };
        let reasons = reasons(&tasks, &query, &ranking, 1);
        let words: Vec<_> = reasons.iter().map(|reason| reason.words.as_str()).collect();
        assert_eq!(words, ["Beard", "Lace up or Zipper", "Unlike in closure"]);
        assert_eq!((reasons[2].score, reasons[2].weight), (0.3, 0.5));
        // A likeness is no probability: a score of 0.3 for being unlike is a cosine of 0.4.
        let values: Vec<_> = reasons.iter().map(|reason| reason.value.as_str()).collect();
        assert_eq!(values, ["10 %", "20 %", "0.40"]);
        assert!(super::reasons(&tasks, &query, &ranking, 9).is_empty());
    }
}
