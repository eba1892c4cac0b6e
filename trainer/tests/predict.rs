//! `trainer predict`: the same probabilities as search has, for files, folders and archives, in every form.

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Parser as _;
use modulens_bundle::Bundle;
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use parquet::record::RowAccessor as _;
use serde_json::Value;
use trainer::cli::{Cli, Command};
use trainer::error::{TrainerError, report};
use trainer::{export, predict, search};

/// A finished run on the tiny dataset, and its bundle.
struct Place {
    dir: tempfile::TempDir,
    bundle: PathBuf,
}

fn parse(words: &[&str]) -> Command {
    let line = ["trainer"].iter().chain(words);
    Cli::try_parse_from(line).expect("parses").command
}

impl Place {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        common::write_run(dir.path());
        let bundle = dir.path().join("bundle");
        let place = Self { dir, bundle };
        place.export("bundle", &[]);
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    fn export(&self, name: &str, more: &[&str]) -> export::Summary {
        let (run, out) = (self.text("run"), self.text(name));
        let words = ["export", &run, "--backend", "flex", "--out", &out];
        match parse(&[&words[..], more].concat()) {
            Command::Export(args) => export::export(&args).expect("exports"),
            other => panic!("{other:?}"),
        }
    }

    /// Predicts some paths by a bundle in this place.
    fn predict(&self, bundle: &str, more: &[&str]) -> Result<predict::Summary, TrainerError> {
        match parse(&[&["predict", &self.text(bundle)], more].concat()) {
            Command::Predict(args) => predict::predict(&args),
            other => panic!("{other:?}"),
        }
    }

    /// The JSON lines of a prediction, and its failures.
    fn lines(&self, bundle: &str, more: &[&str]) -> (Vec<Value>, Vec<predict::Failure>) {
        let out = self.text("out.jsonl");
        let words = ["--json", "--output", &out];
        let summary = self
            .predict(bundle, &[&words, more].concat())
            .expect("predicts");
        let text = fs::read_to_string(&out).expect("written");
        let lines = text
            .lines()
            .map(|line| serde_json::from_str(line).expect("JSON"));
        (lines.collect(), summary.failed)
    }
}

/// The probability of every value of every task, by `Task=value`.
fn probabilities(line: &Value) -> BTreeMap<String, f32> {
    let mut all = BTreeMap::new();
    for task in line["tasks"].as_array().expect("a list") {
        let name = task["name"].as_str().expect("a name");
        let values = task["probabilities"].as_object().expect("an object");
        let sum: f64 = values.values().map(|p| p.as_f64().expect("a number")).sum();
        assert!((sum - 1.0).abs() < 1e-5, "{line}");
        for (value, p) in values {
            all.insert(
                format!("{name}={value}"),
                p.as_f64().expect("a number") as f32,
            );
        }
    }
    all
}

/// Files in a zip, stored.
fn zip(files: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, data) in files {
        let (at, size) = (out.len() as u32, data.len() as u32);
        let crc = crc32fast::hash(data);
        let mut common = vec![20, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        for number in [crc, size, size] {
            common.extend(number.to_le_bytes());
        }
        common.extend((name.len() as u16).to_le_bytes());
        common.extend([0, 0]);
        out.extend(b"PK\x03\x04");
        out.extend(&common);
        out.extend(name.as_bytes());
        out.extend(data);
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(at.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (start, files) = (out.len() as u32, (files.len() as u16).to_le_bytes());
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend([files, files].concat());
    out.extend((directory.len() as u32).to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0, 0]);
    out
}

#[test]
fn predictions_are_those_of_search_for_the_same_images() {
    let place = Place::new();
    let (lines, failed) = place.lines("bundle", &[&place.text("bundle/pictures")]);
    assert_eq!((lines.len(), failed.len()), (36, 0));
    let mut ids: Vec<&str> = lines
        .iter()
        .map(|line| line["id"].as_str().expect("an id"))
        .collect();
    assert!(ids.is_sorted(), "{ids:?}");
    ids.dedup();
    assert_eq!(ids.len(), 36);

    let bundle = Bundle::open(&place.bundle).expect("opens");
    for (task, value) in [("Red", "yes"), ("Bar", "middle")] {
        let found = search::search(&search::Args {
            bundle: place.bundle.clone(),
            asked: search::Asked {
                wanted: vec![format!("{task}={value}")],
                ..search::Asked::default()
            },
            top: 36,
            json: false,
        })
        .expect("finds");
        assert_eq!(found.results.len(), 36);
        for hit in found.results {
            let picture = bundle.manifest.picture_path(hit.index).expect("a picture");
            let id = place.bundle.join(picture).display().to_string();
            let line = lines.iter().find(|line| line["id"] == *id).expect(&id);
            let predicted = probabilities(line)[&format!("{task}={value}")];
            // The features that search has are rounded to 16 bits.
            assert!(
                (predicted - hit.score).abs() < 5e-3,
                "{id}: {predicted}, but {}",
                hit.score
            );
        }
    }
}

#[test]
fn folders_zips_and_files_give_the_same_numbers_in_every_form() {
    let place = Place::new();
    let bars = place.path("bars");
    let read = |name: &str| fs::read(bars.join(name)).expect("an image");
    let archive = zip(&[("a/003.jpg", read("003.jpg")), ("004.jpg", read("004.jpg"))]);
    fs::write(place.path("some.zip"), archive).expect("written");
    let (folder, _) = place.lines("bundle", &[&place.text("bars")]);
    assert_eq!(folder.len(), 90);
    let file = place.text("bars/003.jpg");
    let (some, failed) = place.lines("bundle", &[&place.text("some.zip"), &file, &file]);
    assert_eq!((some.len(), failed.len()), (3, 0));
    let of = |name: &str| {
        let id = place.text(name);
        let mut lines = folder.iter().chain(&some);
        probabilities(lines.find(|line| line["id"] == *id).expect(name))
    };
    assert_eq!(of("some.zip/a/003.jpg"), of("bars/003.jpg"));
    assert_eq!(of("some.zip/004.jpg"), of("bars/004.jpg"));
    assert_eq!(
        probabilities(&some[0]),
        of("bars/003.jpg"),
        "a file has the path given as its id"
    );
    assert_ne!(of("bars/003.jpg"), of("bars/014.jpg"));

    let (csv, table) = (place.text("out.csv"), place.text("out.parquet"));
    let words = [
        "--csv",
        "--output",
        &csv,
        "--parquet",
        &table,
        &place.text("bars"),
    ];
    place.predict("bundle", &words).expect("predicts");
    let text = fs::read_to_string(&csv).expect("written");
    let mut rows = text
        .split("\r\n")
        .map(|row| row.split(',').collect::<Vec<_>>());
    let header = rows.next().expect("a header");
    assert_eq!(header[..3], ["image", "Red=no", "Red=yes"]);
    let reader =
        SerializedFileReader::new(fs::File::open(&table).expect("opens")).expect("Parquet");
    let schema = reader.metadata().file_metadata().schema();
    let names: Vec<&str> = schema
        .get_fields()
        .iter()
        .map(|field| field.name())
        .collect();
    assert_eq!(names[0], "id");
    assert_eq!(names[1..header.len()], header[1..]);
    assert_eq!(
        names[header.len()..],
        ["embedding:Red", "embedding:Bar", "features"]
    );
    let mut count = 0;
    for ((line, cells), record) in folder
        .iter()
        .zip(rows)
        .zip(reader.get_row_iter(None).expect("rows"))
    {
        let record = record.expect("a row");
        let expected = probabilities(line);
        assert_eq!(line["id"], cells[0]);
        assert_eq!(line["id"], *record.get_string(0).expect("an id"));
        for (column, name) in header.iter().enumerate().skip(1) {
            assert_eq!(cells[column].parse(), Ok(expected[*name]), "{line}");
            assert_eq!(
                record.get_float(column).ok(),
                Some(expected[*name]),
                "{line}"
            );
        }
        let list = |column: usize| -> Vec<f32> {
            let list = record.get_list(column).expect("a list").elements().iter();
            list.map(|field| match field {
                parquet::record::Field::Float(value) => *value,
                other => panic!("{other}"),
            })
            .collect()
        };
        for task in 0..2 {
            let embedding = list(header.len() + task);
            assert_eq!(embedding.len(), 16);
            let length: f32 = embedding.iter().map(|x| x * x).sum();
            assert!((length - 1.0).abs() < 1e-4, "{length}");
        }
        assert_eq!(list(header.len() + 2).len(), 24);
        count += 1;
    }
    assert_eq!(count, 90);
}

#[test]
fn images_that_cannot_be_decoded_are_told_and_cost_nothing_else() {
    let place = Place::new();
    let mixed = place.path("mixed");
    fs::create_dir(&mixed).expect("a folder");
    let good = fs::read(place.path("bars/003.jpg")).expect("an image");
    fs::write(mixed.join("cut.jpg"), &good[..good.len() / 2]).expect("written");
    fs::write(mixed.join("good.jpg"), &good).expect("written");
    fs::write(mixed.join("new.heic"), b"\0\0\0\x18ftypheic").expect("written");
    fs::write(mixed.join("old.7z"), b"7z\xBC\xAF\x27\x1C").expect("written");
    let (lines, failed) = place.lines("bundle", &[&place.text("mixed")]);
    let told: BTreeMap<&str, &str> = failed
        .iter()
        .map(|failure| (failure.id.as_str(), failure.error.as_str()))
        .collect();
    for (name, why) in [
        ("cut.jpg", "cut short"),
        ("new.heic", "HEIC"),
        ("old.7z", "a 7z archive"),
    ] {
        let id = mixed.join(name).display().to_string();
        assert!(told[id.as_str()].contains(why), "{told:?}");
        let line = lines.iter().find(|line| line["id"] == *id).expect(name);
        assert!(
            line["error"].as_str().expect("a reason").contains(why),
            "{line}"
        );
    }
    assert_eq!((lines.len(), failed.len()), (4, 3));
    assert_eq!(
        lines[0]["id"],
        *mixed.join("good.jpg").display().to_string(),
        "first of all"
    );

    let out = place.text("kept.csv");
    fs::write(&out, "before").expect("written");
    let words = ["--csv", "--output", &out, &place.text("mixed/cut.jpg")];
    let error = report(&place.predict("bundle", &words).expect_err("none is left"));
    assert!(
        error.contains("no image could be predicted") && error.contains("cut short"),
        "{error}"
    );
    assert_eq!(fs::read_to_string(&out).expect("there"), "before");
    assert!(!place.path("kept.csv.part").exists());
    fs::create_dir(place.path("empty")).expect("a folder");
    let error = report(
        &place
            .predict("bundle", &[&place.text("empty")])
            .expect_err("empty"),
    );
    assert!(error.contains("there is no image in"), "{error}");
    let error = report(
        &place
            .predict("bundle", &[&place.text("nowhere")])
            .expect_err("missing"),
    );
    assert!(error.contains("nowhere"), "{error}");
}

#[test]
fn a_bundle_without_images_predicts_what_the_gallery_does() {
    let place = Place::new();
    let summary = place.export("network", &["--without-images"]);
    assert_eq!((summary.images, summary.pictures), (0, false));
    let names = fs::read_dir(place.path("network")).expect("a folder");
    let mut names: Vec<_> = names
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    names.sort();
    let expected = [
        "manifest.json",
        "readouts.safetensors",
        "tail.safetensors",
        "weights.safetensors",
    ];
    assert_eq!(names, expected);
    let manifest = Bundle::open(place.path("network")).expect("opens").manifest;
    assert_eq!(
        manifest.quality,
        Bundle::open(&place.bundle).expect("opens").manifest.quality
    );
    let area = manifest.quality.tasks[0].auc.expect("measured");
    assert!((0.9..=1.0).contains(&area), "{area}");

    let bars = place.text("bars");
    assert_eq!(
        place.lines("network", &[&bars]),
        place.lines("bundle", &[&bars])
    );
    let (lines, _) = place.lines("network", &["--tasks", "bar", &bars]);
    assert_eq!(lines[0]["tasks"].as_array().expect("a list").len(), 1);
    assert_eq!(lines[0]["tasks"][0]["name"], "Bar");
    let error = report(
        &place
            .predict("network", &["--tasks", "Hat", &bars])
            .expect_err("unknown"),
    );
    assert!(error.contains("the tasks are"), "{error}");

    fs::remove_file(place.path("network/tail.safetensors")).expect("removed");
    let error = report(
        &place
            .predict("network", &[&bars])
            .expect_err("a missing file"),
    );
    assert!(
        error.contains("tail.safetensors") && error.lines().count() <= 2,
        "{error}"
    );
    // A network with early sites has none: its own tail is then run.
    let path = place.path("network/manifest.json");
    let mut json: Value = serde_json::from_slice(&fs::read(&path).expect("there")).expect("JSON");
    json["files"]
        .as_object_mut()
        .expect("an object")
        .remove("tail.safetensors");
    fs::write(&path, json.to_string()).expect("written");
    let (unfolded, _) = place.lines("network", &[&bars]);
    let (folded, _) = place.lines("bundle", &[&bars]);
    for (a, b) in folded.iter().zip(&unfolded) {
        for ((name, p), (_, q)) in probabilities(a).iter().zip(probabilities(b)) {
            assert!((p - q).abs() < 1e-3, "{name}: {p} {q}");
        }
    }

    json["input"]["size"] = 64.into();
    fs::write(&path, json.to_string()).expect("written");
    let error = report(
        &place
            .predict("network", &[&bars])
            .expect_err("another input"),
    );
    assert!(
        error.contains("64 pixels") && error.lines().count() == 1,
        "{error}"
    );
    fs::remove_file(place.path("network/weights.safetensors")).expect("removed");
    let error = report(
        &place
            .predict("network", &[&bars])
            .expect_err("a missing file"),
    );
    assert!(error.contains("weights.safetensors"), "{error}");
    assert!(search_of(&place.path("network")).contains("trainer predict"));
}

fn search_of(bundle: &Path) -> String {
    let asked = search::Asked {
        wanted: vec!["Red=yes".into()],
        ..search::Asked::default()
    };
    let args = search::Args {
        bundle: bundle.to_owned(),
        asked,
        top: 1,
        json: false,
    };
    report(&search::search(&args).expect_err("nothing to search"))
}

/// The ids in a Parquet file of predictions, with the first task's first probability, and the images left out.
fn rows(path: &Path) -> (BTreeMap<String, f32>, Vec<Value>) {
    let reader = SerializedFileReader::new(fs::File::open(path).expect("opens")).expect("Parquet");
    let pairs = reader.metadata().file_metadata().key_value_metadata();
    let failed = pairs.and_then(|pairs| pairs.iter().find(|pair| pair.key == "modulens.failed"));
    let failed = failed.and_then(|pair| pair.value.as_deref()).expect("told");
    let rows = reader.get_row_iter(None).expect("rows").map(|record| {
        let record = record.expect("a row");
        let id = record.get_string(0).expect("an id").clone();
        (id, record.get_float(1).expect("a probability"))
    });
    (rows.collect(), serde_json::from_str(failed).expect("JSON"))
}

#[test]
fn shards_are_the_whole_and_are_left_alone_until_something_changes() {
    let place = Place::new();
    let (whole, parts, bars) = (
        place.text("whole.parquet"),
        place.text("parts"),
        place.text("bars"),
    );
    let good = fs::read(place.path("bars/003.jpg")).expect("an image");
    fs::write(place.path("bars/cut.jpg"), &good[..good.len() / 2]).expect("written");
    place
        .predict("bundle", &["--parquet", &whole, &bars])
        .expect("predicts");
    let shard = |which: &str| {
        let words = ["--shard", which, "--parquet", &parts, &bars];
        place.predict("bundle", &words)
    };
    let all = || -> Vec<usize> {
        let counts = ["1/3", "2/3", "3/3"].map(|which| shard(which).expect(which).predicted);
        counts.to_vec()
    };
    let path = |number: usize| place.path(&format!("parts/shard-{number}-of-3.parquet"));

    assert_eq!(all().iter().sum::<usize>(), 90);
    let (expected, failed) = rows(Path::new(&whole));
    assert_eq!(failed.len(), 1);
    let (mut union, mut left_out) = (BTreeMap::new(), Vec::new());
    for number in 1..=3 {
        let (part, failed) = rows(&path(number));
        assert!(part.len() > 10, "{}", part.len());
        union.extend(part);
        left_out.extend(failed);
    }
    assert_eq!((union, left_out), (expected, failed));
    let names = fs::read_dir(place.path("parts")).expect("a folder");
    let names = names.map(|entry| entry.expect("an entry").file_name());
    let half = names.filter(|name| name.to_string_lossy().ends_with(".part"));
    assert_eq!(half.count(), 0);

    assert_eq!(all(), [0, 0, 0], "they are there");
    fs::write(place.path("bars/new.jpg"), &good).expect("written");
    let again = all();
    let made = again.iter().filter(|count| **count > 0).count();
    assert_eq!(made, 1, "an image is added to one shard: {again:?}");
    let bytes = fs::read(path(2)).expect("a shard");
    fs::write(path(2), &bytes[..bytes.len() / 2]).expect("written");
    assert!(all()[1] > 0, "a damaged file is made again");
    assert_eq!(fs::read(path(2)).expect("a shard"), bytes);
    place
        .predict(
            "bundle",
            &[
                "--shard",
                "1/3",
                "--tasks",
                "Bar",
                "--parquet",
                &parts,
                &bars,
            ],
        )
        .expect("predicts");
    let (bar, _) = rows(&path(1));
    assert!(bar.values().all(|p| (0.0..=1.0).contains(p)));
    assert!(shard("1/3").expect("predicts").predicted > 0, "other tasks");

    let lock = fs::File::create(place.path("parts/shard-3-of-3.lock")).expect("a lock");
    lock.lock().expect("locked");
    let error = report(&shard("3/3").expect_err("two at once"));
    assert!(error.contains("another process"), "{error}");
    drop(lock);
    assert_eq!(shard("3/3").expect("free again").predicted, 0);

    let error = report(&shard("1/4").expect_err("of another number"));
    assert!(error.contains("would be in it twice"), "{error}");
}

/// A disk that was away for a moment is no reason to lose images.
#[test]
fn a_shard_with_an_image_that_could_not_be_read_is_predicted_again() {
    let place = Place::new();
    let read = |name: &str| fs::read(place.path(name)).expect("an image");
    let images = [
        ("a.jpg", read("bars/003.jpg")),
        ("b.jpg", read("bars/004.jpg")),
    ];
    let (good, parts, path) = (zip(&images), place.text("parts"), place.text("some.zip"));
    let shard = || {
        let words = ["--shard", "1/1", "--parquet", &parts, &path];
        place.predict("bundle", &words).expect("predicts").predicted
    };
    // Its checksum is wrong.
    let mut bad = good.clone();
    bad[30 + "a.jpg".len() + 20] ^= 1;
    fs::write(&path, bad).expect("written");
    assert_eq!([shard(), shard()], [1, 1]);
    fs::write(&path, good).expect("written");
    assert_eq!([shard(), shard()], [2, 0]);
}

#[test]
fn a_shard_may_be_empty() {
    let place = Place::new();
    let (parts, one) = (place.text("parts"), place.text("bars/003.jpg"));
    let mut counts = Vec::new();
    for which in ["1/2", "2/2"] {
        let words = ["--shard", which, "--parquet", &parts, &one];
        counts.push(place.predict("bundle", &words).expect(which).predicted);
    }
    counts.sort_unstable();
    assert_eq!(counts, [0, 1]);
    for number in 1..=2 {
        rows(&place.path(&format!("parts/shard-{number}-of-2.parquet")));
    }
}
