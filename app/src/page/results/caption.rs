//! The caption of a result: each part of the query with its own value.

use modulens_schema::Task;

use crate::page::detail::reasons::{Reason, reasons};
use crate::page::text;

use super::answer::Answer;

/// Parts that a caption has room for; the details have all.
pub const MOST: usize = 3;

/// A part of the query, and the value that an image has for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The task it is about; none for overall similarity.
    pub task: Option<usize>,
    /// The part in words.
    pub words: String,
    /// Its value in figures.
    pub value: String,
}

/// The caption of an image under an answer; empty where nothing was asked.
pub fn caption(tasks: &[Task], answer: &Answer, image: usize) -> Vec<Part> {
    let mut reasons = reasons(tasks, &answer.query, &answer.ranking, image);
    let examples = reasons.iter().filter(|reason| reason.similar).count();
    reasons.truncate(MOST);
    let part = |reason: Reason| Part {
        task: reason.task,
        // With several examples, the task says which of them.
        words: match reason.similar && examples == 1 {
            true => text::results::SIMILAR.to_owned(),
            false => reason.words,
        },
        value: reason.value,
    };
    reasons.into_iter().map(part).collect()
}

#[cfg(test)]
mod tests {
    use modulens_retrieval::{Clause, Ranking};

    use super::*;

    fn said(clauses: Vec<(Clause, f32)>) -> Vec<String> {
        let tasks = ["Smiling", "Wearing_Hat"].map(Task::binary);
        let (clauses, scores): (Vec<_>, Vec<_>) = clauses.into_iter().unzip();
        let answer = Answer {
            ranking: Ranking {
                clauses: scores.into_iter().map(|score| vec![score]).collect(),
                ..Ranking::default()
            },
            query: clauses.into_iter().collect(),
            millis: 0.0,
            folded: 0,
            alike: Default::default(),
        };
        let parts = caption(&tasks, &answer, 0);
        parts
            .iter()
            .map(|part| format!("{} {}", part.words, part.value))
            .collect()
    }

    /// The caption's word was the lens's guess, its number the score of the whole query: "Not smiling <1 %",
    /// "Not wearing hat 95 %" for a cosine.
    #[test]
    fn the_number_of_a_caption_belonged_to_other_words() {
        let (smiling, no_hat) = (Clause::any_of(0, [1]), Clause::none_of(1, [1]));
        assert_eq!(said(vec![(smiling.clone(), 0.004)]), ["Smiling <1 %"]);
        assert_eq!(
            said(vec![(smiling.clone(), 0.97), (no_hat, 0.88)]),
            ["Smiling 97 %", "Not wearing hat 88 %"]
        );
        let like = Clause::similar(1, []);
        assert_eq!(
            said(vec![(smiling, 0.5), (like.clone(), 0.975)]),
            ["Smiling 50 %", "Similar 0.95"]
        );
        let unlike = Clause::dissimilar(0, []);
        assert_eq!(
            said(vec![(like.clone(), 0.5), (unlike, 0.5)]),
            ["Alike in wearing hat 0.00", "Unlike in smiling 0.00"]
        );
        let overall = Clause::similar_overall([]);
        assert_eq!(said(vec![(overall.clone(), 0.975)]), ["Similar 0.95"]);
        assert_eq!(
            said(vec![(like.clone(), 0.5), (overall, 0.5)]),
            ["Alike in wearing hat 0.00", "Alike overall 0.00"]
        );
        assert_eq!(said(vec![(like, 0.5); 9]).len(), MOST);
        assert!(said(Vec::new()).is_empty());
    }
}
