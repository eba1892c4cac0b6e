//! Reasons for an image's place: the score of every clause of the query.

use modulens_retrieval::{Clause, Criterion, Query, Ranking};
use modulens_schema::Task;

use crate::page::text;
use crate::page::text::titles::{lower_first, task_title};
use crate::page::ui::descending::descending;
use crate::page::ui::format;

/// The score of an image for one clause of the query.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason {
    /// The task it is about; none for overall similarity.
    pub task: Option<usize>,
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
            words: text::detail::reason(
                clause.task.and_then(|task| tasks.get(task)),
                &clause.criterion,
            ),
            score,
            weight: clause.weight,
        })
    };
    let clauses = query.all.iter().zip(&ranking.clauses);
    clauses.filter_map(reason).collect()
}

/// Tasks that are named at each end.
const ENDS: usize = 3;

/// The tasks in which an image is most and least like an example, by the similarity in every task: "smiling 0.99".
pub fn ends(tasks: &[Task], similarities: &[f32]) -> (Vec<String>, Vec<String>) {
    let figures: Vec<f64> = similarities.iter().copied().map(f64::from).collect();
    let order = descending(&figures);
    let named = |&task: &usize| {
        let (task, similarity) = (tasks.get(task)?, similarities.get(task)?);
        let title = lower_first(&task_title(task));
        Some(format!(
            "{title} {}",
            format::cosine(0.5 + 0.5 * similarity, false)
        ))
    };
    let few = order.len() <= 2 * ENDS;
    let most = if few { order.len() } else { ENDS };
    let (most, rest) = order.split_at(most);
    let least = rest.iter().rev().take(ENDS);
    (
        most.iter().filter_map(named).collect(),
        least.filter_map(named).collect(),
    )
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

    #[test]
    fn overall_similarity_is_a_reason_and_its_tasks_are_named() {
        let tasks: Vec<Task> = ["A", "B", "C", "D", "E", "F", "G"].map(Task::binary).into();
        let query = Clause::similar_overall([]).into();
        let ranking = Ranking {
            clauses: vec![vec![0.975]],
            ..Ranking::default()
        };
        let reasons = reasons(&tasks, &query, &ranking, 0);
        assert_eq!(
            (reasons[0].words.as_str(), reasons[0].value.as_str()),
            ("Alike overall", "0.95")
        );
        assert_eq!(reasons[0].task, None);
        let named = |similarities: &[f32]| {
            let (most, least) = ends(&tasks, similarities);
            text::detail::most_and_least(&most, &least)
        };
        assert_eq!(
            named(&[0.1, 0.9, 0.2, 0.8, 0.3, 0.7, 0.4]),
            "Most alike: b 0.90, d 0.80, f 0.70; least: a 0.10, c 0.20, e 0.30"
        );
        assert_eq!(named(&[0.1, 0.0]), "a 0.10, b 0.00", "all of a few");
    }
}
