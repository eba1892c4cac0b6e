//! The conversion of a column into tasks.

use std::collections::BTreeSet;

use modulens_schema::{Task, TaskKind};

use crate::error::DatasetError;
use crate::options::ColumnKind;

use super::cells::{self, NumberForm, yes_no};
use super::tags::Tags;
use super::{Table, roles};

/// Text with more different values than this is no category.
pub(crate) const MAX_CATEGORIES: usize = 50;
/// The most values of a task.
pub(crate) const MAX_VALUES: usize = 254;
/// Numbers with more different values than this are binned.
const MAX_STEPS: usize = 8;
/// Into at most this many bins.
const BINS: usize = 5;
/// With fewer cells than this, values that occur once may still be categories.
const FEW_CELLS: usize = 8;

/// A cell with its table and line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cell<'a> {
    pub(crate) table: &'a Table,
    pub(crate) line: u64,
    pub(crate) text: &'a str,
}

/// The cells of one column, one for each image; `None` where an image has no row.
#[derive(Debug)]
pub(crate) struct Column<'a> {
    /// The heading.
    pub(crate) name: &'a str,
    /// The tables that have it.
    pub(crate) tables: Vec<&'a Table>,
    pub(crate) cells: Vec<Option<Cell<'a>>>,
}

/// A task made of a column, with a value for each image.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Attribute {
    pub(crate) task: Task,
    pub(crate) values: Vec<Option<u8>>,
}

/// The reading of a column.
#[derive(Debug)]
pub(crate) struct Reading {
    pub(crate) attributes: Vec<Attribute>,
    /// The meaning taken, in a few words.
    pub(crate) words: String,
    /// Cells that say nothing.
    pub(crate) unknown: usize,
}

/// The columns beside it that help to read a column.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Company {
    /// Other columns of the table are yes and no written as 1 and -1, and none as 1 and 0.
    pub(crate) minus_is_no: bool,
}

impl<'a> Column<'a> {
    /// The texts of the cells that say something.
    pub(crate) fn known(&self) -> impl Iterator<Item = &'a str> + Clone {
        self.texts().filter(|text| !cells::is_unknown(text))
    }

    fn texts(&self) -> impl Iterator<Item = &'a str> + Clone {
        self.cells.iter().flatten().map(|cell| cell.text)
    }

    /// The table of the first cell.
    pub(crate) fn table(&self) -> Option<&'a Table> {
        self.cells.iter().flatten().next().map(|cell| cell.table)
    }

    /// Decides what the column is by its cells, or reads it as told.
    ///
    /// # Errors
    /// When a declared order is wrong or a cell is not in it, or the column cannot be read as told.
    pub(crate) fn read(
        &self,
        told: Option<ColumnKind>,
        company: Company,
    ) -> Result<Reading, DatasetError> {
        if told == Some(ColumnKind::Ignore) {
            return Ok(self.left_out("as told"));
        }
        let (name, order) = declared(self)?;
        if let Some(order) = order {
            return self.in_order(name, order);
        }
        match told {
            Some(ColumnKind::YesNo) => match self.known().find(|text| yes_no(text).is_none()) {
                Some(text) => Err(self.unfit(text, "yes nor no")),
                None => Ok(self.binary(name, false)),
            },
            Some(ColumnKind::Ordered) => self
                .numbers(name)
                .ok_or_else(|| self.unfit(self.known().next().unwrap_or_default(), "a number")),
            Some(ColumnKind::Tags) => Ok(Tags::told(&self.known()).map_or_else(
                || self.left_out("more than 50 different labels"),
                |tags| self.tagged(name, &tags),
            )),
            Some(ColumnKind::Categories) => Ok(self.categories(name, cells::is_blank)),
            Some(_) | None => Ok(self.recognise(name, company)),
        }
    }

    fn recognise(&self, name: &str, company: Company) -> Reading {
        let known = self.known().count();
        let different: BTreeSet<&str> = self.known().collect();
        if different.is_empty() {
            return self.left_out("empty");
        }
        if different.iter().all(|text| yes_no(text).is_some()) {
            return self.binary(name, company.minus_is_no);
        }
        let integers = || different.iter().all(|text| text.parse::<u64>().is_ok());
        let singular = different.len() == known && known > 2;
        if singular && roles::is_index(self.name) && (integers() || known >= FEW_CELLS) {
            return self.left_out("an index, different in every row");
        }
        if integers() && different.len() <= MAX_VALUES && roles::is_class(self.name) && !singular {
            return self.categories(name, cells::is_unknown);
        }
        if let Some(reading) = self.numbers(name) {
            return reading;
        }
        if let Some(tags) = Tags::recognise(&self.texts().filter(|text| !cells::is_blank(text))) {
            return self.tagged(name, &tags);
        }
        if different.len() > MAX_CATEGORIES {
            return self.left_out(&format!(
                "{} different texts are no categories",
                different.len()
            ));
        }
        if known >= FEW_CELLS && different.len() * 2 > known {
            return self.left_out("free text, different in most rows");
        }
        self.categories(name, cells::is_unknown)
    }

    /// Yes and no. Where 1, 0 and -1 all occur, one of them means "unknown": -1 as a rule (`CheXpert`, Irvin et al., AAAI
    /// 2019), and 0 where the columns beside it write no as -1.
    fn binary(&self, name: &str, minus_is_no: bool) -> Reading {
        let signs: BTreeSet<Option<i8>> = self.known().map(cells::sign).collect();
        let three = [-1, 0, 1].iter().all(|&sign| signs.contains(&Some(sign)));
        let neither = if minus_is_no { 0 } else { -1 };
        let value = |text: &str| {
            let unknown = three && cells::sign(text) == Some(neither);
            yes_no(text).filter(|_| !unknown).map(u8::from)
        };
        let words = match three {
            true => format!("yes/no; {neither} is unknown, since 1, 0 and -1 all occur"),
            false => "yes/no".to_owned(),
        };
        self.one(Task::binary(name), words, value)
    }

    fn in_order(&self, name: &str, order: Vec<&str>) -> Result<Reading, DatasetError> {
        let task = Task::with_values(name, TaskKind::Ordinal, order);
        let strange =
            self.cells.iter().flatten().find(|cell| {
                !cells::is_unknown(cell.text) && task.value_index(cell.text).is_none()
            });
        if let Some(cell) = strange {
            let problem = format!(
                "{:?} is not in the order that column {name:?} declares",
                cell.text
            );
            let hint = "add it to the header, or correct the cell";
            return Err(cell.table.fault(cell.line, problem, hint));
        }
        let values = task.clone();
        let words = "ordered, as its heading says".to_owned();
        Ok(self.one(task, words, |text| values.value_index(text).and_then(byte)))
    }

    fn numbers(&self, name: &str) -> Option<Reading> {
        let semicolons = self
            .table()
            .is_some_and(|table| table.form.starts_with("semi"));
        let form = NumberForm::of(&self.known(), semicolons)?;
        let mut numbers: Vec<f64> = self.known().filter_map(|text| form.parse(text)).collect();
        if numbers.is_empty() {
            return None;
        }
        numbers.sort_by(f64::total_cmp);
        let (thresholds, values) = bins(&numbers);
        let words = match (numbers.len(), values.len()) {
            _ if thresholds.len() + 1 == distinct(&numbers) => {
                format!("ordered, {} numbers", values.len())
            }
            (_, bins) => format!("ordered, numbers in {bins} bins"),
        };
        let words = match form {
            NumberForm::Comma => format!("{words} (decimal comma)"),
            NumberForm::Point | NumberForm::Thousands => words,
        };
        let value = |text: &str| {
            let number = form.parse(text)?;
            byte(
                thresholds
                    .iter()
                    .filter(|&&threshold| threshold <= number)
                    .count(),
            )
        };
        Some(self.one(
            Task::with_values(name, TaskKind::Ordinal, values),
            words,
            value,
        ))
    }

    fn categories(&self, name: &str, unknown: fn(&str) -> bool) -> Reading {
        // Two spellings that differ in case only are one value.
        let mut values: Vec<&str> = Vec::new();
        let mut small = BTreeSet::new();
        for text in self
            .texts()
            .filter(|text| !unknown(text))
            .collect::<BTreeSet<_>>()
        {
            if small.insert(text.to_lowercase()) {
                values.push(text);
            }
        }
        if values.len() > MAX_VALUES {
            return self.left_out(&format!("more than {MAX_VALUES} different values"));
        }
        if values.iter().all(|value| value.parse::<u64>().is_ok()) {
            values.sort_by_key(|value| value.parse::<u64>().ok());
        }
        let words = match values.len() {
            1 => "1 category".to_owned(),
            count => format!("{count} categories"),
        };
        let lower: Vec<String> = values.iter().map(|value| value.to_lowercase()).collect();
        let task = Task::with_values(name, TaskKind::Categorical, values);
        self.one(task, words, |text| {
            let text = (!unknown(text)).then(|| text.to_lowercase())?;
            byte(lower.iter().position(|value| *value == text)?)
        })
    }

    fn tagged(&self, name: &str, tags: &Tags) -> Reading {
        let rows: Vec<Option<Vec<bool>>> = self
            .cells
            .iter()
            .map(|cell| cell.as_ref().and_then(|cell| tags.values(cell.text)))
            .collect();
        let attributes = tags.labels.iter().enumerate().map(|(at, label)| Attribute {
            task: Task::binary(label.as_str()),
            values: rows
                .iter()
                .map(|row| row.as_ref().map(|row| u8::from(row[at])))
                .collect(),
        });
        let nothing = match &tags.nothing {
            Some(nothing) => format!("; {nothing:?} is none of them"),
            None => String::new(),
        };
        let words = format!(
            "{} yes/no task{}, labels of {name} separated by {}{nothing}",
            tags.labels.len(),
            if tags.labels.len() == 1 { "" } else { "s" },
            tags.separator()
        );
        Reading {
            attributes: attributes.collect(),
            words,
            unknown: self.unknown_in(&rows),
        }
    }

    fn one(&self, task: Task, words: String, value: impl Fn(&str) -> Option<u8>) -> Reading {
        let values: Vec<Option<u8>> = self
            .cells
            .iter()
            .map(|cell| cell.as_ref().and_then(|cell| value(cell.text)))
            .collect();
        Reading {
            unknown: self.unknown_in(&values),
            attributes: vec![Attribute { task, values }],
            words,
        }
    }

    /// The number of cells that came out as unknown.
    fn unknown_in<T>(&self, values: &[Option<T>]) -> usize {
        let pairs = self.cells.iter().zip(values);
        pairs
            .filter(|(cell, value)| cell.is_some() && value.is_none())
            .count()
    }

    fn left_out(&self, why: &str) -> Reading {
        Reading {
            attributes: Vec::new(),
            words: format!("left out: {why}"),
            unknown: 0,
        }
    }

    fn unfit(&self, text: &str, what: &str) -> DatasetError {
        let place = self.cells.iter().flatten().find(|cell| cell.text == text);
        let (file, line) = place.map_or((String::new(), 1), |cell| {
            (cell.table.path.clone(), cell.line)
        });
        DatasetError::Malformed {
            file,
            line,
            problem: format!("{text:?} in column {:?} is not {what}", self.name),
            hint: "tell another kind for the column, or correct the cell".into(),
        }
    }
}

/// One task of columns of which one is yes in each row: `colour_red`, `colour_blue`. `values` are the columns' names
/// without what they share.
pub(crate) fn one_hot(name: &str, values: &[&str], columns: &[&Column<'_>]) -> Attribute {
    let images = columns.first().map_or(0, |column| column.cells.len());
    let value = |image: usize| {
        let mut yes = columns.iter().enumerate().filter(|(_, column)| {
            column.cells[image].is_some_and(|cell| yes_no(cell.text) == Some(true))
        });
        match (yes.next(), yes.next()) {
            (Some((value, _)), None) => byte(value),
            _ => None,
        }
    };
    Attribute {
        task: Task::with_values(name, TaskKind::Categorical, values.iter().copied()),
        values: (0..images).map(value).collect(),
    }
}

fn byte(value: usize) -> Option<u8> {
    u8::try_from(value).ok()
}

fn distinct(sorted: &[f64]) -> usize {
    1 + sorted.windows(2).filter(|pair| pair[0] != pair[1]).count()
}

/// The name of a column, and the order it declares: `size[small<medium<large]`.
fn declared<'a>(column: &Column<'a>) -> Result<(&'a str, Option<Vec<&'a str>>), DatasetError> {
    let header = column.name;
    let Some((name, order)) = header
        .strip_suffix(']')
        .and_then(|rest| rest.split_once('['))
        // `heel [cm]` is a unit.
        .filter(|(_, order)| order.contains('<'))
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
        return Err(DatasetError::Malformed {
            file: column
                .table()
                .map_or_else(String::new, |table| table.path.clone()),
            line: 1,
            problem: format!("the column {header:?} declares no order"),
            hint: "write name[low<middle<high], with 2 to 50 different values".into(),
        });
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

    fn table(header: &str, cells: &[&str]) -> Table {
        let mut text = format!("file\t{header}\n");
        for (at, cell) in cells.iter().enumerate() {
            text += &format!("{at}.jpg\t{cell}\n");
        }
        let file = TextFile::from_bytes("t.csv".into(), text.into_bytes()).expect("UTF-8");
        Table::parse(&file).expect("a table")
    }

    fn read_with(
        header: &str,
        cells: &[&str],
        told: Option<ColumnKind>,
        company: Company,
    ) -> Result<Reading, String> {
        let table = table(header, cells);
        let cells = table.rows.iter().map(|(line, row)| {
            Some(Cell {
                table: &table,
                line: *line,
                text: &row[1],
            })
        });
        let column = Column {
            name: &table.header[1],
            tables: vec![&table],
            cells: cells.collect(),
        };
        column
            .read(told, company)
            .map_err(|error| error.to_string())
    }

    fn read(header: &str, cells: &[&str]) -> Result<Reading, String> {
        read_with(header, cells, None, Company::default())
    }

    fn labels(header: &str, cells: &[&str]) -> (Task, Vec<Option<u8>>) {
        let mut reading = read(header, cells).expect("fine");
        let found = reading.attributes.pop().expect("a task");
        (found.task, found.values)
    }

    #[test]
    fn yes_and_no_have_many_spellings() {
        let (task, values) = labels("hat", &["yes", "0", "TRUE", "NaN", "n", "1.0", "no"]);
        assert_eq!(task, Task::binary("hat"));
        let expected = [Some(1), Some(0), Some(1), None, Some(0), Some(1), Some(0)];
        assert_eq!(values, expected);
        assert_eq!(labels("hat", &["1.0", "-1.0"]).1, [Some(1), Some(0)]);
    }

    #[test]
    fn of_three_numbers_one_is_unknown_and_said() {
        let cells = ["1", "0", "-1", "1", "0"];
        let reading = read("x", &cells).expect("read");
        let expected = [Some(1), Some(0), None, Some(1), Some(0)];
        assert_eq!(reading.attributes[0].values, expected);
        assert!(reading.words.contains("-1 is unknown"), "{}", reading.words);
        let company = Company { minus_is_no: true };
        let reading = read_with("x", &cells, None, company).expect("read");
        let expected = [Some(1), None, Some(0), Some(1), None];
        assert_eq!(reading.attributes[0].values, expected);
    }

    #[test]
    fn few_numbers_are_steps() {
        let (task, values) = labels("stars", &["3", "1", "2", "NA", "3.0"]);
        assert_eq!(
            (task.kind, task.values),
            (TaskKind::Ordinal, vec!["1".into(), "2".into(), "3".into()])
        );
        assert_eq!(values, [Some(2), Some(0), Some(1), None, Some(2)]);
        assert_eq!(labels("heel", &["2,5", "3", "2,5"]).0.values, ["2.5", "3"]);
    }

    #[test]
    fn many_numbers_are_five_even_bins() {
        let cells: Vec<String> = (0..100).map(|at| at.to_string()).collect();
        let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
        let (task, values) = labels("age", &cells);
        let expected = [
            "below 20",
            "20 to 40",
            "40 to 60",
            "60 to 80",
            "80 and more",
        ];
        assert_eq!(task.values, expected);
        for bin in 0..5 {
            assert_eq!(
                values.iter().filter(|&&value| value == Some(bin)).count(),
                20
            );
        }
        let heaped: Vec<String> = (0..100).map(|at| (at.max(90) - 90).to_string()).collect();
        let heaped: Vec<&str> = heaped.iter().map(String::as_str).collect();
        assert_eq!(labels("x", &heaped).0.values, ["below 1", "1 and more"]);
        assert!(read("img_id", &cells).expect("read").attributes.is_empty());
    }

    #[test]
    fn text_is_categories_unless_it_is_prose() {
        let (task, values) = labels("colour", &["red", "Blue", "blue", "1", "None"]);
        assert_eq!((task.kind, task.values.len()), (TaskKind::Categorical, 3));
        assert_eq!(values[1], values[2], "case makes no difference");
        assert_eq!(values[4], None);
        let prose: Vec<String> = (0..51).map(|at| format!("text {at}")).collect();
        let prose: Vec<&str> = prose.iter().map(String::as_str).collect();
        assert!(
            read("title", &prose)
                .expect("no error")
                .attributes
                .is_empty()
        );
        assert!(
            read("name", &prose[..12])
                .expect("no error")
                .attributes
                .is_empty()
        );
        let reading = read("nothing", &["NaN", "-"]).expect("no error");
        assert_eq!(reading.words, "left out: empty");
    }

    #[test]
    fn numbers_called_a_class_are_categories() {
        let cells: Vec<String> = (0..36).map(|at| (at % 12).to_string()).collect();
        let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
        let (task, values) = labels("class_id", &cells);
        assert_eq!((task.kind, task.values.len()), (TaskKind::Categorical, 12));
        assert_eq!((task.values[10].as_str(), values[22]), ("10", Some(10)));
        assert_eq!(labels("age", &cells).0.kind, TaskKind::Ordinal);
    }

    #[test]
    fn a_column_is_read_as_told() {
        let told = |cells: &[&str], kind| read_with("x", cells, Some(kind), Company::default());
        let reading = told(&["1", "none", "0"], ColumnKind::Categories).expect("read");
        assert_eq!(reading.attributes[0].task.values, ["0", "1", "none"]);
        let reading = told(&["1", "0", "-1"], ColumnKind::Ordered).expect("read");
        assert_eq!(reading.attributes[0].task.values, ["-1", "0", "1"]);
        let reading = told(&["a b", "b"], ColumnKind::Tags).expect("read");
        assert_eq!(reading.attributes.len(), 2);
        let message = told(&["yes", "perhaps"], ColumnKind::YesNo).expect_err("no");
        assert!(
            message.contains("t.csv, line 3: \"perhaps\" in column \"x\""),
            "{message}"
        );
        assert!(
            told(&["1"], ColumnKind::Ignore)
                .expect("read")
                .attributes
                .is_empty()
        );
    }

    #[test]
    fn an_order_can_be_declared_and_is_kept_to() {
        let (task, values) = labels("size[small<medium<large]", &["large", "nan", "Small"]);
        assert_eq!((task.name.as_str(), task.kind), ("size", TaskKind::Ordinal));
        assert_eq!(values, [Some(2), None, Some(0)]);
        let message = read("size[small<large]", &["small", "huge"]).expect_err("huge");
        assert!(
            message.contains("line 3: \"huge\" is not in the order"),
            "{message}"
        );
        assert_eq!(labels("heel [cm]", &["1", "2"]).0.name, "heel [cm]");
        for wrong in ["size[a<a]", "[a<b]", "size[a<]"] {
            assert!(read(wrong, &["a"]).is_err(), "{wrong}");
        }
    }

    #[test]
    fn infinity_is_no_number() {
        assert_eq!(
            labels("x", &["inf", "2", "nan", "2"]).0.kind,
            TaskKind::Categorical
        );
    }
}
