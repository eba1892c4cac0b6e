//! `trainer info`: what a path holds, be it a run, a bundle or a dataset.
//!
//! With `--json` one object is printed, whose `kind` says which other keys there are:
//!
//! ```text
//! kind "run":     path, dataset, tasks, network, readouts, best_epoch, best_val
//! kind "bundle":  path, name, title, version, dataset, images, pictures, tasks, network, bytes,
//!                 mean_triplet_accuracy, licence
//! kind "dataset": path, name, format, images, splits: { train, val, test }, tasks, skipped, notes, licence,
//!                 training: { refused: null or a sentence, left_out: [task], notes: [sentence] },
//!                 leakage: null or { train_lists, train_images, train_products, lists: [{ condition, split, triplets,
//!                 unseen_images, unseen_products }] }   (CSN's triplets beside UT-Zappos50K)
//! tasks:   [{ name, kind, values: [{ value, images }], unknown }]   (counts only where there are labels)
//! network: { parameters, modulation_parameters, sites, embedding, feature_shape, features_per_image,
//!            trunk_macs, tail_macs }
//! ```

mod about;
mod bundle;
mod dataset;
mod network;
mod run;
mod tasks;
mod training;

use std::path::PathBuf;

use about::About;
use modulens_bundle::Attribution;
use modulens_training::attribution;
use modulens_training::error::{TrainerError, check_links};
use modulens_training::output::{print, to_json};

/// Arguments of `trainer info`.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// A run's folder, a bundle's folder, or a dataset (folder or zip).
    pub path: PathBuf,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
}

/// Says what a path holds.
///
/// # Errors
/// It holds nothing known, or something damaged.
pub fn run(args: &Args) -> Result<(), TrainerError> {
    let about = about(args)?;
    if args.json {
        print(&to_json(&about.json)?)
    } else {
        print(&about.text)
    }
}

/// Finds out without printing: the object that `--json` prints.
///
/// # Errors
/// As [`run`].
pub fn describe(args: &Args) -> Result<serde_json::Value, TrainerError> {
    Ok(about(args)?.json)
}

fn about(args: &Args) -> Result<About, TrainerError> {
    let path = &args.path;
    check_links(path)?;
    if path.join("run.json").is_file() {
        run::about(path)
    } else if path.join(modulens_bundle::files::MANIFEST).is_file() {
        bundle::about(path)
    } else {
        dataset::about(path)
    }
}

/// A line that names who made something and under which terms, as far as they are stated.
fn licence_line(one: &Attribution) -> String {
    let creator = match one.creator.as_str() {
        attribution::NOT_STATED => String::new(),
        creator => format!(" by {creator}"),
    };
    let line = format!(
        "licence: {}{creator}: {} {}",
        one.what, one.licence, one.url
    );
    line.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_licence_line_leaves_out_what_is_not_stated() {
        let mut one = Attribution {
            what: "pictures".into(),
            creator: "Anna".into(),
            licence: "CC BY 4.0".into(),
            url: "https://example.org".into(),
        };
        let line = licence_line(&one);
        assert_eq!(
            line,
            "licence: pictures by Anna: CC BY 4.0 https://example.org"
        );
        one.creator = attribution::NOT_STATED.into();
        one.url.clear();
        assert_eq!(licence_line(&one), "licence: pictures: CC BY 4.0");
    }
}
