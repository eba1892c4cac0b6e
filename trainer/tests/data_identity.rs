//! A run knows the data it was begun with, and a dataset that cannot be trained on is told before the first epoch.

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use common::TINY;
use jpeg_encoder::{ColorType, Encoder};

/// A folder of images of one colour each, a table of labels, and the runs on it.
struct Place(tempfile::TempDir);

/// The outcome of a command.
struct Said {
    ok: bool,
    out: String,
    err: String,
}

impl Place {
    fn new(images: usize) -> Self {
        let place = Self(tempfile::tempdir().expect("a folder"));
        fs::create_dir(place.path("data")).expect("a folder");
        fs::write(place.path("config.toml"), TINY).expect("writes");
        for image in 0..images {
            place.draw(image, [[200, 40, 40], [40, 40, 200]][image % 2]);
        }
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn draw(&self, image: usize, colour: [u8; 3]) {
        let pixels: Vec<u8> = (0..32 * 32)
            .flat_map(|at| colour.map(|c| c + (at % 7) as u8))
            .collect();
        let mut jpeg = Vec::new();
        Encoder::new(&mut jpeg, 90)
            .encode(&pixels, 32, 32, ColorType::Rgb)
            .expect("a JPEG");
        fs::write(self.path(&format!("data/{image:02}.jpg")), jpeg).expect("writes");
    }

    /// Writes the table: the columns after the image, and a row of them for each image.
    fn table(&self, header: &str, rows: impl IntoIterator<Item = String>) {
        let rows: String = (rows.into_iter().enumerate())
            .map(|(image, row)| format!("{image:02}.jpg,{row}\n"))
            .collect();
        fs::write(
            self.path("data/labels.csv"),
            format!("image,{header}\n{rows}"),
        )
        .expect("writes");
    }

    fn run(&self, words: &[&dyn AsRef<std::ffi::OsStr>]) -> Said {
        let Output {
            status,
            stdout,
            stderr,
        } = Command::new(env!("CARGO_BIN_EXE_trainer"))
            .args(words)
            .output()
            .expect("starts");
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Said {
            ok: status.success(),
            out: text(stdout),
            err: text(stderr),
        }
    }

    fn train(&self, more: &[&str]) -> Said {
        let (config, data, out) = (
            self.path("config.toml"),
            self.path("data"),
            self.path("run"),
        );
        let mut words: Vec<&dyn AsRef<std::ffi::OsStr>> = vec![
            &"train",
            &config,
            &"--backend",
            &"flex",
            &"--data",
            &data,
            &"--out",
            &out,
        ];
        words.extend(more.iter().map(|word| word as &dyn AsRef<std::ffi::OsStr>));
        self.run(&words)
    }

    fn eval(&self, more: &[&str]) -> Said {
        let run = self.path("run");
        let mut words: Vec<&dyn AsRef<std::ffi::OsStr>> =
            vec![&"eval", &run, &"--backend", &"flex"];
        words.extend(more.iter().map(|word| word as &dyn AsRef<std::ffi::OsStr>));
        self.run(&words)
    }

    fn epochs(&self) -> usize {
        let lines = fs::read_to_string(self.path("run/metrics.jsonl")).expect("reads");
        lines.lines().count()
    }
}

/// Of every six images four are for training, and one each for validation and test.
fn split(image: usize) -> &'static str {
    ["train", "train", "val", "train", "test", "train"][image / 2 % 6]
}

/// A row of the usual table: a colour that the image shows, and the split.
fn row(image: usize) -> String {
    format!("{},{}", ["red", "blue"][image % 2], split(image))
}

fn trained() -> Place {
    let place = Place::new(48);
    place.table("colour,split", (0..48).map(row));
    let said = place.train(&[]);
    assert!(said.ok, "{}", said.err);
    place
}

#[track_caller]
fn refused(said: &Said, needles: &[&str]) {
    assert!(!said.ok, "not refused: {}", said.out);
    for needle in needles {
        assert!(said.err.contains(needle), "{needle}: {}", said.err);
    }
}

/// Labels were once corrected between two sessions, and the run went on with the old weights and the old best score.
#[test]
fn labels_that_changed_are_named_and_gone_on_with_only_when_asked() {
    let place = trained();
    let before = fs::read(place.path("run/run.json")).expect("reads");
    let swapped = |image: usize| match image < 10 {
        true => format!("{},{}", ["blue", "red"][image % 2], split(image)),
        false => row(image),
    };
    place.table("colour,split", (0..48).map(swapped));
    let said = place.train(&["--epochs", "4"]);
    refused(
        &said,
        &[
            "the data changed since the run",
            "labels of colour differ for 10 of 48 images",
            "--accept-changed-data",
            "--fresh",
        ],
    );
    assert!(!said.err.contains("because"), "{}", said.err);
    assert_eq!(fs::read(place.path("run/run.json")).expect("reads"), before);
    let config = fs::read_to_string(place.path("run/config.toml")).expect("reads");
    assert!(config.contains("epochs = 2"), "nothing was changed");
    let said = place.eval(&[]);
    assert!(
        said.ok && said.err.contains("warning: the data are not those"),
        "{}",
        said.err
    );
    assert!(
        said.err.contains("labels of colour differ for 10 of 48"),
        "{}",
        said.err
    );

    let said = place.train(&["--epochs", "4", "--accept-changed-data"]);
    assert!(
        said.ok && said.err.contains("going on although"),
        "{}",
        said.err
    );
    assert_eq!(place.epochs(), 4);
    // From then on these are the run's data.
    let said = place.train(&["--epochs", "5"]);
    assert!(
        said.ok && !said.err.contains("data changed"),
        "{}",
        said.err
    );
    let said = place.eval(&[]);
    assert!(said.ok && !said.err.contains("warning"), "{}", said.err);
}

/// The best score of a run was once that of validation labels that are no longer there.
#[test]
fn the_best_epoch_is_measured_again_on_changed_labels() {
    let place = trained();
    let best = || {
        let text = fs::read_to_string(place.path("run/run.json")).expect("reads");
        let record: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        record["best_val"].as_f64().expect("a number")
    };
    let before = best();
    // The validation split says of half of its images what they are not.
    let wrong = |image: usize| match split(image) == "val" && image % 8 < 2 {
        true => format!("{},val", ["blue", "red"][image % 2]),
        false => row(image),
    };
    place.table("colour,split", (0..48).map(wrong));
    let said = place.train(&["--accept-changed-data"]);
    assert!(said.ok, "{}", said.err);
    assert!(best() < before, "{} instead of {before}", best());
    assert!(place.eval(&[]).ok, "it is finished");
}

#[test]
fn a_new_value_or_task_is_refused_with_what_to_do() {
    let place = trained();
    let third = |image: usize| match image % 5 {
        0 => format!("green,{}", split(image)),
        _ => row(image),
    };
    place.table("colour,split", (0..48).map(third));
    for more in [&[][..], &["--accept-changed-data"]] {
        refused(
            &place.train(more),
            &[
                "task colour has the new value \"green\"",
                "bring the old ones back",
            ],
        );
    }
    place.table(
        "colour,even,split",
        (0..48).map(|image| {
            let colour = ["red", "blue"][image % 2];
            format!("{colour},{},{}", ["yes", "no"][image / 2 % 2], split(image))
        }),
    );
    refused(
        &place.train(&["--accept-changed-data"]),
        &["task even is new"],
    );
    let said = place.train(&["--fresh"]);
    assert!(said.ok, "{}", said.err);
}

/// Images that were replaced under their names were once not noticed.
#[test]
fn images_that_changed_in_place_are_noticed() {
    let place = trained();
    let path = place.path("data/03.jpg");
    let mut bytes = fs::read(&path).expect("reads");
    // A JPEG may hold a comment, so that the image stays the same.
    bytes.splice(2..2, [0xff, 0xfe, 0, 4, b'a', b'b']);
    fs::write(&path, &bytes).expect("writes");
    refused(
        &place.train(&[]),
        &["the file differs for 1 of 48 images, namely 03.jpg"],
    );
    let said = place.eval(&[]);
    assert!(
        said.ok && said.err.contains("namely 03.jpg"),
        "{}",
        said.err
    );
    assert!(place.train(&["--accept-changed-data"]).ok);
    // The same size, which only reading it tells apart.
    bytes[6] = b'c';
    fs::write(&path, &bytes).expect("writes");
    refused(
        &place.train(&[]),
        &["the file differs for 1 of 48 images, namely 03.jpg"],
    );
    fs::remove_file(&path).expect("removes");
    refused(&place.train(&[]), &["1 image is gone, namely 03.jpg"]);
}

#[test]
fn a_run_without_a_record_of_its_data_goes_on() {
    let place = trained();
    fs::remove_file(place.path("run/data.record")).expect("removes");
    let said = place.train(&["--epochs", "3"]);
    assert!(said.ok, "{}", said.err);
    assert!(
        place.path("run/data.record").is_file(),
        "it is written anew"
    );
    fs::write(place.path("run/data.record"), "modulens-data 1 ").expect("writes");
    place.table(
        "colour,split",
        (0..48).map(|image| row(image + usize::from(image < 2))),
    );
    refused(
        &place.train(&["--epochs", "4"]),
        &[
            "the data changed",
            "cannot be named",
            "--accept-changed-data",
        ],
    );
    let said = place.train(&["--epochs", "4", "--accept-changed-data"]);
    assert!(said.ok, "{}", said.err);
}

/// Fewer epochs than are done were once accepted without a word, and `info` spoke of epoch 2 of 1.
#[test]
fn fewer_epochs_than_are_done_are_said_to_be_done() {
    let place = trained();
    let said = place.train(&["--epochs", "1"]);
    assert!(
        said.ok && said.err.contains("has 2 epochs already"),
        "{}",
        said.err
    );
    assert_eq!(place.epochs(), 2);
    let config = fs::read_to_string(place.path("run/config.toml")).expect("reads");
    assert!(config.contains("epochs = 2"), "{config}");
    let said = place.train(&[]);
    assert!(
        said.ok && said.err.contains("nothing is trained"),
        "{}",
        said.err
    );
}

/// An empty validation split once showed after the images were decoded, without a word on what to do.
#[test]
fn an_empty_split_is_refused_before_anything_is_written() {
    let place = Place::new(8);
    let part = |image: usize| if image < 5 { "train" } else { "test" };
    place.table(
        "colour,split",
        (0..8).map(|image| format!("{},{}", ["red", "blue"][image % 2], part(image))),
    );
    let said = place.train(&[]);
    refused(
        &said,
        &[
            "of 8 images none is in the validation split (train 5, val 0, test 3)",
            "column split",
        ],
    );
    assert!(!place.path("run").exists());
    let (data, words) = (place.path("data"), "info");
    let said = place.run(&[&words, &data]);
    assert!(
        said.ok && said.out.contains("training: not possible: of 8 images"),
        "{}",
        said.out
    );
}

/// A task of which training knew one value only once ended a run after its last epoch.
#[test]
fn a_task_that_cannot_be_learned_is_left_out_with_a_note() {
    let place = Place::new(48);
    let ring = |image: usize| if split(image) == "val" { "yes" } else { "no" };
    place.table(
        "ring,colour,split",
        (0..48).map(|image| format!("{},{}", ring(image), row(image))),
    );
    let said = place.train(&[]);
    assert!(said.ok, "{}", said.err);
    assert!(
        said.err.contains("note: task ring is left out"),
        "{}",
        said.err
    );
    let said = place.eval(&["--json"]);
    let quality: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
    assert_eq!(quality["tasks"].as_array().map(Vec::len), Some(1));
    assert!(!said.err.contains("warning"), "{}", said.err);
    // Once it can be learned, it is a new task.
    place.table(
        "ring,colour,split",
        (0..48).map(|image| format!("{},{}", if image < 2 { "yes" } else { "no" }, row(image))),
    );
    refused(&place.train(&[]), &["task ring is new"]);
}

/// Images of which no label is known once had their share of the steps of every epoch.
#[test]
fn images_without_a_label_are_not_trained_on() {
    let place = Place::new(48);
    let known = |image: usize| image < 36 || split(image) != "train";
    let row = |image: usize| match known(image) {
        true => row(image),
        false => format!(",{}", split(image)),
    };
    place.table("colour,split", (0..48).map(row));
    let all = (0..48).filter(|&image| split(image) == "train").count();
    let unknown = (0..48).filter(|&image| !known(image)).count();
    let sentence = format!(
        "{unknown} of {all} training images are not trained on, since no task has a label for them"
    );
    let said = place.train(&[]);
    assert!(said.ok, "{}", said.err);
    assert!(
        said.err.contains(&format!("note: {sentence}")),
        "{}",
        said.err
    );
    let trained = format!("{} training and ", all - unknown);
    assert!(said.out.contains(&trained), "{}", said.out);
    let (data, words) = (place.path("data"), "info");
    let said = place.run(&[&words, &data]);
    assert!(
        said.out.contains(&format!("training: {sentence}")),
        "{}",
        said.out
    );
}

/// The one image of a rare value once made `eval` fail for every other task, too.
#[test]
fn a_task_without_test_labels_is_said_to_be_unmeasured() {
    let place = Place::new(48);
    let ring = |image: usize| match (split(image), image % 4) {
        ("train" | "val", 0) => "yes",
        _ => "no",
    };
    place.table(
        "ring,colour,split",
        (0..48).map(|image| format!("{},{}", ring(image), row(image))),
    );
    let said = place.train(&[]);
    assert!(said.ok, "{}", said.err);
    assert!(
        said.err
            .contains("note: task ring cannot be measured by `eval`"),
        "{}",
        said.err
    );
    let said = place.eval(&[]);
    assert!(said.ok, "{}", said.err);
    assert!(
        said.err.contains("not measured on the test split: ring"),
        "{}",
        said.err
    );
    assert!(
        said.out.contains("colour") && !said.out.contains("NaN"),
        "{}",
        said.out
    );
    let (run, out) = (place.path("run"), place.path("bundle"));
    let said = place.run(&[&"export", &run, &"--out", &out, &"--backend", &"flex"]);
    assert!(
        said.ok && said.out.contains("not measured on the test split"),
        "{}",
        said.err
    );
    modulens_bundle::Bundle::open(&out).expect("opens");
}

/// Only an image that does not decode had the other value.
#[test]
fn a_task_whose_only_images_of_a_value_are_broken_is_left_out() {
    let place = Place::new(48);
    let ring = |image: usize| match (split(image), image) {
        ("val" | "test", _) if image.is_multiple_of(4) => "yes",
        (_, 0) => "yes",
        _ => "no",
    };
    place.table(
        "ring,colour,split",
        (0..48).map(|image| format!("{},{}", ring(image), row(image))),
    );
    fs::write(place.path("data/00.jpg"), [0xff, 0xd8, 0xff]).expect("writes");
    let said = place.train(&[]);
    assert!(said.ok, "{}", said.err);
    assert!(
        said.err.contains("note: task ring is left out"),
        "{}",
        said.err
    );
    assert!(Path::new(&place.path("run/readouts.safetensors")).is_file());
}

/// Nothing can be measured on two images: the first epoch once counted as the best for ever.
#[test]
fn without_a_measure_the_last_epoch_is_the_best() {
    let place = Place::new(12);
    let part = |image: usize| ["train", "train", "train", "train", "val", "test"][image / 2 % 6];
    place.table(
        "colour,split",
        (0..12).map(|image| format!("{},{}", ["red", "blue"][image % 2], part(image))),
    );
    let said = place.train(&["--epochs", "3"]);
    assert!(said.ok, "{}", said.err);
    assert!(
        said.err.contains("the last epoch counts as the best"),
        "{}",
        said.err
    );
    assert!(
        said.out.contains("best epoch 3 with nothing measured"),
        "{}",
        said.out
    );
    refused(
        &place.eval(&[]),
        &["no task can be measured on the test split", "column split"],
    );
}

/// A comparison once trained every method for hours and then failed on the figures of one task.
#[test]
fn a_comparison_that_cannot_be_measured_is_refused_before_it_trains() {
    let place = Place::new(48);
    let ring = |image: usize| match (split(image), image % 4) {
        ("train", 0) => "yes",
        _ => "no",
    };
    place.table(
        "ring,colour,split",
        (0..48).map(|image| format!("{},{}", ring(image), row(image))),
    );
    let base = TINY.replace("    [", "    [base.");
    let plan = format!("seeds = [1]\n{base}\n[[methods]]\nname = \"modulated\"\n");
    let (path, data, out) = (
        place.path("plan.toml"),
        place.path("data"),
        place.path("out"),
    );
    fs::write(&path, plan).expect("writes");
    let words: [&dyn AsRef<std::ffi::OsStr>; 8] = [
        &"compare",
        &path,
        &"--data",
        &data,
        &"--out",
        &out,
        &"--backend",
        &"flex",
    ];
    refused(
        &place.run(&words),
        &["which cannot be done: ring", "base.data.tasks"],
    );
    assert!(!out.exists(), "nothing was begun");
}

/// Links that lead nowhere were once said to exist, or not to.
#[cfg(unix)]
#[test]
fn a_link_that_leads_nowhere_is_named_by_every_command() {
    let place = Place::new(8);
    let link = place.path("link");
    std::os::unix::fs::symlink("/no/such/place", &link).expect("a link");
    let config = place.path("config.toml");
    let words: [&[&dyn AsRef<std::ffi::OsStr>]; 4] = [
        &[&"train", &config, &"--data", &link, &"--out", &"run"],
        &[&"train", &config, &"--data", &"data", &"--out", &link],
        &[&"eval", &link],
        &[&"info", &link],
    ];
    for words in words {
        let said = place.run(words);
        refused(&said, &["a link to", "not there"]);
        assert!(!said.err.contains("\\u{a}"), "{}", said.err);
    }
}
