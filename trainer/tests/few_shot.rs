//! A task that the network was not trained for, from a few labelled pictures.

mod common;

use std::ffi::OsString;
use std::path::Path;

use clap::Parser as _;
use trainer::cli::{Cli, Command};
use trainer::few_shot;

fn command(words: &[&str], paths: &[&Path]) -> Cli {
    let words = words.iter().map(OsString::from);
    let paths = paths.iter().map(|path| path.as_os_str().to_owned());
    Cli::parse_from(
        std::iter::once(OsString::from("trainer"))
            .chain(words)
            .chain(paths),
    )
}

fn few_shot(words: &[&str], run: &Path) -> Result<few_shot::FewShot, trainer::error::TrainerError> {
    let all = [&["few-shot", "--backend", "flex"], words].concat();
    match command(&all, &[run]).command {
        Command::FewShot(args) => few_shot::measure(&args),
        _ => panic!("another command"),
    }
}

#[test]
fn a_task_that_was_left_out_is_fitted() {
    let place = tempfile::tempdir().expect("a folder");
    let config = common::write_config(place.path());
    let run = place.path().join("run");
    let words = [
        "train",
        "--backend",
        "flex",
        "--json",
        "--set",
        "data.tasks=[\"Red\"]",
        "--out",
    ];
    trainer::run(command(&words, &[&run, &config])).expect("trains");

    let found = few_shot(
        &["--task", "Bar", "--examples", "6,12", "--runs", "2"],
        &run,
    )
    .expect("figures");
    assert_eq!((found.values, found.runs), (3, 2));
    let examples: Vec<usize> = found.rows.iter().map(|row| row.examples).collect();
    assert_eq!(examples, [0, 6, 12]);
    for row in &found.rows {
        assert!(row.low <= row.triplet_accuracy && row.triplet_accuracy <= row.high);
        assert!((0.0..=1.0).contains(&row.precision_at_10));
    }
    let again = few_shot(
        &["--task", "Bar", "--examples", "6,12", "--runs", "2"],
        &run,
    );
    assert_eq!(
        again.expect("figures"),
        found,
        "the same seed, the same figures"
    );

    let trained = few_shot(&["--task", "Red"], &run)
        .expect_err("no new task")
        .to_string();
    assert!(trained.contains("was trained for Red"), "{trained}");
    let greedy = few_shot(&["--task", "Bar", "--examples", "3000"], &run).expect_err("too many");
    assert!(greedy.to_string().contains("ask for fewer"), "{greedy}");
}
