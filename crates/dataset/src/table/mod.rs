//! Tables of labels, as spreadsheets and programs write them.
//!
//! A table is text with a heading: values separated by commas, semicolons, tabs or bars (RFC 4180; a spreadsheet's `sep=`
//! line is obeyed), by blanks in a `.txt`, or a JSON object on each line (`.jsonl`). A row that does not fit the heading
//! is left out and reported by its line; a table of which most rows do not fit is refused.

pub(crate) mod cells;
pub(crate) mod columns;
mod delimited;
pub(crate) mod json_lines;
pub(crate) mod names;
pub(crate) mod roles;
mod tags;

use csv::StringRecord;

use crate::error::DatasetError;
use crate::options::ColumnKind;
use crate::report::Report;
use crate::storage::path;
use crate::tasks;
use crate::text::TextFile;

/// The most columns of a table. Each is a task to be looked at, compared and listed.
pub(crate) const MAX_COLUMNS: usize = 2000;

/// The extensions of files that are tables, beside `.txt`, which may be anything.
pub(crate) const EXTENSIONS: [&str; 6] = ["csv", "tsv", "tab", "jsonl", "ndjson", "psv"];

/// A table in memory.
#[derive(Debug)]
pub(crate) struct Table {
    /// Path, for messages.
    pub(crate) path: String,
    /// The names of the columns; that of a first column may be empty.
    pub(crate) header: Vec<String>,
    /// Rows with their lines; each has as many fields as the header.
    pub(crate) rows: Vec<(u64, StringRecord)>,
    /// The form it was read in: "semicolons, windows-1252".
    pub(crate) form: String,
    /// Rows left out: their line, and the reason.
    faults: Vec<(u64, &'static str)>,
    /// Sentences about the columns.
    notes: Vec<String>,
    /// The meanings that the data itself declares of columns, by name.
    declared: Vec<(String, ColumnKind)>,
}

/// The raw content of a table, before its rows are held against its heading.
struct Content {
    /// The heading's line and fields.
    header: (u64, Vec<String>),
    rows: Vec<(u64, StringRecord)>,
    form: &'static str,
    /// Lines that could not be read at all.
    faults: Vec<(u64, &'static str)>,
}

const RAGGED: &str = "row with another number of fields than the heading";

impl Table {
    /// Parses a file by its extension and content.
    ///
    /// # Errors
    /// When there is no heading, it has more than [`MAX_COLUMNS`], or most of the rows do not fit it.
    pub(crate) fn parse(file: &TextFile) -> Result<Self, DatasetError> {
        let json = ["jsonl", "ndjson"]
            .iter()
            .any(|extension| path::has_extension(&file.path, extension));
        let content = if json || json_lines::looks_like(&file.text) {
            json_lines::read(file)?
        } else {
            delimited::read(file)
        };
        let form = match file.encoding {
            Some(encoding) => format!("{}, {encoding}", content.form),
            None => content.form.to_owned(),
        };
        let (line, header) = content.header;
        let mut table = Self {
            path: file.path.clone(),
            header,
            rows: content.rows,
            form,
            faults: content.faults,
            notes: Vec::new(),
            declared: Vec::new(),
        };
        table.add_index();
        table.drop_ragged();
        table.drop_empty_columns();
        check_columns(file, line, table.header.len())?;
        if table.header.iter().all(String::is_empty) {
            let hint = "its first line must name the columns";
            return Err(file.fault(line, "the table has no header", hint));
        }
        let bad = table.faults.len();
        if bad > table.rows.len() {
            let (line, why) = table.faults[0];
            let all = bad + table.rows.len();
            let problem = format!("{bad} of {all} rows cannot be read, this one first ({why})");
            return Err(file.fault(line, problem, "save the table again as CSV"));
        }
        table.name_columns();
        Ok(table)
    }

    /// A table that was put together from something other than one text: columns with the meaning that is declared of
    /// them, and rows of as many cells, numbered from 1.
    ///
    /// # Errors
    /// It has more than [`MAX_COLUMNS`].
    pub(crate) fn put_together(
        path: String,
        form: String,
        columns: Vec<(String, Option<ColumnKind>)>,
        rows: Vec<StringRecord>,
    ) -> Result<Self, DatasetError> {
        let (header, kinds): (Vec<String>, Vec<Option<ColumnKind>>) = columns.into_iter().unzip();
        let mut table = Self {
            path,
            header,
            rows: (1..).zip(rows).collect(),
            form,
            faults: Vec::new(),
            notes: Vec::new(),
            declared: Vec::new(),
        };
        if table.header.len() > MAX_COLUMNS {
            let problem = too_many(table.header.len());
            return Err(table.fault(1, problem, FEWER));
        }
        table.name_columns();
        let kinds = table.header.iter().cloned().zip(kinds);
        table.declared = kinds
            .filter_map(|(name, kind)| Some((name, kind?)))
            .collect();
        Ok(table)
    }

    /// The meaning that the data itself declares of a column.
    pub(crate) fn declared(&self, column: &str) -> Option<ColumnKind> {
        let found = self.declared.iter().find(|(name, _)| name == column);
        found.map(|(_, kind)| *kind)
    }

    /// R writes row names without a heading: then every row has one field more.
    fn add_index(&mut self) {
        let columns = self.header.len();
        let with_index = |(_, row): &(u64, StringRecord)| {
            row.len() == columns + 1 && row.get(columns).is_some_and(|last| !last.is_empty())
        };
        let longer = self.rows.iter().filter(|row| with_index(row)).count();
        let even = self.rows.iter().any(|(_, row)| row.len() == columns);
        if !even && longer > 0 && longer * 10 >= self.rows.len() * 9 {
            self.header.insert(0, String::new());
        }
    }

    /// Leaves rows out that are longer or shorter than the heading. Empty fields at the end do not count, and a row
    /// of nothing but delimiters is no row.
    fn drop_ragged(&mut self) {
        let columns = self.header.len();
        let faults = &mut self.faults;
        self.rows.retain_mut(|(line, row)| {
            if row.iter().all(str::is_empty) {
                return false;
            }
            if row.len() > columns && row.iter().skip(columns).all(str::is_empty) {
                row.truncate(columns);
            }
            if row.len() != columns {
                faults.push((*line, RAGGED));
            }
            row.len() == columns
        });
        faults.sort_unstable();
    }

    /// Drops columns without a name of which every cell is empty.
    fn drop_empty_columns(&mut self) {
        let empty: Vec<bool> = self
            .header
            .iter()
            .enumerate()
            .map(|(at, name)| {
                name.is_empty() && self.rows.iter().all(|(_, row)| row[at].is_empty())
            })
            .collect();
        if !empty.contains(&true) || empty.iter().all(|&empty| empty) {
            return;
        }
        let mut keep = empty.iter().map(|empty| !empty);
        self.header.retain(|_| keep.next().unwrap_or(true));
        for (_, row) in &mut self.rows {
            let kept = row.iter().zip(&empty).filter(|(_, empty)| !**empty);
            *row = kept.map(|(cell, _)| cell).collect();
        }
    }

    /// Names columns without a name by their place, and the second of two of one name by a number. A first column
    /// without a name is an index and stays so.
    fn name_columns(&mut self) {
        for at in 0..self.header.len() {
            if at > 0 && self.header[at].is_empty() {
                self.header[at] = format!("column {}", at + 1);
            }
            let name = self.header[at].clone();
            let taken = |header: &[String], name: &str| {
                header[..at].iter().any(|h| h.eq_ignore_ascii_case(name))
            };
            if !name.is_empty() && taken(&self.header, &name) {
                let free = (2..).map(|count| format!("{name} ({count})"));
                let free = free.into_iter().find(|name| !taken(&self.header, name));
                self.header[at] = free.unwrap_or_default();
                self.notes.push(format!(
                    "there are two columns {name:?} in {}: the second is called {:?}",
                    self.path, self.header[at]
                ));
            }
        }
    }

    /// Makes a row of the heading, for a list without one. Its columns are called `file`, by the list's name (or `label`,
    /// where that is a usual one), and `column 3` and on.
    pub(crate) fn demote_heading(&mut self) {
        let stem = path::stem(&self.path);
        let usual = ["list", "labels", "label", "files", "images"];
        let usual = usual.contains(&stem.to_ascii_lowercase().as_str())
            || roles::split_of_folder(stem).is_some();
        let second = if usual { "label" } else { stem };
        let names = (0..self.header.len()).map(|at| match at {
            0 => "file".to_owned(),
            1 => second.to_owned(),
            _ => format!("column {}", at + 1),
        });
        let names = names.collect();
        let first = std::mem::replace(&mut self.header, names);
        self.rows.insert(0, (1, first.iter().collect()));
        // A list of names needs no heading.
        if first.len() > 1 {
            self.notes.push(format!(
                "{} has no heading: its first line is taken for a row",
                self.path
            ));
        }
    }

    /// Writes the rows left out, and notes, into the report.
    pub(crate) fn report(&self, report: &mut Report) {
        for &(line, why) in &self.faults {
            report.skip(format!("line {line}"), &self.path, why);
        }
        for note in &self.notes {
            report.note(note.clone());
        }
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
    Err(file.fault(line, too_many(columns), FEWER))
}

const FEWER: &str = "keep those that are attributes of the pictures";

fn too_many(columns: usize) -> String {
    format!("the table has {columns} columns, more than {MAX_COLUMNS}")
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn parse(text: &str) -> Result<Table, String> {
        named("t.csv", text)
    }

    fn named(path: &str, text: &str) -> Result<Table, String> {
        let file = TextFile::from_bytes(path.into(), text.into()).expect("text");
        Table::parse(&file).map_err(|error| error.to_string())
    }

    fn lines(table: &Table) -> Vec<u64> {
        table.faults.iter().map(|&(line, _)| line).collect()
    }

    #[test]
    fn delimiters_are_recognised() {
        for text in [
            "file,a\nx.jpg, yes \n",
            "file;a\nx.jpg;yes\n",
            "file\ta\r\nx.jpg\tyes\r\n",
            "file|a\nx.jpg|yes\n",
        ] {
            let table = parse(text).expect(text);
            assert_eq!(table.header, ["file", "a"]);
            assert_eq!((table.rows[0].0, &table.rows[0].1[1]), (2, "yes"));
        }
        assert_eq!(parse("file\nx.jpg\n").expect("one column").rows.len(), 1);
        let quoted = parse("file,a\n\n\"a,b.jpg\",1\n").expect("quoted");
        assert_eq!(quoted.rows[0].0, 3);
    }

    #[test]
    fn a_delimiter_is_chosen_by_the_rows_not_by_the_heading_alone() {
        let table = parse("\"file\";\"colour, main\";\"heel\"\na.png;red;2,5\nb.png;blue;3,0\n");
        assert_eq!(table.expect("semicolons").header[1], "colour, main");
        let table = parse("\u{FEFF}sep=;\r\nfile;tags\r\na.png;x,y\r\n").expect("sep=");
        assert_eq!((table.header.len(), table.rows[0].0), (2, 3));
        let table = parse("file,note\na.png,one; two; three; four\nb.png,x\n").expect("commas");
        assert_eq!(&table.rows[0].1[1], "one; two; three; four");
    }

    #[test]
    fn a_bad_line_costs_itself_only() {
        let table = parse("file,name\na.png,x\nb.png,x, y\nc.png,z\nd.png\n").expect("read");
        assert_eq!((table.rows.len(), lines(&table)), (2, vec![3, 5]));
        let mut report = Report::default();
        table.report(&mut report);
        assert_eq!(report.skipped[0].what, "line 3");
        let message = parse("file,a\na,1,2\nb\nc,1\n").expect_err("most are bad");
        assert!(
            message.contains("line 2: 2 of 3 rows cannot be read"),
            "{message}"
        );
    }

    /// One quotation mark that is never closed took all rows after it for a part of its cell.
    #[test]
    fn an_open_quotation_mark_does_not_swallow_the_rows_after_it() {
        let table = parse("file,name\na.png,x\nb.png,\"12 inch\nc.png,z\nd.png,w\n");
        assert_eq!(table.expect("read").rows.len(), 4);
        let table = parse("file,name\na.png,\"two\nlines\"\nc.png,z\n").expect("read");
        assert_eq!(&table.rows[0].1[1], "two\nlines");
    }

    #[test]
    fn empty_columns_at_the_end_are_none() {
        for text in [
            "file;a;\nx.jpg;1;\ny.jpg;0;\n",
            "file;a\nx.jpg;1;\ny.jpg;0;\n",
            "file;a\nx.jpg;1;;;\n;;;;\ny.jpg;0\n",
        ] {
            let table = parse(text).expect(text);
            assert_eq!((table.header.len(), table.rows.len()), (2, 2), "{text}");
        }
    }

    #[test]
    fn columns_without_a_name_are_indexes_or_get_one() {
        assert_eq!(parse(",file\n0,a.png\n").expect("pandas").header[0], "");
        let table = parse("\"file\",\"a\"\n\"1\",\"x.png\",\"yes\"\n").expect("R");
        assert_eq!(table.header, ["", "file", "a"]);
        assert_eq!(
            parse("file,,b\nx,1,2\n").expect("read").header[1],
            "column 2"
        );
        let table = parse("file,a,A\nx,1,2\n").expect("two columns");
        assert_eq!(table.header[2], "A (2)");
    }

    #[test]
    fn json_lines_and_lists_are_tables() {
        let text = "{\"file_name\": \"a.png\", \"n\": 1, \"tags\": [\"x\", \"y\"]}\n\n\
                    {\"file_name\": \"b.png\", \"ok\": true, \"n\": null}\n{broken\n";
        let table = named("metadata.jsonl", text).expect("read");
        assert_eq!(table.header, ["file_name", "n", "tags", "ok"]);
        assert_eq!(
            table.rows[0].1.iter().collect::<Vec<_>>(),
            ["a.png", "1", "x|y", ""]
        );
        assert_eq!(table.rows[1].0, 3);
        assert_eq!(lines(&table), [4]);
        let table = named("train.txt", "a/1.png 3\na/2.png   5\n").expect("a list");
        assert_eq!(table.header, ["a/1.png", "3"]);
        let mut table = table;
        table.demote_heading();
        assert_eq!((table.header[1].as_str(), table.rows.len()), ("label", 2));
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
        let message = parse("").expect_err("empty");
        assert!(message.contains("t.csv, line 1: the table has no header"));
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
