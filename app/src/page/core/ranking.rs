//! From a question to a ranking.
//!
//! The definitions of a score are [`modulens_retrieval::Query`]'s. What is added here: values of one task
//! exclude each other, so several wanted ones mean "any of them" and several unwanted ones "none of them"; and results
//! can be left out, by the probability of a value or by their score.

use modulens_retrieval::{Gallery, Query, Ranked, RetrievalError, Scores, rank_all};

use super::passing::Passing;
use super::question::{Group, Likeness, Limit, PartOf, Question};

/// The pictures in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ranking {
    /// All results, the best first.
    pub order: Vec<Ranked>,
    /// The score of every picture, by its index; results or not.
    pub scores: Vec<f32>,
    /// Why the scores are what they are: the parts that count, each with the score of every picture.
    pub parts: Vec<(PartOf, Vec<f32>)>,
    /// Results of which each asked attribute is more likely true than not; absent where none was asked.
    pub matches: Option<usize>,
    /// Pictures that bounds or the least score keep from being results.
    pub left_out: usize,
    /// Which pictures have what is asked, task by task.
    pub passing: Passing,
    /// Whether there was anything to rank by.
    pub scored: bool,
}

/// Answers a question. Pictures in `hidden` (ascending) are in no answer.
///
/// # Errors
/// Tasks, values or features that do not fit the gallery.
pub fn rank(
    gallery: &mut Gallery,
    question: &Question,
    hidden: &[usize],
) -> Result<Ranking, RetrievalError> {
    let images = gallery.images();
    let mut passing = Passing::new(images, hidden);
    let mut parts = Vec::with_capacity(question.groups.len() + question.examples.len());
    for (at, group) in question.groups.iter().enumerate() {
        let scores = group_scores(gallery, group)?;
        passing.ask(group.task, scores.iter().map(|&score| score >= 0.5));
        parts.push((PartOf::Group(at), scores));
    }
    let mut is_result = vec![true; images];
    for &picture in hidden {
        if let Some(is_result) = is_result.get_mut(picture) {
            *is_result = false;
        }
    }
    for limit in &question.limits {
        let kept = kept_by(gallery, limit)?;
        for (is_result, kept) in is_result.iter_mut().zip(&kept) {
            *is_result &= kept;
        }
        passing.ask(limit.task, kept.into_iter());
    }
    for (at, example) in question.examples.iter().enumerate() {
        parts.push((PartOf::Example(at), example_scores(gallery, example)?));
    }
    let scored = !parts.is_empty();
    let (parts, scores) = combine(parts, question, images);
    let mut order = rank_all(&scores);
    if !hidden.is_empty() || !question.limits.is_empty() {
        order.retain(|ranked| is_result[ranked.index]);
    }
    if scored && question.at_least > 0.0 {
        order.truncate(order.partition_point(|ranked| ranked.score >= question.at_least));
    }
    let matches = (!question.groups.is_empty()).then(|| {
        let all_asked = |ranked: &&Ranked| passing.all(ranked.index);
        order.iter().filter(all_asked).count()
    });
    Ok(Ranking {
        matches,
        left_out: images.saturating_sub(hidden.len() + order.len()),
        order,
        scores,
        parts,
        passing,
        scored,
    })
}

/// Which pictures lie within bounds.
pub(super) fn kept_by(gallery: &mut Gallery, limit: &Limit) -> Result<Vec<bool>, RetrievalError> {
    let values = gallery.readout(limit.task)?.values();
    let rows = gallery.probabilities(limit.task)?.chunks_exact(values);
    let keeps = |row: &[f32]| row[limit.value] >= limit.low && row[limit.value] <= limit.high;
    Ok(rows.map(keeps).collect())
}

/// How like every picture is to an example, or how unlike.
pub(super) fn example_scores(
    gallery: &mut Gallery,
    example: &Likeness,
) -> Result<Vec<f32>, RetrievalError> {
    let mut embedding = vec![0.0; gallery.tail().embedding()];
    gallery
        .tail()
        .embed(&example.features, example.task, &mut embedding)?;
    let query = Query::default().and_example(example.task, embedding, example.wanted);
    Ok(gallery.score(&query)?.total)
}

/// How likely every picture answers what is asked of one task.
pub(super) fn group_scores(
    gallery: &mut Gallery,
    group: &Group,
) -> Result<Vec<f32>, RetrievalError> {
    let (values, wanted) = if group.wanted.is_empty() {
        (&group.unwanted, false)
    } else {
        (&group.wanted, true)
    };
    let mut total: Option<Vec<f32>> = None;
    for &value in values {
        let scores = gallery
            .score(&Query::default().and_value(group.task, value, wanted))?
            .total;
        total = Some(match total {
            None => scores,
            // Of values that exclude each other: p(a or b) = p(a) + p(b), and p(neither) = (1-p(a)) + (1-p(b)) - 1.
            Some(sum) => {
                let offset = if wanted { 0.0 } else { 1.0 };
                sum.iter()
                    .zip(&scores)
                    .map(|(a, b)| (a + b - offset).clamp(0.0, 1.0))
                    .collect()
            }
        });
    }
    Ok(total.unwrap_or_else(|| vec![1.0; gallery.images()]))
}

type Parts = Vec<(PartOf, Vec<f32>)>;

/// The weighted geometric mean of the parts, picture by picture; and the parts again.
fn combine(parts: Parts, question: &Question, pictures: usize) -> (Parts, Vec<f32>) {
    if parts.is_empty() {
        return (parts, vec![0.0; pictures]);
    }
    let (names, scores): (Vec<PartOf>, Vec<Vec<f32>>) = parts.into_iter().unzip();
    let weights: Vec<f32> = names
        .iter()
        .map(|&part| question.weight(part).factor())
        .collect();
    let Scores { total, parts } = Scores::combine(scores, &weights);
    (names.into_iter().zip(parts).collect(), total)
}

#[cfg(test)]
pub(super) mod tests {
    use modulens_bundle::{Features, ReadoutWeights, Readouts};
    use modulens_retrieval::{Need, Tail};
    use modulens_schema::{FoldedTail, Task, TaskKind};

    use super::*;
    use crate::page::core::view::{Bound, Condition};
    use crate::page::core::weight::Weight;

    /// Four pictures, two tasks. Features are two numbers; the embedding is their direction.
    pub(in super::super) fn gallery() -> Gallery {
        let tail = Tail::new(FoldedTail {
            tasks: 2,
            channels: 2,
            embedding: 2,
            rectified: true,
            feature_scale: vec![1.0; 4],
            weight: vec![1.0, 0.0, 0.0, 1.0],
            bias: vec![0.0; 2],
            embedding_scale: vec![1.0; 4],
        })
        .expect("a tail");
        let binary = ReadoutWeights {
            weight: vec![2.0, 0.0, 0.0, 2.0],
            bias: vec![0.0, 0.1],
        };
        let three = ReadoutWeights {
            weight: vec![3.0, 0.0, 0.0, 3.0, 1.0, 1.0],
            bias: vec![0.0, 0.0, 0.2],
        };
        let readouts = Readouts {
            embedding: 2,
            tasks: vec![binary, three],
        };
        let features = vec![1.0, 0.0, 0.0, 1.0, 0.7, 0.7, 0.2, 0.9];
        Gallery::new(
            tail,
            &readouts,
            Features::new(4, 2, features).expect("4 x 2"),
        )
        .expect("a gallery")
    }

    fn tasks() -> [Task; 2] {
        [
            Task::binary("Smiling"),
            Task::with_values("Closure", TaskKind::Categorical, ["a", "b", "c"]),
        ]
    }

    fn condition(task: &str, value: &str, wanted: bool) -> Condition {
        Condition::new(task, value, wanted)
    }

    fn likeness(features: Vec<f32>) -> Likeness {
        Likeness {
            task: 1,
            features,
            wanted: true,
            weight: Weight::default(),
        }
    }

    #[test]
    fn with_one_value_per_task_the_scores_are_those_of_a_query() {
        let mut gallery = gallery();
        let conditions = [
            condition("Smiling", "yes", true),
            condition("Closure", "b", false),
        ];
        let question = Question::new(&tasks(), &conditions, vec![likeness(vec![0.2, 0.9])]);
        let ours = rank(&mut gallery, &question, &[]).expect("ranks");
        let mut query = Query::default()
            .and_value(0, 1, true)
            .and_value(1, 1, false);
        query
            .parts
            .extend(Query::example(1, gallery.example(3, 1).expect("there")).parts);
        assert_eq!(ours.scores, gallery.score(&query).expect("scores").total);
        let needs = [
            (0, Need::Probabilities),
            (1, Need::Probabilities),
            (1, Need::Embeddings),
        ];
        assert_eq!(question.needs(), needs);
    }

    #[test]
    fn several_values_of_a_task_mean_any_or_none_of_them() {
        let mut gallery = gallery();
        let mut scores = |wanted: bool| {
            let conditions = ["a", "b"].map(|value| condition("Closure", value, wanted));
            rank(
                &mut gallery,
                &Question::new(&tasks(), &conditions, Vec::new()),
                &[],
            )
            .expect("ranks")
            .scores
        };
        let (any, none) = (scores(true), scores(false));
        let third = gallery.score(&Query::value(1, 2)).expect("scores").total;
        for picture in 0..4 {
            assert!((any[picture] - (1.0 - third[picture])).abs() < 1e-5);
            assert!((none[picture] - third[picture]).abs() < 1e-5);
        }
    }

    #[test]
    fn matches_are_counted_where_attributes_are_asked() {
        let mut gallery = gallery();
        let ask = [
            condition("Smiling", "yes", true),
            condition("Gone", "x", true),
        ];
        let ranking = rank(
            &mut gallery,
            &Question::new(&tasks(), &ask, Vec::new()),
            &[],
        )
        .expect("ranks");
        let expected = ranking.scores.iter().filter(|&&score| score >= 0.5).count();
        assert_eq!(ranking.matches, Some(expected));
        assert!((1..4).contains(&expected), "the test tells them apart");
        assert_eq!(ranking.order[0].index, 1);
    }

    #[test]
    fn without_a_question_the_order_is_the_gallerys_own() {
        let ranking = rank(&mut gallery(), &Question::default(), &[]).expect("ranks");
        assert!(!ranking.scored);
        assert_eq!(ranking.matches, None);
        assert!(ranking.order.iter().map(|ranked| ranked.index).eq(0..4));
    }

    #[test]
    fn weights_turned_parts_and_resting_ones_are_those_of_a_query() {
        let mut gallery = gallery();
        let heavy = Condition {
            weight: Weight::percent(250),
            ..condition("Smiling", "yes", true)
        };
        let resting = Condition {
            weight: Weight::percent(0),
            ..condition("Closure", "a", true)
        };
        let unlike = Likeness {
            wanted: false,
            weight: Weight::percent(50),
            ..likeness(vec![0.2, 0.9])
        };
        let question = Question::new(&tasks(), &[heavy, resting], vec![unlike]);
        let ours = rank(&mut gallery, &question, &[]).expect("ranks");
        let example = gallery.example(3, 1).expect("there");
        let mut query = Query::value(0, 1).and_example(1, example, false);
        query.parts[0].weight = 2.5;
        query.parts[1].weight = 0.5;
        let theirs = gallery.score(&query).expect("scores");
        assert_eq!(ours.scores, theirs.total);
        let parts: Vec<_> = ours.parts.iter().map(|(part, _)| *part).collect();
        assert_eq!(parts, [PartOf::Group(0), PartOf::Example(0)]);
        assert_eq!(ours.parts[1].1, theirs.parts[1]);
    }

    #[test]
    fn bounds_and_the_least_score_leave_pictures_out() {
        let mut gallery = gallery();
        let ask = [condition("Smiling", "yes", true)];
        let plain = Question::new(&tasks(), &ask, Vec::new());
        let all = rank(&mut gallery, &plain, &[2]).expect("ranks");
        let bound = Bound {
            task: "Closure".into(),
            value: "b".into(),
            low: 50,
            high: 100,
        };
        let gone = Bound {
            task: "Gone".into(),
            ..bound.clone()
        };
        let within = plain.clone().within(&tasks(), &[bound, gone], 0);
        let few = rank(&mut gallery, &within, &[2]).expect("ranks");
        let b: Vec<f32> = gallery
            .probabilities(1)
            .expect("there")
            .chunks(3)
            .map(|row| row[1])
            .collect();
        let kept = |ranked: &&Ranked| b[ranked.index] >= 0.5;
        let expected: Vec<Ranked> = all.order.iter().filter(kept).copied().collect();
        assert!(
            (1..3).contains(&expected.len()),
            "the test tells them apart"
        );
        assert_eq!(few.order, expected);
        assert_eq!(few.left_out, 3 - expected.len());
        assert_eq!(few.scores, all.scores, "who stays keeps the score");

        let third = all.order[1].score;
        let percent = (third * 100.0).floor() as u8;
        let strict = rank(&mut gallery, &plain.within(&tasks(), &[], percent), &[2]);
        let strict = strict.expect("ranks");
        assert_eq!(strict.order, all.order[..2]);
    }

    #[test]
    fn features_of_another_network_are_an_error() {
        let question = Question {
            examples: vec![likeness(vec![1.0; 3])],
            ..Question::default()
        };
        assert!(rank(&mut gallery(), &question, &[]).is_err());
    }
}
