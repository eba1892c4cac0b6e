//! The actions a visitor takes; [`super::after`] has the view after each.

use crate::protocol::Preference;

use super::view::{Bound, Condition, Example, LabelCondition, Panel, Sort, UserTask, View};
use super::weight::Weight;

/// An action the visitor takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Another gallery: the query starts anew.
    Gallery(String),
    /// A value wanted, not wanted, or (where it already was just that) neither.
    Toggle(Condition),
    /// Values asked for in words, each replacing what was asked of it before.
    Ask(Vec<Condition>),
    /// A part of the question taken away.
    Remove(PartAt),
    /// A part that counts differently.
    Weigh(PartAt, Weight),
    /// A part turned round: wanted becomes unwanted.
    Turn(PartAt),
    /// An example compared in another task, or through the lens.
    Through(usize, Option<String>),
    /// All of the question taken away.
    Clear,
    /// A saved search.
    Recall(Box<View>),
    /// An image to be similar to, a question of its own: through the lens of this task, else through that of the
    /// examples there are, else overall.
    Like(Example, Option<String>),
    /// One more picture to be similar to, or to be unlike to.
    Also(Example, bool),
    /// A value whose probability must lie within bounds; everything from 0 to 100 is no bound.
    Bound(Bound),
    /// A filter on the labels that the images came with, or (where it was there already) none.
    Label(LabelCondition),
    /// A part of the name that results must have; empty for any name.
    Name(String),
    /// The least score of a result, in percent.
    AtLeast(u8),
    /// Another order of the results.
    Sort(Sort),
    /// Another lens: a task, or none for all of them.
    Lens(Option<String>),
    /// The question asked under these tasks side by side; none for the grid.
    Rows(Vec<String>),
    /// The images as a map, or not.
    Map(bool),
    /// This alone is asked.
    Only(Condition),
    /// A task taught, or taught more, or (without a picture) forgotten. A new one alone is then asked.
    Teach {
        /// The task with its marks.
        task: UserTask,
        /// True if it is a new one.
        is_new: bool,
    },
    /// Another name for a task that was taught: the one before, then the one from now on.
    Rename(String, String),
    /// A picture in detail, or none.
    Open(Option<usize>),
    /// Something opened over the page, or nothing.
    Show(Option<Panel>),
    /// Another backend preference.
    Backend(Preference),
}

/// The position of a query part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PartAt {
    /// Among the conditions.
    Condition(usize),
    /// Among the examples.
    Example(usize),
    /// Among the bounds.
    Bound(usize),
    /// Among the filters on labels.
    Label(usize),
}

impl Action {
    /// Returns true if it opens something over the page.
    pub fn opens(&self) -> bool {
        matches!(self, Self::Open(Some(_)) | Self::Show(Some(_)))
    }

    /// Returns true if it leafs from one opened image to the next, which is no step of the history.
    pub fn leafs(&self, before: &View) -> bool {
        matches!(self, Self::Open(Some(_))) && before.open.is_some()
    }
}
