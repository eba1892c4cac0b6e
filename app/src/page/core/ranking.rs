//! From a question to a ranking.
//!
//! The definitions of a score are [`modulens_retrieval::Query`]'s. What is added here: values of one task
//! exclude each other, so several wanted ones mean "any of them" and several unwanted ones "none of them".

use modulens_retrieval::{Gallery, Need, Query, Ranked, RetrievalError, rank_all};
use modulens_schema::Task;

use super::chips::locate;
use super::view::Condition;

/// A question in indices.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Question {
    /// What is asked of each task.
    pub groups: Vec<Group>,
    /// The picture to be similar to, and the lens.
    pub example: Option<Likeness>,
}

/// What is asked of one task.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// The task.
    pub task: usize,
    /// Any of these values.
    pub wanted: Vec<usize>,
    /// None of these values.
    pub unwanted: Vec<usize>,
}

/// A picture to be similar to under one task.
#[derive(Clone, Debug, PartialEq)]
pub struct Likeness {
    /// The task.
    pub task: usize,
    /// The picture's features, `[C]`.
    pub features: Vec<f32>,
}

/// The pictures in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ranking {
    /// All pictures, the best first.
    pub order: Vec<Ranked>,
    /// The score of every picture, by its index.
    pub scores: Vec<f32>,
    /// Pictures of which each asked attribute is more likely true than not; absent where none was asked.
    pub matches: Option<usize>,
    /// Whether there was anything to rank by.
    pub scored: bool,
}

impl Question {
    /// Gathers conditions by task, in the order the tasks were first asked. What the gallery does not have is
    /// left out.
    pub fn new(tasks: &[Task], conditions: &[Condition], example: Option<Likeness>) -> Self {
        let mut groups: Vec<Group> = Vec::new();
        for condition in conditions {
            let Some((task, value)) = locate(tasks, condition) else {
                continue;
            };
            let at = groups
                .iter()
                .position(|group| group.task == task)
                .unwrap_or_else(|| {
                    groups.push(Group {
                        task,
                        ..Group::default()
                    });
                    groups.len() - 1
                });
            let list = if condition.wanted {
                &mut groups[at].wanted
            } else {
                &mut groups[at].unwanted
            };
            if !list.contains(&value) {
                list.push(value);
            }
        }
        Self { groups, example }
    }

    /// What the answer needs of which task.
    pub fn needs(&self) -> Vec<(usize, Need)> {
        let asked = self.groups.iter();
        let asked = asked.map(|group| (group.task, Need::Probabilities));
        let like = self.example.iter();
        asked
            .chain(like.map(|example| (example.task, Need::Embeddings)))
            .collect()
    }
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
    let is_shown = |picture: usize| hidden.is_empty() || hidden.binary_search(&picture).is_err();
    let mut parts = Vec::with_capacity(question.groups.len() + 1);
    for group in &question.groups {
        parts.push(group_scores(gallery, group)?);
    }
    let matches = (!parts.is_empty()).then(|| {
        (0..gallery.images())
            .filter(|&picture| {
                is_shown(picture)
                    && parts
                        .iter()
                        .all(|part| part.get(picture).is_some_and(|&p| p >= 0.5))
            })
            .count()
    });
    if let Some(example) = &question.example {
        let mut embedding = vec![0.0; gallery.tail().embedding()];
        gallery
            .tail()
            .embed(&example.features, example.task, &mut embedding)?;
        parts.push(
            gallery
                .score(&Query::example(example.task, embedding))?
                .total,
        );
    }
    let scored = !parts.is_empty();
    let scores = combine(parts, gallery.images());
    let mut order = rank_all(&scores);
    if !hidden.is_empty() {
        order.retain(|ranked| is_shown(ranked.index));
    }
    Ok(Ranking {
        order,
        scores,
        matches,
        scored,
    })
}

/// How likely every picture answers what is asked of one task.
fn group_scores(gallery: &mut Gallery, group: &Group) -> Result<Vec<f32>, RetrievalError> {
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

/// The geometric mean of the parts, picture by picture; each part counts as at least a millionth.
fn combine(mut parts: Vec<Vec<f32>>, pictures: usize) -> Vec<f32> {
    if parts.len() <= 1 {
        return parts.pop().unwrap_or_else(|| vec![0.0; pictures]);
    }
    let share = 1.0 / parts.len() as f64;
    let mean = |picture: usize| {
        let logs: f64 = parts
            .iter()
            .map(|part| f64::from(part[picture].max(1e-6)).ln())
            .sum();
        (logs * share).exp() as f32
    };
    (0..pictures).map(mean).collect()
}

#[cfg(test)]
mod tests {
    use modulens_bundle::{Features, ReadoutWeights, Readouts};
    use modulens_retrieval::Tail;
    use modulens_schema::{FoldedTail, TaskKind};

    use super::*;

    /// Four pictures, two tasks. Features are two numbers; the embedding is their direction.
    fn gallery() -> Gallery {
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
        Condition {
            task: task.into(),
            value: value.into(),
            wanted,
        }
    }

    #[test]
    fn with_one_value_per_task_the_scores_are_those_of_a_query() {
        let mut gallery = gallery();
        let conditions = [
            condition("Smiling", "yes", true),
            condition("Closure", "b", false),
        ];
        let example = Likeness {
            task: 1,
            features: vec![0.2, 0.9],
        };
        let question = Question::new(&tasks(), &conditions, Some(example));
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
                &Question::new(&tasks(), &conditions, None),
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
        let ranking = rank(&mut gallery, &Question::new(&tasks(), &ask, None), &[]).expect("ranks");
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
    fn features_of_another_network_are_an_error() {
        let example = Some(Likeness {
            task: 0,
            features: vec![1.0; 3],
        });
        let question = Question {
            groups: Vec::new(),
            example,
        };
        assert!(rank(&mut gallery(), &question, &[]).is_err());
    }
}
