//! `CelebA` as downloaded.
//!
//! Source: the dataset's own text files (Liu et al., ICCV 2015), in the official layout (`Img/`, `Anno/`,
//! `Eval/`), flat as torchvision keeps them, or with `img_align_celeba.zip` still packed. Files are found by
//! name, wherever they lie:
//!
//! - `list_attr_celeba.txt`: a count, the names, then per picture `000001.jpg -1 1 ...`, padded at will;
//! - `list_eval_partition.txt`: `000001.jpg 0` (0 train, 1 val, 2 test);
//! - `identity_CelebA.txt`: `000001.jpg 2880`;
//! - `list_attr_unknown.txt` (ours): `000001.jpg Name Name`, the attributes whose -1 or 1 says nothing.

mod attributes;

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

use attributes::Table;

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
