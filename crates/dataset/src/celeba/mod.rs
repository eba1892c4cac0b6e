//! `CelebA` as downloaded.
//!
//! Source: the dataset's own text files (Liu et al., ICCV 2015), in the official layout (`Img/`, `Anno/`,
//! `Eval/`), flat as torchvision keeps them, or with `img_align_celeba.zip` still packed; the copies as CSV that Kaggle
//! has; CelebAMask-HQ (Lee et al., CVPR 2020). Files are found by name, wherever they lie:
//!
//! - `list_attr_celeba.txt` or `.csv`, `CelebAMask-HQ-attribute-anno.txt`: a count, the names, then per image
//!   `000001.jpg -1 1 ...`, padded at will; the count may be old or missing;
//! - `list_eval_partition.txt` or `.csv`: `000001.jpg 0` (0 train, 1 val, 2 test);
//! - `identity_CelebA.txt` (also `.csv`, `identity_celeba`, `list_identity_celeba`): `000001.jpg 2880`, or a name;
//! - `list_attr_unknown.txt` (ours): `000001.jpg Name Name`, the attributes whose -1 or 1 says nothing.

mod attributes;

use std::collections::HashMap;

use modulens_schema::{Labels, Task};

use crate::dataset::ImageRecord;
use crate::error::DatasetError;
use crate::load::Found;
use crate::options::Options;
use crate::report::Report;
use crate::split::{group_of, read_pairs, read_partition, split_by_hash};
use crate::storage::{Storage, path};
use crate::table::roles;
use crate::tasks;
use crate::text::{TextFile, required};

use attributes::{Table, key};

/// Names of the attribute file; the first is that of the release.
pub(crate) const ATTRIBUTES: [&str; 6] = [
    "list_attr_celeba.txt",
    "list_attr_celeba.csv",
    "CelebAMask-HQ-attribute-anno.txt",
    "list_attr_celeba_hq.txt",
    "list_attr_celeba-hq.txt",
    "list_attr_celeba_hq.csv",
];
const PARTITION: [&str; 2] = ["list_eval_partition.txt", "list_eval_partition.csv"];
const IDENTITY: [&str; 6] = [
    "identity_CelebA.txt",
    "identity_CelebA.csv",
    "list_identity_celeba.txt",
    "list_identity_celeba.csv",
    "identity.txt",
    "identity.csv",
];
const UNKNOWN: &str = "list_attr_unknown.txt";

pub(crate) fn read(
    storage: &Storage,
    options: &Options,
    report: &mut Report,
) -> Result<Found, DatasetError> {
    let hint = "it comes with CelebA, in the folder Anno; put it beside the pictures";
    let file = required(storage, &ATTRIBUTES, hint)?;
    let mut table = Table::parse(&file, report)?;
    if let Some(unknown) = TextFile::find(storage, UNKNOWN)? {
        table.forget(&unknown, report)?;
    }
    let columns = tasks::choose(&table.names, options.tasks.as_deref())?;

    let partition = TextFile::find_any(storage, &PARTITION)?;
    let splits = partition
        .as_ref()
        .map(|file| read_partition(file, key))
        .transpose()?;
    let identities = TextFile::find_any(storage, &IDENTITY)?;
    let groups = identities.as_ref().map(read_identities).transpose()?;
    if let (Some(file), Some(splits)) = (&partition, &splits) {
        let lines = splits.iter().map(|(&id, &(line, _))| (id, line));
        skip_unknown(file, lines, &table.rows, report);
    } else {
        report.note(format!("{} is missing", PARTITION[0]));
    }
    if let (Some(file), Some(groups)) = (&identities, &groups) {
        let lines = groups.iter().map(|(&id, &(line, _))| (id, line));
        skip_unknown(file, lines, &table.rows, report);
    } else {
        report.note(format!(
            "{} is missing: every picture counts as a person of its own",
            IDENTITY[0]
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
        let number = key(id);
        let Some(entry) = pictures.remove(number) else {
            report.skip(id, file.place(line), "no such picture");
            continue;
        };
        // A person's own number, or one that no person has.
        let group = groups
            .as_ref()
            .and_then(|groups| groups.get(number))
            .map(|&(_, group)| group);
        let group = group.unwrap_or_else(|| group_of(&format!("picture {id}")));
        let split = match &splits {
            None => split_by_hash(options.seed, group),
            Some(splits) => match splits.get(number) {
                Some(&(_, split)) => split,
                None => {
                    report.skip(id, PARTITION[0], "no line in the partition file");
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
        texts: Vec::new(),
        groups: "persons",
        split_given: splits.is_some(),
    })
}

/// Identity by the image's key, with the line. A person is a number or a name.
fn read_identities(file: &TextFile) -> Result<HashMap<&str, (u64, u64)>, DatasetError> {
    let mut groups = HashMap::new();
    let pairs = read_pairs(file, "its person")?;
    let heading = |line: u64, person: &str| {
        line <= 2 && roles::is_group(person) || person.eq_ignore_ascii_case("identity_name")
    };
    for (line, id, person) in pairs {
        if !heading(line, person) {
            groups.insert(key(id), (line, group_of(person)));
        }
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
        if below("img_align_celeba") || below("CelebA-HQ-img") {
            0
        } else if below("img_align_celeba_png") {
            1
        } else if below("img_celeba") {
            3
        } else {
            2
        }
    };
    // The masks of CelebAMask-HQ are images, but none of faces.
    let mask = |entry: &str| {
        let mut parts = path::folder(entry).split('/');
        parts.any(|part| part.ends_with("-mask") || part.contains("mask-anno"))
    };
    let mut trees: [Vec<usize>; 4] = Default::default();
    for (index, entry) in storage.entries().iter().enumerate() {
        let number = path::stem(&entry.path);
        let numbered = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        if numbered && path::is_picture(&entry.path) && !mask(&entry.path) {
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
        if let Some(&first) = by_stem.get(key(path)) {
            let first: &usize = &first;
            report.skip(
                path,
                &storage.entries()[*first].path,
                "picture of the same name",
            );
        } else {
            by_stem.insert(key(path), index);
        }
    }
    by_stem
}
