//! Shards of a prediction: the whole together, made once, and made again when something has changed.

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use common::predicting::{Place, zip};
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use parquet::record::RowAccessor as _;
use serde_json::Value;
use trainer::error::report;

/// The ids in a Parquet file of predictions, with the first task's first probability, and the images left out.
fn rows(path: &Path) -> (BTreeMap<String, f32>, Vec<Value>) {
    let reader = SerializedFileReader::new(fs::File::open(path).expect("opens")).expect("Parquet");
    let pairs = reader.metadata().file_metadata().key_value_metadata();
    let failed = pairs.and_then(|pairs| pairs.iter().find(|pair| pair.key == "modulens.failed"));
    let failed = failed.and_then(|pair| pair.value.as_deref()).expect("told");
    let rows = reader.get_row_iter(None).expect("rows").map(|record| {
        let record = record.expect("a row");
        let id = record.get_string(0).expect("an id").clone();
        (id, record.get_float(1).expect("a probability"))
    });
    (rows.collect(), serde_json::from_str(failed).expect("JSON"))
}

#[test]
fn shards_are_the_whole_and_are_left_alone_until_something_changes() {
    let place = Place::new();
    let (whole, parts, bars) = (
        place.text("whole.parquet"),
        place.text("parts"),
        place.text("bars"),
    );
    let good = fs::read(place.path("bars/003.jpg")).expect("an image");
    fs::write(place.path("bars/cut.jpg"), &good[..good.len() / 2]).expect("written");
    place
        .predict("bundle", &["--parquet", &whole, &bars])
        .expect("predicts");
    let shard = |which: &str| {
        let words = ["--shard", which, "--parquet", &parts, &bars];
        place.predict("bundle", &words)
    };
    let all = || -> Vec<usize> {
        let counts = ["1/3", "2/3", "3/3"].map(|which| shard(which).expect(which).predicted);
        counts.to_vec()
    };
    let path = |number: usize| place.path(&format!("parts/shard-{number}-of-3.parquet"));

    assert_eq!(all().iter().sum::<usize>(), 90);
    let (expected, failed) = rows(Path::new(&whole));
    assert_eq!(failed.len(), 1);
    let (mut union, mut left_out) = (BTreeMap::new(), Vec::new());
    for number in 1..=3 {
        let (part, failed) = rows(&path(number));
        assert!(part.len() > 10, "{}", part.len());
        union.extend(part);
        left_out.extend(failed);
    }
    assert_eq!((union, left_out), (expected, failed));
    let names = fs::read_dir(place.path("parts")).expect("a folder");
    let names = names.map(|entry| entry.expect("an entry").file_name());
    let half = names.filter(|name| name.to_string_lossy().ends_with(".part"));
    assert_eq!(half.count(), 0);

    assert_eq!(all(), [0, 0, 0], "they are there");
    fs::write(place.path("bars/new.jpg"), &good).expect("written");
    let again = all();
    let made = again.iter().filter(|count| **count > 0).count();
    assert_eq!(made, 1, "an image is added to one shard: {again:?}");
    let bytes = fs::read(path(2)).expect("a shard");
    fs::write(path(2), &bytes[..bytes.len() / 2]).expect("written");
    assert!(all()[1] > 0, "a damaged file is made again");
    assert_eq!(fs::read(path(2)).expect("a shard"), bytes);
    place
        .predict(
            "bundle",
            &[
                "--shard",
                "1/3",
                "--tasks",
                "Bar",
                "--parquet",
                &parts,
                &bars,
            ],
        )
        .expect("predicts");
    let (bar, _) = rows(&path(1));
    assert!(bar.values().all(|p| (0.0..=1.0).contains(p)));
    assert!(shard("1/3").expect("predicts").predicted > 0, "other tasks");

    let lock = fs::File::create(place.path("parts/shard-3-of-3.lock")).expect("a lock");
    lock.lock().expect("locked");
    let error = report(&shard("3/3").expect_err("two at once"));
    assert!(error.contains("another process"), "{error}");
    drop(lock);
    assert_eq!(shard("3/3").expect("free again").predicted, 0);

    let error = report(&shard("1/4").expect_err("of another number"));
    assert!(error.contains("would be in it twice"), "{error}");
}

/// A disk that was away for a moment is no reason to lose images.
#[test]
fn a_shard_with_an_image_that_could_not_be_read_is_predicted_again() {
    let place = Place::new();
    let read = |name: &str| fs::read(place.path(name)).expect("an image");
    let images = [
        ("a.jpg", read("bars/003.jpg")),
        ("b.jpg", read("bars/004.jpg")),
    ];
    let (good, parts, path) = (zip(&images), place.text("parts"), place.text("some.zip"));
    let shard = || {
        let words = ["--shard", "1/1", "--parquet", &parts, &path];
        place.predict("bundle", &words).expect("predicts").predicted
    };
    // Its checksum is wrong.
    let mut bad = good.clone();
    bad[30 + "a.jpg".len() + 20] ^= 1;
    fs::write(&path, bad).expect("written");
    assert_eq!([shard(), shard()], [1, 1]);
    fs::write(&path, good).expect("written");
    assert_eq!([shard(), shard()], [2, 0]);
}

#[test]
fn a_shard_may_be_empty() {
    let place = Place::new();
    let (parts, one) = (place.text("parts"), place.text("bars/003.jpg"));
    let mut counts = Vec::new();
    for which in ["1/2", "2/2"] {
        let words = ["--shard", which, "--parquet", &parts, &one];
        counts.push(place.predict("bundle", &words).expect(which).predicted);
    }
    counts.sort_unstable();
    assert_eq!(counts, [0, 1]);
    for number in 1..=2 {
        rows(&place.path(&format!("parts/shard-{number}-of-2.parquet")));
    }
}
