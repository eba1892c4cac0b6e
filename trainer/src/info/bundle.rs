//! A bundle.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use modulens_bundle::{Bundle, PictureIndex, files};
use modulens_model::NetworkConfig;
use modulens_training::error::TrainerError;
use modulens_training::text::human_bytes;
use serde_json::json;

use super::about::About;
use super::{network, tasks};

pub(super) fn about(path: &Path) -> Result<About, TrainerError> {
    let bundle = Bundle::open(path)?;
    let manifest = &bundle.manifest;
    // A bundle of a later minor version may hold a network this program does not know; the rest still counts.
    let network = serde_json::from_value::<NetworkConfig>(manifest.network.clone())
        .ok()
        .map(|config| network::network(&config));
    let tasks = tasks::tasks(
        &manifest.tasks,
        (manifest.images > 0).then_some(&bundle.labels),
    );
    let mut bytes: BTreeMap<&str, u64> = manifest
        .files
        .iter()
        .map(|(name, entry)| (name.as_str(), entry.bytes))
        .collect();
    if let Some(pictures) = &bundle.pictures {
        bytes.insert(files::PICTURES, PictureIndex::total_bytes(pictures));
    }
    let content = match (manifest.images, &manifest.picture) {
        (0, _) => format!(
            "a network trained on {}, no images",
            manifest.quality.dataset
        ),
        (images, picture) => format!(
            "{images} images of the {} split of {}, {} pictures",
            manifest.splits_shown.name(),
            manifest.quality.dataset,
            if picture.is_some() { "with" } else { "without" }
        ),
    };
    let mut text = format!(
        "{} is the bundle {:?} (version {}): {content}\n\
         mean triplet accuracy on the test split: {:.2} %\n",
        path.display(),
        manifest.title,
        manifest.version,
        100.0 * manifest.quality.mean_triplet_accuracy,
    );
    // Writing to a String cannot fail.
    for one in &manifest.licence {
        let _ = writeln!(text, "{}", super::licence_line(one));
    }
    match &network {
        Some(network) => network::render(network, &mut text),
        None => text.push_str("network: not one this program knows\n"),
    }
    text.push_str("files:\n");
    for (name, bytes) in &bytes {
        let _ = writeln!(text, "  {name:24} {:>10}", human_bytes(*bytes));
    }
    text.push_str("tasks:\n");
    tasks::render(&tasks, &mut text);
    let json = json!({
        "kind": "bundle",
        "path": path,
        "name": manifest.name,
        "title": manifest.title,
        "version": manifest.version,
        "dataset": manifest.quality.dataset,
        "images": manifest.images,
        "pictures": manifest.picture.is_some(),
        "tasks": tasks,
        "network": network,
        "bytes": bytes,
        "mean_triplet_accuracy": manifest.quality.mean_triplet_accuracy,
        "licence": manifest.licence,
    });
    Ok(About { json, text })
}
