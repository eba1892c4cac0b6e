//! What is asked of every task when one question is asked under several, side by side, and each row's best results.

use modulens_retrieval::{Gallery, Need, Ranked, RetrievalError, Scores, top_k_where};
use modulens_schema::{Task, TaskKind};

use super::question::{Likeness, PartOf, Question};
use super::ranking::{example_scores, group_scores, kept_by};
use super::weight::Weight;

/// Pictures in a row.
pub const PICTURES: usize = 60;

/// What a row's task ranks by where it has nothing to compare: how sure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sure {
    /// Of this value.
    Of(usize),
    /// Of any value.
    OfAny,
}

/// What one row asks.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// The row's task.
    pub task: usize,
    /// The question, seen through the task.
    pub question: Question,
    /// What else ranks, and counts like an ordinary part.
    pub sure: Option<Sure>,
}

/// A part of what a row asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowPart {
    /// Of the question.
    Of(PartOf),
    /// How sure the task is.
    Sure(Sure),
}

impl Asked {
    /// What the row of a task asks. `compares` says whether the question has anything to compare in that task.
    pub fn new(task: usize, spec: &Task, question: Question, compares: bool) -> Self {
        let is_asked = question.groups.iter().any(|group| group.task == task);
        let sure = match spec.kind {
            TaskKind::Binary => Sure::Of(1),
            _ => Sure::OfAny,
        };
        Self {
            task,
            question,
            sure: (!compares && !is_asked).then_some(sure),
        }
    }

    /// What the row takes, in order: what is needed of which task, and the part that can then be scored. Limits have no
    /// score.
    pub fn steps(&self) -> Vec<(Option<RowPart>, usize, Need)> {
        let question = &self.question;
        let mut steps = Vec::new();
        for limit in &question.limits {
            steps.push((None, limit.task, Need::Probabilities));
        }
        for (at, group) in question.groups.iter().enumerate() {
            let part = RowPart::Of(PartOf::Group(at));
            steps.push((Some(part), group.task, Need::Probabilities));
        }
        for (at, example) in question.examples.iter().enumerate() {
            let part = RowPart::Of(PartOf::Example(at));
            steps.push((Some(part), example.task, Need::Embeddings));
        }
        if let Some(sure) = self.sure {
            steps.push((Some(RowPart::Sure(sure)), self.task, Need::Probabilities));
        }
        steps
    }

    /// How well every picture answers one part.
    ///
    /// # Errors
    /// Tasks, values or features that do not fit the gallery.
    pub fn score(&self, gallery: &mut Gallery, part: RowPart) -> Result<Vec<f32>, RetrievalError> {
        let question = &self.question;
        let scores = match part {
            RowPart::Of(PartOf::Group(at)) => question
                .groups
                .get(at)
                .map(|group| group_scores(gallery, group)),
            RowPart::Of(PartOf::Example(at)) => question
                .examples
                .get(at)
                .map(|example| example_scores(gallery, example)),
            RowPart::Sure(sure) => Some(sure_scores(gallery, self.task, sure)),
        };
        scores.unwrap_or_else(|| Ok(Vec::new()))
    }

    /// The row's pictures, the best first, from the scores of its parts. Pictures in `hidden` (ascending) are in no row.
    ///
    /// # Errors
    /// Limits that do not fit the gallery.
    pub fn best(
        &self,
        gallery: &mut Gallery,
        parts: Vec<(RowPart, Vec<f32>)>,
        hidden: &[usize],
    ) -> Result<Vec<Ranked>, RetrievalError> {
        if parts.is_empty() {
            let nothing = vec![0.0; gallery.images()];
            return Ok(top_k_where(&nothing, PICTURES, self.keep(gallery, hidden)?));
        }
        let (names, scores): (Vec<RowPart>, Vec<Vec<f32>>) = parts.into_iter().unzip();
        let weights: Vec<f32> = names.iter().map(|&part| self.weight(part)).collect();
        let total = Scores::combine(scores, &weights).total;
        let best = top_k_where(&total, PICTURES, self.keep(gallery, hidden)?);
        Ok(self.above_least(best))
    }

    /// The example that alone is asked for, if so: its row is found without a score for every part.
    pub fn only_example(&self) -> Option<&Likeness> {
        match self.question.examples.as_slice() {
            [only] if self.sure.is_none() && self.question.groups.is_empty() => Some(only),
            _ => None,
        }
    }

    /// The row of [`Self::only_example`]: what [`Self::best`] says of it.
    ///
    /// # Errors
    /// Tasks, limits or features that do not fit the gallery.
    pub fn nearest(
        &self,
        gallery: &mut Gallery,
        example: &Likeness,
        hidden: &[usize],
    ) -> Result<Vec<Ranked>, RetrievalError> {
        let keep = self.keep(gallery, hidden)?;
        let scores = example_scores(gallery, example)?;
        Ok(self.above_least(top_k_where(&scores, PICTURES, keep)))
    }

    /// Which pictures may be in the row.
    fn keep<'a>(
        &self,
        gallery: &mut Gallery,
        hidden: &'a [usize],
    ) -> Result<impl Fn(usize) -> bool + use<'a>, RetrievalError> {
        let limits = self.question.limits.iter();
        let limits: Vec<Vec<bool>> = limits
            .map(|limit| kept_by(gallery, limit))
            .collect::<Result<_, _>>()?;
        Ok(move |picture| {
            let within = |kept: &Vec<bool>| kept.get(picture).copied().unwrap_or(false);
            hidden.binary_search(&picture).is_err() && limits.iter().all(within)
        })
    }

    fn above_least(&self, mut best: Vec<Ranked>) -> Vec<Ranked> {
        best.retain(|ranked| ranked.score >= self.question.at_least);
        best
    }

    fn weight(&self, part: RowPart) -> f32 {
        let weight = match part {
            RowPart::Of(part) => self.question.weight(part),
            RowPart::Sure(_) => Weight::ORDINARY,
        };
        weight.factor()
    }
}

/// How sure a task is of every picture.
fn sure_scores(gallery: &mut Gallery, task: usize, sure: Sure) -> Result<Vec<f32>, RetrievalError> {
    let values = gallery.readout(task)?.values();
    let rows = gallery.probabilities(task)?.chunks_exact(values);
    let score = |row: &[f32]| match sure {
        Sure::Of(value) => row.get(value).copied().unwrap_or_default(),
        Sure::OfAny => row.iter().copied().fold(0.0, f32::max),
    };
    Ok(rows.map(score).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::core::question::{Group, Limit};
    use crate::page::core::ranking::rank;
    use crate::page::core::ranking::tests::gallery;

    fn tasks() -> [Task; 2] {
        [
            Task::binary("Smiling"),
            Task::with_values("Closure", TaskKind::Categorical, ["a", "b", "c"]),
        ]
    }

    fn row(asked: &Asked, hidden: &[usize]) -> Vec<Ranked> {
        let mut gallery = gallery();
        let score = |(part, _, _): (Option<RowPart>, usize, Need)| {
            let scores = asked.score(&mut gallery, part?).expect("scores");
            Some((part?, scores))
        };
        let parts = asked.steps().into_iter().filter_map(score).collect();
        asked.best(&mut gallery, parts, hidden).expect("ranks")
    }

    fn question() -> Question {
        Question {
            groups: vec![Group {
                task: 0,
                wanted: vec![1],
                weight: Weight::percent(50),
                ..Group::default()
            }],
            examples: vec![Likeness {
                task: 1,
                features: vec![0.2, 0.9],
                wanted: true,
                weight: Weight::default(),
            }],
            ..Question::default()
        }
    }

    #[test]
    fn a_row_is_the_beginning_of_the_ranking_through_its_task() {
        let limited = Question {
            limits: vec![Limit {
                task: 1,
                value: 1,
                low: 0.2,
                high: 1.0,
            }],
            ..question()
        };
        let strict = Question {
            at_least: 0.8,
            ..question()
        };
        for question in [Question::default(), question(), limited, strict] {
            for hidden in [&[][..], &[1]] {
                let ranking = rank(&mut gallery(), &question, hidden).expect("ranks");
                let asked = Asked::new(1, &tasks()[1], question.clone(), true);
                assert_eq!(asked.sure, None);
                assert_eq!(row(&asked, hidden), ranking.order);
                assert_eq!(asked.only_example(), None);
            }
        }
    }

    #[test]
    fn an_example_alone_is_found_the_short_way() {
        let mut alone = question();
        alone.groups.clear();
        let all = rank(&mut gallery(), &alone, &[2]).expect("ranks").order;
        alone.at_least = all[1].score;
        let ranking = rank(&mut gallery(), &alone, &[2]).expect("ranks");
        assert_eq!(ranking.order, all[..2], "one is left out");
        let asked = Asked::new(1, &tasks()[1], alone, true);
        let example = asked.only_example().expect("one");
        let best = asked.nearest(&mut gallery(), example, &[2]);
        assert_eq!(best.expect("ranks"), ranking.order);
        assert_eq!(row(&asked, &[2]), ranking.order);
    }

    #[test]
    fn without_anything_to_compare_a_row_is_what_its_task_is_surest_of() {
        let asked = |task: usize, question| Asked::new(task, &tasks()[task], question, false);
        let mut gallery = gallery();
        let yes = gallery
            .score(&modulens_retrieval::Query::value(0, 1))
            .expect("scores")
            .total;
        let smiling = row(&asked(0, Question::default()), &[]);
        let best = modulens_retrieval::rank_all(&yes);
        assert_eq!(smiling, best);

        let closure = row(&asked(1, Question::default()), &[]);
        let rows = gallery.probabilities(1).expect("there").chunks(3);
        let surest: Vec<f32> = rows
            .map(|row| row.iter().copied().fold(0.0, f32::max))
            .collect();
        assert_eq!(closure, modulens_retrieval::rank_all(&surest));

        let mut within = question();
        within.examples.clear();
        assert_eq!(
            asked(0, within.clone()).sure,
            None,
            "what is asked already does not count twice"
        );
        let asked = asked(1, within);
        let ranked = row(&asked, &[]);
        let expected = Scores::combine(vec![yes, surest], &[0.5, 1.0]).total;
        assert_eq!(ranked, modulens_retrieval::rank_all(&expected));
    }
}
