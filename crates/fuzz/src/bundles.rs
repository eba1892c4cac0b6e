//! The files of a bundle. What is read is written again and read once more: it has to be the same.

use std::fmt::Debug;

use modulens_bundle::{
    BundleError, Encoding, Manifest, PictureIndex, domain, features, heads, ids, labels, tail,
};
use modulens_schema::{Task, TaskKind};

/// Returns true if the bytes can be read, after reading again what was written of them.
fn again<T: PartialEq + Debug>(
    bytes: &[u8],
    read: impl Fn(&[u8]) -> Result<T, BundleError>,
    write: impl Fn(&T) -> Result<Vec<u8>, BundleError>,
) -> bool {
    let Ok(first) = read(bytes) else {
        return false;
    };
    let written = write(&first).expect("what can be read can be written");
    let second = read(&written).expect("what was written can be read");
    assert_eq!(first, second);
    true
}

/// `manifest.json`. Its numbers may come back a last digit away.
pub(crate) fn manifest(bytes: &[u8]) -> bool {
    let Ok(first) = Manifest::parse(bytes) else {
        return false;
    };
    let written = first.to_json().expect("what can be read can be written");
    let second = Manifest::parse(&written).expect("what was written can be read");
    assert_eq!(
        (first.tasks, first.files, first.title),
        (second.tasks, second.files, second.title)
    );
    true
}

/// `features.safetensors`, of either encoding.
pub(crate) fn features(bytes: &[u8]) -> bool {
    let Ok(found) = features::decode(bytes) else {
        return false;
    };
    assert_eq!(found.data.len(), found.rows * found.channels);
    assert!(found.data.iter().all(|value| value.is_finite()));
    // Rounded, and bytes round anew: only that it can be written.
    drop(features::encode(&found, Encoding::F16));
    true
}

/// `readouts.safetensors`.
pub(crate) fn heads(bytes: &[u8]) -> bool {
    again(bytes, heads::decode, heads::encode)
}

/// `tail.safetensors`.
pub(crate) fn tail(bytes: &[u8]) -> bool {
    again(bytes, tail::decode, tail::encode)
}

/// `domain.safetensors`.
pub(crate) fn domain(bytes: &[u8]) -> bool {
    again(bytes, domain::decode, domain::encode)
}

/// `labels.bin` of two tasks; the first byte is the number of images.
pub(crate) fn labels(bytes: &[u8]) -> bool {
    let Some((&images, bytes)) = bytes.split_first() else {
        return false;
    };
    let task = |name: &str, values: &[&str]| Task {
        name: name.to_owned(),
        kind: TaskKind::Categorical,
        values: values.iter().map(|&value| value.to_owned()).collect(),
    };
    let tasks = [task("a", &["no", "yes"]), task("b", &["x", "y", "z"])];
    again(
        bytes,
        |bytes| labels::unpack(bytes, &tasks, usize::from(images)),
        |found| labels::pack(found, &tasks),
    )
}

/// `ids.txt`; the first byte is the number of images.
pub(crate) fn ids(bytes: &[u8]) -> bool {
    let Some((&images, bytes)) = bytes.split_first() else {
        return false;
    };
    again(
        bytes,
        |bytes| ids::decode(bytes, usize::from(images)),
        |found| ids::encode(found),
    )
}

/// `pictures.idx`.
pub(crate) fn pictures(bytes: &[u8]) -> bool {
    again(bytes, PictureIndex::decode, |found| Ok(found.encode()))
}
