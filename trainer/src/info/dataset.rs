//! A dataset.

use std::fmt::Write as _;
use std::path::Path;

use modulens_dataset::{Options, Storage, load_blocking};
use modulens_schema::Split;
use serde_json::json;

use super::{About, tasks};
use crate::data::OpenData;
use crate::error::TrainerError;
use crate::export::attribution;

pub(super) fn about(path: &Path) -> Result<About, TrainerError> {
    let storage = Storage::open(path)?;
    let dataset = load_blocking(&storage, &Options::default())?;
    let data = OpenData { dataset, storage };
    let licence = attribution::find(&data, None)?.attributions();
    let dataset = &data.dataset;
    let tasks = tasks::tasks(&dataset.tasks, Some(&dataset.labels));
    let [train, val, test] =
        [Split::Train, Split::Val, Split::Test].map(|split| dataset.in_split(split).len());
    let mut text = format!(
        "{} is a dataset ({}): {} images, {train} train, {val} val, {test} test\n",
        path.display(),
        dataset.format.name(),
        dataset.images.len(),
    );
    // Writing to a String cannot fail.
    for one in &licence {
        let _ = writeln!(
            text,
            "licence: {} by {}: {} {}",
            one.what, one.creator, one.licence, one.url
        );
    }
    text.push_str("tasks:\n");
    tasks::render(&tasks, &mut text);
    let _ = writeln!(text, "{}", dataset.report);
    let json = json!({
        "kind": "dataset",
        "path": path,
        "name": dataset.name,
        "format": dataset.format.name(),
        "images": dataset.images.len(),
        "splits": { "train": train, "val": val, "test": test },
        "tasks": tasks,
        "skipped": dataset.report.skipped_total,
        "notes": dataset.report.notes,
        "licence": licence,
    });
    Ok(About { json, text })
}
