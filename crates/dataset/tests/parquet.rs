//! Parquet shards in the layout of Hugging Face's image datasets.
#![cfg(feature = "parquet")]

mod common;

use std::sync::Arc;

use common::{Part, failure, folder, jpeg, load, load_with, zip};
use modulens_dataset::{Dataset, Options, Storage};
use modulens_schema::{Split, TaskKind};
use parquet::basic::Compression;
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int32Type, Int64Type,
};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{WriterProperties, WriterPropertiesBuilder};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;

/// The columns of a copy of CelebA, and some more.
const SCHEMA: &str = "message schema {
    OPTIONAL GROUP image { OPTIONAL BINARY bytes; OPTIONAL BINARY path (UTF8); }
    OPTIONAL BOOLEAN Smiling;
    OPTIONAL INT64 label;
    OPTIONAL INT32 celeb_id;
    OPTIONAL DOUBLE height;
    OPTIONAL BINARY colour (UTF8);
    OPTIONAL GROUP tags (LIST) { REPEATED GROUP list { OPTIONAL INT64 element; } }
    OPTIONAL BINARY raw;
}";

const FEATURES: &str = r#"{"info": {"features": {
    "image": {"_type": "Image"},
    "label": {"names": ["10", "20", "30"], "_type": "ClassLabel"},
    "tags": {"feature": {"names": ["hat", "beard", "tie"], "_type": "ClassLabel"}, "_type": "Sequence"}
}}}"#;

/// The image of a row: its bytes, and its path.
type Image = (Option<Vec<u8>>, Option<String>);

fn picture(row: usize) -> Vec<u8> {
    jpeg(8, 8, [row as u8, 2, 3])
}

fn images(rows: std::ops::Range<usize>) -> Vec<Image> {
    let image = |row: usize| (Some(picture(row)), Some(format!("{row:06}.jpg")));
    rows.map(image).collect()
}

/// Writes the values of the next column, those that are there.
fn put<T: DataType>(
    group: &mut SerializedRowGroupWriter<'_, Vec<u8>>,
    values: &[Option<T::T>],
    levels: Option<(Vec<i16>, Option<Vec<i16>>)>,
) {
    let given = || {
        let given = values.iter().map(|value| i16::from(value.is_some()));
        (given.collect(), None)
    };
    let (defs, reps) = levels.unwrap_or_else(given);
    let there: Vec<T::T> = values.iter().flatten().cloned().collect();
    let mut column = group.next_column().expect("writes").expect("a column");
    let writer = column.typed::<T>();
    writer
        .write_batch(&there, Some(&defs), reps.as_deref())
        .expect("writes");
    column.close().expect("writes");
}

fn bytes(text: impl Into<Vec<u8>>) -> ByteArray {
    ByteArray::from(text.into())
}

/// A shard in row groups of 5 rows.
fn shard_with(
    images: &[Image],
    features: Option<&str>,
    properties: WriterPropertiesBuilder,
) -> Vec<u8> {
    let pairs =
        features.map(|features| vec![KeyValue::new("huggingface".to_owned(), features.to_owned())]);
    let properties = properties.set_key_value_metadata(pairs).build();
    let schema = Arc::new(parse_message_type(SCHEMA).expect("a schema"));
    let mut file =
        SerializedFileWriter::new(Vec::new(), schema, properties.into()).expect("writes");
    for (number, images) in images.chunks(5).enumerate() {
        let rows: Vec<usize> = (0..images.len()).map(|at| number * 5 + at).collect();
        let mut group = file.next_row_group().expect("writes");
        let inner = |of: fn(&Image) -> Option<ByteArray>| {
            let values: Vec<Option<ByteArray>> = images.iter().map(of).collect();
            let level = |value: &Option<ByteArray>| if value.is_some() { 2 } else { 1 };
            let defs: Vec<i16> = values.iter().map(level).collect();
            (values, Some((defs, None)))
        };
        let (values, levels) = inner(|(data, _)| data.clone().map(bytes));
        put::<ByteArrayType>(&mut group, &values, levels);
        let (values, levels) = inner(|(_, path)| path.clone().map(bytes));
        put::<ByteArrayType>(&mut group, &values, levels);
        let smiling: Vec<_> = rows
            .iter()
            .map(|row| (row % 7 != 6).then_some(row % 2 == 0))
            .collect();
        put::<BoolType>(&mut group, &smiling, None);
        let label: Vec<_> = rows.iter().map(|row| Some((row % 4) as i64 - 1)).collect();
        put::<Int64Type>(&mut group, &label, None);
        let person: Vec<_> = rows.iter().map(|row| Some((row / 2) as i32)).collect();
        put::<Int32Type>(&mut group, &person, None);
        let height: Vec<_> = rows.iter().map(|row| Some(*row as f64 * 0.5)).collect();
        put::<DoubleType>(&mut group, &height, None);
        let colour: Vec<_> = rows
            .iter()
            .map(|row| Some(bytes(["red", "blue"][row % 2])))
            .collect();
        put::<ByteArrayType>(&mut group, &colour, None);
        // Lists of none, one and two tags.
        let (mut tags, mut defs, mut reps) = (Vec::new(), Vec::new(), Vec::new());
        for row in &rows {
            for place in 0..(row % 3).max(1) {
                let empty = row % 3 == 0;
                defs.push(if empty { 1 } else { 3 });
                reps.push(i16::from(place > 0));
                tags.push((!empty).then_some(((row / 3 + place) % 3) as i64));
            }
        }
        put::<Int64Type>(&mut group, &tags, Some((defs, Some(reps))));
        let raw: Vec<_> = rows
            .iter()
            .map(|row| Some(bytes(vec![*row as u8, 0xFF])))
            .collect();
        put::<ByteArrayType>(&mut group, &raw, None);
        group.close().expect("writes");
    }
    file.into_inner().expect("writes")
}

fn shard(images: &[Image]) -> Vec<u8> {
    shard_with(images, Some(FEATURES), properties())
}

fn properties() -> WriterPropertiesBuilder {
    WriterProperties::builder().set_compression(Compression::SNAPPY)
}

fn task<'a>(dataset: &'a Dataset, name: &str) -> &'a modulens_schema::Task {
    let found = dataset.tasks.iter().find(|task| task.name == name);
    found.unwrap_or_else(|| panic!("no {name}: {}", dataset.report))
}

/// Every image, in the order of the entries and backwards.
fn check_images(storage: &Storage, dataset: &Dataset, expected: &[Vec<u8>]) {
    assert_eq!(dataset.images.len(), expected.len(), "{}", dataset.report);
    let all = 0..expected.len();
    for index in all.clone().chain(all.rev()) {
        let image = dataset.image(storage, index).expect("reads");
        assert!(image == expected[index], "image {index}");
    }
}

#[test]
fn shards_hold_images_and_labels() {
    let root = folder(&[
        ("data/train-00000-of-00002.parquet", &shard(&images(0..12))),
        ("data/train-00001-of-00002.parquet", &shard(&images(12..24))),
        ("data/test-00000-of-00001.parquet", &shard(&images(24..36))),
    ]);
    let (storage, dataset) = load(root.path()).expect("loads");
    let report = dataset.report.to_string();
    let expected: Vec<Vec<u8>> = (24..36).chain(0..24).map(picture).collect();
    check_images(&storage, &dataset, &expected);
    assert_eq!(
        dataset.images[0].id,
        "data/test-00000-of-00001.parquet/000024.jpg"
    );
    assert_eq!(dataset.in_split(Split::Train).len(), 24, "{report}");
    assert_eq!(dataset.in_split(Split::Test).len(), 12);
    assert_eq!(task(&dataset, "Smiling").kind, TaskKind::Binary);
    // Names that are numbers are classes all the same, and -1 is unknown.
    let label = task(&dataset, "label");
    assert_eq!((label.kind, label.values.len()), (TaskKind::Categorical, 3));
    assert_eq!(label.values, ["10", "20", "30"]);
    assert_eq!(task(&dataset, "colour").values, ["blue", "red"]);
    assert_eq!(task(&dataset, "height").kind, TaskKind::Ordinal);
    for tag in ["beard", "hat", "tie"] {
        assert_eq!(task(&dataset, tag).kind, TaskKind::Binary, "{report}");
    }
    let at = |name: &str| dataset.tasks.iter().position(|task| task.name == name);
    let values = |name: &str| -> Vec<Option<u8>> {
        let task = at(name).expect(name);
        (0..8)
            .map(|image| dataset.labels.get(image, task))
            .collect()
    };
    let (no, yes) = (Some(0), Some(1));
    assert_eq!(values("Smiling"), [yes, no, yes, no, yes, no, None, no]);
    assert_eq!(values("label")[..4], [None, Some(0), Some(1), Some(2)]);
    // Row 1 has the tag 0, and row 2 has 0 and 1.
    assert_eq!(values("hat")[..3], [None, yes, yes]);
    assert_eq!(values("beard")[..3], [None, no, yes]);
    assert_eq!(dataset.images[0].group, dataset.images[1].group);
    for expected in [
        "recognised as Parquet: 3 files with images inside",
        "data/train-*.parquet (Parquet, 2 shards): 24 of 24 rows name a picture, in column \"image\"",
        "celeb_id  the group",
        "column \"raw\" is left out: bytes are no labels",
    ] {
        assert!(report.contains(expected), "{expected}: {report}");
    }
}

#[test]
fn every_usual_packing_is_read() {
    let all = images(0..12);
    let expected: Vec<Vec<u8>> = (0..12).map(picture).collect();
    let packings = [
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::GZIP(Default::default()),
        Compression::ZSTD(Default::default()),
    ];
    for packing in packings {
        for dictionary in [false, true] {
            for version in [1, 2] {
                let version = match version {
                    1 => parquet::file::properties::WriterVersion::PARQUET_1_0,
                    _ => parquet::file::properties::WriterVersion::PARQUET_2_0,
                };
                let properties = WriterProperties::builder()
                    .set_compression(packing)
                    .set_dictionary_enabled(dictionary)
                    .set_writer_version(version)
                    // Several pages in a row group, and the dictionary is given up within one.
                    .set_data_page_size_limit(600)
                    .set_dictionary_page_size_limit(600)
                    .set_write_batch_size(1);
                let file = shard_with(&all, Some(FEATURES), properties);
                let root = folder(&[("a.parquet", &file)]);
                let (storage, dataset) = load(&root.path().join("a.parquet")).expect("loads");
                check_images(&storage, &dataset, &expected);
                assert_eq!(dataset.name, "a");
            }
        }
    }
}

#[test]
fn rows_without_a_path_are_called_by_their_number() {
    let mut all = images(0..12);
    all[0].1 = None;
    all[1].1 = Some("same.jpg".into());
    all[2].1 = Some("same.jpg".into());
    all[3].1 = Some("/home/me/cache/3.jpg".into());
    all[4].1 = Some("../../4".into());
    all[5].1 = Some("cats/5.jpg".into());
    all[6].1 = Some(".hidden.jpg".into());
    all[7] = (None, Some("elsewhere/77.jpg".into()));
    all[8] = (None, None);
    let root = folder(&[("a.parquet", &shard(&all))]);
    let (storage, dataset) = load(root.path()).expect("loads");
    let ids: Vec<&str> = dataset
        .images
        .iter()
        .map(|image| image.id.as_str())
        .collect();
    let expected = [
        "000001.jpg",
        "000007.jpg",
        "000009.jpg",
        "000010.jpg",
        "000011.jpg",
        "3.jpg",
        "4.jpg",
        "cats/5.jpg",
        "same-000003.jpg",
        "same.jpg",
    ];
    assert_eq!(ids, expected.map(|name| format!("a.parquet/{name}")));
    let rows = [0, 6, 9, 10, 11, 3, 4, 5, 2, 1];
    check_images(&storage, &dataset, &rows.map(picture));
    // The one has a path, but nothing lies there; the other has nothing.
    assert_eq!(dataset.report.reasons["no such picture"], 1);
    assert_eq!(dataset.report.reasons["row without an image"], 1);
}

#[test]
fn paths_may_lead_to_files_beside_the_shard() {
    let paths: Vec<Image> = (0..12)
        .map(|row| (None, Some(format!("img/{row}.jpg"))))
        .collect();
    let root = folder(&[("a.parquet", &shard(&paths))]);
    for row in 0..12 {
        common::write(root.path(), &[(&format!("img/{row}.jpg"), &picture(row))]);
    }
    let (_, dataset) = load(root.path()).expect("loads");
    assert_eq!(dataset.images.len(), 12);
    assert_eq!(
        task(&dataset, "Smiling").kind,
        TaskKind::Binary,
        "{}",
        dataset.report
    );
}

#[test]
fn a_damaged_shard_costs_itself_only() {
    let whole = shard(&images(0..12));
    let mut pages = whole.clone();
    // The pages lie in front of the metadata.
    pages[4..1200].fill(0xA5);
    let cut = &whole[..whole.len() - 9];
    let pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n";
    let root = folder(&[
        ("train-0.parquet", &whole),
        ("train-1.parquet", cut),
        ("train-2.parquet", &pages),
        ("train-3.parquet", pointer),
        ("train-4.parquet", b""),
    ]);
    let (_, dataset) = load(root.path()).expect("loads");
    let report = dataset.report.to_string();
    assert_eq!(dataset.images.len(), 12, "{report}");
    assert_eq!(
        dataset.report.reasons["Parquet file that cannot be read"], 4,
        "{report}"
    );
    let message = {
        let root = folder(&[("a.parquet", cut)]);
        failure(&root.path().join("a.parquet"))
    };
    assert!(message.starts_with("a.parquet: "), "{message}");
    assert!(
        message.ends_with("; download it again, or leave it out"),
        "{message}"
    );
    let message = failure(folder(&[("a.parquet", cut)]).path());
    assert!(message.contains("a.parquet: "), "{message}");
    let message = failure(folder(&[("a.parquet", pointer)]).path());
    assert!(message.contains("git lfs pull"), "{message}");
}

/// Whatever is wrong with a file, it is an error or a line in the report.
#[test]
fn damage_never_panics() {
    let whole = shard_with(
        &images(0..12),
        Some(FEATURES),
        properties().set_dictionary_enabled(false),
    );
    for cut in (0..whole.len()).step_by(97) {
        let root = folder(&[("a.parquet", &whole[..cut])]);
        let _ = failure(root.path());
    }
    for at in (4..whole.len()).step_by(61) {
        for mask in [0x01, 0x80, 0xFF] {
            let mut bytes = whole.clone();
            bytes[at] ^= mask;
            let root = folder(&[("a.parquet", &bytes)]);
            if let Ok((storage, dataset)) = load(root.path()) {
                for image in 0..dataset.images.len() {
                    let _ = dataset.image(&storage, image);
                }
            }
        }
    }
}

#[test]
fn shards_with_other_columns_are_tables_of_their_own() {
    let schema = "message schema { REQUIRED BINARY picture; REQUIRED BINARY colour (UTF8); }";
    let schema = Arc::new(parse_message_type(schema).expect("a schema"));
    let mut file =
        SerializedFileWriter::new(Vec::new(), schema, Default::default()).expect("writes");
    let mut group = file.next_row_group().expect("writes");
    for texts in [false, true] {
        let value = |row: usize| match texts {
            false => bytes(picture(row)),
            true => bytes(["red", "blue"][row % 2]),
        };
        let values: Vec<ByteArray> = (0..12).map(value).collect();
        let mut column = group.next_column().expect("writes").expect("a column");
        let writer = column.typed::<ByteArrayType>();
        writer.write_batch(&values, None, None).expect("writes");
        column.close().expect("writes");
    }
    group.close().expect("writes");
    let other = file.into_inner().expect("writes");
    let root = folder(&[
        ("train-0.parquet", &shard(&images(0..12))),
        ("train-1.parquet", &other),
    ]);
    let (storage, dataset) = load(root.path()).expect("loads");
    let report = dataset.report.to_string();
    let expected: Vec<Vec<u8>> = (0..12).chain(0..12).map(picture).collect();
    check_images(&storage, &dataset, &expected);
    assert_eq!(dataset.images[12].id, "train-1.parquet/000001.jpg");
    let colour = dataset
        .tasks
        .iter()
        .position(|task| task.name == "colour")
        .expect("there");
    assert_eq!(dataset.labels.get(12, colour), Some(1));
    assert!(
        report.contains("train-1.parquet has other columns than train-0.parquet"),
        "{report}"
    );
    let options = Options {
        table: Some("train-1.parquet".into()),
        ..Options::default()
    };
    let (_, dataset) = load_with(root.path(), &options).expect("loads");
    assert_eq!(dataset.tasks.len(), 1, "{}", dataset.report);
}

#[test]
fn an_archive_with_parquet_is_named() {
    let file = zip(&[Part::deflated("a.parquet", shard(&images(0..5)))], false);
    let root = folder(&[("a.zip", &file)]);
    let message = failure(root.path());
    assert!(
        message.contains("unpack the archive and give the folder"),
        "{message}"
    );
}

/// The trainer's threads share the pages.
#[test]
fn threads_read_at_their_own_places() {
    let root = folder(&[("a.parquet", &shard(&images(0..60)))]);
    let (storage, dataset) = load(root.path()).expect("loads");
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let (storage, dataset) = (&storage, &dataset);
            scope.spawn(move || {
                for at in 0..60 {
                    let image = (at * 7 + thread * 15) % 60;
                    let read = dataset.image(storage, image).expect("reads");
                    assert!(read == picture(image));
                }
            });
        }
    });
}
