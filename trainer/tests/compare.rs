//! A comparison of every method, stopped and gone on with.

mod common;

use std::fs;
use std::path::Path;

use burn::tensor::Device;
use clap::Parser as _;
use modulens_schema::Quality;
use trainer::compare::{Comparison, MethodFigures, Plan, compare};
use trainer::device::{Backend, open};
use trainer::train::compliance::ALL;

const METHODS: &str = r#"
    [[methods]]
    name = "shared"
    set = ["network.modulation=none", "network.sites=[]"]
    [[methods]]
    name = "modulated"
    permuted = true
    examples = true
    [[methods]]
    name = "factorised"
    set = ["network.modulation={factorised={rank=2}}"]
    [[methods]]
    name = "branches"
    set = ["network.method=branches", "network.sites=[\"stage1\"]"]
    [[methods]]
    name = "independent"
    set = ["network.method=independent"]
    [[methods]]
    name = "classifier"
    set = ["network.head=probabilities", "network.modulation=none", "network.sites=[]"]
    [[methods]]
    name = "scaled probabilities"
    permuted = true
    set = ["network.head=probabilities", "network.sites=[\"stage2\"]"]
    [[methods]]
    name = "logits and triplets"
    set = ["network.head=logits", "train.triplet_share=0.5"]
"#;

/// A plan over the little dataset, with so many epochs.
fn write_plan(dir: &Path, epochs: usize) -> std::path::PathBuf {
    let config = fs::read_to_string(common::write_config(dir)).expect("a configuration");
    let base = config
        .replace("[data]", "[base.data]")
        .replace("[network]", "[base.network]")
        .replace("[train]", "[base.train]")
        .replace("epochs = 10", &format!("epochs = {epochs}"));
    let text = format!("seeds = [1, 2]\n{base}\n[base.measure]\ncompliance_batches = 3\n{METHODS}");
    let path = dir.join("plan.toml");
    fs::write(&path, text).expect("written");
    path
}

fn run(plan: &Path, out: &Path, only: &[&str]) -> Comparison {
    let only: Vec<String> = only.iter().map(|&word| word.to_owned()).collect();
    let plan = Plan::load(plan, &[]).and_then(|plan| plan.only(&only));
    let opened = open(Backend::Flex).expect("flex");
    compare(&mut plan.expect("a plan"), out, &opened, false).expect("compares")
}

#[test]
fn methods_are_trained_measured_and_gone_on_with() {
    let place = tempfile::tempdir().expect("a folder");
    let plan = write_plan(place.path(), 10);
    let out = place.path().join("out");

    // Two methods first, then all: what is there is not trained again.
    let first = run(&plan, &out, &["shared", "modulated"]);
    assert_eq!(first.methods.len(), 2);
    let weights = out.join("modulated/seed-1/best.safetensors");
    let trained = fs::metadata(&weights)
        .and_then(|file| file.modified())
        .expect("weights");
    let all = run(&plan, &out, &[]);
    assert_eq!(all.methods[..2], first.methods);
    let again = fs::metadata(&weights)
        .and_then(|file| file.modified())
        .expect("weights");
    assert_eq!(trained, again);
    let written: Comparison =
        serde_json::from_slice(&fs::read(out.join("compare.json")).expect("a file")).expect("JSON");
    assert_eq!(written, all);

    let method = |name: &str| {
        all.methods
            .iter()
            .find(|method| method.name == name)
            .expect(name)
    };
    for one in &all.methods {
        assert_eq!(one.per_seed.len(), 2);
        assert_eq!(one.tasks.len(), 2);
        assert!((0.0..=1.0).contains(&one.mean_triplet_accuracy));
        assert!(
            one.ci95.low <= one.mean_triplet_accuracy && one.mean_triplet_accuracy <= one.ci95.high
        );
    }
    let modulated = method("modulated");
    assert!(
        modulated.mean_triplet_accuracy > 0.7,
        "it learns: {}",
        modulated.mean_triplet_accuracy
    );
    let permuted = modulated
        .permuted_mean_triplet_accuracy
        .expect("the control");
    assert!(
        permuted < modulated.mean_triplet_accuracy - 0.1,
        "{permuted}"
    );
    assert_eq!(method("shared").extra_parameters_percent, 0.0);
    assert!(modulated.extra_parameters_percent > 0.0);
    assert!(method("factorised").parameters < method("branches").parameters);
    assert!(method("branches").parameters < method("independent").parameters);
    assert!(modulated.task_switch_percent_of_forward < 5.0);
    assert_eq!(method("independent").task_switch_percent_of_forward, 100.0);

    // Any way of sharing can have any head.
    for (name, head) in [
        ("modulated", "prototypes"),
        ("scaled probabilities", "probabilities"),
        ("logits and triplets", "logits"),
    ] {
        let one = method(name);
        assert_eq!(one.head, head);
        assert!(
            one.mean_triplet_accuracy > 0.7,
            "{name}: {}",
            one.mean_triplet_accuracy
        );
        assert!(one.mean_map > 0.5 && one.map_per_seed.len() == 2);
    }
    let permuted = method("scaled probabilities").permuted_mean_triplet_accuracy;
    assert!(permuted.is_some_and(|share| (0.0..=1.0).contains(&share)));
    assert!(method("independent").training_gmacs > 1.5 * method("classifier").training_gmacs);

    // Held against one of them: nothing else changes, and nothing is measured again.
    let held = Plan::load(&plan, &[]).and_then(|plan| plan.against(Some("shared")));
    let opened = open(Backend::Flex).expect("flex");
    let held = compare(&mut held.expect("a plan"), &out, &opened, false).expect("compares");
    assert!(held.methods[0].difference.is_none());
    for (held, one) in held.methods.iter().zip(&all.methods).skip(1) {
        let difference = held.difference.as_ref().expect("a difference");
        let apart = one.mean_triplet_accuracy - all.methods[0].mean_triplet_accuracy;
        assert!((difference.mean - apart).abs() < 1e-5, "{difference:?}");
        assert!(difference.ci95.low <= apart && apart <= difference.ci95.high);
    }
    let unknown = Plan::load(&plan, &[]).and_then(|plan| plan.against(Some("sharde")));
    let unknown = unknown.expect_err("a slip").to_string();
    assert!(unknown.contains("shared, modulated"), "{unknown}");

    // Gradients: after every epoch, the control after the last one, and none where nothing is shared.
    let real = modulated.ucr.iter().filter(|found| !found.permuted);
    assert_eq!(
        real.count(),
        11,
        "before the first step, and after each of ten epochs"
    );
    let last = modulated.ucr.last().expect("measured");
    assert!(last.permuted && last.epoch == 10);
    let names: Vec<&str> = last
        .layers
        .iter()
        .map(|layer| layer.name.as_str())
        .collect();
    assert_eq!(names, ["stem", "stage1", "stage2", "fc", ALL]);
    for layer in &last.layers {
        assert_eq!(layer.pairs.len(), 1);
        assert_eq!(layer.pairs[0].batches, 3);
        assert!(layer.pairs[0].cosine.abs() <= 1.0 + 1e-6);
    }
    assert!(
        method("independent")
            .ucr
            .iter()
            .all(|found| found.layers.is_empty())
    );
    let branches = method("branches").ucr.last().expect("measured");
    assert!(
        branches
            .layers
            .iter()
            .all(|layer| layer.name != "fc" && layer.name != "stage2")
    );

    // A run of a comparison is an ordinary run: eval measures the same.
    let run = trainer::run::Run::open(&out.join("branches/seed-2")).expect("a run");
    let device = Device::flex();
    let data = trainer::eval::open_data(&run, None).expect("data");
    let model = run.model(&device).expect("a model");
    let quality: Quality = trainer::eval::measure(
        &run,
        &model,
        &data,
        modulens_schema::Split::Test,
        trainer::eval::DEFAULT_SEED,
        &device,
    )
    .expect("measures")
    .quality;
    assert_eq!(
        quality.mean_triplet_accuracy,
        method("branches").per_seed[1]
    );
    assert!(run.network(&device).is_err(), "branches are no one network");

    // The report says all of it, and asks nobody for anything.
    let report = place.path().join("report");
    let words = [
        "trainer",
        "report",
        "--title",
        "Bars <compared>",
        "--note",
        "a & b",
        "--not-run",
        "CelebA: bring your own",
        "--json",
        "--out",
    ];
    let command = words
        .map(std::ffi::OsString::from)
        .into_iter()
        .chain([report.clone().into(), out.clone().into()]);
    trainer::run(trainer::cli::Cli::parse_from(command)).expect("a report");
    let page = fs::read_to_string(report.join("index.html")).expect("a page");
    let table = fs::read_to_string(report.join("README.md")).expect("a table");
    for one in &all.methods {
        let accuracy = format!("{:.2} %", 100.0 * one.mean_triplet_accuracy);
        assert!(
            page.contains(&one.name) && page.contains(&accuracy),
            "{}",
            one.name
        );
        assert!(
            table.contains(&format!("| {} | {} | {accuracy} |", one.name, one.head)),
            "{}",
            one.name
        );
    }
    assert!(page.contains("Bars &lt;compared&gt;") && page.contains("a &amp; b"));
    assert!(page.contains("CelebA: bring your own") && table.contains("## Not run here"));
    assert!(
        !page.contains("NaN") && !page.contains("inf\""),
        "every place is a number"
    );
    for asks in ["href=", "url(", "@import", "<script"] {
        assert!(!page.contains(asks), "{asks}");
    }

    // Two values of each of two tasks are asked for, each by one picture that finds eight others.
    assert_eq!(modulated.examples.len(), 4);
    let sources = page.matches("src=").count();
    assert_eq!(sources, 4 * 9);
    assert_eq!(
        page.matches("src=\"data:image/jpeg;base64,").count(),
        sources
    );
    for example in &modulated.examples {
        let right = example.found.iter();
        let right = right.filter(|shown| shown.value == example.query.value);
        assert!(page.contains(&format!("modulated: {} of 8", right.count())));
    }
    // Two tasks, one pair: the labels are made without regard to each other.
    let map = modulated.task_map.as_ref().expect("scaling vectors");
    assert_eq!((map.vectors.len(), map.labels[0].len()), (2, 2));
    assert!((map.vectors[0][0] - 1.0).abs() < 1e-3 && map.labels[0][1] < 0.3);
    assert!(page.contains("Which tasks are related?"));
    assert!(method("branches").task_map.is_none());
    let bare = place.path().join("bare");
    let words = ["trainer", "report", "--no-pictures", "--json", "--out"];
    let command = words
        .map(std::ffi::OsString::from)
        .into_iter()
        .chain([bare.clone().into(), out.clone().into()]);
    trainer::run(trainer::cli::Cli::parse_from(command)).expect("a report");
    let bare = fs::read_to_string(bare.join("index.html")).expect("a page");
    assert!(!bare.contains("src="));

    // Other settings in the same folder are refused, with what to do.
    let other = write_plan(place.path(), 11);
    let mut plan = Plan::load(&other, &["train.batch=8".into()]).expect("a plan");
    let opened = open(Backend::Flex).expect("flex");
    let refused = compare(&mut plan, &out, &opened, false).expect_err("another configuration");
    assert!(refused.to_string().contains("--out"), "{refused}");
}

/// `kill -9` in the middle of a method; the same command ends on the figures of an unbroken comparison.
#[cfg(unix)]
#[test]
fn a_killed_comparison_ends_where_an_unbroken_one_does() {
    use std::process::{Command, Stdio};
    use std::time::{Duration, Instant};

    let place = tempfile::tempdir().expect("a folder");
    let plan = write_plan(place.path(), 6);
    let only = ["modulated", "branches"];
    let out = place.path().join("killed");
    // Processes of their own: the generator of a device is shared by all that a process trains.
    let start = |out: &Path| {
        Command::new(env!("CARGO_BIN_EXE_trainer"))
            .args([
                "compare",
                "--backend",
                "flex",
                "--jobs",
                "2",
                "--json",
                "--out",
            ])
            .arg(out)
            .arg(&plan)
            .args(only.iter().flat_map(|word| ["--only", word]))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("starts")
    };
    for (folder, epochs) in [("modulated/seed-1", 2), ("branches/seed-2", 3)] {
        let mut child = start(&out);
        let began = Instant::now();
        let metrics = out.join(folder).join("metrics.jsonl");
        while fs::read_to_string(&metrics).map_or(0, |text| text.lines().count()) < epochs {
            assert!(
                began.elapsed() < Duration::from_secs(300),
                "it never starts"
            );
            assert!(
                child.try_wait().expect("a child").is_none(),
                "it ended by itself"
            );
            std::thread::sleep(Duration::from_millis(3));
        }
        // On Unix this is SIGKILL.
        child.kill().expect("killed");
        child.wait().expect("ends");
    }
    let finish = |out: &Path| -> Comparison {
        let ended = start(out).wait_with_output().expect("ends");
        assert!(ended.status.success());
        serde_json::from_slice(&ended.stdout).expect("one JSON object")
    };
    let (found, expected) = (finish(&out), finish(&place.path().join("unbroken")));
    assert_eq!(found.methods.len(), expected.methods.len());
    for (found, expected) in found.methods.iter().zip(&expected.methods) {
        for (found, expected) in found.per_seed.iter().zip(&expected.per_seed) {
            assert!(
                (found - expected).abs() < 1e-6,
                "{found} instead of {expected}"
            );
        }
        assert_eq!(found.ucr.len(), expected.ucr.len());
        for (found, expected) in found.ucr.iter().zip(&expected.ucr) {
            assert_eq!(
                (found.epoch, found.batches),
                (expected.epoch, expected.batches)
            );
        }
    }
}

/// A job of `--jobs`: one run, measured where it was trained.
#[cfg(unix)]
#[test]
fn a_job_trains_and_measures_its_run_alone() {
    use std::process::{Command, Stdio};

    let place = tempfile::tempdir().expect("a folder");
    let plan = write_plan(place.path(), 2);
    let out = place.path().join("out");
    let mut job = Command::new(env!("CARGO_BIN_EXE_trainer"))
        .args(["compare", "--backend", "flex", "--only", "shared"])
        .args(["--run", "shared/seed-2", "--out"])
        .args([&out, &plan])
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("starts");
    // It ends early where its standard input closes.
    let input = job.stdin.take();
    assert!(job.wait().expect("ends").success());
    drop(input);
    let measured = |seed: u64| out.join(format!("shared/seed-{seed}/measured.json"));
    let first = fs::read(measured(2)).expect("its figures");
    assert!(!measured(1).exists() && !out.join("compare.json").exists());

    // The comparison takes the figures as they are.
    let all = run(&plan, &out, &["shared"]);
    assert_eq!(fs::read(measured(2)).expect("its figures"), first);
    let measured: trainer::compare::Measured =
        serde_json::from_slice(&first).expect("figures in JSON");
    let mean = measured.quality.mean_triplet_accuracy;
    assert!((all.methods[0].per_seed[1] - mean).abs() < 1e-6);
}

/// Jobs measure the split that was asked for, so that trials leave the test split alone.
#[cfg(unix)]
#[test]
fn jobs_measure_the_split_that_was_asked_for() {
    let place = tempfile::tempdir().expect("a folder");
    let plan = write_plan(place.path(), 2);
    let out = place.path().join("out");
    let status = std::process::Command::new(env!("CARGO_BIN_EXE_trainer"))
        .args(["compare", "--backend", "flex", "--only", "shared"])
        .args(["--jobs", "2", "--split", "val", "--out"])
        .args([&out, &plan])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .status()
        .expect("starts");
    assert!(status.success() && out.join("compare-val.json").exists());
    for seed in [1, 2] {
        let folder = out.join(format!("shared/seed-{seed}"));
        assert!(folder.join("run.json").exists(), "trained");
        assert!(!folder.join("measured.json").exists(), "not on test");
    }
}

/// Settings are chosen on validation alone, by the same trials for every method; a method of another budget goes on with
/// those of the one it names.
#[test]
fn a_setting_is_chosen_by_trials_on_validation() {
    let place = tempfile::tempdir().expect("a folder");
    let config = fs::read_to_string(common::write_config(place.path())).expect("a configuration");
    let base = config
        .replace("[data]", "[base.data]\ntasks = [\"Bar\"]")
        .replace("[network]", "[base.network]")
        .replace("[train]", "[base.train]")
        .replace("epochs = 10", "epochs = 4");
    let text = format!(
        r#"
        seeds = [1, 2]
        against = "modulated"
        unseen = ["Red"]
        compliance_seeds = 2
        [trials]
        seeds = [7]
        [trials.grid]
        "train.learning_rate" = [1e-9, 3e-3]
        {base}
        [base.measure]
        compliance_batches = 2
        compliance_every = 2
        compliance_up_to = "stage1"
        [[methods]]
        name = "modulated"
        [[methods]]
        name = "longer"
        table = "Another budget"
        settings_of = "modulated"
        set = ["train.epochs=6"]
        "#
    );
    let plan = place.path().join("plan.toml");
    fs::write(&plan, text).expect("written");
    let out = place.path().join("out");
    let found = run(&plan, &out, &[]);

    let [modulated, longer] = &found.methods[..] else {
        panic!("two methods");
    };
    let chosen = |method: &MethodFigures| {
        let mut chosen = method.trials.iter().filter(|trial| trial.chosen);
        let setting = chosen.next().map(|trial| trial.setting.clone());
        assert!(chosen.next().is_none());
        setting.expect("one is chosen")
    };
    assert_eq!(chosen(modulated), "train.learning_rate=0.003");
    assert_eq!(longer.trials, modulated.trials);
    assert!(
        out.join("modulated/trial-1/seed-7/measured-val.json")
            .is_file()
    );
    assert!(!out.join("modulated/trial-1/seed-7/measured.json").exists());
    assert!(!out.join("longer/trial-1").exists());
    let trained = trainer::run::Run::open(&out.join("longer/seed-2")).expect("a run");
    assert_eq!(trained.config.train.learning_rate, 0.003);
    assert_eq!((modulated.epochs, longer.epochs), (4, 6));
    assert!(longer.training_gmacs > modulated.training_gmacs);
    let difference = longer.difference.as_ref().expect("a difference");
    assert_eq!(difference.from, "modulated");
    assert!(modulated.difference.is_none());

    // The attribute that was not trained on, and gradients on the layers up to the one named, over both seeds.
    assert_eq!(modulated.unseen.len(), 1);
    assert_eq!(modulated.unseen[0].name, "Red");
    assert!((0.0..=1.0).contains(&modulated.unseen[0].map));
    let last = modulated.ucr.last().expect("measured");
    assert_eq!(last.batches, 4);
    assert!(last.layers.iter().all(|layer| layer.name != "stage2"));

    let report = place.path().join("report");
    let words = ["trainer", "report", "--json", "--out"];
    let command = words
        .map(std::ffi::OsString::from)
        .into_iter()
        .chain([report.clone().into(), out.into()]);
    trainer::run(trainer::cli::Cli::parse_from(command)).expect("a report");
    let table = fs::read_to_string(report.join("README.md")).expect("a table");
    for part in [
        "### Another budget",
        "## Trials on validation",
        "## Attributes nobody trained on",
    ] {
        assert!(table.contains(part), "{part}");
    }
    assert!(table.contains("| modulated | train.learning_rate=0.003 |"));
}
