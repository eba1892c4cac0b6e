//! The view: everything that a link reproduces.
//!
//! The ways it changes are in [`super::action`], its written form in [`super::query_string`]; [`super::resolve`] makes
//! a query of it.

pub use modulens_schema::UserTask;

use crate::protocol::Preference;

use super::weight::Weight;

/// The name of the lens that compares in all of the network's tasks together. A task of that name goes first.
pub const OVERALL: &str = "overall";

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
    /// The pictures to be similar to, or not, in the order they were added.
    pub examples: Vec<Like>,
    /// Probabilities that results must have.
    pub bounds: Vec<Bound>,
    /// Filters on the labels that the images came with.
    pub labels: Vec<LabelCondition>,
    /// A part of the name that results must have; empty for any name.
    pub name: String,
    /// The least score of a result, in percent; 0 leaves nobody out.
    pub at_least: u8,
    /// The order of the results.
    pub sort: Sort,
    /// The lens, by its task. Where absent, examples are compared overall, and the gallery is else looked at through its
    /// first fitting task.
    pub selected_task: Option<String>,
    /// Tasks under which the question is asked side by side; the grid where there is none.
    pub rows: Vec<String>,
    /// True if the images are shown as a map.
    pub map: bool,
    /// Tasks that the visitor taught.
    pub user_tasks: Vec<UserTask>,
    /// The picture shown in detail.
    pub open: Option<usize>,
    /// The panel over the page.
    pub panel: Option<Panel>,
    /// The engine that should run the network.
    pub backend: Preference,
}

/// The order of the results.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sort {
    /// The number or name that they are sorted by.
    pub by: SortBy,
    /// True for the other way round.
    pub reversed: bool,
}

/// The number or name that results are sorted by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum SortBy {
    /// The score, the best first.
    #[default]
    Score,
    /// The file name.
    Name,
    /// Nothing: shuffled, the same way for the same number.
    Random(u32),
    /// The probability of a value, the most probable first.
    Value {
        /// The task's name.
        task: String,
        /// The value's name.
        value: String,
    },
    /// The label of a column of that name.
    Label(String),
}

impl Sort {
    /// The name of the task that it sorts by.
    pub fn task(&self) -> Option<&String> {
        match &self.by {
            SortBy::Value { task, .. } => Some(task),
            _ => None,
        }
    }

    pub(super) fn task_mut(&mut self) -> Option<&mut String> {
        match &mut self.by {
            SortBy::Value { task, .. } => Some(task),
            _ => None,
        }
    }
}

/// A panel over the page that is worth a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Panel {
    /// Relations of the tasks.
    Relations,
    /// The model card.
    Card,
    /// Help and keyboard shortcuts.
    Help,
    /// The visitor's own galleries.
    Library,
}

impl Panel {
    const ALL: [Self; 4] = [Self::Relations, Self::Card, Self::Help, Self::Library];

    /// Its name in the address.
    pub fn name(self) -> &'static str {
        match self {
            Self::Relations => "relations",
            Self::Card => "model-card",
            Self::Help => "help",
            Self::Library => "library",
        }
    }

    /// The panel of that name, if there is one.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|panel| panel.name() == name)
    }
}

/// One attribute, asked for or asked not to be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// The task's name.
    pub task: String,
    /// The value's name.
    pub value: String,
    /// True if the value should be there, false if it should not.
    pub wanted: bool,
    /// The weight.
    pub weight: Weight,
}

impl Condition {
    /// An attribute asked for, counting like any other.
    pub fn new(task: impl Into<String>, value: impl Into<String>, wanted: bool) -> Self {
        Self {
            task: task.into(),
            value: value.into(),
            wanted,
            weight: Weight::default(),
        }
    }

    /// True if two conditions are about the same value.
    pub fn same_value(&self, other: &Self) -> bool {
        self.task == other.task && self.value == other.value
    }
}

/// The picture a query is similar to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Example {
    /// A picture of the gallery.
    Gallery(usize),
    /// A picture of the visitor's by its number, which no link can carry.
    Own(u32),
}

/// Similarity to a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Like {
    /// The picture.
    pub example: Example,
    /// The task to compare in, or [`OVERALL`]; the lens where absent.
    pub task: Option<String>,
    /// True if results should be like it, false if unlike it.
    pub wanted: bool,
    /// The weight.
    pub weight: Weight,
}

impl Like {
    /// Results like this picture through the lens.
    pub fn new(example: Example) -> Self {
        Self {
            example,
            task: None,
            wanted: true,
            weight: Weight::default(),
        }
    }
}

/// Bounds on the probability of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// The task's name.
    pub task: String,
    /// The value's name.
    pub value: String,
    /// The least probability, in percent.
    pub low: u8,
    /// The greatest probability, in percent, itself included.
    pub high: u8,
}

impl Bound {
    /// Returns true if two bounds are on the same value.
    pub fn same_value(&self, other: &Self) -> bool {
        self.task == other.task && self.value == other.value
    }
}

/// A filter on a column of the labels that the images came with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelCondition {
    /// The column's name; that of a task where label and prediction are compared.
    pub column: String,
    /// The filter.
    pub test: LabelTest,
}

/// The test of a label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LabelTest {
    /// It is this value, or another one wanted of the column.
    Is(String),
    /// It is known, and not this value.
    IsNot(String),
    /// It is not what the network predicts for the task of that name.
    Differs,
}

impl LabelCondition {
    /// True if two filters are about the same value, or the same difference.
    pub fn same_value(&self, other: &Self) -> bool {
        self.column == other.column && self.test.value() == other.test.value()
    }
}

impl LabelTest {
    /// The value it names.
    pub fn value(&self) -> Option<&str> {
        match self {
            Self::Is(value) | Self::IsNot(value) => Some(value),
            Self::Differs => None,
        }
    }
}

impl View {
    /// The conditions asked for, or the gallery's first ones.
    pub fn conditions_or<'a>(&'a self, first: &'a [Condition]) -> &'a [Condition] {
        self.conditions.as_deref().unwrap_or(first)
    }

    /// True if it asks for names or labels, which come after the first results.
    pub fn needs_labels(&self) -> bool {
        let sorted = matches!(self.sort.by, SortBy::Name | SortBy::Label(_));
        sorted || !(self.labels.is_empty() && self.name.is_empty())
    }

    /// True if there is no filter.
    pub fn filters_nothing(&self) -> bool {
        let bounds = self.bounds.is_empty() && self.at_least == 0;
        bounds && self.labels.is_empty() && self.name.is_empty()
    }

    /// Drops all filters, and the order with them.
    pub(super) fn drop_filters(&mut self) {
        self.bounds.clear();
        self.labels.clear();
        self.name.clear();
        self.at_least = 0;
        self.sort = Sort::default();
    }

    /// True if something lies over the page.
    pub fn is_covered(&self) -> bool {
        self.open.is_some() || self.panel.is_some()
    }

    /// True if a picture of the gallery is one of the examples.
    pub fn is_example(&self, picture: usize) -> bool {
        self.examples
            .iter()
            .any(|like| like.example == Example::Gallery(picture))
    }
}
