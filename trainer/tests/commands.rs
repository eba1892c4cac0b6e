//! From a finished run to a bundle, a search and a description.

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use burn::tensor::{Device, Tensor, TensorData};
use clap::Parser as _;
use modulens_bundle::{Bundle, files};
use modulens_model::weights;
use modulens_schema::Split;
use trainer::cli::{Cli, Command};
use trainer::error::TrainerError;
use trainer::run::Run;
use trainer::{eval, export, info, search};

/// A run and everything else a test needs.
struct Place {
    dir: tempfile::TempDir,
    run: PathBuf,
}

impl Place {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let run = common::write_run(dir.path());
        Self { dir, run }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// The parsed command line `trainer export RUN --backend flex ...`.
    fn export_args(&self, more: &[&str]) -> export::Args {
        let run = self.run.display().to_string();
        let line = ["trainer", "export", &run, "--backend", "flex"].into_iter();
        match Cli::try_parse_from(line.chain(more.iter().copied()))
            .expect("parses")
            .command
        {
            Command::Export(args) => args,
            other => panic!("{other:?}"),
        }
    }

    fn export(&self, more: &[&str]) -> (export::Summary, PathBuf) {
        let out = self.path("bundle");
        let text = out.display().to_string();
        let args = self.export_args(&[&["--out", &text], more].concat());
        (export::export(&args).expect("exports"), out)
    }
}

fn searched(bundle: &Path, asked: search::Asked) -> Result<search::Found, TrainerError> {
    search::search(&search::Args {
        bundle: bundle.to_owned(),
        asked,
        top: 5,
        json: false,
    })
}

#[test]
fn the_bundle_is_whole_and_its_figures_are_those_of_eval() {
    let place = Place::new();
    let (summary, out) = place.export(&["--name", "bars", "--title", "Bars"]);
    let bundle = Bundle::open(&out).expect("opens");
    bundle.verify().expect("whole");
    assert_eq!(
        (summary.images, summary.pictures, summary.tasks),
        (36, true, 2)
    );
    assert_eq!(
        summary.bytes[files::PICTURES],
        bundle.pictures.as_ref().expect("pictures").total_bytes()
    );

    let run = Run::open(&place.run).expect("a run");
    let device = Device::flex();
    let data = eval::open_data(&run, None).expect("data");
    let model = run.model(&device).expect("a model");
    let measure = || {
        eval::measure(
            &run,
            &model,
            &data,
            Split::Test,
            eval::DEFAULT_SEED,
            &device,
        )
        .expect("measures")
        .quality
    };
    assert_eq!(bundle.manifest.quality, measure());
    assert_eq!(measure(), measure(), "the same seed, the same figures");

    assert!(
        bundle.ids.iter().all(|id| {
            let number: usize = id.trim_end_matches(".jpg").parse().expect("a number");
            number % 5 >= 3
        }),
        "only pictures of the test split are shown: {:?}",
        bundle.ids
    );
    let unknown = bundle
        .ids
        .iter()
        .position(|id| id == "013.jpg")
        .expect("shown");
    assert_eq!(
        bundle.labels.get(unknown, 1),
        None,
        "an empty cell stays unknown"
    );
}

#[test]
fn features_are_those_of_the_shipped_pictures_under_the_shipped_weights() {
    let place = Place::new();
    let (_, out) = place.export(&[]);
    let bundle = Bundle::open(&out).expect("opens");
    let device = Device::flex();
    let run = Run::open(&place.run).expect("a run");
    let bytes = bundle.weights().expect("weights");
    let network = weights::from_safetensors(&run.record.network, &bytes, &device).expect("loads");
    let input = &bundle.manifest.input;
    let size = input.size as usize;
    for image in [0, 17, 35] {
        let mut values = vec![0.0; input.len()];
        modulens_dataset::load_picture(
            &bundle.picture(image).expect("a picture"),
            input,
            &mut values,
        )
        .expect("decodes");
        let batch = Tensor::<4>::from_data(TensorData::new(values, [1, 3, size, size]), &device);
        let own = network
            .trunk(batch)
            .into_data()
            .convert::<f32>()
            .try_into_vec::<f32>()
            .expect("floats");
        for (own, shipped) in own.iter().zip(bundle.features.row(image)) {
            assert!(
                (own - shipped).abs() <= 1e-3 * own.abs() + 1e-5,
                "{own} {shipped}"
            );
        }
    }
    let folded = network.fold_tail().expect("late");
    assert_eq!(
        bundle.tail.as_ref(),
        Some(&folded),
        "the tail is that of the shipped weights"
    );
}

#[test]
fn searches_answer_by_value_by_image_and_by_file() {
    let place = Place::new();
    let (_, out) = place.export(&["--features", "f16"]);
    let found = searched(
        &out,
        search::Asked {
            wanted: vec!["red=yes".into()],
            ..search::Asked::default()
        },
    )
    .expect("finds");
    assert_eq!(found.results.len(), 5);
    assert!(
        found
            .results
            .windows(2)
            .all(|pair| pair[0].score >= pair[1].score)
    );
    // The colour of the ground is so plain that even a head of random features tells it.
    for hit in &found.results {
        assert_eq!(hit.labels["Red"].as_deref(), Some("yes"), "{hit:?}");
    }
    let not = searched(
        &out,
        search::Asked {
            unwanted: vec!["Red=yes".into()],
            wanted: vec!["Bar=top".into()],
            ..search::Asked::default()
        },
    )
    .expect("finds");
    for hit in &not.results {
        let [wanted, unwanted] = hit.parts.as_slice() else {
            panic!("two parts: {hit:?}")
        };
        assert!(
            (hit.score - (wanted * unwanted).sqrt()).abs() < 1e-5,
            "{hit:?}"
        );
        assert_eq!(hit.labels["Red"].as_deref(), Some("no"), "{hit:?}");
    }

    let like = |like: String| {
        searched(
            &out,
            search::Asked {
                like: vec![like],
                tasks: vec!["Bar".into()],
                ..search::Asked::default()
            },
        )
    };
    let by_id = like("013.jpg".into()).expect("finds");
    assert_eq!(by_id.results[0].id, "013.jpg", "as on the page");
    let bundle = Bundle::open(&out).expect("opens");
    let index = bundle
        .ids
        .iter()
        .position(|id| id == "013.jpg")
        .expect("shown");
    let file = out.join(bundle.manifest.picture_path(index).expect("a picture"));
    let by_file = like(file.display().to_string()).expect("finds");
    assert_eq!(by_file.results[0].id, "013.jpg");
    assert!(by_file.results[0].score > 0.999_9);
    // What is kept is rounded, so that only images that are nearly alike may change places.
    assert_eq!(by_file.results.len(), by_id.results.len());
    for hit in &by_file.results {
        let same = by_id.results.iter().find(|other| other.index == hit.index);
        let other = same.expect("found by its id, too");
        assert!((hit.score - other.score).abs() < 1e-3, "{hit:?}, {other:?}");
    }

    let error = like("nothing.jpg".into())
        .expect_err("not there")
        .to_string();
    assert!(error.contains("neither an image of the bundle"), "{error}");
    let error = searched(&out, search::Asked::default())
        .expect_err("an empty query")
        .to_string();
    assert!(error.contains("nothing to search for"), "{error}");
}

#[test]
fn every_kind_of_path_is_described() {
    let place = Place::new();
    let (_, out) = place.export(&[]);
    let describe =
        |path: PathBuf| info::describe(&info::Args { path, json: true }).expect("described");
    let run = describe(place.run.clone());
    assert_eq!(
        (run["kind"].as_str(), run["readouts"].as_bool()),
        (Some("run"), Some(true))
    );
    let bundle = describe(out);
    assert_eq!(
        (bundle["kind"].as_str(), bundle["images"].as_u64()),
        (Some("bundle"), Some(36))
    );
    assert_eq!(run["network"], bundle["network"]);
    let data = describe(place.path("bars"));
    assert_eq!(
        (data["kind"].as_str(), data["images"].as_u64()),
        (Some("dataset"), Some(90))
    );
    assert_eq!(data["splits"]["test"].as_u64(), Some(36));
    let red = data["tasks"]
        .as_array()
        .expect("a list")
        .iter()
        .find(|task| task["name"] == "Red");
    assert_eq!(
        red.expect("a task")["values"][1]["images"].as_u64(),
        Some(45)
    );
    let nothing = info::Args {
        path: place.path("nowhere"),
        json: false,
    };
    assert!(info::describe(&nothing).is_err());
}

#[test]
fn an_attribution_beside_the_pictures_reaches_the_manifest() {
    let place = Place::new();
    let (summary, _) = place.export(&[]);
    assert!(
        summary
            .notes
            .iter()
            .any(|note| note.contains("attribution.json")),
        "{summary:?}"
    );
    let list = r#"[{"what": "Bars", "creator": "A test", "licence": "CC0 1.0", "url": ""}]"#;
    fs::write(place.path("bars").join("attribution.json"), list).expect("written");
    let (summary, out) = place.export(&[]);
    // So few images describe no kind.
    let [note] = &summary.notes[..] else {
        panic!("{summary:?}")
    };
    assert!(note.contains("images of another kind"), "{summary:?}");
    assert_eq!(
        Bundle::open(&out).expect("opens").manifest.licence[0].creator,
        "A test"
    );
}

#[test]
fn exports_that_cannot_be_done_change_nothing() {
    let place = Place::new();
    let precious = place.path("precious");
    fs::create_dir(&precious).expect("a folder");
    fs::write(precious.join("thesis.tex"), "five years").expect("written");
    let text = precious.display().to_string();
    let error = export::export(&place.export_args(&["--out", &text])).expect_err("refused");
    assert!(error.to_string().contains("bundle"), "{error}");
    assert_eq!(fs::read_dir(&precious).expect("there").count(), 1);

    let weights = place.path("w.safetensors");
    let text = weights.display().to_string();
    let summary = export::export(&place.export_args(&["--safetensors", &text])).expect("exports");
    assert_eq!(summary.bundle, None);
    let original = fs::read(place.run.join("best.safetensors")).expect("there");
    assert_eq!(
        fs::metadata(&weights).expect("written").len(),
        original.len() as u64
    );
}

#[test]
fn runs_that_are_not_finished_say_so() {
    let place = Place::new();
    fs::remove_file(place.run.join("readouts.safetensors")).expect("removed");
    let run = Run::open(&place.run).expect("a run");
    let error = eval::heads(&run).expect_err("missing").to_string();
    assert!(error.contains("let `trainer train` finish"), "{error}");
}
