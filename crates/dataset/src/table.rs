//! CSV files, with a line number for every complaint.

use csv::{ErrorKind, ReaderBuilder, StringRecord};

use crate::error::DatasetError;
use crate::tasks;
use crate::text::TextFile;

/// The most columns of a table. Each is a task to be looked at, compared and listed.
pub(crate) const MAX_COLUMNS: usize = 2000;

/// A CSV in memory.
#[derive(Debug)]
pub(crate) struct Table {
    /// Path, for messages.
    pub(crate) path: String,
    pub(crate) header: Vec<String>,
    /// Rows with their lines; each has as many fields as the header.
    pub(crate) rows: Vec<(u64, StringRecord)>,
}

impl Table {
    /// Parses RFC 4180, fields trimmed; the delimiter is whichever of `,`, `;` and tab the header holds most of
    /// (spreadsheets write what their language uses). Blank lines are passed over.
    ///
    /// # Errors
    /// When there is no header, it has more than [`MAX_COLUMNS`], a name is there twice or empty, or a row has another
    /// number of fields.
    pub(crate) fn parse(file: &TextFile) -> Result<Self, DatasetError> {
        let first = file.text.lines().next().unwrap_or_default();
        let count = |sign: u8| first.bytes().filter(|&byte| byte == sign).count();
        // The first of equals wins, so that a header of one column is read as comma-separated.
        let delimiter = [b'\t', b';', b',']
            .into_iter()
            .max_by_key(|&sign| count(sign))
            .unwrap_or(b',');
        let mut reader = ReaderBuilder::new()
            .delimiter(delimiter)
            .trim(csv::Trim::All)
            .from_reader(file.text.as_bytes());
        let header: Vec<String> = reader
            .headers()
            .map_err(|error| fault(file, &error))?
            .iter()
            .map(str::to_owned)
            .collect();
        check_columns(file, 1, header.len())?;
        if header.iter().all(String::is_empty) {
            let hint = "its first line must name the columns";
            return Err(file.fault(1, "the table has no header", hint));
        }
        if let Some(at) = header.iter().position(String::is_empty) {
            let problem = format!("column {} has no name", at + 1);
            return Err(file.fault(1, problem, "give it one, or remove the column"));
        }
        let same = |a: &str, b: &str| a.eq_ignore_ascii_case(b);
        if let Some(at) =
            (1..header.len()).find(|&at| header[..at].iter().any(|h| same(h, &header[at])))
        {
            let problem = format!("there are two columns {:?}", header[at]);
            return Err(file.fault(1, problem, "rename or remove one of them"));
        }
        let mut counter = LineCounter::new(&file.text);
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| fault(file, &error))?;
            let start = record.position().map_or(0, csv::Position::byte);
            rows.push((counter.line_at(start), record));
        }
        Ok(Self {
            path: file.path.clone(),
            header,
            rows,
        })
    }

    /// The column of that name, in any case.
    pub(crate) fn column(&self, name: &str) -> Option<usize> {
        self.header
            .iter()
            .position(|known| known.eq_ignore_ascii_case(name))
    }

    /// The column of that name.
    ///
    /// # Errors
    /// When there is none; the message lists the columns.
    pub(crate) fn need(&self, name: &str) -> Result<usize, DatasetError> {
        self.column(name).ok_or_else(|| {
            let names: Vec<&str> = self.header.iter().map(String::as_str).collect();
            DatasetError::Missing {
                what: format!("the column {name:?}"),
                place: self.path.clone(),
                hint: tasks::near(&names, name),
            }
        })
    }

    /// "file, line 7", for the report.
    pub(crate) fn place(&self, line: u64) -> String {
        format!("{}, line {line}", self.path)
    }

    /// A complaint about a line.
    pub(crate) fn fault(&self, line: u64, problem: String, hint: &str) -> DatasetError {
        DatasetError::Malformed {
            file: self.path.clone(),
            line,
            problem,
            hint: hint.to_owned(),
        }
    }
}

/// Refuses a table that is wider than any of attributes.
///
/// # Errors
/// It has more than [`MAX_COLUMNS`].
pub(crate) fn check_columns(
    file: &TextFile,
    line: u64,
    columns: usize,
) -> Result<(), DatasetError> {
    if columns <= MAX_COLUMNS {
        return Ok(());
    }
    let problem = format!("the table has {columns} columns, more than {MAX_COLUMNS}");
    Err(file.fault(
        line,
        problem,
        "keep those that are attributes of the pictures",
    ))
}

/// Line numbers for byte offsets that only grow. The CSV parser's own are those where it began to look for a
/// row: before a blank line, and before the second half of a `\r\n`.
struct LineCounter<'a> {
    text: &'a [u8],
    at: usize,
    line: u64,
}

impl<'a> LineCounter<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text: text.as_bytes(),
            at: 0,
            line: 1,
        }
    }

    fn line_at(&mut self, offset: u64) -> u64 {
        let offset = usize::try_from(offset).unwrap_or(usize::MAX);
        while let Some(byte) = self.text.get(self.at) {
            if self.at >= offset && !matches!(byte, b'\r' | b'\n') {
                break;
            }
            self.line += u64::from(*byte == b'\n');
            self.at += 1;
        }
        self.line
    }
}

fn fault(file: &TextFile, error: &csv::Error) -> DatasetError {
    let start = error.position().map_or(0, csv::Position::byte);
    let line = LineCounter::new(&file.text).line_at(start);
    match error.kind() {
        ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => {
            let problem = format!("the row has {len} fields, the header {expected_len}");
            file.fault(line, problem, "quote fields that hold the delimiter")
        }
        _ => file.fault(line, error.to_string(), "save the table again as CSV"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Table, String> {
        let file = TextFile::from_bytes("t.csv".into(), text.into()).expect("UTF-8");
        Table::parse(&file).map_err(|error| error.to_string())
    }

    #[test]
    fn delimiters_are_recognised() {
        for text in [
            "file,a\nx.jpg, yes \n",
            "file;a\nx.jpg;yes\n",
            "file\ta\r\nx.jpg\tyes\r\n",
        ] {
            let table = parse(text).expect(text);
            assert_eq!(table.header, ["file", "a"]);
            assert_eq!((table.rows[0].0, &table.rows[0].1[1]), (2, "yes"));
        }
        assert_eq!(parse("file\nx.jpg\n").expect("one column").rows.len(), 1);
        assert_eq!(
            parse("file,a\n\n\"a,b.jpg\",1\n").expect("quoted").rows[0].0,
            3
        );
    }

    /// Each column was held against all before it: 100,000 took 45 seconds.
    #[test]
    fn a_table_of_100_000_columns_is_refused_at_once() {
        let header: Vec<String> = (0..100_000).map(|at| format!("column {at}")).collect();
        let message = parse(&header.join(",")).expect_err("too many");
        assert!(
            message.starts_with("t.csv, line 1: the table has 100000 columns, more than 2000"),
            "{message}"
        );
        assert!(parse(&header[..MAX_COLUMNS].join(",")).is_ok());
    }

    #[test]
    fn wrong_tables_are_named() {
        for (text, says) in [
            ("", "t.csv, line 1: the table has no header"),
            ("file,a,A\n", "there are two columns \"A\""),
            ("file,,b\n", "column 2 has no name"),
            (
                "file,a\nx.jpg,1\ny.jpg\n",
                "line 3: the row has 1 fields, the header 2",
            ),
        ] {
            let message = parse(text).expect_err(text);
            assert!(message.contains(says), "{message}");
        }
        let missing = parse("file,Closure\n")
            .expect("fine")
            .need("CID")
            .expect_err("no CID");
        assert!(
            missing.to_string().contains("it has file, Closure"),
            "{missing}"
        );
    }
}
