//! A dataset.

use std::fmt::Write as _;
use std::path::Path;

use modulens_dataset::zappos::leakage::{Leakage, leakage};
use modulens_dataset::{Format, Options, Storage, load};
use modulens_schema::Split;
use modulens_training::attribution;
use modulens_training::data::OpenData;
use modulens_training::error::TrainerError;
use serde_json::json;

use super::about::About;
use super::{tasks, training};

pub(super) fn about(path: &Path) -> Result<About, TrainerError> {
    let storage = Storage::open(path)?;
    let dataset = load(&storage, &Options::default())?;
    let data = OpenData { dataset, storage };
    let origin = attribution::find(&data, None)?;
    let licence = origin.attributions();
    // Nothing is known of the licence of images of one's own.
    let stated = !matches!(origin, attribution::Origin::Own);
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
    for one in licence.iter().filter(|_| stated) {
        let _ = writeln!(text, "{}", super::licence_line(one));
    }
    text.push_str(if tasks.is_empty() {
        "tasks: none\n"
    } else {
        "tasks:\n"
    });
    tasks::render(&tasks, &mut text);
    let _ = writeln!(text, "{}", dataset.report);
    let training = training::training(dataset);
    training.render(&mut text);
    let leakage = match dataset.format {
        Format::Zappos => leakage(&data.storage)?,
        _ => None,
    };
    if let Some(found) = &leakage {
        render_leakage(found, &mut text);
    }
    let json = json!({
        "kind": "dataset",
        "path": path,
        "name": dataset.name,
        "format": dataset.format.name(),
        "images": dataset.images.len(),
        "splits": { "train": train, "val": val, "test": test },
        "tasks": tasks,
        "training": training,
        "skipped": dataset.report.skipped_total,
        "notes": dataset.report.notes,
        "licence": licence,
        "leakage": leakage.as_ref().map(leakage_json),
    });
    Ok(About { json, text })
}

/// Renders the overlap of CSN's test lists with its training lists.
fn render_leakage(found: &Leakage, text: &mut String) {
    let _ = writeln!(
        text,
        "CSN's triplets: {} training lists show {} pictures of {} products; of the others\n  {:8} {:5} {:>9}  {:>14}  {:>16}",
        found.train_lists,
        found.train_images,
        found.train_products,
        "list",
        "",
        "triplets",
        "new pictures",
        "new products",
    );
    let share = |part: usize, all: usize| 100.0 * part as f64 / all.max(1) as f64;
    for list in &found.lists {
        let _ = writeln!(
            text,
            "  {:8} {:5} {:>9}  {:>12.1} %  {:>14.1} %",
            list.condition,
            list.split.name(),
            list.triplets,
            share(list.unseen_images, list.triplets),
            share(list.unseen_products, list.triplets),
        );
    }
}

fn leakage_json(found: &Leakage) -> serde_json::Value {
    let lists: Vec<_> = found
        .lists
        .iter()
        .map(|list| {
            json!({
                "condition": list.condition,
                "split": list.split,
                "triplets": list.triplets,
                "unseen_images": list.unseen_images,
                "unseen_products": list.unseen_products,
            })
        })
        .collect();
    json!({
        "train_lists": found.train_lists,
        "train_images": found.train_images,
        "train_products": found.train_products,
        "lists": lists,
    })
}
