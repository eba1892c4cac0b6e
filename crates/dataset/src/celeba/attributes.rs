//! The table of attributes, and the side file of those that say nothing.

use std::collections::HashMap;

use modulens_schema::Labels;

use crate::error::DatasetError;
use crate::report::Report;
use crate::storage::path;
use crate::table::check_columns;
use crate::tasks;
use crate::text::{AGAIN, TextFile};

/// `list_attr_celeba.txt`: ids with their lines, and 0, 1 or unknown for each name.
#[derive(Debug)]
pub(super) struct Table<'a> {
    pub(super) names: Vec<&'a str>,
    pub(super) ids: Vec<(u64, &'a str)>,
    pub(super) rows: HashMap<&'a str, usize>,
    pub(super) cells: Vec<u8>,
}

impl<'a> Table<'a> {
    pub(super) fn parse(file: &'a TextFile) -> Result<Self, DatasetError> {
        let mut lines = file.lines();
        let (line, text) = lines
            .next()
            .ok_or_else(|| file.fault(1, "the file is empty", AGAIN))?;
        let announced: usize = text.trim().parse().map_err(|_| {
            let problem = "the number of pictures was expected".to_owned();
            file.fault(
                line,
                problem,
                "the first line of CelebA's attribute file is 202599",
            )
        })?;
        let (line, text) = lines
            .next()
            .ok_or_else(|| file.fault(2, "the names of the attributes are missing", AGAIN))?;
        let names: Vec<&str> = text.split_ascii_whitespace().collect();
        check_columns(file, line, names.len())?;
        if let Some(twice) = (1..names.len()).find(|&at| names[..at].contains(&names[at])) {
            let problem = format!("the attribute {} is there twice", names[twice]);
            return Err(file.fault(line, problem, AGAIN));
        }
        // The count may lie, so it is no reason to take memory.
        let mut table = Self {
            names,
            ids: Vec::new(),
            rows: HashMap::new(),
            cells: Vec::new(),
        };
        let mut last = line;
        for (line, text) in lines {
            table.push(file, line, text)?;
            last = line;
        }
        if table.ids.len() != announced {
            let found = table.ids.len();
            let problem = format!("{announced} pictures are announced in line 1, {found} follow");
            return Err(file.fault(last, problem, AGAIN));
        }
        Ok(table)
    }

    fn push(&mut self, file: &TextFile, line: u64, text: &'a str) -> Result<(), DatasetError> {
        let mut fields = text.split_ascii_whitespace();
        let id = fields.next().unwrap_or_default();
        let before = self.cells.len();
        for field in fields {
            self.cells.push(match field {
                "1" => 1,
                "-1" => 0,
                _ => {
                    let problem = format!("the label {field:?} of {id} is neither 1 nor -1");
                    return Err(file.fault(line, problem, AGAIN));
                }
            });
        }
        let found = self.cells.len() - before;
        if found != self.names.len() {
            let problem = format!(
                "{id} has {found} labels for {} attributes",
                self.names.len()
            );
            return Err(file.fault(line, problem, AGAIN));
        }
        let row = self.ids.len();
        if self.rows.insert(path::stem(id), row).is_some() {
            let problem = format!("{id} is there twice");
            return Err(file.fault(line, problem, "remove one of the two lines and count again"));
        }
        self.ids.push((line, id));
        Ok(())
    }

    /// Makes the labels unknown that the side file lists.
    pub(super) fn forget(
        &mut self,
        file: &TextFile,
        report: &mut Report,
    ) -> Result<(), DatasetError> {
        for (line, text) in file.lines() {
            let mut fields = text.split_ascii_whitespace();
            let id = fields.next().unwrap_or_default();
            let row = self.rows.get(path::stem(id)).copied();
            if row.is_none() {
                report.skip(id, file.place(line), "picture without attributes");
            }
            for name in fields {
                let column = self
                    .names
                    .iter()
                    .position(|&known| known == name)
                    .ok_or_else(|| {
                        let problem = format!("there is no attribute {name:?}");
                        file.fault(line, problem, tasks::near(&self.names, name))
                    })?;
                if let Some(row) = row {
                    self.cells[row * self.names.len() + column] = Labels::UNKNOWN;
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Vec<u8>, String> {
        let file = TextFile::from_bytes("attr.txt".into(), text.into()).expect("UTF-8");
        Table::parse(&file)
            .map(|table| table.cells)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn padding_and_line_ends_do_not_matter() {
        assert_eq!(
            parse("2\r\nA B \r\n1.jpg -1  1\r\n2.jpg  1 -1  \r\n"),
            Ok(vec![0, 1, 1, 0])
        );
    }

    #[test]
    fn more_attributes_than_any_table_has_are_refused_at_once() {
        let names: Vec<String> = (0..100_000).map(|at| format!("A{at}")).collect();
        let message = parse(&format!("0\n{}\n", names.join(" "))).expect_err("too many");
        assert!(
            message.contains("line 2: the table has 100000 columns"),
            "{message}"
        );
    }

    #[test]
    fn every_lie_is_named_with_its_line() {
        for (text, says) in [
            ("", "line 1: the file is empty"),
            ("A B\n", "line 1: the number of pictures was expected"),
            ("3\n", "line 2: the names of the attributes are missing"),
            (
                "3\nA B\n1.jpg 1 1\n",
                "line 3: 3 pictures are announced in line 1, 1 follow",
            ),
            (
                "2\nA B\n1.jpg 1 1\n2.jpg 1\n",
                "line 4: 2.jpg has 1 labels for 2 attributes",
            ),
            (
                "1\nA B\n1.jpg 1 1 1\n",
                "line 3: 1.jpg has 3 labels for 2 attributes",
            ),
            (
                "1\nA B\n1.jpg 1 0\n",
                "line 3: the label \"0\" of 1.jpg is neither 1 nor -1",
            ),
            ("2\nA\n1.jpg 1\n1.jpg 1\n", "line 4: 1.jpg is there twice"),
            (
                "1\nA A\n1.jpg 1 1\n",
                "line 2: the attribute A is there twice",
            ),
            (
                "99999999999999999999\nA\n",
                "line 1: the number of pictures was expected",
            ),
        ] {
            let message = parse(text).expect_err(text);
            assert!(message.contains(says), "{message}");
        }
    }
}
