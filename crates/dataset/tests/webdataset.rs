//! Tar shards of `WebDataset`.

mod common;

use common::{failure, folder, jpeg, load, load_with, tar, write};
use modulens_dataset::{ColumnKind, Dataset, Options};
use modulens_schema::{Split, TaskKind};

const COLOURS: [&str; 3] = ["red", "green", "blue"];

/// A shard of twelve samples: JSON, a class by number, a caption, and a field in text.
fn shard(first: usize) -> Vec<u8> {
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for at in 0..12 {
        let number = first + at;
        let json = format!(
            r#"{{"smiling": {}, "face": {{"colour": "{}"}}, "person_id": {}, "note": null}}"#,
            number.is_multiple_of(2),
            COLOURS[number % 3],
            number / 2
        );
        let file = |field: &str| format!("{at:06}.{field}");
        files.push((file("cls"), format!("{}\n", number % 3).into()));
        files.push((file("jpg"), jpeg(8, 8, [number as u8, 2, 3])));
        files.push((file("json"), json.into()));
        files.push((file("size"), ["small", "large"][number % 2].into()));
        files.push((file("txt"), format!("the image called {number}").into()));
    }
    let files: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(name, data)| (name.as_str(), data.as_slice()))
        .collect();
    tar(&files)
}

fn task<'a>(dataset: &'a Dataset, name: &str) -> &'a modulens_schema::Task {
    let found = dataset.tasks.iter().find(|task| task.name == name);
    found.unwrap_or_else(|| panic!("no {name}: {}", dataset.report))
}

#[test]
fn the_fields_of_a_sample_are_columns() {
    let root = folder(&[
        ("train-000000.tar", &shard(0)),
        ("train-000001.tar", &shard(12)),
        ("test-000000.tar", &shard(24)),
        ("classes.txt", b"cat\ndog\nowl\n"),
    ]);
    let (storage, dataset) = load(root.path()).expect("loads");
    let report = dataset.report.to_string();
    assert_eq!(dataset.images.len(), 36);
    // Keys repeat in every shard.
    assert_eq!(dataset.images[0].id, "test-000000/000000.jpg");
    assert_eq!(dataset.in_split(Split::Train).len(), 24, "{report}");
    assert_eq!(dataset.in_split(Split::Test).len(), 12);
    assert_eq!(task(&dataset, "smiling").kind, TaskKind::Binary);
    assert_eq!(
        task(&dataset, "face.colour").values,
        ["blue", "green", "red"]
    );
    assert_eq!(task(&dataset, "cls").values, ["cat", "dog", "owl"]);
    assert_eq!(task(&dataset, "size").values, ["large", "small"]);
    assert_eq!(dataset.tasks.len(), 4, "{report}");
    let cls = dataset.tasks.iter().position(|task| task.name == "cls");
    // 24 % 3 is a cat, 25 % 3 a dog.
    let labels: Vec<Option<u8>> = (0..3)
        .map(|image| dataset.labels.get(image, cls.expect("there")))
        .collect();
    assert_eq!(labels, [Some(0), Some(1), Some(2)]);
    assert_eq!(dataset.images[0].group, dataset.images[1].group);
    let image = dataset.image(&storage, 0).expect("reads");
    assert_eq!(image, jpeg(8, 8, [24, 2, 3]));
    for expected in [
        "recognised as WebDataset: 3 tars of samples",
        "train-*.tar (WebDataset, 2 shards): 24 of 24 rows name a picture",
        "person_id    the group",
    ] {
        assert!(report.contains(expected), "{report}");
    }
    assert!(!report.contains("files that are no pictures"), "{report}");
}

#[test]
fn one_shard_alone_is_a_dataset() {
    let root = folder(&[("shapes.tar", &shard(0))]);
    let (_, dataset) = load(&root.path().join("shapes.tar")).expect("loads");
    assert_eq!(dataset.images.len(), 12);
    // Without names the numbers are classes all the same, not an order.
    assert_eq!(task(&dataset, "cls").kind, TaskKind::Categorical);
    let columns = [("cls".to_owned(), ColumnKind::Ignore)];
    let options = Options {
        columns: columns.into(),
        ..Options::default()
    };
    let (_, dataset) = load_with(root.path(), &options).expect("loads");
    assert!(dataset.tasks.iter().all(|task| task.name != "cls"));
}

#[test]
fn one_shard_of_several_can_be_asked_for() {
    let root = folder(&[("a-0.tar", &shard(0)), ("a-1.tar", &shard(12))]);
    let options = Options {
        table: Some("a-1.tar".into()),
        ..Options::default()
    };
    let (_, dataset) = load_with(root.path(), &options).expect("loads");
    let report = dataset.report.to_string();
    assert!(
        report.contains("12 pictures have no row in a-1.tar"),
        "{report}"
    );
}

#[test]
fn classes_have_their_names_in_dataset_info() {
    let info =
        br#"{"features": {"label": {"names": ["oak", "elm", "fir"], "_type": "ClassLabel"}}}"#;
    let root = folder(&[("a-0.tar", &shard(0)), ("dataset_info.json", info)]);
    let (_, dataset) = load(root.path()).expect("loads");
    assert_eq!(task(&dataset, "cls").values, ["elm", "fir", "oak"]);
    // A number without a name leaves all as they are.
    write(root.path(), &[("classes.txt", b"cat\ndog\n")]);
    let (_, dataset) = load(root.path()).expect("loads");
    assert_eq!(task(&dataset, "cls").values, ["0", "1", "2"]);
}

#[test]
fn bad_members_cost_themselves_only() {
    let image = jpeg(8, 8, [1, 2, 3]);
    let mut files: Vec<(String, Vec<u8>)> = (0..10)
        .flat_map(|at| {
            let json = format!(r#"{{"colour": "{}"}}"#, COLOURS[at % 2]);
            let image = (format!("{at}.jpg"), image.clone());
            [image, (format!("{at}.json"), json.into())]
        })
        .collect();
    files[1].1 = b"{broken".to_vec();
    files[3].1 = vec![b' '; 2 << 20];
    files[5].1 = vec![0xFF, 0];
    files.push(("lonely.json".into(), b"{}".to_vec()));
    files.push(("4.npy".into(), vec![0x93, 0xFF, 0]));
    let files: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(name, data)| (name.as_str(), data.as_slice()))
        .collect();
    let root = folder(&[("a.tar", &tar(&files))]);
    let (_, dataset) = load(root.path()).expect("loads");
    let reasons = &dataset.report.reasons;
    assert_eq!(dataset.images.len(), 10);
    assert_eq!(reasons["side file that is no JSON"], 2);
    assert_eq!(reasons["side file too large to be a label"], 1);
    assert_eq!(reasons["sample without a picture"], 1);
    assert_eq!(task(&dataset, "colour").values, ["green", "red"]);
    assert_eq!(dataset.tasks.len(), 1);
}

#[test]
fn images_of_one_sample_stay_together() {
    let image = jpeg(8, 8, [1, 2, 3]);
    let names: Vec<String> = (0..40)
        .flat_map(|at| ["left.jpg", "right.jpg", "cls"].map(|field| format!("{at:03}.{field}")))
        .collect();
    let files: Vec<(&str, &[u8])> = names
        .iter()
        .map(|name| match name.ends_with("cls") {
            true => (
                name.as_str(),
                if name.starts_with("00") {
                    &b"a"[..]
                } else {
                    b"b"
                },
            ),
            false => (name.as_str(), image.as_slice()),
        })
        .collect();
    let root = folder(&[("pairs.tar", &tar(&files))]);
    let (_, dataset) = load(root.path()).expect("loads");
    assert_eq!(dataset.images.len(), 80);
    for pair in dataset.images.chunks(2) {
        assert_eq!(
            (pair[0].group, pair[0].split),
            (pair[1].group, pair[1].split)
        );
    }
}

#[test]
fn a_shard_of_too_many_fields_is_refused() {
    let keys: Vec<String> = (0..3000).map(|at| format!("\"k{at}\": 1")).collect();
    let json = format!("{{{}}}", keys.join(","));
    let image = jpeg(8, 8, [1, 2, 3]);
    let root = folder(&[(
        "a.tar",
        &tar(&[("1.jpg", &image), ("1.json", json.as_bytes())]),
    )]);
    let message = failure(root.path());
    assert!(
        message.contains("a.tar, line 1: the table has 3001 columns"),
        "{message}"
    );
}
