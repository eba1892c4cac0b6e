//! Columns that are one task together: in each row one of them is yes (`colour_red`, `colour_blue`).

use super::tables::{Joined, kind_of};
use crate::options::{ColumnKind, Options};
use crate::report::{OneHotColumns, Report};
use crate::table::cells;
use crate::table::columns::{Attribute, Column, one_hot};

/// Columns with a common beginning that are one task.
pub(super) struct OneHot {
    pub(super) name: String,
    pub(super) columns: Vec<usize>,
    values: Vec<String>,
}

impl OneHot {
    pub(super) fn attribute(&self, joined: &Joined<'_>) -> Attribute {
        let columns: Vec<&Column<'_>> =
            self.columns.iter().map(|&at| &joined.columns[at]).collect();
        let values: Vec<&str> = self.values.iter().map(String::as_str).collect();
        one_hot(&self.name, &values, &columns)
    }
}

/// Groups of columns that are told to be one task; those that could be are reported, too.
pub(super) fn one_hot_groups(
    joined: &Joined<'_>,
    options: &Options,
    report: &mut Report,
) -> Vec<OneHot> {
    let mut groups: Vec<OneHot> = Vec::new();
    for (at, column) in joined.columns.iter().enumerate() {
        let Some((prefix, value)) = prefix(column.name) else {
            continue;
        };
        if !column.known().all(|text| cells::yes_no(text).is_some()) {
            continue;
        }
        let value = value.replace('_', " ");
        match groups.iter_mut().find(|group| group.name == prefix) {
            Some(group) => {
                group.columns.push(at);
                group.values.push(value);
            }
            None => groups.push(OneHot {
                name: prefix.to_owned(),
                columns: vec![at],
                values: vec![value],
            }),
        }
    }
    groups.retain(|group| {
        let told = kind_of(options, &group.name) == Some(ColumnKind::OneHot);
        let rows = (0..joined.has_row.len()).filter(|&image| joined.has_row[image]);
        let one = |image: usize| {
            let yes = group.columns.iter().filter(|&&at| {
                joined.columns[at].cells[image]
                    .is_some_and(|cell| cells::yes_no(cell.text) == Some(true))
            });
            yes.count() == 1
        };
        let merged = told && group.columns.len() > 1;
        if merged || !told && group.columns.len() > 2 && rows.clone().all(one) {
            report.one_hot.push(OneHotColumns {
                name: group.name.clone(),
                values: group.values.clone(),
                merged,
            });
        }
        merged
    });
    groups
}

/// The beginning of a heading before its first separator, and the rest.
pub(super) fn prefix(heading: &str) -> Option<(&str, &str)> {
    let (prefix, rest) = heading.split_once(['_', '.', ':', '-', '=', ' '])?;
    let rest = rest.trim();
    (!prefix.is_empty() && !rest.is_empty()).then_some((prefix, rest))
}
