//! Datasets: archives, tables, and single images.

use modulens_dataset::{Dataset, DatasetError, Options, ReadAt, Storage, decode, zappos};
use modulens_dataset::{decoding_bytes, load, take_orientation};

use crate::split;

/// The most memory that an image may take here, so that a round is not spent on a few large ones.
const MOST_DECODED: u64 = 16 << 20;

/// Separates the files of a dataset in the bytes of a target; it appears in no text.
const NEXT_FILE: u8 = 0;

/// An archive of any kind: its entries, their bytes, and the dataset they make.
pub(crate) fn archive(bytes: &[u8]) -> bool {
    let Ok(storage) = Storage::from_zip("given.zip", bytes.to_vec()) else {
        return false;
    };
    for (index, entry) in storage.entries().iter().enumerate().take(64) {
        assert!(
            !entry.path.starts_with('/') && !entry.path.split('/').any(|part| part == ".."),
            "the path {:?} leads out of its archive",
            entry.path
        );
        if entry.size < MOST_DECODED {
            drop(storage.read(index));
        }
    }
    loads(&storage)
}

/// A table beside two images; the first byte says of which kind.
pub(crate) fn table(bytes: &[u8]) -> bool {
    let Some((kind, table)) = bytes.split_first() else {
        return false;
    };
    let names = ["csv", "tsv", "json", "jsonl", "txt", "parquet"];
    let name = format!("labels.{}", names[usize::from(*kind) % names.len()]);
    storage(&[(&name, table), ("a.jpg", b"a"), ("b.png", b"b")])
        .is_ok_and(|storage| loads(&storage))
}

/// `list_attr_celeba.txt`, then `list_eval_partition.txt`, beside two images.
pub(crate) fn celeba(bytes: &[u8]) -> bool {
    let (attributes, splits) = split(bytes, NEXT_FILE);
    let files = [
        ("Anno/list_attr_celeba.txt", attributes),
        ("Eval/list_eval_partition.txt", splits),
        ("Img/img_align_celeba/000001.jpg", b"a"),
        ("Img/img_align_celeba/000002.jpg", b"b"),
    ];
    storage(&files).is_ok_and(|storage| loads(&storage))
}

/// `meta-data.csv` beside two images.
pub(crate) fn zappos(bytes: &[u8]) -> bool {
    let files = [
        ("ut-zap50k-data/meta-data.csv", bytes),
        (
            "ut-zap50k-images-square/Shoes/Oxfords/A/100627.72.jpg",
            b"a",
        ),
        (
            "ut-zap50k-images-square/Boots/Ankle/B%2E/7000002.9.jpg",
            b"b",
        ),
    ];
    storage(&files).is_ok_and(|storage| loads(&storage))
}

/// The lists of conditional similarity networks: names of images, and MATLAB's list of paths.
pub(crate) fn triplets(bytes: &[u8]) -> bool {
    let names = zappos::csn::filenames(bytes);
    let paths = zappos::image_paths(bytes);
    names.is_ok() || paths.is_ok()
}

/// An image: its orientation, what it would take to decode, and its pixels.
pub(crate) fn picture(bytes: &[u8]) -> bool {
    let mut bytes = bytes.to_vec();
    take_orientation(&mut bytes);
    if decoding_bytes(&bytes) > MOST_DECODED {
        return false;
    }
    decode(&bytes).is_ok_and(|image| {
        let pixels = image.width() as usize * image.height() as usize;
        assert_eq!(image.as_raw().len(), 3 * pixels);
        true
    })
}

fn storage(files: &[(&str, &[u8])]) -> Result<Storage, DatasetError> {
    let files = files.iter().map(|&(path, bytes)| {
        let source: Box<dyn ReadAt> = Box::new(bytes.to_vec());
        (path.to_owned(), source)
    });
    Storage::from_files("given", files.collect())
}

/// Returns true if the files are a dataset with images. What it says of itself has to fit together.
fn loads(storage: &Storage) -> bool {
    let options = Options {
        texts: true,
        ..Options::default()
    };
    let Ok(dataset) = load(storage, &options) else {
        return false;
    };
    check(&dataset, storage);
    !dataset.images.is_empty() && !dataset.tasks.is_empty()
}

fn check(dataset: &Dataset, storage: &Storage) {
    // Labels of no task have no rows.
    if !dataset.tasks.is_empty() {
        assert_eq!(dataset.labels.images(), dataset.images.len());
    }
    assert_eq!(dataset.labels.tasks(), dataset.tasks.len());
    for image in 0..dataset.images.len() {
        for (index, task) in dataset.tasks.iter().enumerate() {
            let label = dataset.labels.get(image, index);
            assert!(
                label.is_none_or(|label| usize::from(label) < task.values.len()),
                "{label:?} is no value of {task:?}"
            );
        }
        // Not there, or of a lying archive: an error, but no panic.
        drop(dataset.image(storage, image));
    }
    drop(dataset.report.to_string());
}
