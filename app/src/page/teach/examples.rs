//! Teaching: what is marked, how a task may be called, and what to say about it.

use modulens_retrieval::few_shot::LabelledExamples;
use modulens_schema::{Task, case};

use crate::page::query::view::UserTask;
use crate::page::text;
use crate::page::text::titles::task_title;
use crate::page::ui::format;

/// The most letters of a name.
pub const LONGEST: usize = 40;

/// A name as it is kept: without spaces around it, and with single ones in it.
///
/// # Errors
/// A sentence: nothing was written, too much, or the network has that task already.
pub fn name(written: &str, network: &[Task]) -> Result<String, String> {
    let name = written.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() {
        return Err(text::teach::NAMELESS.into());
    }
    if name.chars().count() > LONGEST {
        return Err(text::teach::too_long(&LONGEST));
    }
    let is_taken = |task: &&Task| {
        let title = task_title(task);
        [&title, &task.name].map(|known| case::lower(known) == case::lower(&name)) != [false; 2]
    };
    match network.iter().find(is_taken) {
        Some(task) => Err(text::teach::taken(&task_title(task))),
        None => Ok(name),
    }
}

/// The user task of a name, in any case; a new one where there is none.
pub fn user_task(user_tasks: &[UserTask], name: &str) -> UserTask {
    let same = |user_task: &&UserTask| case::lower(&user_task.name) == case::lower(name);
    let known = user_tasks.iter().find(same).cloned();
    known.unwrap_or_else(|| UserTask {
        name: name.into(),
        ..UserTask::default()
    })
}

/// The mark of an image: true for a positive example.
pub fn mark_of(user_task: &UserTask, picture: usize) -> Option<bool> {
    let has = |list: &[usize]| list.contains(&picture);
    match (has(&user_task.yes), has(&user_task.no)) {
        (false, false) => None,
        (yes, _) => Some(yes),
    }
}

/// The user task with these images (ascending) marked alike, whatever their marks were.
#[must_use]
pub fn marked_all(user_task: &UserTask, images: &[usize], yes: bool) -> UserTask {
    let mut next = user_task.clone();
    for list in [&mut next.yes, &mut next.no] {
        list.retain(|known| images.binary_search(known).is_err());
    }
    let list = if yes { &mut next.yes } else { &mut next.no };
    list.extend_from_slice(images);
    next
}

/// The user task with one more mark; with one less where the picture was marked just so.
#[must_use]
pub fn marked(user_task: &UserTask, picture: usize, yes: bool) -> UserTask {
    let before = mark_of(user_task, picture);
    let mut next = user_task.clone();
    next.yes.retain(|&known| known != picture);
    next.no.retain(|&known| known != picture);
    if before != Some(yes) {
        let list = if yes { &mut next.yes } else { &mut next.no };
        list.push(picture);
    }
    next
}

/// The labelled examples to learn from.
pub fn examples(user_task: &UserTask) -> LabelledExamples {
    LabelledExamples {
        yes: user_task.yes.clone(),
        no: user_task.no.clone(),
    }
}

/// "3 yes, 2 no".
pub fn counts(yes: usize, no: usize) -> String {
    text::teach::counts(&format::count(yes), &format::count(no))
}

/// The advice for the next step, from the examples so far.
pub fn advice(yes: usize, no: usize) -> &'static str {
    match (yes, no) {
        (0, 0) => text::teach::FIND_FIRST,
        (_, 0) => text::teach::MARK_NO_TOO,
        (0, _) => text::teach::FIND_YES,
        _ if yes + no < 10 => text::teach::MARK_MORE,
        _ => text::teach::PRESS_DONE,
    }
}

/// The notice for examples that are not in this gallery.
pub fn ignored(used: usize, ignored: usize) -> Option<String> {
    match (used, ignored) {
        (_, 0) => None,
        (0, _) => Some(text::teach::NO_EXAMPLES_HERE.into()),
        (_, 1) => Some(text::teach::ONE_IGNORED.into()),
        (_, more) => Some(text::teach::some_ignored(&format::count(more))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_marked_alike_whatever_their_marks_were() {
        let before = UserTask {
            name: "Hats".into(),
            yes: vec![4, 1],
            no: vec![2, 9],
        };
        let after = marked_all(&before, &[1, 2, 3], true);
        assert_eq!((after.yes, after.no), (vec![4, 1, 2, 3], vec![9]));
        let after = marked_all(&before, &[4], false);
        assert_eq!((after.yes, after.no), (vec![1], vec![2, 9, 4]));
    }

    fn taught(yes: &[usize], no: &[usize]) -> UserTask {
        UserTask {
            name: "Mine".into(),
            yes: yes.into(),
            no: no.into(),
        }
    }

    #[test]
    fn names_are_tidied_and_must_be_new() {
        let network = [Task::binary("Wearing_Hat")];
        assert_eq!(
            name("  round   glasses ", &network),
            Ok("round glasses".into())
        );
        for taken in ["wearing hat", "Wearing_Hat", " WEARING  HAT"] {
            let problem = name(taken, &network).expect_err("taken");
            assert!(problem.contains("“Wearing hat”"), "{problem}");
        }
        assert!(name(" \t ", &network).is_err());
        assert!(name(&"ä".repeat(LONGEST), &network).is_ok());
        assert!(name(&"ä".repeat(LONGEST + 1), &network).is_err());
    }

    #[test]
    fn a_picture_is_marked_one_way_the_other_or_not_at_all() {
        let none = taught(&[], &[]);
        let yes = marked(&none, 7, true);
        assert_eq!((mark_of(&yes, 7), mark_of(&yes, 8)), (Some(true), None));
        let no = marked(&yes, 7, false);
        assert_eq!(no, taught(&[], &[7]));
        assert_eq!(marked(&no, 7, false), none, "pressed again");
    }

    #[test]
    fn a_lesson_is_found_in_any_case() {
        let known = [taught(&[1], &[])];
        assert_eq!(user_task(&known, "mine"), known[0]);
        assert_eq!(user_task(&known, "Other").name, "Other");
    }

    #[test]
    fn what_is_of_no_use_is_said() {
        assert_eq!(ignored(5, 0), None);
        assert!(ignored(0, 3).is_some_and(|words| words.starts_with("None")));
        assert!(ignored(2, 1).is_some_and(|words| words.starts_with("1 of its examples ")));
        assert!(ignored(2, 1200).is_some_and(|words| words.starts_with("1,200 of its examples ")));
        assert_eq!(counts(3, 0), "3 yes, 0 no");
        let advices = [(0, 0), (2, 0), (0, 2), (2, 2), (9, 9)].map(|(yes, no)| advice(yes, no));
        assert!((1..5).all(|at| advices[at] != advices[at - 1]));
    }
}
