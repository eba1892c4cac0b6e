//! CelebA as downloaded.
//!
//! Source: the dataset's own text files (Liu et al., ICCV 2015), in the official layout (`Img/`, `Anno/`,
//! `Eval/`), flat as torchvision keeps them, or with `img_align_celeba.zip` still packed. Files are found by
//! name, wherever they lie:
//!
//! - `list_attr_celeba.txt`: a count, the names, then per picture `000001.jpg -1 1 ...`, padded at will;
//! - `list_eval_partition.txt`: `000001.jpg 0` (0 train, 1 val, 2 test);
//! - `identity_CelebA.txt`: `000001.jpg 2880`;
//! - `list_attr_unknown.txt` (ours): `000001.jpg Name Name`, the attributes whose -1 or 1 says nothing.

use std::collections::HashMap;

use modulens_schema::{Labels, Task};

use crate::dataset::ImageRecord;
use crate::error::DatasetError;
use crate::load::Found;
use crate::options::Options;
use crate::report::Report;
use crate::split::{group_of, read_partition, split_by_hash};
use crate::storage::{Storage, path};
use crate::tasks;
use crate::text::{AGAIN, TextFile, required};

pub(crate) const ATTRIBUTES: &str = "list_attr_celeba.txt";
const PARTITION: &str = "list_eval_partition.txt";
const IDENTITY: &str = "identity_CelebA.txt";
const UNKNOWN: &str = "list_attr_unknown.txt";

pub(crate) async fn read(
    storage: &Storage,
    options: &Options,
    report: &mut Report,
) -> Result<Found, DatasetError> {
    let hint = "it comes with CelebA, in the folder Anno; put it beside the pictures";
    let file = required(storage, ATTRIBUTES, hint).await?;
    let mut table = Table::parse(&file)?;
    if let Some(unknown) = TextFile::find(storage, UNKNOWN).await? {
        table.forget(&unknown, report)?;
    }
    let columns = tasks::choose(&table.names, options.tasks.as_deref())?;

    let partition = TextFile::find(storage, PARTITION).await?;
    let splits = partition
        .as_ref()
        .map(|file| read_partition(file, path::stem))
        .transpose()?;
    let identities = TextFile::find(storage, IDENTITY).await?;
    let groups = identities.as_ref().map(read_identities).transpose()?;
    if let (Some(file), Some(splits)) = (&partition, &splits) {
        let lines = splits.iter().map(|(&id, &(line, _))| (id, line));
        skip_unknown(file, lines, &table.rows, report);
    } else {
        report.note(format!(
            "{PARTITION} is missing: split by a hash of the identity, 70/10/20 %"
        ));
    }
    if let (Some(file), Some(groups)) = (&identities, &groups) {
        let lines = groups.iter().map(|(&id, &(line, _))| (id, line));
        skip_unknown(file, lines, &table.rows, report);
    } else {
        report.note(format!(
            "{IDENTITY} is missing: every picture counts as a person of its own"
        ));
    }

    let mut pictures = pictures(storage, report);
    let tasks = columns
        .iter()
        .map(|&column| Task::binary(table.names[column]))
        .collect();
    let mut labels = Labels::new(columns.len());
    let mut images = Vec::with_capacity(table.ids.len());
    for (row, &(line, id)) in table.ids.iter().enumerate() {
        let stem = path::stem(id);
        let Some(entry) = pictures.remove(stem) else {
            report.skip(id, file.place(line), "no such picture");
            continue;
        };
        // A person's own number, or one that no person has.
        let group = groups
            .as_ref()
            .and_then(|groups| groups.get(stem))
            .map(|&(_, group)| group);
        let group = group.unwrap_or_else(|| group_of(&format!("picture {id}")));
        let split = match &splits {
            None => split_by_hash(options.seed, group),
            Some(splits) => match splits.get(stem) {
                Some(&(_, split)) => split,
                None => {
                    report.skip(id, PARTITION, "no line in the partition file");
                    continue;
                }
            },
        };
        images.push(ImageRecord {
            id: id.to_owned(),
            entry,
            group,
            split,
        });
        let cells = &table.cells[row * table.names.len()..][..table.names.len()];
        labels.push(
            columns
                .iter()
                .map(|&column| Some(cells[column]).filter(|&c| c != Labels::UNKNOWN)),
        );
    }
    let mut left: Vec<_> = pictures.into_values().collect();
    left.sort_unstable();
    for entry in left {
        report.skip(
            &storage.entries()[entry].path,
            &file.path,
            "picture without attributes",
        );
    }
    Ok(Found {
        tasks,
        images,
        labels,
        groups: "persons",
    })
}

/// `list_attr_celeba.txt`: ids with their lines, and 0, 1 or unknown for each name.
#[derive(Debug)]
struct Table<'a> {
    names: Vec<&'a str>,
    ids: Vec<(u64, &'a str)>,
    rows: HashMap<&'a str, usize>,
    cells: Vec<u8>,
}

impl<'a> Table<'a> {
    fn parse(file: &'a TextFile) -> Result<Self, DatasetError> {
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
    fn forget(&mut self, file: &TextFile, report: &mut Report) -> Result<(), DatasetError> {
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

/// Identity by the picture's stem, with the line.
fn read_identities(file: &TextFile) -> Result<HashMap<&str, (u64, u64)>, DatasetError> {
    let mut groups = HashMap::new();
    for (line, text) in file.lines() {
        let mut fields = text.split_ascii_whitespace();
        let fault = || {
            file.fault(
                line,
                "a picture and the number of its person were expected",
                AGAIN,
            )
        };
        let (Some(id), Some(number), None) = (fields.next(), fields.next(), fields.next()) else {
            return Err(fault());
        };
        let number = number.parse().map_err(|_| fault())?;
        groups.insert(path::stem(id), (line, number));
    }
    Ok(groups)
}

fn skip_unknown<'a>(
    file: &TextFile,
    lines: impl Iterator<Item = (&'a str, u64)>,
    rows: &HashMap<&str, usize>,
    report: &mut Report,
) {
    let mut unknown: Vec<_> = lines.filter(|(id, _)| !rows.contains_key(id)).collect();
    unknown.sort_unstable_by_key(|&(_, line)| line);
    for (id, line) in unknown {
        report.skip(
            id,
            file.place(line),
            "line about a picture without attributes",
        );
    }
}

/// Pictures by stem, of one tree only: the aligned JPEGs, else the aligned PNGs, else any other, and the
/// wild ones last. Mixing them would mix crops.
fn pictures<'a>(storage: &'a Storage, report: &mut Report) -> HashMap<&'a str, usize> {
    let rank = |entry: &str| {
        let below = |folder: &str| path::folder(entry).split('/').any(|part| part == folder);
        if below("img_align_celeba") {
            0
        } else if below("img_align_celeba_png") {
            1
        } else if below("img_celeba") {
            3
        } else {
            2
        }
    };
    let mut trees: [Vec<usize>; 4] = Default::default();
    for (index, entry) in storage.entries().iter().enumerate() {
        let number = path::stem(&entry.path);
        let numbered = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        if numbered && path::is_picture(&entry.path) {
            trees[rank(&entry.path)].push(index);
        }
    }
    let Some(tree) = trees.iter().position(|tree| !tree.is_empty()) else {
        return HashMap::new();
    };
    let ignored: usize = trees[tree + 1..].iter().map(Vec::len).sum();
    if ignored > 0 {
        report.note(format!(
            "{ignored} pictures in other folders than the aligned faces are not used"
        ));
    }
    let mut by_stem = HashMap::with_capacity(trees[tree].len());
    for &index in &trees[tree] {
        let path = &storage.entries()[index].path;
        if let Some(&first) = by_stem.get(path::stem(path)) {
            let first: &usize = &first;
            report.skip(
                path,
                &storage.entries()[*first].path,
                "picture of the same name",
            );
        } else {
            by_stem.insert(path::stem(path), index);
        }
    }
    by_stem
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
