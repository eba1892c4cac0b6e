//! The columns of split and group, and the split of each image.

use modulens_schema::Split;

use super::layout::Layout;
use super::tables::{Joined, kind_of};
use crate::error::DatasetError;
use crate::options::{ColumnKind, Options};
use crate::report::Report;
use crate::table::columns::{Cell, Column};
use crate::table::{cells, roles};

/// The column of the split.
///
/// # Errors
/// When a column that can be nothing else has a cell that is no split.
pub(super) fn split_column(
    joined: &Joined<'_>,
    options: &Options,
) -> Result<Option<usize>, DatasetError> {
    let told = joined
        .columns
        .iter()
        .any(|column| kind_of(options, column.name) == Some(ColumnKind::Split));
    for (at, column) in joined.columns.iter().enumerate() {
        let (sure, maybe) = match kind_of(options, column.name) {
            Some(kind) => (kind == ColumnKind::Split, false),
            None if told => (false, false),
            None => (
                roles::is_surely_split(column.name),
                roles::is_split(column.name),
            ),
        };
        match not_a_split(column) {
            Some(cell) if sure => {
                let problem = format!("the split {:?} is none of train, val and test", cell.text);
                let hint = "write one of the three, or leave the cell empty";
                return Err(cell.table.fault(cell.line, problem, hint));
            }
            // Numbers may be the folds of a cross-validation.
            None if (sure || maybe && column.known().all(|text| text.parse::<f64>().is_err()))
                && column.known().next().is_some() =>
            {
                return Ok(Some(at));
            }
            _ => {}
        }
    }
    Ok(None)
}

/// The first cell that is no split.
fn not_a_split<'a>(column: &Column<'a>) -> Option<Cell<'a>> {
    let mut cells = column.cells.iter().flatten().copied();
    cells.find(|cell| !cells::is_unknown(cell.text) && roles::parse_split(cell.text).is_none())
}

/// The column of the groups.
pub(super) fn group_column(joined: &Joined<'_>, options: &Options) -> Option<usize> {
    let told = |kind: ColumnKind| {
        let columns = joined.columns.iter();
        columns
            .clone()
            .position(|column| kind_of(options, column.name) == Some(kind))
    };
    told(ColumnKind::Group).or_else(|| {
        joined.columns.iter().position(|column| {
            kind_of(options, column.name).is_none() && roles::is_group(column.name)
        })
    })
}

/// The split of each image that has one: by its column, its table, or its folder, in this order.
pub(super) fn splits(
    joined: &Joined<'_>,
    layout: &Layout<'_>,
    options: &Options,
    report: &mut Report,
) -> Result<Vec<Option<Split>>, DatasetError> {
    let column = split_column(joined, options)?;
    let of_column = |at: usize| {
        let cell = joined.columns[column?].cells[at]?;
        roles::parse_split(cell.text)
    };
    let images = joined.has_row.len();
    let found: Vec<Option<Split>> = (0..images)
        .map(|at| of_column(at).or(joined.splits[at]).or(layout.splits[at]))
        .collect();
    let known = found.iter().flatten().count();
    if known > 0 {
        let source = match column {
            Some(column) => format!("column {:?}", joined.columns[column].name),
            None if joined.splits.iter().any(Option::is_some) => "the tables' names".to_owned(),
            None => "the folders train, val and test".to_owned(),
        };
        let count = |split: Split| found.iter().filter(|found| **found == Some(split)).count();
        report.note(format!(
            "the split is that of {source}: train {}, val {}, test {}",
            count(Split::Train),
            count(Split::Val),
            count(Split::Test)
        ));
        if known < images {
            report.note(format!(
                "{} pictures have no split there: theirs is a hash of the group, 70/10/20 %",
                images - known
            ));
        }
    }
    Ok(found)
}
