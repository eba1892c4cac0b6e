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
    assert_eq!(examples, [0, 6, 6, 12, 12], "both kinds of fit");
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

#[test]
fn a_bundle_gets_one_more_task_and_keeps_the_others() {
    let place = tempfile::tempdir().expect("a folder");
    let config = common::write_config(place.path());
    let (run, old, new) = (
        place.path().join("run"),
        place.path().join("old"),
        place.path().join("new"),
    );
    let words = [
        "train",
        "--backend",
        "flex",
        "--json",
        "--set",
        "data.tasks=[\"Bar\"]",
        // One that has learned to ignore colours could not be taught one.
        "--epochs",
        "1",
        "--out",
    ];
    trainer::run(command(&words, &[&run, &config])).expect("trains");
    let words = ["export", "--backend", "flex", "--json", "--out"];
    trainer::run(command(&words, &[&old, &run])).expect("exports");

    // The labels of a task that the network does not know, for most pictures of the gallery.
    let before = modulens_bundle::Bundle::open(&old).expect("a bundle");
    let data = trainer::run::Run::open(&run).expect("a run").config.data;
    let data = trainer::config::DataConfig {
        tasks: vec!["Red".into()],
        ..data
    };
    let data = trainer::data::open(&data, None).expect("data");
    let red = |id: &String| {
        let mut images = data.dataset.images.iter();
        let image = images.position(|image| image.id == *id);
        image.and_then(|image| data.dataset.labels.get(image, 0))
    };
    let mut text = String::from("picture,value\n");
    for id in before.ids.iter().skip(3) {
        if let Some(value) = red(id) {
            text.push_str(&format!("{id},{}\n", if value == 1 { "yes" } else { "no" }));
        }
    }
    let labels = place.path().join("red.csv");
    std::fs::write(&labels, text).expect("written");
    let add = |bundle: &Path| {
        let words = ["add-task", "--task", "Red", "--labels"];
        let paths = [&labels, Path::new("--out"), &new, bundle];
        match command(&words, &paths).command {
            Command::AddTask(args) => trainer::add_task::add(&args),
            _ => panic!("another command"),
        }
    };
    let added = add(&old).expect("a task more");
    assert_eq!(added.values, ["no", "yes"]);
    assert!(
        added.quality.triplet_accuracy > 0.8,
        "colour is in the features: {added:?}"
    );

    let after = modulens_bundle::Bundle::open(&new).expect("a bundle");
    after.verify().expect("as written");
    assert_eq!(after.manifest.tasks.len(), before.manifest.tasks.len() + 1);
    assert_eq!(after.features, before.features);
    assert_eq!(
        after.weights().expect("there"),
        before.weights().expect("there")
    );
    assert_eq!(after.labels.get(0, 1), None, "nothing was said of it");
    let embed = |bundle: &modulens_bundle::Bundle| {
        let tail =
            modulens_retrieval::Tail::new(bundle.tail.clone().expect("late")).expect("a tail");
        let mut row = vec![0.0; tail.embedding()];
        tail.embed_rows(bundle.features.row(5), 0, &mut row)
            .expect("embeds");
        let head = bundle.heads.tasks[0].clone();
        let head = modulens_retrieval::Head::new(head, tail.embedding()).expect("fits");
        let probabilities = head.probabilities(&row).expect("fits");
        row.truncate(before.manifest.embedding);
        (row, probabilities)
    };
    assert_eq!(
        embed(&before),
        embed(&after),
        "the old task sees what it saw"
    );

    let twice = add(&new).expect_err("there already").to_string();
    assert!(twice.contains("has a task Red already"), "{twice}");
}
