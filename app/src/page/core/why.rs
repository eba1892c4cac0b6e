//! The explanation of an image's rank: the score of each query part.

use modulens_schema::Task;

use super::question::{Group, PartOf, Question};
use super::ranking::Ranking;
use super::wording::{lower_first, task_title, upper_first, value_title};

/// The contribution of one query part to an image's score.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason {
    /// The task it is about.
    pub task: usize,
    /// The query part, in words.
    pub words: String,
    /// The image's score for it, 0..1.
    pub score: f32,
    /// Its weight.
    pub weight: f32,
}

/// The reasons for a picture's score, in the order the parts were asked.
pub fn reasons(
    tasks: &[Task],
    question: &Question,
    ranking: &Ranking,
    picture: usize,
) -> Vec<Reason> {
    let reason = |(part, scores): &(PartOf, Vec<f32>)| {
        let (task, words) = match *part {
            PartOf::Group(at) => {
                let group = question.groups.get(at)?;
                (group.task, asked(tasks.get(group.task)?, group))
            }
            PartOf::Example(at) => {
                let example = question.examples.get(at)?;
                let title = lower_first(&task_title(tasks.get(example.task)?));
                let alike = if example.wanted { "Alike" } else { "Unlike" };
                (example.task, format!("{alike} in {title}"))
            }
        };
        Some(Reason {
            task,
            words,
            score: *scores.get(picture)?,
            weight: question.weight(*part).factor(),
        })
    };
    ranking.parts.iter().filter_map(reason).collect()
}

/// "Smiling", "Lace up or zipper", "Neither boots nor sandals", "Not smiling".
fn asked(task: &Task, group: &Group) -> String {
    let titles = |values: &[usize]| -> Vec<String> {
        values
            .iter()
            .map(|&value| value_title(task, value))
            .collect()
    };
    if !group.wanted.is_empty() {
        return upper_first(&titles(&group.wanted).join(" or "));
    }
    match titles(&group.unwanted).as_slice() {
        [only] => match only.strip_prefix("No ").or(only.strip_prefix("Not ")) {
            Some(thing) => upper_first(thing),
            None => format!("Not {}", lower_first(only)),
        },
        several => format!("Neither {}", several.join(" nor ")),
    }
}

#[cfg(test)]
mod tests {
    use modulens_schema::TaskKind;

    use super::*;
    use crate::page::core::question::Likeness;
    use crate::page::core::weight::Weight;

    #[test]
    fn every_part_that_counted_is_a_reason() {
        let tasks = [
            Task::binary("No_Beard"),
            Task::with_values("Closure", TaskKind::Categorical, ["Lace up", "Zipper"]),
        ];
        let question = Question {
            groups: vec![
                Group {
                    task: 0,
                    unwanted: vec![1],
                    ..Group::default()
                },
                Group {
                    task: 1,
                    wanted: vec![0, 1],
                    ..Group::default()
                },
            ],
            examples: vec![Likeness {
                task: 1,
                features: Vec::new(),
                wanted: false,
                weight: Weight::percent(50),
            }],
            ..Question::default()
        };
        let ranking = Ranking {
            parts: vec![
                (PartOf::Group(0), vec![0.9, 0.1]),
                (PartOf::Group(1), vec![0.8, 0.2]),
                (PartOf::Example(0), vec![0.7, 0.3]),
            ],
            ..Ranking::default()
        };
        let reasons = reasons(&tasks, &question, &ranking, 1);
        let words: Vec<_> = reasons.iter().map(|reason| reason.words.as_str()).collect();
        assert_eq!(words, ["Beard", "Lace up or Zipper", "Unlike in closure"]);
        assert_eq!((reasons[2].score, reasons[2].weight), (0.3, 0.5));
        assert!(super::reasons(&tasks, &question, &ranking, 9).is_empty());
    }
}
