//! Measures beyond the labels, of runs that are there.

mod common;

use std::fs;
use std::path::Path;

use clap::Parser as _;
use trainer::compare::{Comparison, Plan, compare};
use trainer::device::{Backend, open};

fn run(plan: &Path, out: &Path) -> Comparison {
    let mut plan = Plan::load(plan, &[]).expect("a plan");
    let opened = open(Backend::Flex).expect("flex");
    compare(&mut plan, out, &opened, false).expect("compares")
}

/// Runs that are there are measured for what a plan asks for besides, and not trained again.
#[test]
fn measures_beyond_the_labels_are_made_up_for() {
    let place = tempfile::tempdir().expect("a folder");
    let config = fs::read_to_string(common::write_config(place.path())).expect("a configuration");
    let base = config
        .replace("[data]", "[base.data]\ntasks = [\"Bar\"]")
        .replace("[network]", "[base.network]")
        .replace("[train]", "[base.train]")
        .replace("epochs = 10", "epochs = 2");
    let methods = r#"
        [[methods]]
        name = "modulated"
        [[methods]]
        name = "independent"
        set = ["network.method=independent"]
        "#;
    let plan = |name: &str, asked: &str| {
        let text = format!(
            "seeds = [1, 2]\nagainst = \"modulated\"\nunseen = [\"Red\"]\n{asked}\n{base}\n{methods}"
        );
        let path = place.path().join(name);
        fs::write(&path, text).expect("written");
        path
    };
    // The place of the bar, and a little that the label does not say.
    let numbers: String = (0..90)
        .map(|image| {
            let number = (image / 10 % 3) as f64 + (image % 10) as f64 / 40.0;
            format!("{image:03}.jpg,{number}\n")
        })
        .collect();
    fs::write(
        place.path().join("bars/places.dat"),
        format!("id,place\n{numbers}"),
    )
    .expect("written");

    let out = place.path().join("out");
    let before = run(&plan("before.toml", ""), &out);
    assert!(before.methods[0].beyond.graded.is_empty());
    let weights = out.join("modulated/seed-1/best.safetensors");
    let changed = || {
        fs::metadata(&weights)
            .and_then(|file| file.modified())
            .expect("weights")
    };
    let trained = changed();
    let asked = r#"
        few_shot = 8
        [[graded]]
        task = "Bar"
        column = "place"
        file = "places.dat"
        [[finer]]
        task = "Bar"
        labels = ["Red"]
        "#;
    let after = run(&plan("after.toml", asked), &out);
    assert_eq!(trained, changed());

    for (before, after) in before.methods.iter().zip(&after.methods) {
        assert_eq!(before.per_seed, after.per_seed);
        let [graded] = &after.beyond.graded[..] else {
            panic!("one column");
        };
        assert_eq!((&*graded.task, &*graded.column), ("Bar", "place"));
        assert_eq!(
            (graded.triplets, graded.accuracy.per_seed.len()),
            (20_000, 2)
        );
        let within = graded.within_value.as_ref().expect("values with a range");
        let [finer] = &after.beyond.finer[..] else {
            panic!("one label");
        };
        let finer_within = finer
            .within_value
            .as_ref()
            .expect("two colours of each bar");
        assert!((finer.among_all.chance - 0.5).abs() < 0.1);
        let [learned] = &after.beyond.few_shot[..] else {
            panic!("one attribute");
        };
        assert_eq!((&*learned.name, learned.examples), ("Red", 8));
        let shares = [
            &graded.accuracy,
            within,
            &finer.among_all.precision_at_10,
            &finer.among_all.map_at_r,
            &finer_within.precision_at_10,
            &learned.average_precision,
            &learned.auc,
        ];
        for share in shares {
            assert!((0.0..=1.0).contains(&share.mean), "{share:?}");
            assert!(share.ci95.is_some());
            assert_eq!(share.difference.is_some(), after.name == "independent");
        }
        assert!((-1.0..=1.0).contains(&graded.rank_correlation.mean));
    }
    let numbers = |place: usize| after.methods[place].beyond.few_shot[0].numbers;
    assert_eq!(
        (numbers(0), numbers(1)),
        (24, 16),
        "features, and embeddings"
    );
    for (place, method) in after.methods.iter().enumerate() {
        assert_eq!(method.gallery_bytes_per_image, 2 * numbers(place));
    }
    let written = fs::read(out.join("compare.json")).expect("a file");
    let written: Comparison = serde_json::from_slice(&written).expect("JSON");
    assert_eq!(written, after);

    let report = place.path().join("report");
    let words = ["trainer", "report", "--json", "--no-pictures", "--out"];
    let command = words
        .map(std::ffi::OsString::from)
        .into_iter()
        .chain([report.clone().into(), out.clone().into()]);
    trainer::run(trainer::cli::Cli::parse_from(command)).expect("a report");
    for name in ["README.md", "index.html"] {
        let text = fs::read_to_string(report.join(name)).expect("a report");
        for part in [
            "Graded triplets",
            "Bar by place",
            "Coarse to fine",
            "Red under Bar",
            "Attributes nobody trained on",
            "Red, 8 examples of each kind",
        ] {
            assert!(text.contains(part), "{name}: {part}");
        }
    }

    let refused = |asked: &str| {
        let mut plan = Plan::load(&plan("wrong.toml", asked), &[]).expect("a plan");
        let opened = open(Backend::Flex).expect("flex");
        let error = compare(&mut plan, &out, &opened, false).expect_err(asked);
        error.to_string()
    };
    let slip = asked.replace("\"place\"", "\"plaec\"");
    assert!(refused(&slip).contains("its columns are id,place"));
    assert!(refused(&asked.replace("places.dat", "gone.dat")).contains("no file gone.dat"));
    assert!(refused(&asked.replace("few_shot = 8", "few_shot = 80")).contains("fewer examples"));
}
