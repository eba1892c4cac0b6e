//! Words for tasks, values and queries.

use modulens_schema::{Task, TaskKind, case};

use crate::page::query::conditions::locate;
use crate::page::query::view::{Condition, Like, OVERALL};

/// A task's name for people. A name in one piece is taken apart: `HeelHeight` reads "Heel height".
pub fn task_title(task: &Task) -> String {
    let mut spaced = String::with_capacity(task.name.len() + 4);
    let mut before = ' ';
    for letter in task.name.chars() {
        if letter.is_uppercase() && before.is_lowercase() {
            spaced.push(' ');
        }
        spaced.push(letter);
        before = letter;
    }
    Task {
        name: spaced,
        ..task.clone()
    }
    .title()
}

/// A value for people. A yes/no task speaks for itself: "Smiling", "Not smiling"; not "No beard" is "Beard".
pub fn value_title(task: &Task, value: usize) -> String {
    match (task.kind, value) {
        (TaskKind::Binary, 0) => {
            let title = task_title(task);
            match title.strip_prefix("No ") {
                Some(thing) => upper_first(thing),
                None => format!("Not {}", lower_first(&title)),
            }
        }
        (TaskKind::Binary, _) => task_title(task),
        _ => task.values.get(value).cloned().unwrap_or_default(),
    }
}

/// The lens in words: "in closure", or "overall" without a task.
pub fn lens_title(task: Option<&Task>) -> String {
    task.map_or_else(
        || OVERALL.to_owned(),
        |task| format!("in {}", lower_first(&task_title(task))),
    )
}

/// The label of a condition on a chip: "Smiling", "not Eyeglasses", "Closure: Zipper".
pub fn condition_title(tasks: &[Task], condition: &Condition) -> String {
    let Some(task) = tasks.iter().find(|task| task.name == condition.task) else {
        return format!("{}: {}", condition.task, condition.value);
    };
    match task.kind {
        TaskKind::Binary => value_title(task, task.value_index(&condition.value).unwrap_or(1)),
        _ => format!("{}: {}", task_title(task), condition.value),
    }
}

/// The label of a condition on a chip, and true if "not" belongs before it: not having "No beard"
/// is "Beard".
pub fn asked_title(tasks: &[Task], condition: &Condition) -> (bool, String) {
    let title = condition_title(tasks, condition);
    match title.strip_prefix("No ") {
        Some(thing) if !condition.wanted => (false, upper_first(thing)),
        _ => (!condition.wanted, title),
    }
}

/// The question in one line, the page's headline. Attributes that the gallery does not have are no part of it.
pub fn headline(
    tasks: &[Task],
    conditions: &[Condition],
    examples: &[Like],
    selected_task: Option<&Task>,
) -> String {
    let mut parts = Vec::with_capacity(conditions.len());
    for condition in conditions {
        let Some((task, value)) = locate(tasks, condition) else {
            continue;
        };
        let title = value_title(&tasks[task], value);
        parts.push(if condition.wanted {
            title
        } else {
            negated(&title)
        });
    }
    for part in parts.iter_mut().skip(1) {
        *part = lower_first(part);
    }
    let attributes = parts.join(", ");
    let alike = likeness(tasks, examples, selected_task);
    match (alike.is_empty(), attributes.is_empty()) {
        (true, true) => "Everything".into(),
        (true, false) => upper_first(&attributes),
        (false, true) => alike,
        (false, false) => format!("{alike}: {}", lower_first(&attributes)),
    }
}

/// "Alike overall and in closure, unlike in heel height"; empty without examples.
fn likeness(tasks: &[Task], examples: &[Like], selected_task: Option<&Task>) -> String {
    let sides = [("alike", true), ("unlike", false)].map(|(words, wanted)| {
        let mut names: Vec<String> = Vec::new();
        let (mut overall, mut any) = ("", false);
        for like in examples.iter().filter(|like| like.wanted == wanted) {
            any = true;
            let own = like.task.as_deref();
            let task = own.and_then(|own| tasks.iter().find(|task| task.name == own));
            let lens = selected_task.filter(|_| own != Some(OVERALL));
            match task.or(lens) {
                Some(task) => {
                    let name = lower_first(&task_title(task));
                    if !names.contains(&name) {
                        names.push(name);
                    }
                }
                None => overall = " overall",
            }
        }
        let and = if overall.is_empty() { "" } else { " and" };
        let names = match names.is_empty() {
            true => String::new(),
            false => format!("{and} in {}", names.join(" and ")),
        };
        any.then(|| format!("{words}{overall}{names}"))
    });
    let sides: Vec<String> = sides.into_iter().flatten().collect();
    upper_first(&sides.join(", "))
}

/// Attributes that are said of somebody rather than had by them.
const ADJECTIVES: [&str; 7] = [
    "attractive",
    "bald",
    "blurry",
    "chubby",
    "male",
    "smiling",
    "young",
];

/// "no eyeglasses", but "not bald" and "not wearing hat", and the absence of "no beard" is "beard".
fn negated(title: &str) -> String {
    let title = lower_first(title);
    if let Some(thing) = title.strip_prefix("no ") {
        return thing.into();
    }
    let first = title.split(' ').next().unwrap_or_default();
    let said = first.ends_with("ing") || ADJECTIVES.contains(&first);
    format!("{} {title}", if said { "not" } else { "no" })
}

/// A text with a small first letter, unless it looks like an abbreviation.
pub fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    match (letters.next(), letters.next()) {
        (Some(first), second) if !second.is_some_and(char::is_uppercase) => {
            in_case(case::lower, first, text)
        }
        _ => text.into(),
    }
}

/// A text with a capital first letter.
pub fn upper_first(text: &str) -> String {
    let first = text.chars().next();
    first.map_or_else(String::new, |first| in_case(case::upper, first, text))
}

/// A text with its first letter in another case.
fn in_case(change: fn(&str) -> String, first: char, text: &str) -> String {
    let (first, rest) = text.split_at(first.len_utf8());
    change(first) + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::query::view::Example;

    fn tasks() -> Vec<Task> {
        vec![
            Task::binary("Smiling"),
            Task::binary("Wearing_Hat"),
            Task::with_values("HeelHeight", TaskKind::Ordinal, ["Flat", "2in - 2 3/4in"]),
        ]
    }

    fn condition(task: &str, value: &str, wanted: bool) -> Condition {
        Condition::new(task, value, wanted)
    }

    #[test]
    fn names_read_like_words() {
        let titles: Vec<_> = tasks().iter().map(task_title).collect();
        assert_eq!(titles, ["Smiling", "Wearing hat", "Heel height"]);
        assert_eq!(value_title(&tasks()[1], 0), "Not wearing hat");
        assert_eq!(value_title(&tasks()[2], 1), "2in - 2 3/4in");
        assert_eq!(value_title(&tasks()[2], 9), "");
    }

    #[test]
    fn the_headline_says_the_question() {
        let smiling = condition("Smiling", "yes", true);
        let no_hat = condition("Wearing_Hat", "yes", false);
        let flat = condition("HeelHeight", "Flat", true);
        let say = |conditions: &[Condition], examples: &[Like]| {
            headline(&tasks(), conditions, examples, tasks().first())
        };
        assert_eq!(say(&[], &[]), "Everything");
        assert_eq!(
            say(&[smiling.clone(), no_hat.clone()], &[]),
            "Smiling, not wearing hat"
        );
        assert_eq!(say(&[no_hat, flat.clone()], &[]), "Not wearing hat, flat");
        let own = Like::new(Example::Own(1));
        assert_eq!(say(&[], std::slice::from_ref(&own)), "Alike in smiling");
        let picture = Like::new(Example::Gallery(1));
        assert_eq!(say(&[flat], &[picture]), "Alike in smiling: flat");
        let heel = Like {
            task: Some("HeelHeight".into()),
            ..own.clone()
        };
        let unlike = Like {
            wanted: false,
            ..own.clone()
        };
        assert_eq!(
            say(&[], &[own.clone(), heel, own, unlike]),
            "Alike in smiling and heel height, unlike in smiling"
        );
        let overall = |examples: &[Like]| headline(&tasks(), &[], examples, None);
        let own = Like::new(Example::Own(1));
        let heel = Like {
            task: Some("HeelHeight".into()),
            ..own.clone()
        };
        let by_name = Like {
            task: Some(OVERALL.into()),
            wanted: false,
            ..own.clone()
        };
        assert_eq!(overall(std::slice::from_ref(&own)), "Alike overall");
        assert_eq!(
            overall(&[heel, own, by_name.clone()]),
            "Alike overall and in heel height, unlike overall"
        );
        assert_eq!(say(&[], &[by_name]), "Unlike overall");
    }

    /// `want.Foo=yes` made a heading "Yes".
    #[test]
    fn unknown_attributes_made_the_heading() {
        let foo = condition("Foo", "yes", true);
        let say = |conditions: &[Condition]| headline(&tasks(), conditions, &[], None);
        assert_eq!(say(std::slice::from_ref(&foo)), "Everything");
        assert_eq!(say(&[foo, condition("HeelHeight", "Flat", true)]), "Flat");
    }

    #[test]
    fn two_negations_make_a_beard() {
        let tasks = [Task::binary("No_Beard"), Task::binary("Smiling")];
        let (beard, frown) = (
            condition("No_Beard", "yes", false),
            condition("Smiling", "yes", false),
        );
        assert_eq!(asked_title(&tasks, &beard), (false, "Beard".into()));
        assert_eq!(value_title(&tasks[0], 0), "Beard");
        assert_eq!(value_title(&tasks[0], 1), "No beard");
        assert_eq!(asked_title(&tasks, &frown), (true, "Smiling".into()));
        assert_eq!(
            headline(&tasks, &[frown, beard], &[], None),
            "Not smiling, beard"
        );
    }

    #[test]
    fn conditions_a_gallery_does_not_know_are_still_said() {
        assert_eq!(
            condition_title(&tasks(), &condition("Gone", "x", true)),
            "Gone: x"
        );
        assert_eq!(
            condition_title(&tasks(), &condition("HeelHeight", "Flat", true)),
            "Heel height: Flat"
        );
    }
}
