//! Faults of folders, disks and datasets: nothing is lost, and training goes on.

mod common;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Parser as _;
use trainer::cli::Cli;
use trainer::error::{TrainerError, report};
use trainer::run::Run;

fn trainer(words: &[&dyn AsRef<std::ffi::OsStr>]) -> Result<(), TrainerError> {
    let words = words.iter().map(|word| OsString::from(word.as_ref()));
    trainer::run(Cli::parse_from(
        [OsString::from("trainer")].into_iter().chain(words),
    ))
}

fn train(config: &Path, out: &Path, more: &[&str]) -> Result<(), TrainerError> {
    let mut words: Vec<&dyn AsRef<std::ffi::OsStr>> = vec![
        &"train",
        &"--backend",
        &"flex",
        &"--json",
        &"--set",
        &"train.epochs=1",
        &"--out",
        &out,
        &config,
    ];
    words.extend(more.iter().map(|word| word as &dyn AsRef<std::ffi::OsStr>));
    trainer(&words)
}

fn tree(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).expect("lists") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else {
                let bytes = fs::read(&path).expect("reads");
                found.insert(path, bytes);
            }
        }
    }
    found
}

/// A mistyped data path together with `--fresh` once cost a finished run.
#[test]
fn fresh_with_a_wrong_data_path_keeps_the_old_run() {
    let place = tempfile::tempdir().expect("a folder");
    let config = common::write_config(place.path());
    let run = place.path().join("run");
    train(&config, &run, &[]).expect("trains");
    let before = tree(&run);
    let error =
        train(&config, &run, &["--fresh", "--data", "/no/such/folder"]).expect_err("no data");
    assert!(
        report(&error).contains("/no/such/folder"),
        "{}",
        report(&error)
    );
    assert_eq!(tree(&run), before);

    // Replaced in earnest: the new run has a checkpoint, and the old one is gone.
    train(&config, &run, &["--fresh", "--seed", "9"]).expect("trains");
    assert!(!run.join("replaced-run").exists());
    assert_eq!(Run::open(&run).expect("a run").config.train.seed, 9);
}

/// One picture that does not decode once ended a training whose pictures are not kept in memory.
#[test]
fn a_broken_picture_is_left_out_when_pictures_are_not_kept_in_memory() {
    let place = tempfile::tempdir().expect("a folder");
    let config = common::write_config(place.path());
    let data = place.path().join("bars");
    // Of each split one: `train`, `train`, `val`, `test`, `test` in turn.
    for image in [5, 7, 8] {
        let path = data.join(format!("{image:03}.jpg"));
        let bytes = fs::read(&path).expect("reads");
        fs::write(&path, &bytes[..bytes.len() / 2]).expect("writes");
    }
    let (kept, read) = (place.path().join("kept"), place.path().join("read"));
    // Processes of their own: the generator of a device is shared by all that a process trains.
    let train = |out: &Path, more: &str| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_trainer"))
            .args([
                "train",
                "--backend",
                "flex",
                "--set",
                "train.epochs=1",
                "--set",
                more,
            ])
            .arg(&config)
            .arg("--out")
            .arg(out)
            .output()
            .expect("starts");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{said}");
        assert!(
            said.contains("pictures cannot be read and are left out"),
            "{said}"
        );
    };
    train(&kept, "data.memory_megabytes=100");
    train(&read, "data.memory_megabytes=0");
    let weights = |run: &Path| fs::read(run.join("best.safetensors")).expect("reads");
    assert!(
        weights(&kept) == weights(&read),
        "the same pictures are left out"
    );
}

#[test]
fn commands_replace_only_what_they_have_written() {
    let place = tempfile::tempdir().expect("a folder");
    let run = common::write_run(place.path());
    let mine = place.path().join("mine");
    fs::create_dir(&mine).expect("a folder");
    for name in [
        "compare.json",
        "README.md",
        "index.html",
        "weights.safetensors",
    ] {
        fs::write(mine.join(name), "mine").expect("writes");
    }
    let before = tree(&mine);
    let weights = mine.join("weights.safetensors");
    let backend: [&dyn AsRef<std::ffi::OsStr>; 2] = [&"--backend", &"flex"];
    let [flag, flex] = backend;
    let comparison = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/results/faces");
    for error in [
        trainer(&[&"export", &run, &"--safetensors", &weights, flag, flex]),
        trainer(&[&"export", &run, &"--out", &mine, flag, flex]),
        trainer(&[&"report", &comparison, &"--no-pictures", &"--out", &mine]),
        trainer(&[&"synth", &"faces", &"--images", &"20", &"--out", &mine]),
        train(&place.path().join("config.toml"), &mine, &["--fresh"]),
    ] {
        let said = report(&error.expect_err("refused"));
        assert!(said.contains("mine"), "{said}");
        assert_eq!(tree(&mine), before);
    }
    // A report over a report, however often.
    let out = place.path().join("report");
    for _ in 0..2 {
        trainer(&[&"report", &comparison, &"--no-pictures", &"--out", &out]).expect("a report");
    }
}

/// A long picture was once padded to a square of its longer side before it was reduced: 10 GB for this one.
#[test]
fn a_picture_of_one_line_is_trained_on_in_little_memory() {
    let place = tempfile::tempdir().expect("a folder");
    let config = common::write_config(place.path());
    for (image, (width, height)) in [(5, (60_000, 1)), (7, (1, 60_000))] {
        let mut jpeg = Vec::new();
        jpeg_encoder::Encoder::new(&mut jpeg, 90)
            .encode(
                &[90; 60_000 * 3],
                width,
                height,
                jpeg_encoder::ColorType::Rgb,
            )
            .expect("a JPEG");
        let path = place.path().join(format!("bars/{image:03}.jpg"));
        fs::write(path, jpeg).expect("writes");
    }
    let pad = ["--set", "data.fit=pad"];
    train(&config, &place.path().join("run"), &pad).expect("trains");
}

/// The trainer once waited for ever on a pipe.
#[cfg(unix)]
#[test]
fn pipes_are_refused_wherever_a_path_is_given() {
    let place = tempfile::tempdir().expect("a folder");
    let config = common::write_config(place.path());
    let pipe = place.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.expect("mkfifo runs").success());
    let out = place.path().join("run");
    for error in [
        train(&pipe, &out, &[]).expect_err("a configuration"),
        train(&config, &pipe, &[]).expect_err("a run"),
        train(&config, &out, &["--data", &pipe.display().to_string()]).expect_err("a dataset"),
        trainer(&[&"compare", &pipe, &"--out", &out]).expect_err("a plan"),
        trainer(&[&"info", &pipe]).expect_err("a path"),
    ] {
        let said = report(&error);
        assert!(said.contains("pipe"), "{said}");
    }
    assert!(!out.exists(), "nothing was begun");

    // One among the pictures is left out.
    fs::rename(&pipe, place.path().join("bars/pipe.jpg")).expect("moves");
    train(&config, &out, &[]).expect("trains");
}
