//! Datasets that come in shards train and evaluate like any other: tars of `WebDataset`, and Parquet with images inside.

mod common;

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use clap::Parser as _;
use common::TINY;
use modulens_dataset::{Options, Storage, load};
use modulens_schema::Split;
use parquet::basic::Compression;
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, Int64Type};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use trainer::cli::Cli;

const BARS: [&str; 3] = ["top", "middle", "bottom"];

/// An image, whether its ground is red, and where its bar is, if that is known.
struct Sample {
    jpeg: Vec<u8>,
    red: bool,
    bar: Option<usize>,
}

/// The samples of the tiny dataset, by split.
fn samples(dir: &Path) -> Vec<(&'static str, Vec<Sample>)> {
    common::write_dataset(dir);
    let csv = fs::read_to_string(dir.join("attributes.csv")).expect("a table");
    let mut splits = ["train", "validation", "test"].map(|split| (split, Vec::new()));
    for line in csv.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let place = ["train", "val", "test"]
            .iter()
            .position(|split| *split == cells[3]);
        splits[place.expect("a split")].1.push(Sample {
            jpeg: fs::read(dir.join(cells[0])).expect("an image"),
            red: cells[1] == "yes",
            bar: BARS.iter().position(|bar| *bar == cells[2]),
        });
    }
    splits.into()
}

fn tar(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut out = Vec::new();
    for (name, data) in files {
        let mut block = vec![0; 512];
        block[..name.len()].copy_from_slice(name.as_bytes());
        block[124..135].copy_from_slice(format!("{:011o}", data.len()).as_bytes());
        block[148..156].fill(b' ');
        block[156] = b'0';
        let sum: u32 = block.iter().map(|&byte| u32::from(byte)).sum();
        block[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
        out.extend(block);
        out.extend(data);
        out.resize(out.len().next_multiple_of(512), 0);
    }
    out.resize(out.len() + 1024, 0);
    out
}

/// Shards of 20 samples: an image, its class, and JSON.
fn write_tars(root: &Path, splits: &[(&str, Vec<Sample>)]) {
    fs::create_dir_all(root).expect("a folder");
    for (split, samples) in splits {
        for (number, samples) in samples.chunks(20).enumerate() {
            let mut files = Vec::new();
            for (key, sample) in samples.iter().enumerate() {
                let bar = sample.bar.map_or("null".to_owned(), |bar| bar.to_string());
                let json = format!(r#"{{"Red": {}}}"#, sample.red);
                files.push((format!("{key:06}.cls"), bar.into_bytes()));
                files.push((format!("{key:06}.jpg"), sample.jpeg.clone()));
                files.push((format!("{key:06}.json"), json.into_bytes()));
            }
            let shard = root.join(format!("{split}-{number:06}.tar"));
            fs::write(shard, tar(&files)).expect("written");
        }
    }
    fs::write(root.join("classes.txt"), BARS.join("\n")).expect("written");
}

/// Shards of 30 rows, in the layout that Hugging Face's `datasets` writes.
fn write_parquet(root: &Path, splits: &[(&str, Vec<Sample>)]) {
    let schema = "message schema {
        OPTIONAL GROUP image { OPTIONAL BINARY bytes; OPTIONAL BINARY path (UTF8); }
        OPTIONAL BOOLEAN Red;
        OPTIONAL INT64 Bar;
    }";
    let features = r#"{"info": {"features": {"image": {"_type": "Image"}, "Red": {"dtype": "bool", "_type": "Value"},
        "Bar": {"names": ["top", "middle", "bottom"], "_type": "ClassLabel"}}}}"#;
    fs::create_dir_all(root.join("data")).expect("a folder");
    for (split, samples) in splits {
        let shards = samples.len().div_ceil(30);
        for (number, samples) in samples.chunks(30).enumerate() {
            let pairs = vec![KeyValue::new("huggingface".to_owned(), features.to_owned())];
            let properties = WriterProperties::builder()
                .set_compression(Compression::SNAPPY)
                .set_key_value_metadata(Some(pairs))
                .build();
            let schema = parse_message_type(schema).expect("a schema");
            let mut file = SerializedFileWriter::new(Vec::new(), schema.into(), properties.into())
                .expect("writes");
            let mut group = file.next_row_group().expect("writes");
            let images = samples
                .iter()
                .map(|sample| ByteArray::from(sample.jpeg.clone()));
            let images: Vec<ByteArray> = images.collect();
            let names =
                (0..samples.len()).map(|row| ByteArray::from(format!("{row:06}.jpg").into_bytes()));
            let names: Vec<ByteArray> = names.collect();
            for values in [images, names] {
                let mut column = group.next_column().expect("writes").expect("a column");
                let levels = vec![2; values.len()];
                let writer = column.typed::<ByteArrayType>();
                writer
                    .write_batch(&values, Some(&levels), None)
                    .expect("writes");
                column.close().expect("writes");
            }
            let red: Vec<bool> = samples.iter().map(|sample| sample.red).collect();
            let mut column = group.next_column().expect("writes").expect("a column");
            let levels = vec![1; red.len()];
            let writer = column.typed::<BoolType>();
            writer
                .write_batch(&red, Some(&levels), None)
                .expect("writes");
            column.close().expect("writes");
            let bars: Vec<i64> = samples
                .iter()
                .filter_map(|sample| Some(sample.bar? as i64))
                .collect();
            let levels: Vec<i16> = samples
                .iter()
                .map(|sample| i16::from(sample.bar.is_some()))
                .collect();
            let mut column = group.next_column().expect("writes").expect("a column");
            let writer = column.typed::<Int64Type>();
            writer
                .write_batch(&bars, Some(&levels), None)
                .expect("writes");
            column.close().expect("writes");
            group.close().expect("writes");
            let shard = root.join(format!("data/{split}-{number:05}-of-{shards:05}.parquet"));
            fs::write(shard, file.into_inner().expect("writes")).expect("written");
        }
    }
}

fn trainer(words: &[OsString]) {
    let line = std::iter::once(OsString::from("trainer")).chain(words.iter().cloned());
    trainer::run(Cli::parse_from(line))
        .unwrap_or_else(|error| panic!("{words:?}: {}", trainer::error::report(&error)));
}

/// Trains and measures the one configuration on a dataset.
fn train_and_measure(place: &Path, data: &Path) {
    let (config, run) = (place.join("config.toml"), place.join("run"));
    fs::write(&config, TINY.replace("DATA", &data.display().to_string())).expect("written");
    trainer(&["info".into(), data.into()]);
    let train = ["train", "--backend", "flex", "--json", "--out"].map(OsString::from);
    trainer(&[&train[..], &[run.clone().into(), config.into()]].concat());
    let eval = ["eval", "--backend", "flex"].map(OsString::from);
    trainer(&[&eval[..], &[run.into()]].concat());
}

#[test]
fn tars_and_parquet_train_and_evaluate_like_the_folder_they_were_made_of() {
    let place = tempfile::tempdir().expect("a folder");
    let splits = samples(&place.path().join("bars"));
    let (tars, files) = (place.path().join("tars"), place.path().join("parquet"));
    write_tars(&tars, &splits);
    write_parquet(&files, &splits);
    for data in [tars, files] {
        let opened = Storage::open(&data).expect("opens");
        let dataset = load(&opened, &Options::default()).expect("loads");
        let counts =
            [Split::Train, Split::Val, Split::Test].map(|split| dataset.in_split(split).len());
        assert_eq!(counts, [36, 18, 36], "{}", dataset.report);
        assert_eq!(dataset.tasks.len(), 2, "{}", dataset.report);
        let bars = dataset.tasks.iter().find(|task| task.values.len() == 3);
        assert_eq!(bars.expect("the bars").values, ["bottom", "middle", "top"]);
        let run = data.with_extension("run");
        fs::create_dir_all(&run).expect("a folder");
        train_and_measure(&run, &data);
    }
}
