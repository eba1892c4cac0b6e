//! The filters of the view in words, each with the action that takes it away.

use modulens_schema::Task;

use crate::page::text;
use crate::page::text::titles::condition_title;

use super::action::{Action, PartAt};
use super::view::{Condition, View};

/// The filters, in the order of the chips.
pub fn filters(view: &View, tasks: &[Task]) -> Vec<(String, Action)> {
    let bounds = view.bounds.iter().enumerate().map(|(at, bound)| {
        let condition = Condition::new(&bound.task, &bound.value, true);
        let title = condition_title(tasks, &condition);
        let words = text::query::limit(&title, &bound.low, &bound.high);
        (words, Action::Remove(PartAt::Bound(at)))
    });
    let labels = view.labels.iter().enumerate().map(|(at, label)| {
        let words = text::labels::condition(label);
        (words, Action::Remove(PartAt::Label(at)))
    });
    let name = (!view.name.is_empty()).then(|| {
        let words = text::query::name_contains(&view.name);
        (words, Action::Name(String::new()))
    });
    let least =
        (view.at_least > 0).then(|| (text::query::least(&view.at_least), Action::AtLeast(0)));
    bounds.chain(labels).chain(name).chain(least).collect()
}
