//! The conversion of a CSV column into a task.

use std::collections::BTreeSet;

use modulens_schema::{Task, TaskKind};

use crate::error::DatasetError;
use crate::report::Report;
use crate::table::Table;

use super::MAX_CATEGORIES;

/// Numbers with more different values than this are binned.
const MAX_STEPS: usize = 8;
/// Into at most this many bins.
const BINS: usize = 5;

/// An attribute: the task it became, and how its cells are read.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) index: usize,
    pub(super) task: Task,
    rule: Rule,
}

#[derive(Clone, Debug)]
enum Rule {
    YesNo,
    /// The index among the task's values.
    Named,
    /// The number of thresholds that are not above the cell.
    Thresholds(Vec<f64>),
}

impl Column {
    /// Decides what a column is by its cells in the given rows; `None` when it is no task, which is noted.
    pub(super) fn read(
        table: &Table,
        index: usize,
        rows: &[usize],
        report: &mut Report,
    ) -> Result<Option<Self>, DatasetError> {
        let header = &table.header[index];
        let cells = || {
            rows.iter()
                .map(|&row| (table.rows[row].0, &table.rows[row].1[index]))
                .filter(|(_, cell)| !cell.is_empty())
        };
        let (name, order) = declared(table, header)?;
        let column = |task, rule| Ok(Some(Self { index, task, rule }));
        if let Some(order) = order {
            let task = Task::with_values(name, TaskKind::Ordinal, order);
            if let Some((line, cell)) = cells().find(|(_, cell)| task.value_index(cell).is_none()) {
                let problem = format!("{cell:?} is not in the order that column {name:?} declares");
                return Err(table.fault(
                    line,
                    problem,
                    "add it to the header, or correct the cell",
                ));
            }
            return column(task, Rule::Named);
        }
        let distinct: BTreeSet<&str> = cells().map(|(_, cell)| cell).collect();
        if distinct.is_empty() {
            report.note(format!("column {name} of {} is empty", table.path));
            return Ok(None);
        }
        if distinct.iter().all(|cell| yes_no(cell).is_some()) {
            return column(Task::binary(name), Rule::YesNo);
        }
        let numbers: Option<Vec<f64>> = cells().map(|(_, cell)| number(cell)).collect();
        if let Some(mut numbers) = numbers {
            numbers.sort_by(f64::total_cmp);
            let (thresholds, values) = bins(&numbers);
            let task = Task::with_values(name, TaskKind::Ordinal, values);
            return column(task, Rule::Thresholds(thresholds));
        }
        if distinct.len() > MAX_CATEGORIES {
            report.note(format!(
                "column {name} of {} is left out: {} different texts are no categories",
                table.path,
                distinct.len()
            ));
            return Ok(None);
        }
        // Two spellings that differ in case only are one value.
        let mut values: Vec<&str> = Vec::new();
        for cell in distinct {
            if !values.iter().any(|known| known.eq_ignore_ascii_case(cell)) {
                values.push(cell);
            }
        }
        column(
            Task::with_values(name, TaskKind::Categorical, values),
            Rule::Named,
        )
    }

    /// The value a cell means; `None` where it is unknown.
    pub(super) fn value(&self, cell: &str) -> Option<u8> {
        let value = match &self.rule {
            Rule::YesNo => usize::from(yes_no(cell)?),
            Rule::Named => self.task.value_index(cell)?,
            Rule::Thresholds(thresholds) => {
                let number = number(cell)?;
                thresholds
                    .iter()
                    .filter(|&&threshold| threshold <= number)
                    .count()
            }
        };
        u8::try_from(value).ok()
    }
}

fn yes_no(cell: &str) -> Option<bool> {
    match cell.to_ascii_lowercase().as_str() {
        "yes" | "y" | "true" | "1" | "+1" => Some(true),
        "no" | "n" | "false" | "0" | "-1" => Some(false),
        _ => None,
    }
}

fn number(cell: &str) -> Option<f64> {
    cell.parse().ok().filter(|number: &f64| number.is_finite())
}

/// The name of a column, and the order it declares: `size[small<medium<large]`.
fn declared<'a>(
    table: &Table,
    header: &'a str,
) -> Result<(&'a str, Option<Vec<&'a str>>), DatasetError> {
    let Some((name, order)) = header
        .strip_suffix(']')
        .and_then(|rest| rest.split_once('['))
    else {
        return Ok((header, None));
    };
    let order: Vec<&str> = order.split('<').map(str::trim).collect();
    let twice = (1..order.len()).any(|at| order[..at].contains(&order[at]));
    let name = name.trim();
    if name.is_empty()
        || order.len() < 2
        || order.len() > MAX_CATEGORIES
        || order.contains(&"")
        || twice
    {
        let problem = format!("the column {header:?} declares no order");
        let hint = "write name[low<middle<high], with 2 to 50 different values";
        return Err(table.fault(1, problem, hint));
    }
    Ok((name, Some(order)))
}

/// Thresholds between the values of an ordered task, and the values' names. Few different numbers are a value
/// each. Many are cut at the quantiles 1/5 .. 4/5 (a threshold belongs to the bin above it); equal quantiles
/// fall together, so heaped numbers give fewer bins.
fn bins(sorted: &[f64]) -> (Vec<f64>, Vec<String>) {
    let mut distinct = sorted.to_vec();
    distinct.dedup();
    if distinct.len() <= MAX_STEPS {
        let values = distinct.iter().map(ToString::to_string).collect();
        return (distinct[1..].to_vec(), values);
    }
    let mut thresholds: Vec<f64> = (1..BINS)
        .map(|part| sorted[part * sorted.len() / BINS])
        .collect();
    thresholds.dedup();
    thresholds.retain(|&threshold| threshold > sorted[0]);
    if thresholds.is_empty() {
        // Nearly all are the smallest number: that one against the rest.
        thresholds.push(distinct[1]);
    }
    let mut values = vec![format!("below {}", thresholds[0])];
    values.extend(
        thresholds
            .windows(2)
            .map(|pair| format!("{} to {}", pair[0], pair[1])),
    );
    values.extend(thresholds.last().map(|last| format!("{last} and more")));
    (thresholds, values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::TextFile;

    fn read(header: &str, cells: &[&str]) -> Result<Option<Column>, String> {
        let mut text = format!("file,{header}\n");
        for (at, cell) in cells.iter().enumerate() {
            text += &format!("{at}.jpg,{cell}\n");
        }
        let file = TextFile::from_bytes("t.csv".into(), text.into_bytes()).expect("UTF-8");
        let table = Table::parse(&file).expect("a table");
        let rows: Vec<usize> = (0..cells.len()).collect();
        Column::read(&table, 1, &rows, &mut Report::default()).map_err(|error| error.to_string())
    }

    fn labels(header: &str, cells: &[&str]) -> (Task, Vec<Option<u8>>) {
        let column = read(header, cells).expect("fine").expect("a task");
        let values = cells.iter().map(|cell| column.value(cell)).collect();
        (column.task, values)
    }

    #[test]
    fn yes_and_no_have_many_spellings() {
        let (task, values) = labels("hat", &["yes", "0", "-1", "TRUE", "", "n", "1"]);
        assert_eq!(task, Task::binary("hat"));
        let expected = [Some(1), Some(0), Some(0), Some(1), None, Some(0), Some(1)];
        assert_eq!(values, expected);
    }

    #[test]
    fn few_numbers_are_steps() {
        let (task, values) = labels("stars", &["3", "1", "2", "", "3.0"]);
        assert_eq!(
            (task.kind, task.values),
            (TaskKind::Ordinal, vec!["1".into(), "2".into(), "3".into()])
        );
        assert_eq!(values, [Some(2), Some(0), Some(1), None, Some(2)]);
    }

    #[test]
    fn many_numbers_are_five_even_bins() {
        let cells: Vec<String> = (0..100).map(|at| at.to_string()).collect();
        let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
        let (task, values) = labels("age", &cells);
        assert_eq!(
            task.values,
            [
                "below 20",
                "20 to 40",
                "40 to 60",
                "60 to 80",
                "80 and more"
            ]
        );
        for bin in 0..5 {
            assert_eq!(
                values.iter().filter(|&&value| value == Some(bin)).count(),
                20
            );
        }
        let heaped: Vec<String> = (0..100).map(|at| (at.max(90) - 90).to_string()).collect();
        let heaped: Vec<&str> = heaped.iter().map(String::as_str).collect();
        assert_eq!(labels("x", &heaped).0.values, ["below 1", "1 and more"]);
    }

    #[test]
    fn text_is_categories_unless_it_is_prose() {
        let (task, values) = labels("colour", &["red", "Blue", "blue", "1"]);
        assert_eq!((task.kind, task.values.len()), (TaskKind::Categorical, 3));
        assert_eq!(values[1], values[2], "case makes no difference");
        let prose: Vec<String> = (0..51).map(|at| format!("text {at}")).collect();
        let prose: Vec<&str> = prose.iter().map(String::as_str).collect();
        assert!(read("title", &prose).expect("no error").is_none());
        assert!(read("nothing", &["", ""]).expect("no error").is_none());
    }

    #[test]
    fn an_order_can_be_declared_and_is_kept_to() {
        let (task, values) = labels("size[small<medium<large]", &["large", "", "Small"]);
        assert_eq!((task.name.as_str(), task.kind), ("size", TaskKind::Ordinal));
        assert_eq!(values, [Some(2), None, Some(0)]);
        let message = read("size[small<large]", &["small", "huge"]).expect_err("huge");
        assert!(
            message.contains("line 3: \"huge\" is not in the order"),
            "{message}"
        );
        for wrong in ["size[small]", "size[a<a]", "[a<b]", "size[a<]"] {
            assert!(read(wrong, &["a"]).is_err(), "{wrong}");
        }
    }

    #[test]
    fn infinity_is_no_number() {
        assert_eq!(
            labels("x", &["inf", "2", "nan"]).0.kind,
            TaskKind::Categorical
        );
    }
}
