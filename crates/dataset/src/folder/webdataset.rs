//! `WebDataset`: tars in which a sample is an image with side files of the same key.
//!
//! | file | columns |
//! | --- | --- |
//! | `000001.jpg` | the image |
//! | `000001.json` | one for each key of the object; a key in another is `outer.inner` |
//! | `000001.cls` | `cls`, a class by name or number; numbers get the names of `classes.txt` or `dataset_info.json` |
//! | `000001.txt` and any other small text | one, called like the extension |
//!
//! A sample of several images (`000001.left.jpg`, `000001.right.jpg`) is a row for each of them, and a group.

use std::collections::{BTreeMap, HashMap};

use csv::StringRecord;
use serde_json::Value;

use crate::error::DatasetError;
use crate::hub::Features;
use crate::options::ColumnKind;
use crate::report::Report;
use crate::storage::webdataset::{TarShard, sample};
use crate::storage::{Storage, path};
use crate::table::{Table, cells, json_lines};
use crate::text::TextFile;

use super::shards;

/// The largest JSON of a sample that is read, and the largest other text.
const MAX_JSON: u64 = 1 << 20;
const MAX_TEXT: u64 = 4 << 10;
/// The depth to which objects in a sample's JSON are opened.
const MAX_DEPTH: usize = 3;

/// A table for each set of shards.
///
/// # Errors
/// When the storage fails, or a table has too many columns.
pub(super) fn tables(
    storage: &Storage,
    wanted: Option<&str>,
    report: &mut Report,
) -> Result<Vec<Table>, DatasetError> {
    let mut sets: BTreeMap<(&str, &str), Vec<&TarShard>> = BTreeMap::new();
    for shard in storage.tar_shards() {
        if wanted.is_none_or(|wanted| wanted == shard.path) {
            let set = shards::set_of(&shard.path);
            let key = (path::folder(&shard.path), set);
            sets.entry(key).or_default().push(shard);
        }
    }
    if sets.is_empty() {
        return Ok(Vec::new());
    }
    let classes = classes(storage)?;
    let mut tables = Vec::new();
    for set in sets.into_values() {
        let mut rows = Rows::default();
        for shard in &set {
            for (key, sample) in samples(storage, shard) {
                sample.read(storage, key, &shard.path, &mut rows, report)?;
            }
        }
        let paths: Vec<&str> = set.iter().map(|shard| shard.path.as_str()).collect();
        let form = match set.len() {
            1 => "WebDataset".to_owned(),
            shards => format!("WebDataset, {shards} shards"),
        };
        tables.push(rows.table(shards::joint_name(&paths), form, classes.as_deref())?);
    }
    Ok(tables)
}

/// The names of the classes, where the dataset brings them.
fn classes(storage: &Storage) -> Result<Option<Vec<String>>, DatasetError> {
    let lists = ["classes.txt", "classnames.txt", "class_names.txt"];
    if let Some(list) = TextFile::find_any(storage, &lists)? {
        let names = list.lines().map(|(_, name)| name.trim().to_owned());
        return Ok(Some(names.collect()));
    }
    let info = TextFile::find(storage, "dataset_info.json")?;
    let features = info.map(|info| Features::parse(&info.text));
    let names = |column: &str| features.as_ref()?.classes(&[column]);
    Ok(["cls", "label", "class"].into_iter().find_map(names))
}

/// The files of a sample, as entries of the storage.
#[derive(Debug, Default)]
struct Sample<'a> {
    images: Vec<usize>,
    /// With their extensions.
    fields: Vec<(&'a str, usize)>,
}

/// The samples of a shard by key.
fn samples<'a>(storage: &'a Storage, shard: &TarShard) -> BTreeMap<&'a str, Sample<'a>> {
    let entries = storage.entries();
    let start = entries.partition_point(|entry| entry.path < shard.folder);
    let files = entries.iter().enumerate().skip(start);
    let mut samples: BTreeMap<&str, Sample<'_>> = BTreeMap::new();
    for (entry, file) in files.take_while(|(_, file)| file.path.starts_with(&shard.folder)) {
        let (key, field) = sample(&file.path);
        let found = samples.entry(key).or_default();
        if path::is_picture(&file.path) {
            found.images.push(entry);
        } else if !path::is_foreign_picture(&file.path) && !field.is_empty() {
            found.fields.push((field, entry));
        }
    }
    samples
}

impl Sample<'_> {
    /// Makes a row of each image.
    ///
    /// # Errors
    /// When the storage fails.
    fn read(
        &self,
        storage: &Storage,
        key: &str,
        shard: &str,
        rows: &mut Rows,
        report: &mut Report,
    ) -> Result<(), DatasetError> {
        if self.images.is_empty() {
            report.skip(key, shard, "sample without a picture");
            return Ok(());
        }
        let mut cells = Vec::new();
        for &(field, entry) in &self.fields {
            let json = field.eq_ignore_ascii_case("json");
            let file = &storage.entries()[entry];
            if file.size > if json { MAX_JSON } else { MAX_TEXT } {
                report.skip(&file.path, shard, "side file too large to be a label");
                continue;
            }
            let bytes = storage.read(entry)?;
            let text = String::from_utf8(bytes).ok();
            let text = text.filter(|text| !text.contains('\0'));
            match (text, json) {
                (Some(text), true) => match serde_json::from_str(&text) {
                    Ok(value) => rows.flatten("", &value, 0, &mut cells),
                    Err(_) => report.skip(&file.path, shard, "side file that is no JSON"),
                },
                (Some(text), false) => cells.push((rows.column(field), text.trim().to_owned())),
                (None, true) => report.skip(&file.path, shard, "side file that is no JSON"),
                // An array or a sound is no label.
                (None, false) => {}
            }
        }
        if self.images.len() > 1 {
            cells.push((rows.column("group"), key.to_owned()));
        }
        for &image in &self.images {
            let image = storage.entries()[image].path.clone();
            rows.rows.push((image, cells.clone()));
        }
        Ok(())
    }
}

/// The rows of a table whose columns are not all known yet.
#[derive(Debug, Default)]
struct Rows {
    columns: Vec<String>,
    places: HashMap<String, usize>,
    /// The image's path, and the cells with their columns.
    rows: Vec<(String, Vec<(usize, String)>)>,
}

impl Rows {
    fn column(&mut self, name: &str) -> usize {
        if let Some(&place) = self.places.get(name) {
            return place;
        }
        self.columns.push(name.to_owned());
        self.places.insert(name.to_owned(), self.columns.len() - 1);
        self.columns.len() - 1
    }

    /// The cells of a JSON value; its name is that of the keys that lead to it.
    fn flatten(
        &mut self,
        name: &str,
        value: &Value,
        depth: usize,
        cells: &mut Vec<(usize, String)>,
    ) {
        match value {
            Value::Object(object) if depth < MAX_DEPTH => {
                for (key, value) in object {
                    let name = match name {
                        "" => key.clone(),
                        outer => format!("{outer}.{key}"),
                    };
                    self.flatten(&name, value, depth + 1, cells);
                }
            }
            value => {
                let name = if name.is_empty() { "json" } else { name };
                cells.push((self.column(name), json_lines::text(value)));
            }
        }
    }

    /// # Errors
    /// When there are too many columns.
    fn table(
        mut self,
        path: String,
        form: String,
        classes: Option<&[String]>,
    ) -> Result<Table, DatasetError> {
        let mut kinds: Vec<Option<ColumnKind>> = vec![None; self.columns.len()];
        if let Some(&place) = self.places.get("cls") {
            kinds[place] = name_classes(&mut self.rows, place, classes);
        }
        let width = self.columns.len() + 1;
        let rows = self.rows.iter().map(|(image, found)| {
            let mut row = vec![""; width];
            row[0] = image;
            for (place, cell) in found {
                row[place + 1] = cell;
            }
            StringRecord::from(row)
        });
        let rows = rows.collect();
        let columns = [("image".to_owned(), None)]
            .into_iter()
            .chain(self.columns.into_iter().zip(kinds));
        Table::put_together(path, form, columns.collect(), rows)
    }
}

/// Puts the names of classes in place of their numbers, if there is one for each; says what the column is.
fn name_classes(
    rows: &mut [(String, Vec<(usize, String)>)],
    column: usize,
    classes: Option<&[String]>,
) -> Option<ColumnKind> {
    let mut cells: Vec<&mut String> = rows
        .iter_mut()
        .flat_map(|(_, cells)| cells)
        .filter(|(place, cell)| *place == column && !cells::is_unknown(cell))
        .map(|(_, cell)| cell)
        .collect();
    let name = |cell: &str| classes?.get(cell.parse::<usize>().ok()?).cloned();
    let names: Option<Vec<String>> = cells.iter().map(|cell| name(cell)).collect();
    for (cell, name) in cells.iter_mut().zip(names.into_iter().flatten()) {
        **cell = name;
    }
    let yes_no = cells.iter().all(|cell| cells::yes_no(cell).is_some());
    (!yes_no).then_some(ColumnKind::Categories)
}
