//! What the visitor looks at: everything a link reproduces, and the ways it changes.

use crate::protocol::Preference;

/// The part of the state that lives in the address.
///
/// Tasks and values are kept by name, so that a link survives a bundle whose tasks are in another order;
/// names a gallery does not have are kept and ignored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// Name of the gallery; the index's default where absent.
    pub gallery: Option<String>,
    /// The attributes asked for, in the order they were added. `None`: the gallery's own first query.
    pub conditions: Option<Vec<Condition>>,
    /// The picture to be similar to.
    pub example: Option<Example>,
    /// The task through which the gallery is looked at; the gallery's first fitting one where absent.
    pub lens: Option<String>,
    /// The picture shown in detail.
    pub open: Option<usize>,
    /// What should run the network.
    pub backend: Preference,
}

/// One attribute, asked for or asked not to be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// The task's name.
    pub task: String,
    /// The value's name.
    pub value: String,
    /// Whether the value should be there or should not.
    pub wanted: bool,
}

/// The picture a query is similar to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Example {
    /// A picture of the gallery.
    Gallery(usize),
    /// The visitor's own picture, which no link can carry.
    Own,
}

/// A step the visitor takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Another gallery: the query starts anew.
    Gallery(String),
    /// A value wanted, not wanted, or (where it already was just that) neither.
    Toggle(Condition),
    /// A condition taken away.
    Drop(Condition),
    /// All conditions and the example taken away.
    Clear,
    /// A picture to be similar to, through this lens.
    Like(Example, Option<String>),
    /// No picture to be similar to.
    Unlike,
    /// Another lens.
    Lens(String),
    /// A picture in detail, or none.
    Open(Option<usize>),
    /// Another backend preference.
    Backend(Preference),
}

impl View {
    /// The view after a step. `first` are the conditions a gallery starts with.
    #[must_use]
    pub fn after(&self, step: &Step, first: &[Condition]) -> Self {
        let mut next = self.clone();
        match step {
            Step::Gallery(name) => {
                next = Self {
                    gallery: Some(name.clone()),
                    backend: self.backend,
                    ..Self::default()
                };
            }
            Step::Toggle(condition) => {
                let mut conditions = self.conditions_or(first).to_vec();
                toggle(&mut conditions, condition);
                next.conditions = Some(conditions);
                // Without an example, the lens follows the hand: what was just asked for is what one looks at.
                if self.example.is_none() {
                    next.lens = Some(condition.task.clone());
                }
            }
            Step::Drop(condition) => {
                let mut conditions = self.conditions_or(first).to_vec();
                conditions.retain(|known| known != condition);
                next.conditions = Some(conditions);
            }
            Step::Clear => {
                next.conditions = Some(Vec::new());
                next.example = None;
            }
            Step::Like(example, lens) => {
                next.example = Some(*example);
                // "More like this" is a question of its own: old attributes would silently narrow it.
                next.conditions = Some(Vec::new());
                next.lens = lens.clone().or(next.lens);
                next.open = None;
            }
            Step::Unlike => next.example = None,
            Step::Lens(task) => next.lens = Some(task.clone()),
            Step::Open(index) => next.open = *index,
            Step::Backend(preference) => next.backend = *preference,
        }
        next
    }

    /// The conditions asked for, or the gallery's first ones.
    pub fn conditions_or<'a>(&'a self, first: &'a [Condition]) -> &'a [Condition] {
        self.conditions.as_deref().unwrap_or(first)
    }
}

/// Brings one value to the wished state; asking twice for the same takes it away.
fn toggle(conditions: &mut Vec<Condition>, asked: &Condition) {
    let same = |known: &Condition| known.task == asked.task && known.value == asked.value;
    match conditions.iter_mut().find(|known| same(known)) {
        Some(known) if known.wanted != asked.wanted => known.wanted = asked.wanted,
        Some(_) => conditions.retain(|known| !same(known)),
        None => conditions.push(asked.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn condition(task: &str, wanted: bool) -> Condition {
        Condition {
            task: task.into(),
            value: "yes".into(),
            wanted,
        }
    }

    #[test]
    fn a_value_goes_through_its_three_states() {
        let wanted = Step::Toggle(condition("Smiling", true));
        let unwanted = Step::Toggle(condition("Smiling", false));
        let none = View {
            conditions: Some(Vec::new()),
            ..View::default()
        };
        let asked = none.after(&wanted, &[]);
        assert_eq!(asked.conditions_or(&[]), [condition("Smiling", true)]);
        let refused = asked.after(&unwanted, &[]);
        assert_eq!(refused.conditions_or(&[]), [condition("Smiling", false)]);
        assert!(refused.after(&unwanted, &[]).conditions_or(&[]).is_empty());
    }

    #[test]
    fn the_first_query_is_built_upon() {
        let first = [condition("Smiling", true)];
        let next = View::default().after(&Step::Toggle(condition("Eyeglasses", false)), &first);
        assert_eq!(
            next.conditions_or(&first),
            [condition("Smiling", true), condition("Eyeglasses", false)]
        );
        let cleared = next.after(&Step::Clear, &first);
        assert!(
            cleared.conditions_or(&first).is_empty(),
            "clearing does not bring the first query back"
        );
    }

    #[test]
    fn the_lens_follows_the_hand_unless_there_is_an_example() {
        let view = View::default().after(&Step::Toggle(condition("Male", true)), &[]);
        assert_eq!(view.lens.as_deref(), Some("Male"));
        let like = view.after(
            &Step::Like(Example::Gallery(4), Some("Smiling".into())),
            &[],
        );
        assert_eq!(
            (like.lens.as_deref(), like.conditions_or(&[]).len()),
            (Some("Smiling"), 0)
        );
        let both = like.after(&Step::Toggle(condition("Male", true)), &[]);
        assert_eq!(
            both.lens.as_deref(),
            Some("Smiling"),
            "the example keeps its lens"
        );
        assert_eq!(
            both.example,
            Some(Example::Gallery(4)),
            "example and attributes combine"
        );
    }

    #[test]
    fn another_gallery_starts_anew_but_keeps_the_backend() {
        let view = View {
            backend: Preference::Cpu,
            open: Some(3),
            ..View::default()
        };
        let next = view.after(&Step::Gallery("shoes".into()), &[]);
        assert_eq!((next.open, next.backend), (None, Preference::Cpu));
        assert_eq!(next.conditions, None);
    }
}
