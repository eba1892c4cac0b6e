//! `trainer predict`: the same probabilities as search has, for files, folders and archives, in every form.

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use common::predicting::{Place, zip};
use modulens_bundle::Bundle;
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use parquet::record::RowAccessor as _;
use serde_json::Value;
use trainer::error::report;
use trainer::search;

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
