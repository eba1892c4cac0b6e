//! UT-Zappos50K as downloaded.
//!
//! Source: the readme of UT-Zappos50K v1.2 (Yu and Grauman, CVPR 2014). Pictures lie in
//! `Category/SubCategory/Brand/ProductID.ColorID.jpg`, in `ut-zap50k-images` (136 x 102 mostly) or
//! `ut-zap50k-images-square` (136 x 136); `meta-data.csv` names them `ProductID-ColorID`. Brand folders differ
//! from the paths on record (`W.A.G.` lost its last dot or has `%2E`, `Levi's` has `&#174;`), so pictures are
//! found by `ProductID.ColorID` alone.
//!
//! Where `meta-data.csv` is missing, its one-hot copy `meta-data-bin.csv` is read: `Closure.Lace.up` is 1 or 0.
//!
//! The tasks are `Category`, `Closure`, `Gender` and `HeelHeight` (ordered), and by name the other columns too:
//! `SubCategory`, `Material`, `ToeStyle` and `Insole`. An empty cell is unknown, and so is a cell with several values
//! (`Men;Women`): a shoe for both is not "not for men".

pub mod csn;
pub mod leakage;
#[cfg(not(target_arch = "wasm32"))]
mod paths;

#[cfg(not(target_arch = "wasm32"))]
pub use paths::image_paths;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

use modulens_schema::{Labels, Task, TaskKind};

use crate::dataset::ImageRecord;
use crate::error::DatasetError;
use crate::load::Found;
use crate::options::Options;
use crate::report::Report;
use crate::split::{group_of, read_partition, split_by_hash};
use crate::storage::{Storage, path};
use crate::table::{Table, cells};
use crate::tasks;
use crate::text::{TextFile, required};

/// The table of attributes, and the same one-hot.
pub(crate) const META: [&str; 2] = ["meta-data.csv", "meta-data-bin.csv"];
const PARTITION: &str = "list_eval_partition.txt";

/// A task and the values on record, in their order. Others that occur come after them.
const TASKS: [(&str, TaskKind, &[&str]); 8] = [
    (
        "Category",
        TaskKind::Categorical,
        &["Shoes", "Boots", "Sandals", "Slippers"],
    ),
    (
        "Closure",
        TaskKind::Categorical,
        &[
            "Lace up",
            "Slip-On",
            "Pull-on",
            "Buckle",
            "Zipper",
            "Hook and Loop",
            "Ankle Strap",
            "Ankle Wrap",
            "Sling Back",
            "Elastic Gore",
            "Bungee",
            "Toggle",
            "Button Loop",
            "Monk Strap",
        ],
    ),
    (
        "Gender",
        TaskKind::Categorical,
        &["Women", "Men", "Girls", "Boys"],
    ),
    (
        "HeelHeight",
        TaskKind::Ordinal,
        &[
            "Flat",
            "Under 1in",
            "1in - 1 3/4in",
            "2in - 2 3/4in",
            "3in - 3 3/4in",
            "4in - 4 3/4in",
            "5in & over",
        ],
    ),
    ("SubCategory", TaskKind::Categorical, &[]),
    ("Material", TaskKind::Categorical, &[]),
    ("ToeStyle", TaskKind::Categorical, &[]),
    ("Insole", TaskKind::Categorical, &[]),
];

/// The first so many of [`TASKS`] are those of the published comparisons, and are taken without a wish.
const USUAL: usize = 4;

pub(crate) fn read(
    storage: &Storage,
    options: &Options,
    report: &mut Report,
) -> Result<Found, DatasetError> {
    let hint = "it is in ut-zap50k-data.zip; put it beside the pictures";
    let file = required(storage, &META, hint)?;
    let table = Table::parse(&file)?;
    table.report(report);
    let id_column = table.need("CID")?;
    let names = TASKS.map(|(name, ..)| name);
    let chosen = match options.tasks.as_deref() {
        None => (0..USUAL).collect(),
        wanted => tasks::choose(&names, wanted)?,
    };
    let sources: Vec<Source> = chosen
        .iter()
        .map(|&task| Source::find(&table, TASKS[task]))
        .collect::<Result<_, _>>()?;

    let partition = TextFile::find(storage, PARTITION)?;
    let splits = partition
        .as_ref()
        .map(|file| read_partition(file, |cid| cid))
        .transpose()?;
    let mut splits: Option<HashMap<String, _>> = splits.map(|splits| {
        splits
            .into_iter()
            .map(|(id, split)| (key(id), split))
            .collect()
    });
    let split_given = splits.is_some();

    let pictures = pictures(storage, report);
    let mut taken = HashSet::new();
    let mut images = Vec::with_capacity(table.rows.len());
    let mut used = Vec::with_capacity(table.rows.len());
    for (line, row) in &table.rows {
        let id = &row[id_column];
        let key = key(id);
        let part = splits.as_mut().map(|splits| splits.remove(&key));
        let Some(&entry) = pictures.get(key.as_str()) else {
            report.skip(id, table.place(*line), "no such picture");
            continue;
        };
        if !taken.insert(entry) {
            report.skip(
                id,
                table.place(*line),
                "listed twice, the first row is used",
            );
            continue;
        }
        let group = group_of(key.split('.').next().unwrap_or_default());
        let split = match part {
            None => split_by_hash(options.seed, group),
            Some(Some((_, split))) => split,
            Some(None) => {
                report.skip(id, PARTITION, "no line in the partition file");
                continue;
            }
        };
        images.push(ImageRecord {
            id: id.to_owned(),
            entry,
            group,
            split,
        });
        used.push(row);
    }
    if let (Some(file), Some(splits)) = (&partition, splits) {
        let mut left: Vec<_> = splits
            .into_iter()
            .map(|(id, (line, _))| (line, id))
            .collect();
        left.sort_unstable();
        for (line, id) in left {
            report.skip(
                id,
                file.place(line),
                "line about a picture without meta data",
            );
        }
    }
    let mut left: Vec<_> = pictures
        .into_values()
        .filter(|entry| !taken.contains(entry))
        .collect();
    left.sort_unstable();
    for entry in left {
        report.skip(
            &storage.entries()[entry].path,
            &table.path,
            "picture without meta data",
        );
    }

    let mut tasks = Vec::new();
    let mut cells = vec![Labels::UNKNOWN; used.len() * chosen.len()];
    for (place, (&task, source)) in chosen.iter().zip(&sources).enumerate() {
        let (name, kind, order) = TASKS[task];
        let of_task: Vec<Cow<'_, str>> = used.iter().map(|row| source.cell(row)).collect();
        let values = values(
            of_task.iter().map(AsRef::as_ref),
            (name, kind, order),
            report,
        );
        let index: HashMap<&str, u8> = values
            .iter()
            .map(String::as_str)
            .zip(0..Labels::UNKNOWN)
            .collect();
        for (row, cell) in of_task.iter().enumerate() {
            if let Some(&value) = index.get(canonical(cell, order)) {
                cells[row * chosen.len() + place] = value;
            }
        }
        tasks.push(Task::with_values(name, kind, values));
    }
    let mut labels = Labels::new(tasks.len());
    for row in cells.chunks_exact(tasks.len().max(1)) {
        labels.push(
            row.iter()
                .map(|&cell| Some(cell).filter(|&cell| cell != Labels::UNKNOWN)),
        );
    }
    #[cfg(not(target_arch = "wasm32"))]
    paths::check(storage, &images, report);
    Ok(Found {
        tasks,
        images,
        labels,
        texts: Vec::new(),
        groups: "products",
        split_given,
    })
}

/// The place of a task's values in the table.
enum Source {
    /// One column with the value.
    Column(usize),
    /// One-hot columns with the value of each.
    OneHot(Vec<(usize, String)>),
}

impl Source {
    /// The column of a task, or its one-hot columns: `HeelHeight.2in...2.3.4in`.
    fn find(
        table: &Table,
        (name, _, order): (&str, TaskKind, &[&str]),
    ) -> Result<Self, DatasetError> {
        if let Some(column) = table.column(name) {
            return Ok(Self::Column(column));
        }
        // R writes any sign in a name as a dot.
        let dotted = |text: &str| text.replace(|c: char| !c.is_ascii_alphanumeric(), ".");
        let value = |heading: &str| {
            let value = heading.strip_prefix(name)?.strip_prefix('.')?;
            let known = order.iter().find(|known| dotted(known) == dotted(value));
            Some(known.map_or_else(|| value.replace('.', " "), ToString::to_string))
        };
        let columns: Vec<(usize, String)> = (0..)
            .zip(&table.header)
            .filter_map(|(at, heading)| Some((at, value(heading)?)))
            .collect();
        match columns.is_empty() {
            true => table.need(name).map(Self::Column),
            false => Ok(Self::OneHot(columns)),
        }
    }

    /// The value in a row; several are joined by semicolons, as in `meta-data.csv`.
    fn cell<'a>(&self, row: &'a csv::StringRecord) -> Cow<'a, str> {
        match self {
            Self::Column(column) => Cow::Borrowed(&row[*column]),
            Self::OneHot(columns) => {
                let yes = columns
                    .iter()
                    .filter(|(column, _)| cells::yes_no(&row[*column]) == Some(true));
                let values: Vec<&str> = yes.map(|(_, value)| value.as_str()).collect();
                Cow::Owned(values.join(";"))
            }
        }
    }
}

/// `100627-72`, `100627.72` and `.../100627.72.jpg` are the same picture.
fn key(id: &str) -> String {
    id.replacen('-', ".", 1)
}

/// The value as on record, whatever its case.
fn canonical<'a>(cell: &'a str, order: &[&'a str]) -> &'a str {
    order
        .iter()
        .find(|known| known.eq_ignore_ascii_case(cell))
        .copied()
        .unwrap_or(cell)
}

/// The values that occur: those on record in their order, then others by name. What has several values, and
/// what an ordered task does not know the place of, is unknown and noted.
fn values<'a>(
    cells: impl Iterator<Item = &'a str>,
    (name, kind, order): (&str, TaskKind, &[&'a str]),
    report: &mut Report,
) -> Vec<String> {
    let (mut several, mut empty) = (0usize, 0usize);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for cell in cells {
        if cells::is_unknown(cell) {
            empty += 1;
        } else if cell.contains(';') {
            several += 1;
        } else {
            *counts.entry(canonical(cell, order)).or_default() += 1;
        }
    }
    let mut values: Vec<String> = order
        .iter()
        .filter(|known| counts.contains_key(*known))
        .map(ToString::to_string)
        .collect();
    let mut strange = 0;
    for (value, count) in counts.iter().filter(|(value, _)| !order.contains(value)) {
        if kind == TaskKind::Ordinal {
            strange += count;
        } else if values.len() < usize::from(Labels::UNKNOWN) {
            values.push((*value).to_owned());
        }
    }
    if empty + several + strange > 0 {
        report.note(format!(
            "{name} is unknown for {} pictures: {empty} have no value, {several} several, {strange} one that \
             is not on the scale",
            empty + several + strange
        ));
    }
    values
}

/// Pictures by `ProductID.ColorID`, from the square tree if there is one (nothing is lost in it, and the
/// network's input is square anyway).
fn pictures<'a>(storage: &'a Storage, report: &mut Report) -> HashMap<&'a str, usize> {
    let named = |entry: &str| {
        let stem = path::stem(entry);
        stem.split_once('.').is_some_and(|(product, colour)| {
            let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
            digits(product) && digits(colour)
        })
    };
    let square = |entry: &str| {
        path::folder(entry)
            .split('/')
            .any(|part| part.ends_with("-square"))
    };
    let (squares, others): (Vec<usize>, Vec<usize>) = (0..storage.entries().len())
        .filter(|&index| {
            let path = &storage.entries()[index].path;
            path::is_picture(path) && named(path)
        })
        .partition(|&index| square(&storage.entries()[index].path));
    let (tree, ignored) = if squares.is_empty() {
        (others, 0)
    } else {
        (squares, others.len())
    };
    if ignored > 0 {
        report.note(format!(
            "{ignored} pictures outside of the square tree are not used"
        ));
    }
    let mut by_stem: HashMap<&str, usize> = HashMap::with_capacity(tree.len());
    for index in tree {
        let path = &storage.entries()[index].path;
        if let Some(&first) = by_stem.get(path::stem(path)) {
            report.skip(
                path,
                &storage.entries()[first].path,
                "picture of the same name",
            );
        } else {
            by_stem.insert(path::stem(path), index);
        }
    }
    by_stem
}
