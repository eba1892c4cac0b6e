//! The same comparison at several points, and its report.

mod common;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use trainer::compare::{Comparison, Plan, Sweep};

const SWEEP: &str = r#"
    seeds = [1, 2]
    against = "modulated"
    [sweep]
    axis = "number of tasks"
    [[sweep.points]]
    name = "one"
    set = ["data.tasks=[\"Bar\"]", "network.embedding=4"]
    [[sweep.points]]
    name = "both of them"
    set = ["data.tasks=[\"Bar\", \"Red\"]"]
"#;

const METHODS: &str = r#"
    [base.measure]
    compliance_batches = 2
    compliance_disjoint = true
    [[methods]]
    name = "modulated"
    about = "Scaling vectors."
    [[methods]]
    name = "independent"
    set = ["network.method=independent"]
"#;

/// Runs the trainer: what it printed, and if it ended well.
fn trainer(arguments: &[&str], paths: &[&Path]) -> (String, bool) {
    let Output {
        status,
        stdout,
        stderr,
    } = Command::new(env!("CARGO_BIN_EXE_trainer"))
        .args(arguments)
        .args(paths)
        .output()
        .expect("starts");
    let text = String::from_utf8_lossy(if status.success() { &stdout } else { &stderr });
    (text.into_owned(), status.success())
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).expect("a file")
}

#[test]
fn points_are_compared_one_by_one_and_reported_together() {
    let place = tempfile::tempdir().expect("a folder");
    let data = place.path().join("bars");
    common::write_dataset(&data);
    let base = common::TINY
        .replace("DATA", &data.display().to_string())
        .replace("[data]", "[base.data]")
        .replace("[network]", "[base.network]")
        .replace("[train]", "[base.train]");
    let plan = place.path().join("plan.toml");
    fs::write(&plan, [SWEEP, &base, METHODS].concat()).expect("written");
    assert!(
        Plan::load(&plan, &[]).is_err(),
        "it is no single comparison"
    );
    let out = place.path().join("out");
    let compare = |plan: &Path, more: &[&str]| {
        let words = ["compare", "--backend", "flex", "--jobs", "2", "--json"];
        trainer(&[&words, more, &["--out"]].concat(), &[&out, plan])
    };

    // Not to be had, and nothing is begun.
    let (refused, ended_well) = compare(&plan, &["--point", "two"]);
    assert!(
        !ended_well && refused.contains("one, both of them"),
        "{refused}"
    );
    assert!(!out.exists());

    // One point, then all: what is there is not trained again.
    let names = |printed: &str| {
        let sweep: Sweep = serde_json::from_str(printed).expect("one JSON object");
        assert_eq!(sweep.axis, "number of tasks");
        let points = sweep.points.into_iter();
        points.map(|point| point.name).collect::<Vec<_>>()
    };
    let (printed, ended_well) = compare(&plan, &["--point", "both of them"]);
    assert!(ended_well, "{printed}");
    assert_eq!(names(&printed), ["both of them"]);
    let weights = out.join("both-of-them/modulated/seed-1/best.safetensors");
    let trained = fs::metadata(&weights).and_then(|file| file.modified());
    let (printed, ended_well) = compare(&plan, &[]);
    assert!(ended_well, "{printed}");
    assert_eq!(names(&printed), ["one", "both of them"]);
    assert_eq!(
        names(&read(&out.join("sweep.json"))),
        ["one", "both of them"]
    );
    let again = fs::metadata(&weights).and_then(|file| file.modified());
    assert_eq!(trained.expect("weights"), again.expect("weights"));
    let found = |point: &str| -> Comparison {
        serde_json::from_str(&read(&out.join(point).join("compare.json"))).expect("figures")
    };
    let (one, both) = (found("one"), found("both-of-them"));
    assert_eq!((one.tasks.len(), both.tasks.len()), (1, 2));
    assert!(both.methods[1].parameters > one.methods[1].parameters);
    assert!(both.methods[1].difference.is_some());

    // Gradients on halves of a batch: before the first step, after each epoch and under both controls.
    let modulated = &both.methods[0];
    assert_eq!(modulated.ucr.len(), 4);
    assert!(modulated.ucr.iter().all(|found| !found.averaged));
    let averaged = modulated.ucr_averaged.as_ref().expect("a control");
    assert!(averaged.averaged && !averaged.permuted && averaged.epoch == 2);
    assert_ne!(averaged.layers, modulated.ucr[2].layers);
    assert!(both.methods[1].ucr_averaged.is_none());

    // A comparison alone does not go into the folder of a sweep, nor a sweep into that of a comparison.
    let alone = place.path().join("alone.toml");
    fs::write(&alone, [&base, METHODS].concat()).expect("written");
    let (refused, ended_well) = compare(&alone, &[]);
    assert!(!ended_well && refused.contains("sweep.json"), "{refused}");

    let report = place.path().join("report");
    let (printed, ended_well) = trainer(&["report", "--note", "a & b", "--out"], &[&report, &out]);
    assert!(ended_well, "{printed}");
    for (copy, original) in [
        ("sweep.json", "sweep.json"),
        ("compare-one.json", "one/compare.json"),
        ("compare-both-of-them.json", "both-of-them/compare.json"),
    ] {
        assert_eq!(
            read(&report.join(copy)),
            read(&out.join(original)),
            "{copy}"
        );
    }
    let (page, table) = (
        read(&report.join("index.html")),
        read(&report.join("README.md")),
    );
    let accuracy =
        |found: &Comparison| format!("{:.2} (", 100.0 * found.methods[1].mean_triplet_accuracy);
    let row = format!("| independent | {}", accuracy(&one));
    let row = table
        .lines()
        .find(|line| line.starts_with(&row))
        .expect("a row");
    assert!(row.contains(&accuracy(&both)), "{row}");
    for part in [
        "| method | one | both of them |",
        "Differences are from “modulated”.",
        "| both of them | 36 | 2 | 2 | Red |",
        "## Mean average precision",
        "- *modulated*: Scaling vectors.",
    ] {
        assert!(table.contains(part), "{part} is not in {table}");
    }
    assert_eq!(page.matches("<svg").count(), 5);
    assert!(page.contains("a &amp; b") && page.contains("number of tasks"));
    assert!(!page.contains("NaN") && !page.contains("inf\""));
    let at_both = place.path().join("at-both");
    let (printed, ended_well) = trainer(
        &["report", "--no-pictures", "--out"],
        &[&at_both, &out.join("both-of-them")],
    );
    assert!(ended_well, "{printed}");
    let table_at_both = read(&at_both.join("README.md"));
    assert!(table_at_both.contains("## Update compliance under controls"));
    // Written again over itself, and never over anything else.
    let (_, ended_well) = trainer(&["report", "--out"], &[&report, &out]);
    assert!(ended_well);
    fs::write(report.join("compare-one.json"), "{}").expect("written");
    let (refused, ended_well) = trainer(&["report", "--out"], &[&report, &out]);
    assert!(
        !ended_well && refused.contains("compare-one.json"),
        "{refused}"
    );
}
