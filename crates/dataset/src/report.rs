//! The report of a load: files used, entries skipped, and the reasons; counted exactly, listed up
//! to a cap.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

/// The number of cases listed per reason; all of them are counted.
pub const LISTED_PER_REASON: usize = 20;

/// [`ColumnReading::reading`] of the column that names the images.
pub const IMAGE_READING: &str = "the image's name";

/// One thing that was left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Skip {
    /// The picture, line or file left out.
    pub what: String,
    /// Its place: a file, with the line if there is one.
    #[serde(rename = "where")]
    pub place: String,
    /// The reason, the same words for the same kind of fault.
    pub why: String,
}

/// The reading of one column of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ColumnReading {
    /// The paths of the tables that have it; several where they are joined, such as one for each split.
    pub tables: Vec<String>,
    /// The column's heading; empty where it has none.
    pub column: String,
    /// The meaning taken, in a few words: "yes/no", "4 categories", "left out: free text".
    pub reading: String,
    /// The tasks that came of it, by name.
    pub tasks: Vec<String>,
    /// Cells that say nothing, among the rows of images that are there.
    pub unknown: usize,
    /// Rows of images that are there.
    pub rows: usize,
}

/// Columns with a common beginning that can be one task, since each row has one yes among them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OneHotColumns {
    /// The common beginning, by which [`Options::columns`](crate::Options::columns) makes one task of them.
    pub name: String,
    /// The values the task has: the rest of the columns' names.
    pub values: Vec<String>,
    /// They are one task, as told.
    pub merged: bool,
}

/// The report of loading a dataset.
///
/// As JSON: `used`, `skipped_total`, `reasons` (reason to count), `skipped` (the first
/// [`LISTED_PER_REASON`] of every reason, as `what`, `where`, `why`), `columns` (`tables`, `column`, `reading`, `tasks`,
/// `unknown`, `rows`), `one_hot` (`name`, `values`, `merged`) and `notes`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Pictures in the dataset.
    pub used: usize,
    /// Everything left out, exact.
    pub skipped_total: usize,
    /// The exact number of cases of each reason.
    pub reasons: BTreeMap<String, usize>,
    /// The first few cases of each reason.
    pub skipped: Vec<Skip>,
    /// The columns of the tables, and how each was read.
    pub columns: Vec<ColumnReading>,
    /// Groups of columns that are one task if they are told to be.
    pub one_hot: Vec<OneHotColumns>,
    /// Further notes for a person, one sentence each.
    pub notes: Vec<String>,
}

impl Report {
    /// Counts one thing left out, and lists it while its reason is below the cap. Keep `why` the same for
    /// the same kind of fault, so that it is counted together; what differs belongs into the other two.
    pub fn skip(&mut self, what: impl Into<String>, place: impl Into<String>, why: &str) {
        self.skipped_total += 1;
        let seen = match self.reasons.get_mut(why) {
            Some(seen) => seen,
            None => self.reasons.entry(why.to_owned()).or_default(),
        };
        *seen += 1;
        if *seen <= LISTED_PER_REASON {
            self.skipped.push(Skip {
                what: what.into(),
                place: place.into(),
                why: why.to_owned(),
            });
        }
    }

    /// Adds a sentence.
    pub fn note(&mut self, sentence: impl Into<String>) {
        self.notes.push(sentence.into());
    }

    /// Adds the reading of a column, beside those of the same tables.
    pub fn list_column(&mut self, column: ColumnReading) {
        let mut known = self.columns.iter();
        let last = known.rposition(|known| known.tables == column.tables);
        let place = last.map_or(self.columns.len(), |last| last + 1);
        self.columns.insert(place, column);
    }

    /// Takes over another report's skips and notes; `used` stays.
    pub fn absorb(&mut self, other: &Self) {
        self.skipped_total += other.skipped_total;
        for skip in &other.skipped {
            if self
                .reasons
                .get(&skip.why)
                .is_none_or(|&seen| seen < LISTED_PER_REASON)
            {
                self.skipped.push(skip.clone());
            }
        }
        for (why, count) in &other.reasons {
            *self.reasons.entry(why.clone()).or_default() += count;
        }
        self.columns.extend(other.columns.iter().cloned());
        self.one_hot.extend(other.one_hot.iter().cloned());
        self.notes.extend(other.notes.iter().cloned());
    }
}

/// The most tables that are named together.
const NAMED_TABLES: usize = 3;

/// The names of tables, for a sentence: "a.csv", "a.csv and b.csv", "a.csv, b.csv, c.csv and 4 more".
pub fn name_tables(tables: &[String]) -> String {
    let more = format!("{} more", tables.len().saturating_sub(NAMED_TABLES));
    let mut names: Vec<&str> = tables.iter().map(String::as_str).collect();
    if names.len() > NAMED_TABLES {
        names.truncate(NAMED_TABLES);
        names.push(&more);
    }
    match names.split_last() {
        None => String::new(),
        Some((last, [])) => (*last).to_owned(),
        Some((last, first)) => format!("{} and {last}", first.join(", ")),
    }
}

/// A stranger's text on one line of a terminal: characters that would end the line or steer the terminal are written out.
struct Line<'a>(&'a str);

impl fmt::Display for Line<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|c| {
            if c.is_control() {
                write!(out, "{}", c.escape_unicode())
            } else {
                write!(out, "{c}")
            }
        })
    }
}

impl Report {
    /// Writes the columns, those of the same tables below their paths and their readings below each other.
    fn fmt_columns(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |column: &ColumnReading| match column.column.as_str() {
            "" => "(no name)".to_owned(),
            name => Line(name).to_string(),
        };
        let widths = self
            .columns
            .iter()
            .map(|column| name(column).chars().count());
        let width = widths.max().unwrap_or(0).min(28);
        let mut tables = None;
        for column in &self.columns {
            if tables != Some(&column.tables) {
                tables = Some(&column.tables);
                let names = name_tables(&column.tables);
                write!(out, "\n  columns of {}:", Line(&names))?;
            }
            write!(
                out,
                "\n    {:width$}  {}",
                name(column),
                Line(&column.reading)
            )?;
            if column.unknown > 0 {
                write!(out, ", {} of {} unknown", column.unknown, column.rows)?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "{} pictures used, {} skipped",
            self.used, self.skipped_total
        )?;
        for (why, count) in &self.reasons {
            write!(out, "\n  {count} x {why}: ")?;
            let mut listed = self.skipped.iter().filter(|skip| &skip.why == why);
            for (position, skip) in listed.by_ref().take(3).enumerate() {
                let comma = if position == 0 { "" } else { ", " };
                write!(out, "{comma}{} ({})", Line(&skip.what), Line(&skip.place))?;
            }
            if *count > 3 {
                write!(out, ", ...")?;
            }
        }
        self.fmt_columns(out)?;
        for group in self.one_hot.iter().filter(|group| !group.merged) {
            let (name, values) = (Line(&group.name), group.values.join(", "));
            write!(
                out,
                "\n  note: the columns {name}... ({}) have one yes in each row: columns.{name} = \"one-hot\" makes one \
                 task of them",
                Line(&values)
            )?;
        }
        for note in &self.notes {
            write!(out, "\n  note: {}", Line(note))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_stay_exact_beyond_the_cap() {
        let mut report = Report::default();
        for index in 0..100 {
            report.skip(format!("{index}.jpg"), "a.txt", "no such picture");
        }
        report.skip("x", "b.txt", "listed twice");
        assert_eq!(report.skipped_total, 101);
        assert_eq!(report.reasons["no such picture"], 100);
        assert_eq!(report.skipped.len(), LISTED_PER_REASON + 1);

        let mut sum = Report::default();
        sum.absorb(&report);
        assert_eq!(sum, report);
    }

    #[test]
    fn a_file_name_neither_forges_a_line_nor_steers_the_terminal() {
        let mut report = Report::default();
        report.skip("a\n9 pictures used\u{1b}[2J.jpg", "x", "no such picture");
        assert_eq!(
            report.to_string(),
            "0 pictures used, 1 skipped\n  1 x no such picture: a\\u{a}9 pictures used\\u{1b}[2J.jpg (x)"
        );
    }

    #[test]
    fn columns_stand_below_their_table() {
        let column = |column: &str, reading: &str, unknown| ColumnReading {
            tables: vec!["labels.csv".into()],
            column: column.into(),
            reading: reading.into(),
            tasks: Vec::new(),
            unknown,
            rows: 12,
        };
        let report = Report {
            columns: vec![
                column("", "left out: an index", 0),
                column("Smiling", "yes/no", 4),
            ],
            ..Report::default()
        };
        assert_eq!(
            report.to_string(),
            "0 pictures used, 0 skipped\n  columns of labels.csv:\n    (no name)  left out: an index\n    \
             Smiling    yes/no, 4 of 12 unknown"
        );
    }

    #[test]
    fn columns_stand_below_all_tables_that_have_them() {
        let mut report = Report::default();
        for (column, tables) in [
            ("file", &["a.csv", "b.csv"][..]),
            ("hat", &["a.csv"]),
            ("shape", &["a.csv", "b.csv"]),
        ] {
            report.list_column(ColumnReading {
                tables: tables.iter().map(|&table| table.to_owned()).collect(),
                column: column.into(),
                reading: "yes/no".into(),
                tasks: Vec::new(),
                unknown: 0,
                rows: 12,
            });
        }
        assert_eq!(
            report.to_string(),
            "0 pictures used, 0 skipped\n  columns of a.csv and b.csv:\n    file   yes/no\n    shape  yes/no\n  \
             columns of a.csv:\n    hat    yes/no"
        );
        let tables = ["a", "b", "c", "d", "e"].map(str::to_owned);
        assert_eq!(name_tables(&tables[..1]), "a");
        assert_eq!(name_tables(&tables[..3]), "a, b and c");
        assert_eq!(name_tables(&tables), "a, b, c and 2 more");
    }

    #[test]
    fn it_reads_as_text_and_as_json() {
        let mut report = Report {
            used: 3,
            ..Report::default()
        };
        report.skip("7.jpg", "list.txt, line 9", "no such picture");
        report.note("recognised as CelebA");
        assert_eq!(
            report.to_string(),
            "3 pictures used, 1 skipped\n  1 x no such picture: 7.jpg (list.txt, line 9)\n  note: \
             recognised as CelebA"
        );
        let json = serde_json::to_value(&report).expect("plain data");
        assert_eq!(json["skipped"][0]["where"], "list.txt, line 9");
        assert_eq!(json["reasons"]["no such picture"], 1);
    }
}
