//! Tars of `WebDataset`: the files of a sample stand side by side and share their name up to the first dot.

use std::collections::HashSet;

use super::path;

/// The fields that tell a shard from any other tar.
const SIDE_FIELDS: [&str; 8] = [
    "caption", "class", "cls", "index", "json", "label", "text", "txt",
];

/// A tar whose files are samples. Keys may repeat in other shards, so its name is a folder of their paths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TarShard {
    /// The tar's path.
    pub(crate) path: String,
    /// The folder of its files, with the slash.
    pub(crate) folder: String,
}

/// The key of a sample and the field of a file of it: `a/000001` and `seg.png` of `a/000001.seg.png`.
pub(crate) fn sample(file: &str) -> (&str, &str) {
    let folder = path::folder(file).len();
    match file[folder..].find('.') {
        Some(dot) => (&file[..folder + dot], &file[folder + dot + 1..]),
        None => (file, ""),
    }
}

/// Returns true if at least half of the images of a tar have side files of the same key.
pub(super) fn is_shard<'a>(files: impl Iterator<Item = &'a str>) -> bool {
    let (mut images, mut sides) = (HashSet::new(), HashSet::new());
    for file in files {
        let (key, field) = sample(file);
        if path::is_picture(file) {
            images.insert(key);
        } else if SIDE_FIELDS.contains(&field.to_ascii_lowercase().as_str()) {
            sides.insert(key);
        }
    }
    let both = images.intersection(&sides).count();
    both > 0 && both * 2 >= images.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_ends_at_the_first_dot_after_the_folders() {
        assert_eq!(sample("a.b/000001.seg.png"), ("a.b/000001", "seg.png"));
        assert_eq!(sample("000001.cls"), ("000001", "cls"));
        assert_eq!(sample("a/000001"), ("a/000001", ""));
    }

    #[test]
    fn side_files_of_the_same_key_make_a_shard() {
        let is = |files: &[&str]| is_shard(files.iter().copied());
        assert!(is(&["1.jpg", "1.cls", "2.png", "2.json"]));
        assert!(is(&["1.jpg", "1.JSON", "2.jpg"]));
        for other in [
            &["1.jpg", "2.jpg", "labels.csv"][..],
            &["img/1.jpg", "img/2.jpg", "list_attr.txt"],
            &["images/1.jpg", "labels/1.txt"],
            &["1.jpg", "1.txt", "2.jpg", "3.jpg"],
            &["1.json"],
            &[],
        ] {
            assert!(!is(other), "{other:?}");
        }
    }
}
