//! The view as a query string: short, readable, and forgiving when read.
//!
//! `?gallery=faces&want.Smiling=yes&not~50.Eyeglasses=yes&like=12&unlike.Male=7&lens=Smiling&open=7&backend=cpu`.
//! A gallery without any condition is written `&all`, so that "nothing asked" differs from "the first query".
//!
//! | key | value | meaning |
//! | --- | --- | --- |
//! | `want.TASK`, `not.TASK` | a value | a condition; `want~150.TASK` counts 150 % |
//! | `like`, `unlike` | a picture's number | an example through the lens; `like.TASK` compares in that task |
//! | `only.TASK` | `VALUE:LOW-HIGH` | the value's probability lies between, in percent |
//! | `label.COLUMN`, `not-label.COLUMN` | a value | the label that the image came with is it, or is known and not it |
//! | `differs` | a task | the label that the image came with is not what is predicted |
//! | `name` | a text | a part of the name of every result |
//! | `least` | percent | the least score of a result |
//! | `sort` | `name`, `random~SEED` | the order of the results |
//! | `sort.TASK` | a value | the order by its probability |
//! | `sort-label` | a column | the order by the labels that the images came with |
//! | `reversed` | | the order the other way round |
//! | `view` | `map` | the images as a map |
//! | `row` | a task | the question under this task, beside others |
//! | `lens` | a task, or `overall` | the task in which examples are compared; without it, all tasks together |
//! | `show` | `relations`, `model-card`, `help` | what is opened over the page |
//! | `teach.NAME` | `1,2/3` | a task taught by pictures that show it, and others that do not |

use crate::protocol::Preference;

pub use super::read::{Decoded, decode, read};

use super::percent::escape;
use super::view::{Example, LabelCondition, LabelTest, Sort, SortBy, View};
use super::weight::Weight;

/// Writes the query string, without the question mark. The visitor's own pictures are not in it.
pub fn encode(view: &View) -> String {
    write(view, false)
}

/// Writes all of the view, own pictures included: for the browser's history, which ends with the page.
pub fn encode_whole(view: &View) -> String {
    write(view, true)
}

fn write(view: &View, own: bool) -> String {
    let mut pairs: Vec<(String, String)> = Vec::new();
    let mut push = |key: &str, value: &str| pairs.push((key.into(), value.into()));
    if let Some(gallery) = &view.gallery {
        push("gallery", gallery);
    }
    for user_task in &view.user_tasks {
        let value = format!("{}/{}", list(&user_task.yes), list(&user_task.no));
        push(&format!("teach.{}", user_task.name), &value);
    }
    for condition in view.conditions.iter().flatten() {
        let word = if condition.wanted { "want" } else { "not" };
        let key = key(word, condition.weight, Some(&condition.task));
        push(&key, &condition.value);
    }
    if view.conditions.as_ref().is_some_and(Vec::is_empty) && view.examples.is_empty() {
        push("all", "");
    }
    for like in &view.examples {
        let (prefix, number) = match like.example {
            Example::Gallery(index) => ("", index.to_string()),
            Example::Own(number) if own => ("own-", number.to_string()),
            Example::Own(_) => continue,
        };
        let word = if like.wanted { "like" } else { "unlike" };
        let key = key(
            &format!("{prefix}{word}"),
            like.weight,
            like.task.as_deref(),
        );
        push(&key, &number);
    }
    for bound in &view.bounds {
        let value = format!("{}:{}-{}", bound.value, bound.low, bound.high);
        push(&format!("only.{}", bound.task), &value);
    }
    for LabelCondition { column, test } in &view.labels {
        match test {
            LabelTest::Is(value) => push(&format!("label.{column}"), value),
            LabelTest::IsNot(value) => push(&format!("not-label.{column}"), value),
            LabelTest::Differs => push("differs", column),
        }
    }
    if !view.name.is_empty() {
        push("name", &view.name);
    }
    if view.at_least > 0 {
        push("least", &view.at_least.to_string());
    }
    let Sort { by, reversed } = &view.sort;
    match by {
        SortBy::Score => {}
        SortBy::Name => push("sort", "name"),
        SortBy::Random(seed) => push("sort", &format!("random~{seed}")),
        SortBy::Value { task, value } => push(&format!("sort.{task}"), value),
        SortBy::Label(column) => push("sort-label", column),
    }
    if *reversed {
        push("reversed", "");
    }
    for row in &view.rows {
        push("row", row);
    }
    if view.map {
        push("view", "map");
    }
    if let Some(selected_task) = &view.selected_task {
        push("lens", selected_task);
    }
    if let Some(open) = view.open {
        push("open", &open.to_string());
    }
    if let Some(panel) = view.panel {
        push("show", panel.name());
    }
    match view.backend {
        Preference::Auto => {}
        Preference::Cpu => push("backend", "cpu"),
        Preference::Webgpu => push("backend", "webgpu"),
    }
    let write = |(key, value): &(String, String)| match value.as_str() {
        "" => escape(key),
        _ => format!("{}={}", escape(key), escape(value)),
    };
    pairs.iter().map(write).collect::<Vec<_>>().join("&")
}

/// A key of several pieces: `word`, `word~weight`, `word.TASK`, `word~weight.TASK`.
fn key(word: &str, weight: Weight, task: Option<&str>) -> String {
    let weight = match weight {
        Weight::ORDINARY => String::new(),
        _ => format!("~{}", weight.in_percent()),
    };
    let task = task.map(|task| format!(".{task}")).unwrap_or_default();
    format!("{word}{weight}{task}")
}

fn list(numbers: &[usize]) -> String {
    let numbers: Vec<_> = numbers.iter().map(usize::to_string).collect();
    numbers.join(",")
}

#[cfg(test)]
mod tests {
    use super::super::view::{Bound, Condition, Like, Panel, UserTask};
    use super::*;

    fn whole() -> View {
        View {
            gallery: Some("shoes".into()),
            conditions: Some(vec![
                Condition::new("HeelHeight", "2in - 2 3/4in", true),
                Condition {
                    weight: Weight::percent(50),
                    ..Condition::new("Größe & Maß.x", "50 % = halb+ganz", false)
                },
            ]),
            examples: vec![
                Like::new(Example::Gallery(12)),
                Like {
                    task: Some("Closure".into()),
                    wanted: false,
                    weight: Weight::percent(200),
                    ..Like::new(Example::Gallery(7))
                },
            ],
            bounds: vec![Bound {
                task: "Closure".into(),
                value: "a:b".into(),
                low: 20,
                high: 85,
            }],
            labels: vec![
                LabelCondition {
                    column: "Größe.x".into(),
                    test: LabelTest::Is("50 % = halb+ganz".into()),
                },
                LabelCondition {
                    column: "Größe.x".into(),
                    test: LabelTest::IsNot("ganz".into()),
                },
                LabelCondition {
                    column: "Closure".into(),
                    test: LabelTest::Differs,
                },
            ],
            name: "a+b &c".into(),
            at_least: 60,
            sort: Sort {
                by: SortBy::Value {
                    task: "Größe.x".into(),
                    value: "ganz".into(),
                },
                reversed: true,
            },
            selected_task: Some("Closure".into()),
            rows: vec!["Closure".into(), "Category".into()],
            map: true,
            user_tasks: vec![UserTask {
                name: "My task".into(),
                yes: vec![1, 20],
                no: vec![3],
            }],
            open: Some(7),
            panel: Some(Panel::Relations),
            backend: Preference::Webgpu,
        }
    }

    #[test]
    fn a_view_survives_its_address() {
        let text = encode(&whole());
        assert!(
            text.contains("want.HeelHeight=2in+-+2+3%2F4in&not~50.Gr"),
            "{text}"
        );
        assert!(
            text.contains("&like=12&unlike~200.Closure=7&only.Closure="),
            "{text}"
        );
        assert!(text.is_ascii());
        let read = read(&format!("?{text}"));
        assert_eq!(read.view, whole());
        assert!(!read.left_out);
        assert_eq!(read.not_understood, [""; 0]);
    }

    #[test]
    fn every_order_survives_its_address() {
        for (text, by) in [
            ("sort=name", SortBy::Name),
            ("sort=random~7", SortBy::Random(7)),
            ("sort-label=a.b", SortBy::Label("a.b".into())),
        ] {
            let sort = Sort {
                by,
                reversed: false,
            };
            assert_eq!(decode(text).sort, sort);
            let view = View {
                sort,
                ..View::default()
            };
            assert_eq!(encode(&view), text);
        }
        assert_eq!(decode("sort=random").sort.by, SortBy::Random(0));
        for bad in ["sort=size", "sort=random~x", "sort="] {
            assert_eq!(read(bad).not_understood.len(), 1, "{bad}");
        }
    }

    #[test]
    fn nothing_asked_differs_from_the_first_query() {
        let cleared = View {
            conditions: Some(Vec::new()),
            ..View::default()
        };
        assert_eq!(encode(&cleared), "all");
        assert_eq!(decode("all"), cleared);
        assert_eq!(decode("").conditions, None);
        assert_eq!(encode(&View::default()), "");
    }

    #[test]
    fn own_pictures_are_in_the_history_and_not_in_the_address() {
        let view = View {
            conditions: Some(Vec::new()),
            examples: vec![Like::new(Example::Own(3))],
            ..View::default()
        };
        assert_eq!(encode(&view), "");
        assert_eq!(decode(&encode_whole(&view)), view);
    }
}
