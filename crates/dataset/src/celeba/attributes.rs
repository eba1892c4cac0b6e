//! The table of attributes, and the side file of those that say nothing.

use std::collections::HashMap;

use modulens_schema::Labels;

use crate::error::DatasetError;
use crate::report::Report;
use crate::storage::path;
use crate::table::{cells, check_columns, roles};
use crate::tasks;
use crate::text::{AGAIN, Delimiter, TextFile, is_number};

/// The attribute file: ids with their lines, and 0, 1 or unknown for each name.
#[derive(Debug)]
pub(super) struct Table<'a> {
    pub(super) names: Vec<&'a str>,
    pub(super) ids: Vec<(u64, &'a str)>,
    /// By [`key`].
    pub(super) rows: HashMap<&'a str, usize>,
    pub(super) cells: Vec<u8>,
    /// The field of a row that is the id; labels follow.
    id_field: usize,
    delimiter: Delimiter,
}

/// A cell written as 0: no, or unknown where the file writes no as -1.
const ZERO: u8 = Labels::UNKNOWN - 1;

/// The image that an id means: its number, whatever its extension and leading zeros.
pub(super) fn key(id: &str) -> &str {
    let stem = path::stem(id);
    match stem.trim_start_matches('0') {
        number if stem.bytes().all(|byte| byte.is_ascii_digit()) && !number.is_empty() => number,
        _ => stem,
    }
}

impl<'a> Table<'a> {
    /// Parses the text file of the release or one of its copies: the count of the first line may be missing or old, the
    /// fields may be separated by blanks or commas, and "no" may be -1 or 0.
    ///
    /// # Errors
    /// When the names are missing or a row does not have a label for each of them.
    pub(super) fn parse(file: &'a TextFile, report: &mut Report) -> Result<Self, DatasetError> {
        let mut lines = file.lines().peekable();
        if lines.peek().is_none() {
            return Err(file.fault(1, "the file is empty", AGAIN));
        }
        let announced = lines
            .next_if(|(_, text)| is_number(text))
            .map(|(_, text)| text.trim());
        let (line, text) = lines
            .next()
            .ok_or_else(|| file.fault(2, "the names of the attributes are missing", AGAIN))?;
        let delimiter = Delimiter::of(text);
        let mut names: Vec<&str> = delimiter.fields(text).collect();
        // Copies as CSV name the column of the ids, some after an index.
        let id_field = names
            .iter()
            .take(2)
            .position(|name| roles::image_rank(name) > 0);
        names.drain(..id_field.map_or(0, |at| at + 1));
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
            id_field: id_field.unwrap_or(0),
            delimiter,
        };
        for (line, text) in lines {
            table.push(file, line, text)?;
        }
        let found = table.ids.len();
        match announced {
            Some(count) if count.parse() == Ok(found) => {}
            Some(count) => report.note(format!(
                "{} announces {count} pictures in its first line, {found} follow: those are used",
                file.path
            )),
            None if delimiter == Delimiter::Blanks => report.note(format!(
                "{} does not begin with the number of pictures: its {found} rows are used",
                file.path
            )),
            None => {}
        }
        table.read_zeros(file, report);
        Ok(table)
    }

    fn push(&mut self, file: &TextFile, line: u64, text: &'a str) -> Result<(), DatasetError> {
        // The loop over eight million fields of the release is compiled for each kind of separator.
        match self.delimiter {
            Delimiter::Blanks => self.push_fields(file, line, text.split_ascii_whitespace()),
            Delimiter::Sign(sign) => self.push_fields(file, line, text.split(sign).map(str::trim)),
        }
    }

    fn push_fields(
        &mut self,
        file: &TextFile,
        line: u64,
        fields: impl Iterator<Item = &'a str>,
    ) -> Result<(), DatasetError> {
        let mut fields = fields.skip(self.id_field);
        let id = fields.next().unwrap_or_default();
        let before = self.cells.len();
        for field in fields {
            let cell = match field {
                "1" => Some(1),
                "-1" => Some(0),
                _ if cells::is_unknown(field) => Some(Labels::UNKNOWN),
                _ => cells::sign(field).map(|sign| match sign {
                    0 => ZERO,
                    sign => u8::from(sign > 0),
                }),
            };
            self.cells.push(cell.ok_or_else(|| {
                let problem = format!("the label {field:?} of {id} is neither 1 nor -1");
                file.fault(line, problem, AGAIN)
            })?);
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
        if self.rows.insert(key(id), row).is_some() {
            let problem = format!("{id} is there twice");
            return Err(file.fault(line, problem, "remove one of the two lines"));
        }
        self.ids.push((line, id));
        Ok(())
    }

    /// Decides what 0 means: no, unless the file has -1 for that.
    fn read_zeros(&mut self, file: &TextFile, report: &mut Report) {
        if !self.cells.contains(&ZERO) {
            return;
        }
        let (value, word) = match self.cells.contains(&0) {
            true => (Labels::UNKNOWN, "unknown, since -1 occurs too"),
            false => (0, "no"),
        };
        report.note(format!("the label 0 in {} is read as {word}", file.path));
        for cell in self.cells.iter_mut().filter(|cell| **cell == ZERO) {
            *cell = value;
        }
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
            let row = self.rows.get(key(id)).copied();
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

    fn read(text: &str) -> Result<(Vec<u8>, Vec<String>), String> {
        let file = TextFile::from_bytes("attr.txt".into(), text.into()).expect("UTF-8");
        let mut report = Report::default();
        Table::parse(&file, &mut report)
            .map(|table| (table.cells, report.notes))
            .map_err(|error| error.to_string())
    }

    fn parse(text: &str) -> Result<Vec<u8>, String> {
        read(text).map(|(cells, _)| cells)
    }

    #[test]
    fn padding_and_line_ends_do_not_matter() {
        let text = "2\r\nA B \r\n1.jpg -1  1\r\n2.jpg  1 -1  \r\n";
        assert_eq!(read(text), Ok((vec![0, 1, 1, 0], Vec::new())));
    }

    #[test]
    fn copies_as_csv_are_read() {
        assert_eq!(
            parse("image_id,A,B\n1.jpg,-1,1\n2.jpg,1,-1\n"),
            Ok(vec![0, 1, 1, 0])
        );
        assert_eq!(parse(",image_id,A\n0,1.jpg,0\n1,2.jpg,1\n"), Ok(vec![0, 1]));
        let unknown = Labels::UNKNOWN;
        assert_eq!(
            parse("image_id,A,B\n1.jpg,,1.0\n2.jpg,nan,-1.0\n"),
            Ok(vec![unknown, 1, unknown, 0])
        );
        let (cells, notes) = read("image_id,A,B\n1.jpg,0,1\n2.jpg,-1,1\n").expect("read");
        assert_eq!(cells, [unknown, 1, 0, 1]);
        assert!(
            notes[0].contains("the label 0 in attr.txt is read as unknown"),
            "{notes:?}"
        );
    }

    /// A table cut to the pictures that are there, or made fit for pandas, was refused.
    #[test]
    fn an_old_or_missing_count_is_a_note() {
        let (cells, notes) = read("202599\nA\n1.jpg 1\n").expect("read");
        assert_eq!(cells, [1]);
        assert_eq!(notes.len(), 1);
        assert!(notes[0].contains("announces 202599 pictures in its first line, 1 follow"));
        let (cells, notes) = read("A B\n1.jpg 1 -1\n").expect("read");
        assert_eq!((cells, notes.len()), (vec![1, 0], 1));
    }

    #[test]
    fn an_image_is_meant_by_its_number() {
        assert_eq!(
            [
                key("000001.jpg"),
                key("1.png"),
                key("0.jpg"),
                key("a/00.jpg")
            ],
            ["1", "1", "0", "00"]
        );
        assert_eq!(key("face.jpg"), "face");
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
            ("3\n", "line 2: the names of the attributes are missing"),
            (
                "2\nA B\n1.jpg 1 1\n2.jpg 1\n",
                "line 4: 2.jpg has 1 labels for 2 attributes",
            ),
            (
                "1\nA B\n1.jpg 1 1 1\n",
                "line 3: 1.jpg has 3 labels for 2 attributes",
            ),
            (
                "1\nA B\n1.jpg 1 2\n",
                "line 3: the label \"2\" of 1.jpg is neither 1 nor -1",
            ),
            ("2\nA\n1.jpg 1\n1.jpg 1\n", "line 4: 1.jpg is there twice"),
            (
                "1\nA A\n1.jpg 1 1\n",
                "line 2: the attribute A is there twice",
            ),
        ] {
            let message = parse(text).expect_err(text);
            assert!(message.contains(says), "{message}");
        }
    }
}
