//! Labels of one more task, from a table about images that are known by their ids.

use modulens_schema::Task;

use crate::error::DatasetError;
use crate::folder::tables::{join, with_images};
use crate::options::Options;
use crate::report::Report;
use crate::storage::Entry;
use crate::table::Table;
use crate::table::columns::{Attribute, Company};
use crate::table::names::Names;
use crate::text::TextFile;

/// Labels read from a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Labelled {
    /// The task with its values.
    pub task: Task,
    /// One for every id; `None` where the table says nothing of it.
    pub labels: Vec<Option<u8>>,
    /// The rows left out, and how names and column were read.
    pub report: Report,
}

/// Reads the labels of the task `name` from a table in any form that a folder's tables may have: a column names images
/// by their `ids`, and the column called like the task, or the only other one, has the values.
///
/// # Errors
/// When the bytes are no table, no row names an image, or no column can be the task.
pub fn read_labels(
    path: &str,
    bytes: Vec<u8>,
    name: &str,
    ids: &[String],
) -> Result<Labelled, DatasetError> {
    let file = TextFile::from_bytes(path.to_owned(), bytes)?;
    let table = Table::parse(&file)?;
    let entries: Vec<Entry> = ids
        .iter()
        .map(|id| Entry {
            path: id.clone(),
            size: 0,
        })
        .collect();
    let images: Vec<usize> = (0..ids.len()).collect();
    let names = Names::new(&entries, &images);
    // The folder of the table says nothing about ids.
    let table = with_images(table, &names, "", &Options::default())?;
    let mut report = Report::default();
    table.report(&entries, &mut report);
    let tables = [table];
    let joined = join(&tables, &images)?;
    let table = &tables[0].table;
    let problem = |problem: String, hint: &str| Err(table.fault(1, problem, hint));

    let called = |called: &&str| called.eq_ignore_ascii_case(name);
    let headings: Vec<&str> = joined.columns.iter().map(|column| column.name).collect();
    let mut readings = Vec::new();
    for column in &joined.columns {
        if !headings.iter().any(called) || called(&column.name) {
            readings.push((column.name, column.read(None, Company::default())?));
        }
    }
    let mut tasks = readings
        .iter()
        .filter(|(_, reading)| !reading.attributes.is_empty());
    let (heading, reading) = match (tasks.next(), tasks.next()) {
        (Some((heading, reading)), None) => (heading, reading),
        (None, _) => {
            let read: Vec<String> = readings
                .iter()
                .map(|(heading, reading)| format!("{heading} ({})", reading.words))
                .collect();
            let hint = "a column with the value of each image is needed";
            return problem(
                format!("no column can be a task: {}", read.join(", ")),
                hint,
            );
        }
        (Some(_), Some(_)) => {
            let hint = format!("call the one with the values {name:?}");
            return problem(
                format!("there are the columns {}", headings.join(", ")),
                &hint,
            );
        }
    };
    let [Attribute { task, values }] = reading.attributes.as_slice() else {
        let hint = "write one value in each cell";
        return problem(format!("column {heading} is {}", reading.words), hint);
    };
    let different = (0..task.values.len())
        .filter(|&value| values.contains(&u8::try_from(value).ok()))
        .count();
    if different < 2 {
        let hint = "a task needs at least two";
        return problem(format!("{different} different values are there"), hint);
    }
    report.note(format!("column {heading} is read as {}", reading.words));
    let mut task = task.clone();
    name.clone_into(&mut task.name);
    Ok(Labelled {
        task,
        labels: values.clone(),
        report,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, name: &str) -> Result<Labelled, String> {
        let ids = ["a.jpg", "b.jpg", "c.jpg"].map(str::to_owned);
        read_labels("labels.csv", text.into(), name, &ids).map_err(|error| error.to_string())
    }

    #[test]
    fn yes_and_no_are_one_task_however_they_are_written() {
        let found = read("picture,hat\nc.jpg,YES\na.jpg, 0\n", "Hat").expect("reads");
        assert_eq!(found.task, Task::binary("Hat"));
        assert_eq!(found.labels, [Some(0), None, Some(1)]);
        let text = "picture;sole\nc.jpg;Rubber\na.jpg;\"Cork, thin\"\n";
        let found = read(text, "Kind").expect("reads");
        assert_eq!(found.task.values, ["Cork, thin", "Rubber"]);
        assert_eq!(found.labels, [Some(0), None, Some(1)]);
    }

    #[test]
    fn the_column_called_like_the_task_has_the_values() {
        let text = "size,file,hat\n1,a.jpg,yes\n2,b.jpg,no\n";
        let found = read(text, "Size").expect("reads");
        assert_eq!(found.labels, [Some(0), Some(1), None]);
        let message = read(text, "Sole").expect_err("two columns");
        assert!(
            message.contains("columns size, hat; call the one with the values \"Sole\""),
            "{message}"
        );
    }

    #[test]
    fn rows_that_fit_no_image_are_reported_and_tables_without_a_task_refused() {
        let found = read("p,v\na.jpg,yes\nd.jpg,no\nb.jpg,no\na.jpg,no\n", "Hat").expect("reads");
        assert_eq!(found.report.skipped_total, 2);
        for (text, says) in [
            ("p,v\nd.jpg,yes\n", "no row names a picture"),
            (
                "p,v\na.jpg,yes\nb.jpg,1\n",
                "1 different values are there; a task needs at least two",
            ),
            (
                "p,v\na.jpg,\n",
                "no column can be a task: v (left out: empty)",
            ),
            ("p\na.jpg\n", "no column can be a task"),
            ("", "the table has no header"),
        ] {
            let message = read(text, "Hat").expect_err(text);
            assert!(message.contains(says), "{message}");
        }
    }
}
