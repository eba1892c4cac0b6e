//! A network that learns the predictions of a finished run beside the labels.

mod common;

use std::fs;
use std::path::Path;
use std::process::Command;

/// One output for each value of the two tasks.
const PROBABILITIES: [&str; 4] = [
    "network.head=probabilities",
    "network.embedding=5",
    "network.sites=[\"stage1\"]",
    "network.embedding_start=ones",
];

/// Trains with some settings over the tiny ones; what it said where it failed.
fn train(config: &Path, out: &Path, settings: &[&str]) -> Result<(), String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trainer"));
    command.args(["train", "--backend", "flex", "--json", "--out"]);
    command.arg(out).arg(config);
    for setting in settings {
        command.args(["--set", setting]);
    }
    let output = command.output().expect("starts");
    match output.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
    }
}

#[test]
fn a_teacher_is_learned_from_as_far_as_its_share_says() {
    let place = tempfile::tempdir().expect("a folder");
    let data = place.path().join("bars");
    common::write_dataset(&data);
    let config = place.path().join("config.toml");
    let text = common::TINY.replace("DATA", &data.display().to_string());
    fs::write(&config, text).expect("written");
    let at = |name: &str| place.path().join(name);
    let teacher = format!("train.teacher={}", at("teacher").display());
    let with = |more: &[&str]| -> Vec<String> {
        let all = PROBABILITIES.iter().chain(more);
        all.map(|&setting| setting.to_owned()).collect()
    };
    let train_with = |name: &str, more: &[&str]| {
        let settings = with(more);
        let settings: Vec<&str> = settings.iter().map(String::as_str).collect();
        train(&config, &at(name), &settings)
    };
    let weights = |name: &str| fs::read(at(name).join("best.safetensors")).expect("weights");

    // No teacher yet, and nothing is begun.
    let missing = train_with("early", &[&teacher]).expect_err("no teacher");
    assert!(
        missing.contains("teacher") && !at("early").exists(),
        "{missing}"
    );

    train_with("teacher", &["network.method=independent"]).expect("trains");
    train_with("alone", &[]).expect("trains");
    train_with("unheard", &[&teacher, "train.teacher_share=0"]).expect("trains");
    assert_eq!(weights("alone"), weights("unheard"));
    train_with("taught", &[&teacher]).expect("trains");
    assert_ne!(weights("alone"), weights("taught"));
    // The run says who taught it.
    let record = fs::read_to_string(at("taught").join("config.toml")).expect("a configuration");
    assert!(record.contains("teacher = ") && record.contains("teacher_share = 0.5"));

    let refused = |name: &str, more: &[&str]| train_with(name, more).expect_err(name);
    let head = train(&config, &at("head"), &[&teacher]).expect_err("another head");
    assert!(head.contains("probabilities"), "{head}");
    let fewer = ["data.tasks=[\"Bar\"]", "network.embedding=3", &teacher];
    assert!(refused("fewer", &fewer).contains("other tasks"));
    let smaller = ["network.backbone={small={widths=[4,8],input=16}}", &teacher];
    assert!(refused("smaller", &smaller).contains("another input"));
    let triplets = [&*teacher, "train.loss=triplet"];
    assert!(refused("triplets", &triplets).contains("softmax"));
    let measured = [&*teacher, "measure.compliance_batches=2"];
    assert!(refused("measured", &measured).contains("compliance_batches"));
    let share = [&*teacher, "train.teacher_share=2"];
    assert!(refused("share", &share).contains("from 0 to 1"));
}
