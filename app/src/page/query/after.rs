//! The view after an action.

use super::action::{Action, PartAt};
use super::view::{Condition, Like, Sort, View};
use super::weight::Weight;

impl View {
    /// The view after an action. `first` are the conditions a gallery starts with.
    #[must_use]
    pub fn after(&self, action: &Action, first: &[Condition]) -> Self {
        let mut next = self.clone();
        let conditions = || self.conditions_or(first).to_vec();
        match action {
            Action::Gallery(name) => {
                next = Self {
                    gallery: Some(name.clone()),
                    backend: self.backend,
                    ..Self::default()
                };
            }
            Action::Toggle(condition) => {
                let mut conditions = conditions();
                toggle(&mut conditions, condition);
                next.conditions = Some(conditions);
                next.sort = Sort::default();
                // With no example set, the toggled task becomes the lens.
                if self.examples.is_empty() {
                    next.selected_task = Some(condition.task.clone());
                }
            }
            Action::Ask(asked) => {
                let mut conditions = conditions();
                conditions.retain(|known| !asked.iter().any(|asked| asked.same_value(known)));
                conditions.extend(asked.iter().cloned());
                next.conditions = Some(conditions);
                next.sort = Sort::default();
                if let Some(last) = asked.last().filter(|_| self.examples.is_empty()) {
                    next.selected_task = Some(last.task.clone());
                }
            }
            Action::Remove(at) => match *at {
                PartAt::Condition(index) => {
                    let mut conditions = conditions();
                    remove(&mut conditions, index);
                    next.conditions = Some(conditions);
                }
                PartAt::Example(index) => remove(&mut next.examples, index),
                PartAt::Bound(index) => remove(&mut next.bounds, index),
                PartAt::Label(index) => remove(&mut next.labels, index),
            },
            Action::Weigh(at, weight) => next.change(*at, first, |part| *part.weight = *weight),
            Action::Turn(at) => next.change(*at, first, |part| *part.wanted = !*part.wanted),
            Action::Through(index, task) => {
                if let Some(like) = next.examples.get_mut(*index) {
                    like.task.clone_from(task);
                }
            }
            Action::Clear => {
                next.conditions = Some(Vec::new());
                next.examples.clear();
                next.drop_filters();
            }
            Action::Recall(search) => {
                next = Self {
                    gallery: self.gallery.clone(),
                    user_tasks: self.user_tasks.clone(),
                    backend: self.backend,
                    ..Self::clone(search)
                };
            }
            Action::Like(example, selected_task) => {
                next.examples = vec![Like::new(*example)];
                // "More like this" is a question of its own: old attributes would silently narrow it.
                next.conditions = Some(Vec::new());
                next.drop_filters();
                next.compare_overall(&self.examples);
                next.selected_task = selected_task.clone().or(next.selected_task);
                next.open = None;
            }
            Action::Also(example, wanted) => {
                next.conditions = Some(conditions());
                next.compare_overall(&self.examples);
                next.examples.retain(|like| like.example != *example);
                next.examples.push(Like {
                    wanted: *wanted,
                    ..Like::new(*example)
                });
                next.sort = Sort::default();
                // What it does to the results is seen behind the details.
                next.open = None;
            }
            Action::Bound(bound) => {
                let at = next.bounds.iter().position(|known| known.same_value(bound));
                let is_open = bound.low == 0 && bound.high >= 100;
                match (at, is_open) {
                    (Some(at), true) => remove(&mut next.bounds, at),
                    (Some(at), false) => next.bounds[at] = bound.clone(),
                    (None, true) => {}
                    (None, false) => next.bounds.push(bound.clone()),
                }
            }
            Action::Label(label) => {
                let is_there = next.labels.contains(label);
                next.labels.retain(|known| !known.same_value(label));
                if !is_there {
                    next.labels.push(label.clone());
                }
            }
            Action::Name(name) => next.name.clone_from(name),
            Action::AtLeast(percent) => next.at_least = (*percent).min(100),
            Action::Sort(sort) => next.sort.clone_from(sort),
            Action::Lens(task) => next.selected_task.clone_from(task),
            Action::Rows(tasks) => {
                next.rows.clone_from(tasks);
                next.map = false;
            }
            Action::Map(shown) => {
                next.rows.clear();
                next.map = *shown;
            }
            Action::Only(condition) => next.ask_only(condition.clone()),
            Action::Teach { task, is_new } => next.teach(task, *is_new, first),
            Action::Rename(from, to) => next.rename(from, to),
            Action::Open(index) => next.open = *index,
            Action::Show(panel) => next.panel = *panel,
            Action::Backend(preference) => next.backend = *preference,
        }
        next
    }

    /// Changes a part that can be weighed and turned.
    fn change(&mut self, at: PartAt, first: &[Condition], change: impl FnOnce(PartMut<'_>)) {
        match at {
            PartAt::Condition(index) => {
                let conditions = self.conditions.get_or_insert_with(|| first.to_vec());
                if let Some(condition) = conditions.get_mut(index) {
                    change(PartMut {
                        wanted: &mut condition.wanted,
                        weight: &mut condition.weight,
                    });
                }
            }
            PartAt::Example(index) => {
                if let Some(like) = self.examples.get_mut(index) {
                    change(PartMut {
                        wanted: &mut like.wanted,
                        weight: &mut like.weight,
                    });
                }
            }
            PartAt::Bound(_) | PartAt::Label(_) => {}
        }
    }

    /// Lets go of the lens for the first example: it was of the attribute asked last.
    fn compare_overall(&mut self, before: &[Like]) {
        if before.is_empty() {
            self.selected_task = None;
        }
    }

    /// Lets go of the question, for one condition seen through its own task.
    pub(super) fn ask_only(&mut self, condition: Condition) {
        self.selected_task = Some(condition.task.clone());
        self.conditions = Some(vec![condition]);
        self.examples.clear();
        self.drop_filters();
        self.rows.clear();
    }
}

/// The fields shared by query parts of all kinds.
struct PartMut<'a> {
    wanted: &'a mut bool,
    weight: &'a mut Weight,
}

/// Brings one value to the wished state; asking twice for the same takes it away.
fn toggle(conditions: &mut Vec<Condition>, asked: &Condition) {
    match conditions.iter_mut().find(|known| known.same_value(asked)) {
        Some(known) if known.wanted != asked.wanted => known.wanted = asked.wanted,
        Some(_) => conditions.retain(|known| !known.same_value(asked)),
        None => conditions.push(asked.clone()),
    }
}

fn remove<T>(list: &mut Vec<T>, index: usize) {
    if index < list.len() {
        list.remove(index);
    }
}

#[cfg(test)]
mod tests {
    use super::super::view::{Bound, Example, LabelCondition, LabelTest, SortBy};
    use super::*;
    use crate::protocol::Preference;

    fn condition(task: &str, wanted: bool) -> Condition {
        Condition::new(task, "yes", wanted)
    }

    fn nothing() -> View {
        View {
            conditions: Some(Vec::new()),
            ..View::default()
        }
    }

    #[test]
    fn the_map_and_the_rows_take_each_others_place() {
        let rows = View {
            rows: vec!["A".into()],
            ..View::default()
        };
        let map = rows.after(&Action::Map(true), &[]);
        assert!(map.map && map.rows.is_empty());
        let again = map.after(&Action::Rows(vec!["A".into()]), &[]);
        assert_eq!(again, rows);
        assert!(!map.after(&Action::Rows(Vec::new()), &[]).map);
    }

    #[test]
    fn a_value_goes_through_its_three_states() {
        let wanted = Action::Toggle(condition("Smiling", true));
        let unwanted = Action::Toggle(condition("Smiling", false));
        let asked = nothing().after(&wanted, &[]);
        assert_eq!(asked.conditions_or(&[]), [condition("Smiling", true)]);
        let refused = asked.after(&unwanted, &[]);
        assert_eq!(refused.conditions_or(&[]), [condition("Smiling", false)]);
        assert!(refused.after(&unwanted, &[]).conditions_or(&[]).is_empty());
    }

    #[test]
    fn the_first_query_is_built_upon() {
        let first = [condition("Smiling", true)];
        let next = View::default().after(&Action::Toggle(condition("Eyeglasses", false)), &first);
        assert_eq!(
            next.conditions_or(&first),
            [condition("Smiling", true), condition("Eyeglasses", false)]
        );
        let cleared = next.after(&Action::Clear, &first);
        assert!(
            cleared.conditions_or(&first).is_empty(),
            "clearing does not bring the first query back"
        );
        let heavy = View::default().after(
            &Action::Weigh(PartAt::Condition(0), Weight::percent(200)),
            &first,
        );
        assert_eq!(heavy.conditions_or(&[])[0].weight, Weight::percent(200));
    }

    #[test]
    fn the_lens_follows_the_hand_unless_there_is_an_example() {
        let view = View::default().after(&Action::Toggle(condition("Male", true)), &[]);
        assert_eq!(view.selected_task.as_deref(), Some("Male"));
        let like = view.after(
            &Action::Like(Example::Gallery(4), Some("Smiling".into())),
            &[],
        );
        assert_eq!(
            (like.selected_task.as_deref(), like.conditions_or(&[]).len()),
            (Some("Smiling"), 0)
        );
        let both = like.after(&Action::Toggle(condition("Male", true)), &[]);
        assert_eq!(
            both.selected_task.as_deref(),
            Some("Smiling"),
            "the example keeps its lens"
        );
        assert!(both.is_example(4), "example and attributes combine");
    }

    #[test]
    fn a_first_example_is_compared_overall_and_the_next_as_the_one_before() {
        let view = nothing().after(&Action::Toggle(condition("Male", true)), &[]);
        let like = Action::Like(Example::Gallery(4), None);
        let lens = |view: &View| view.selected_task.clone();
        assert_eq!(lens(&view.after(&like, &[])), None);
        assert_eq!(
            lens(&view.after(&Action::Also(Example::Gallery(4), true), &[])),
            None
        );
        let through = view
            .after(&like, &[])
            .after(&Action::Lens(Some("Smiling".into())), &[])
            .after(&Action::Like(Example::Gallery(5), None), &[])
            .after(&Action::Also(Example::Gallery(6), false), &[]);
        assert_eq!(lens(&through).as_deref(), Some("Smiling"));
        assert_eq!(lens(&through.after(&Action::Lens(None), &[])), None);
    }

    #[test]
    fn words_replace_what_was_asked_of_the_same_values() {
        let view = nothing().after(&Action::Ask(vec![condition("A", true)]), &[]);
        let view = view.after(
            &Action::Ask(vec![condition("B", true), condition("A", false)]),
            &[],
        );
        assert_eq!(
            view.conditions_or(&[]),
            [condition("B", true), condition("A", false)]
        );
        assert_eq!(view.selected_task.as_deref(), Some("A"));
    }

    #[test]
    fn parts_are_weighed_turned_and_taken_away_where_they_are() {
        let view = nothing()
            .after(&Action::Also(Example::Gallery(1), true), &[])
            .after(&Action::Also(Example::Gallery(2), false), &[])
            .after(&Action::Also(Example::Gallery(1), true), &[]);
        let pictures: Vec<_> = view.examples.iter().map(|like| like.example).collect();
        assert_eq!(
            pictures,
            [Example::Gallery(2), Example::Gallery(1)],
            "a picture is an example once"
        );
        let view = view
            .after(&Action::Turn(PartAt::Example(0)), &[])
            .after(&Action::Weigh(PartAt::Example(1), Weight::percent(50)), &[])
            .after(&Action::Through(1, Some("Closure".into())), &[]);
        assert!(view.examples[0].wanted);
        assert_eq!(view.examples[1].weight, Weight::percent(50));
        assert_eq!(view.examples[1].task.as_deref(), Some("Closure"));
        let gone = view
            .after(&Action::Remove(PartAt::Example(0)), &[])
            .after(&Action::Remove(PartAt::Example(9)), &[])
            .after(&Action::Turn(PartAt::Condition(9)), &[]);
        assert_eq!(gone.examples.len(), 1);
    }

    /// Next and Previous filled the history: closing twenty images later went back through all of them.
    #[test]
    fn next_and_previous_fill_the_history() {
        let open = |image| Action::Open(Some(image));
        let opened = View::default().after(&open(1), &[]);
        assert!(!open(1).leafs(&View::default()));
        assert!(open(2).leafs(&opened));
        assert!(!Action::Open(None).leafs(&opened));
    }

    #[test]
    fn a_bound_replaces_the_one_before_and_an_open_one_goes() {
        let bound = |low, high| {
            Action::Bound(Bound {
                task: "A".into(),
                value: "yes".into(),
                low,
                high,
            })
        };
        let view = View::default()
            .after(&bound(80, 100), &[])
            .after(&bound(20, 60), &[]);
        assert_eq!((view.bounds.len(), view.bounds[0].low), (1, 20));
        assert!(view.after(&bound(0, 100), &[]).bounds.is_empty());
    }

    #[test]
    fn a_label_is_asked_for_once() {
        let label = |test: LabelTest| LabelCondition {
            column: "Colour".into(),
            test,
        };
        let [is, is_not, differs] = [
            label(LabelTest::Is("red".into())),
            label(LabelTest::IsNot("red".into())),
            label(LabelTest::Differs),
        ];
        let after = |view: &View, label: &LabelCondition| {
            view.after(&Action::Label(label.clone()), &[]).labels
        };
        let mut view = nothing();
        view.labels = after(&view, &is);
        view.labels = after(&view, &differs);
        assert_eq!(view.labels, [is.clone(), differs.clone()]);
        view.labels = after(&view, &is_not);
        assert_eq!(view.labels, [differs.clone(), is_not.clone()]);
        assert_eq!(after(&view, &differs), [is_not]);
        assert!(view.after(&Action::Clear, &[]).labels.is_empty());
    }

    #[test]
    fn one_alone_takes_the_place_of_all_that_was_asked() {
        let view = View {
            examples: vec![Like::new(Example::Gallery(3))],
            rows: vec!["A".into(), "B".into()],
            at_least: 20,
            ..nothing()
        };
        let alone = view.after(&Action::Only(condition("B", true)), &[]);
        let expected = View {
            conditions: Some(vec![condition("B", true)]),
            selected_task: Some("B".into()),
            ..View::default()
        };
        assert_eq!(alone, expected);
    }

    #[test]
    fn another_gallery_starts_anew_but_keeps_the_backend() {
        let view = View {
            backend: Preference::Cpu,
            open: Some(3),
            ..View::default()
        };
        let next = view.after(&Action::Gallery("shoes".into()), &[]);
        assert_eq!((next.open, next.backend), (None, Preference::Cpu));
        assert_eq!(next.conditions, None);
    }

    #[test]
    fn a_new_question_is_answered_best_first_and_a_filter_keeps_the_order() {
        let sort = |by| Sort { by, reversed: true };
        let by_name = Action::Sort(sort(SortBy::Name));
        let sorted = View::default().after(&by_name, &[]);
        assert_eq!(sorted.sort, sort(SortBy::Name));
        let named = sorted.after(&Action::Name("img".into()), &[]);
        let least = named.after(&Action::AtLeast(50), &[]);
        assert_eq!((&least.sort, &*least.name), (&sorted.sort, "img"));
        for (action, keeps_name) in [
            (Action::Toggle(condition("A", true)), true),
            (Action::Ask(vec![condition("A", true)]), true),
            (Action::Also(Example::Gallery(1), true), true),
            (Action::Only(condition("A", true)), false),
            (Action::Like(Example::Gallery(1), None), false),
            (Action::Clear, false),
        ] {
            let after = least.after(&action, &[]);
            assert_eq!(after.sort, Sort::default(), "{action:?}");
            assert_eq!(after.name.is_empty(), !keeps_name, "{action:?}");
        }
    }
}
