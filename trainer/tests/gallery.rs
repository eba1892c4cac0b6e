//! Galleries of other images by a network that is there already.

mod common;

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use clap::Parser as _;
use modulens_bundle::Bundle;
use trainer::cli::Cli;

fn trainer(words: &[&str], paths: &[(&str, &Path)]) -> Result<(), String> {
    let mut line: Vec<OsString> = vec!["trainer".into()];
    line.extend(words.iter().map(OsString::from));
    for (flag, path) in paths {
        if !flag.is_empty() {
            line.push((*flag).into());
        }
        line.push(path.into());
    }
    trainer::run(Cli::parse_from(line)).map_err(|error| trainer::error::report(&error))
}

/// One network is trained at a time: the random numbers that it begins with are one stream for the whole process.
static TRAINING: Mutex<()> = Mutex::new(());

/// A trained run, exported without its images.
fn network(dir: &Path, more: &[&str]) -> std::path::PathBuf {
    let _alone = TRAINING.lock().unwrap_or_else(PoisonError::into_inner);
    let config = common::write_config(dir);
    let (run, bundle) = (dir.join("run"), dir.join("network"));
    trainer(
        &["train", "--backend", "flex", "--json", "--epochs", "1"],
        &[("", &config), ("--out", &run)],
    )
    .expect("trains");
    let words = [&["export", "--backend", "flex", "--without-images"], more].concat();
    trainer(&words, &[("", &run), ("--out", &bundle)]).expect("exports");
    bundle
}

#[test]
fn other_images_are_embedded_and_keep_the_labels_that_the_network_knows() {
    let place = tempfile::tempdir().expect("a folder");
    let dir = place.path();
    let network = network(dir, &[]);
    let tasks = Bundle::open(&network).expect("a bundle").manifest.tasks;
    let task = &tasks[0];

    let images = dir.join("others");
    fs::create_dir(&images).expect("made");
    for name in ["a.jpg", "b.jpg", "c.jpg"] {
        common::write_image(&images.join(name));
    }
    fs::write(images.join("d.jpg"), "no picture").expect("written");
    let table = format!(
        "image,{},Mood\na.jpg,{1},good\nb.jpg,{2},bad\nc.jpg,,good\nd.jpg,{1},bad\n",
        task.name, task.values[1], task.values[0]
    );
    fs::write(images.join("labels.csv"), table).expect("written");
    let gallery = dir.join("gallery");
    trainer(
        &["gallery", "--title", "Others"],
        &[("", &network), ("", &images), ("--out", &gallery)],
    )
    .expect("a gallery");

    let bundle = Bundle::open(&gallery).expect("a bundle");
    bundle.verify().expect("whole");
    assert_eq!(bundle.manifest.title, "Others");
    assert_eq!(bundle.ids, ["a.jpg", "b.jpg", "c.jpg"]);
    let labels: Vec<Option<u8>> = (0..3).map(|image| bundle.labels.get(image, 0)).collect();
    assert_eq!(labels, [Some(1), Some(0), None]);
    assert!(
        bundle
            .picture(2)
            .expect("a picture")
            .starts_with(&[0xff, 0xd8])
    );
    assert_eq!(bundle.manifest.tasks, tasks);
}

#[test]
fn a_network_of_faces_leaves_images_without_a_face_out() {
    let place = tempfile::tempdir().expect("a folder");
    let dir = place.path();
    let network = network(dir, &["--faces"]);
    assert!(Bundle::open(&network).expect("a bundle").manifest.faces);
    let images = dir.join("others");
    fs::create_dir(&images).expect("made");
    common::write_image(&images.join("a.jpg"));
    let gallery = dir.join("gallery");
    let error = trainer(
        &["gallery"],
        &[("", &network), ("", &images), ("--out", &gallery)],
    )
    .expect_err("no face");
    assert!(error.contains("a.jpg: no face found"), "{error}");
    assert!(!gallery.exists());
    let error = trainer(&["predict"], &[("", &network), ("", &images)]).expect_err("no face");
    assert!(error.contains("no face found"), "{error}");
}

/// A bundle could not say that images were not of the kind its network was trained on.
#[test]
fn a_described_bundle_tells_images_of_another_kind() {
    let place = tempfile::tempdir().expect("a folder");
    let dir = place.path();
    let network = network(dir, &[]);
    let gallery = dir.join("all");
    let data = dir.join("bars");
    trainer(
        &["gallery"],
        &[("", &network), ("", &data), ("--out", &gallery)],
    )
    .expect("a gallery");
    let before = Bundle::open(&network).expect("a bundle").manifest;
    trainer(
        &["domain", "--json"],
        &[("", &network), ("--train", &gallery)],
    )
    .expect("describes");
    let described = Bundle::open(&network).expect("a bundle");
    described.verify().expect("whole");
    assert!(described.domain.is_some());
    let mut after = described.manifest;
    after.files.remove(modulens_bundle::files::DOMAIN);
    assert_eq!(after, before, "all else stays");

    let images = dir.join("flat");
    fs::create_dir(&images).expect("made");
    for name in ["a.jpg", "b.jpg"] {
        common::write_image(&images.join(name));
    }
    let out = dir.join("predictions.jsonl");
    trainer(
        &["predict", "--json"],
        &[("", &network), ("", &images), ("--output", &out)],
    )
    .expect("predicts");
    let text = fs::read_to_string(&out).expect("written");
    assert_eq!(text.matches("\"out_of_domain\":").count(), 2, "{text}");

    let few = dir.join("few");
    trainer(
        &["gallery"],
        &[("", &network), ("", &images), ("--out", &few)],
    )
    .expect("a gallery");
    assert!(Bundle::open(&few).expect("a bundle").domain.is_some());
    let refused = trainer(&["domain"], &[("", &network), ("--train", &few)]);
    assert!(refused.expect_err("too few").contains("too few"));
}
